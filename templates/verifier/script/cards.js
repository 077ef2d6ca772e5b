// Cards: whether the PDF is the one that was issued, and carries what the bundle holds.

const CARRIED = [PATHS.DOSSIER, PATHS.DECISION, PATHS.STANDING, PATHS.SIGNOFFS];
const LARGEST_INSIDE = 64 << 20;

async function checkCard(given) {
  const content = given.need(PATHS.CARD);
  if (content === null) return;
  if (given.events !== null) checkIssued(given);
  await checkInside(given, content);
  const sealed = new TextDecoder("latin1").decode(content).includes("/ByteRange");
  given.report.say(sealed ? "seal.browser" : "seal.none");
  given.report.say("card.pages");
}

function checkIssued(given) {
  const digest = given.digestOf.get(PATHS.CARD);
  const issued = given.events.filter((event) => event.act === "card.issued").map((event) => event.after);
  const signed = given.events.filter((event) => event.act === "card.signed" && event.after.pdf === digest).map((event) => event.after.card);
  const mine = issued.filter((one) => one.pdf === digest || one.sealed === digest || signed.includes(one.card)).at(-1);
  if (!mine) {
    given.report.say("card.foreign", { file: PATHS.CARD, why: "the trail names no card with these bytes" });
  } else if (mine.dossier !== given.digest) {
    given.report.say("card.foreign", { file: PATHS.CARD, why: "it was issued over another dossier" });
  } else {
    given.report.say("card.issued", { number: mine.card, version: given.manifest.version });
    const later = issued.map((one) => one.card).filter((number) => number > mine.card);
    if (later.length) given.report.say("card.later", { number: Math.max(...later) });
  }
}

/** The files inside a PDF, without their names: each is a stream that says of itself that it is embedded. */
async function embedded(content) {
  const text = new TextDecoder("latin1").decode(content);
  const found = [];
  for (const { index } of text.matchAll(/\/Type\s*\/EmbeddedFile/g)) {
    const begin = text.indexOf("stream", index);
    const end = text.indexOf("endstream", begin);
    const start = text.lastIndexOf("obj", index);
    if (begin < 0 || end < 0) continue;
    const head = text.slice(start, begin);
    const length = Number(/\/Length\s+(\d+)(?!\s+\d+\s+R)/.exec(head)?.[1] ?? NaN);
    const first = begin + 6 + (text.startsWith("\r\n", begin + 6) ? 2 : 1);
    const raw = content.subarray(first, Number.isNaN(length) ? end : first + length);
    try {
      const whole = head.includes("/FlateDecode") ? await inflated(raw, LARGEST_INSIDE, "deflate") : raw;
      if (whole !== null) found.push(await digestOf(whole));
    } catch {
      // A stream that cannot be unpacked carries nothing that the bundle holds.
    }
  }
  return new Set(found);
}

async function checkInside(given, content) {
  const inside = await embedded(content);
  if (!inside.size) {
    given.report.say("card.unopened", { why: "this page cannot open a PDF that is packed so; cmr verify does" });
    return;
  }
  const here = [...given.files.keys()].filter((path) => CARRIED.includes(path) || path.startsWith("card/"));
  for (const path of here.filter((one) => !inside.has(given.digestOf.get(one)))) {
    given.report.say("card.differs", { file: PATHS.CARD, name: path.replace("card/", "") });
  }
  const names = here.filter((path) => inside.has(given.digestOf.get(path)));
  if (names.length) given.report.say("card.inside", { names: names.map((path) => path.replace("card/", "")).join(", ") });
}
