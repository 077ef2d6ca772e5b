// Lists: whether the files are those that the list of files names, and by whose word.

const DIGEST = /^sha256:[0-9a-f]{64}$/;

function listedFiles(document) {
  if (!isObject(document) || document.schema !== PATHS.SCHEMA) throw new Error(`it does not say ${PATHS.SCHEMA}`);
  const sound = {
    version: typeof document.version === "string",
    registry: isObject(document.registry),
    dossier: typeof document.dossier === "string",
    card: isObject(document.card),
    made: isObject(document.made),
    files: Array.isArray(document.files),
  };
  for (const [name, right] of Object.entries(sound)) {
    if (!right) throw new Error(`“${name}” is missing or malformed`);
  }
  return document.files.map((one, place) => {
    if (typeof one?.path !== "string" || !DIGEST.test(one?.digest)) throw new Error(`file ${place + 1} has no path or no digest`);
    if (!Number.isInteger(one.size)) throw new Error(`${one.path} has no size`);
    return one;
  });
}

async function checkLists(given) {
  const content = given.files.get(PATHS.MANIFEST) ?? new Uint8Array();
  let [document, listed, own] = [];
  try {
    document = parsed(content);
    listed = listedFiles(document);
    own = await publicKey(document.registry.key);
  } catch (error) {
    given.report.say("file.list", { file: PATHS.MANIFEST, why: error.message || "it is empty" });
    return;
  }
  given.manifest = document;
  given.listed = true;
  given.key = given.asked.key ?? own;
  checkFiles(given, listed);
  checkNames(given);
  if (!given.asked.ed25519) {
    given.report.blind = true;
    given.key = null;
    given.report.say("key.browser");
    return;
  }
  if (given.asked.key === null) {
    given.report.say("key.own", { key: own.text, how: given.asked.how });
  } else if (given.asked.key.text === own.text) {
    given.report.keyed = true;
    given.report.say("key.given", { key: own.text });
  } else {
    given.report.keyed = true;
    given.report.say("key.other", { key: own.text, given: given.asked.key.text });
  }
  await checkMark(given, content);
}

function checkFiles(given, listed) {
  let faulty = false;
  for (const one of listed) {
    const content = given.files.get(one.path);
    if (content === undefined) given.report.say("file.missing", { file: one.path });
    else if (given.digestOf.get(one.path) !== one.digest || content.length !== one.size) given.report.say("file.changed", { file: one.path });
    else continue;
    faulty = true;
  }
  const named = new Set([...listed.map((one) => one.path), PATHS.MANIFEST, PATHS.MARK]);
  for (const path of [...given.files.keys()].filter((one) => !named.has(one)).sort()) {
    given.report.say("file.added", { file: path });
    faulty = true;
  }
  if (!faulty) given.report.say("file.whole", { count: listed.length });
}

function checkNames(given) {
  const said = given.manifest;
  if (said.dossier !== given.digest) given.report.say("list.astray", { file: PATHS.DOSSIER, what: "another digest" });
  if (said.card.digest !== (given.digestOf.get(PATHS.CARD) ?? given.nothing)) given.report.say("list.astray", { file: PATHS.CARD, what: "another digest" });
  const dossier = given.read(PATHS.DOSSIER);
  if (dossier !== null && said.version !== versionOf(dossier)) given.report.say("list.astray", { file: PATHS.DOSSIER, what: said.version });
}

async function checkMark(given, content) {
  const found = given.read(PATHS.MARK);
  if (found === null) return;
  if (found.key !== (await keyName(given.key.raw))) {
    given.report.say("list.unsigned", { file: PATHS.MARK, why: `it is by another key, ${found.key}` });
    return;
  }
  let holds = false;
  try {
    const signature = fromBase64(found.value);
    const written = canonical({ schema: "cmr.release_signature/1", key: found.key, value: toBase64(signature) });
    holds = same(written, given.files.get(PATHS.MARK)) && (await holdsEd25519(given.key.raw, signature, content));
  } catch {
    // It is not even base64: it does not hold.
  }
  if (holds) given.report.say("list.signed", { at: `${moment(given.manifest.made.at)} UTC` });
  else given.report.say("list.unsigned", { file: PATHS.MARK, why: "the list or the signature was changed" });
}
