// Given: the files that are checked, what the reader asked, and what is known of them so far.

const PATHS = CATALOGUE.paths;

class Given {
  manifest = {};
  key = null;
  events = null;
  signoffs = []; // statements whose signatures hold, void and withdrawn ones left out
  shown = []; // every sign-off as it is shown
  missed = new Set();

  constructor(files, asked, report) {
    Object.assign(this, { files, asked, report });
  }

  async digests() {
    this.digestOf = new Map();
    for (const [path, content] of this.files) this.digestOf.set(path, await digestOf(content));
    this.nothing = await digestOf(new Uint8Array());
    this.digest = this.digestOf.get(PATHS.DOSSIER) ?? this.nothing;
  }

  need(path) {
    const found = this.files.get(path);
    if (found === undefined && !this.missed.has(path)) {
      this.missed.add(path);
      this.report.say("file.needed", { file: path });
    }
    return found ?? null;
  }

  read(path) {
    const content = this.need(path);
    if (content === null) return null;
    try {
      const found = parsed(content);
      if (isObject(found)) return found;
    } catch {
      // Said below.
    }
    this.report.say("file.shape", { file: path, why: "it is no JSON object" });
    return null;
  }
}

/** Run a check; whatever a malformed file makes of it is said, and is no error of ours. */
async function guarded(given, path, check) {
  try {
    await check(given);
  } catch (error) {
    given.report.say("file.shape", { file: path, why: error.message });
  }
}

const versionOf = (dossier) => `${dossier.version.model}/${dossier.version.number}`;
const who = (said) => (said.role ? `${said.signer.name}, ${said.role}` : String(said.signer.name));
