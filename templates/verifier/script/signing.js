// Signing: who signed, by what, and whether anybody was taken out or put in.

const BY_PASSKEY = "passkey";
const BY_PASSWORD = "password+server-key";
const METHODS = { [BY_PASSWORD]: "by password, given again", "fresh-login+server-key": "by a fresh login at the provider" };
const PARTS = ["statement", "signature", "key", "method"];

/** Whether the registry's key signed a statement; any later method than a password is signed, too. */
async function holdsStatement(one, raw) {
  if (one.key !== (await keyName(raw))) return false;
  const said = one.method === undefined || one.method === BY_PASSWORD ? one.statement : { ...one.statement, method: one.method };
  try {
    return await holdsEd25519(raw, fromBase64(one.signature), canonical(said));
  } catch {
    return false;
  }
}

/** Who confirmed the passkey of a signature that holds; throws, saying why, where it does not. */
async function verifiedSignature(one, raw) {
  for (const part of PARTS) if (one[part] === undefined) throw new Error(`a part of it is missing: ${part}`);
  if (one.method === BY_PASSKEY) return verifiedPasskey(one, raw);
  if (!(one.method in METHODS) || !(await holdsStatement(one, raw))) {
    throw new Error("the registry's key did not sign this statement");
  }
  return null;
}

async function verifiedPasskey(one, raw) {
  const proof = one.proof;
  if (!isObject(proof)) throw new Error("a part of it is missing: proof");
  if ((await documentDigest(proof)) !== one.signature) throw new Error("the proof is not the one that the signature names");
  const passkey = proof.enrolment.statement;
  if (!(await holdsStatement(proof.enrolment, raw))) throw new Error("the registry does not vouch for this passkey");
  if (passkey.public_key !== proof.public_key || passkey.key !== one.key) throw new Error("the passkey is not the one that the registry vouches for");
  if (passkey.person.id !== one.statement.signer.id) throw new Error("the passkey is another person's");
  if (passkey.confirmed_by === null) throw new Error("nobody confirmed the passkey");
  const answer = proof.assertion.response;
  const [client, seen, mark] = [answer.clientDataJSON, answer.authenticatorData, answer.signature].map(fromBase64url);
  const told = parsed(client);
  const asked = toBase64url(await sha256(canonical(one.statement)));
  const party = await sha256(encoder.encode(proof.party.id));
  const here = told.type === "webauthn.get" && told.challenge === asked && told.origin === proof.party.origin;
  const present = same(seen.slice(0, 32), party) && (seen[32] & 5) === 5; // somebody was there, and was verified
  const message = joined(seen, await sha256(client));
  if (!here || !present || !(await holdsByPasskey(fromBase64url(proof.public_key), mark, message))) {
    throw new Error("The passkey did not sign this statement");
  }
  return String(passkey.confirmed_by.name);
}

async function checkSignoffs(given) {
  const found = given.read(PATHS.SIGNOFFS);
  if (found === null) return;
  if (found.schema !== "cmr.signatures/1") given.report.say("file.shape", { file: PATHS.SIGNOFFS, why: "it does not say cmr.signatures/1" });
  if (!Array.isArray(found.signoffs)) throw new Error("signoffs");
  given.shown = found.signoffs;
  for (const one of given.shown) await checkSignoff(given, one);
  if (!given.shown.length) given.report.say("sign.none");
  checkTold(given);
}

function alteredParts(one, said) {
  const shown = [
    ["the role", one.role, said.role],
    ["the meaning", one.meaning, said.meaning],
    ["the person", one.person.id, said.signer.id],
    ["the name", one.person.name, said.signer.name],
    ["the reasons", one.reasons || null, said.reasons],
    ["the dossier", one.dossier, said.digest],
  ];
  return shown.filter(([, here, signed]) => here !== signed).map(([part]) => part);
}

async function checkSignoff(given, one) {
  const said = one.statement;
  const about = { who: who(said), meaning: said.meaning };
  const altered = alteredParts(one, said);
  if (altered.length) given.report.say("sign.altered", { file: PATHS.SIGNOFFS, ...about, why: altered.join(", ") });
  if (given.key === null) return;
  let [confirmed, withdrawn] = [];
  try {
    confirmed = await verifiedSignature(one, given.key.raw);
    withdrawn = await isWithdrawn(given, one);
  } catch (error) {
    given.report.say("sign.fails", { file: PATHS.SIGNOFFS, ...about, why: error.message });
    return;
  }
  about.at = moment(said.at);
  if (said.digest !== given.digest) {
    given.report.say("sign.void", about);
  } else if (withdrawn) {
    given.report.say("sign.withdrawn", about);
  } else {
    if (one.method === BY_PASSKEY) given.report.say("sign.passkey", { ...about, confirmed });
    else given.report.say("sign.weaker", { ...about, method: METHODS[one.method] });
    if (said.meaning === "object") given.report.say("sign.against", { who: about.who, reasons: said.reasons });
    given.signoffs.push(said);
  }
}

async function isWithdrawn(given, one) {
  if (!one.withdrawn_at) return false;
  if (one.withdrawal === undefined) throw new Error("it is said to be withdrawn, and no signature shows that");
  await verifiedSignature(one.withdrawal, given.key.raw);
  const taken = one.withdrawal.statement;
  if (taken.signer.id !== one.statement.signer.id) throw new Error("another person's signature stands for its withdrawal");
  if (taken.meaning !== `withdrawal of: ${one.statement.meaning}`) throw new Error("the signature beside it is about something else");
  return true;
}

function checkTold(given) {
  if (given.events === null) return;
  const here = new Set(given.shown.map((one) => one.signature));
  const told = given.events.filter((event) => event.act === "review.signed");
  for (const { seq, after } of told) {
    if (after.dossier !== given.digest || here.has(after.signature)) continue;
    given.report.say("sign.removed", { file: PATHS.SIGNOFFS, who: `somebody, ${after.role}`, meaning: after.meaning, where: `entry ${seq} of the trail` });
  }
  const known = new Set(told.map(({ after }) => after.signature));
  for (const { signature, statement } of given.shown) {
    if (!known.has(signature)) given.report.say("sign.untold", { file: PATHS.SIGNOFFS, who: who(statement), meaning: statement.meaning });
  }
}

async function checkOthers(given) {
  if (given.key === null) return;
  const found = given.read(PATHS.SIGNED);
  if (found === null) return;
  if (found.schema !== "cmr.signature_bundle/1") given.report.say("file.shape", { file: PATHS.SIGNED, why: "it does not say cmr.signature_bundle/1" });
  if (found.registry.public !== toBase64(given.key.raw)) given.report.say("file.shape", { file: PATHS.SIGNED, why: "it brings another key" });
  const known = new Set(given.shown.map((one) => one.signature));
  const signed = new Set();
  let held = 0;
  for (const one of found.signatures) {
    const said = one.statement;
    try {
      await verifiedSignature(one, given.key.raw);
      signed.add(said.digest);
      if (!known.has(one.signature)) held += 1;
    } catch (error) {
      given.report.say("sign.other", { file: PATHS.SIGNED, who: who(said), meaning: said.meaning, subject: said.subject, why: error.message });
    }
  }
  if (held) given.report.say("sign.others", { count: held });
  checkPapers(given, signed);
}

function checkPapers(given, signed) {
  const hazards = given.read(PATHS.DOSSIER)?.hazards ?? {};
  const cited = new Set(Object.values(hazards).filter(isObject).map((part) => part.digest));
  const papers = [...given.files.keys()].filter((path) => path.startsWith("signed/"));
  const faulty = papers.filter((path) => !signed.has(given.digestOf.get(path)) && !cited.has(given.digestOf.get(path)));
  for (const path of faulty) given.report.say("sign.paper", { file: path });
  if (papers.length > faulty.length) given.report.say("sign.papers", { count: papers.length - faulty.length });
  const here = new Set(given.digestOf.values());
  const absent = [...signed].filter((digest) => !here.has(digest));
  if (absent.length) given.report.say("sign.absent", { count: absent.length });
}
