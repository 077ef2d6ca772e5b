// Decisions: whether it was signed, rests on all that was said, and is by those whom the policy asks.

const PERMITS = new Set(["approve", "approve with conditions"]);
const OF_AUTHORS = new Set(["object", "abstain", "authorship"]);
const LATER = new Set(CATALOGUE.later);

async function checkDecision(given) {
  const dossier = given.read(PATHS.DOSSIER);
  if (dossier === null) return;
  const rules = rulesOf(given, dossier);
  if (!given.files.has(PATHS.DECISION)) {
    const made = (given.events ?? []).find((event) => event.act === "review.decided" && event.after.dossier === given.digest);
    if (made) given.report.say("decision.removed", { file: PATHS.DECISION, seq: made.seq });
    else given.report.say("decision.none");
    return;
  }
  const shown = given.read(PATHS.DECISION);
  if (shown === null) return;
  const { signed } = shown;
  if (!(await checkDecided(given, shown, signed))) return;
  checkComplete(given, signed.document);
  if (rules === null || given.key === null) return;
  checkPeople(given, rules, signed.document, signed.statement, dossier);
  checkObjections(given, signed.document);
}

function rulesOf(given, dossier) {
  const content = given.need(PATHS.POLICY);
  if (content === null) return null;
  const named = dossier.policy;
  if (given.digestOf.get(PATHS.POLICY) !== named.digest) {
    given.report.say("decision.foreign", { file: PATHS.POLICY });
    return null;
  }
  given.report.say("decision.policy", { policy: `${named.name}/${named.version}` });
  return parsed(content).tiers[named.tier];
}

async function decisionProblem(given, signed) {
  const { document, statement } = signed;
  if (statement.digest !== signed.digest || (await documentDigest(document)) !== signed.digest) return "the document is not the one that was signed";
  if (document.dossier !== given.digest) return "it is about another dossier";
  if (statement.meaning !== `decision: ${document.outcome}`) return `“${statement.meaning}” was signed, not “${document.outcome}”`;
  if (statement.signer.id !== document.decided.by.id) return "another person signed it than decided";
  if (given.key === null) return "";
  try {
    await verifiedSignature(signed, given.key.raw);
    return "";
  } catch (error) {
    return error.message;
  }
}

function fixedParts(conditions) {
  return canonicalText(conditions.map((one) => Object.fromEntries(Object.entries(one).filter(([name]) => !LATER.has(name)))));
}

async function checkDecided(given, shown, signed) {
  const problem = await decisionProblem(given, signed);
  if (problem) {
    given.report.say("decision.fails", { file: PATHS.DECISION, why: problem });
    return false;
  }
  const { document, statement } = signed;
  const parts = [...new Set([...Object.keys(shown), ...Object.keys(document)])].filter((name) => name !== "signed" && name !== "conditions");
  const altered = parts.sort().filter((name) => canonicalText(shown[name] ?? null) !== canonicalText(document[name] ?? null));
  if (fixedParts(shown.conditions) !== fixedParts(document.conditions)) altered.push("conditions");
  if (altered.length) given.report.say("decision.altered", { file: PATHS.DECISION, why: altered.join(", ") });
  if (given.key === null) return true;
  const told = given.events?.some((event) => event.act === "review.decided" && event.after.signature === signed.signature);
  if (told === false) given.report.say("sign.untold", { file: PATHS.DECISION, who: who(statement), meaning: statement.meaning });
  const weaker = `${METHODS[signed.method]} (weaker: the registry's word for it)`;
  given.report.say("decision.signed", { outcome: document.outcome, who: who(statement), at: moment(statement.at), method: signed.method === BY_PASSKEY ? "by passkey" : weaker });
  return true;
}

function checkComplete(given, document) {
  const here = new Set(given.shown.map((one) => one.signature));
  const gone = document.signoffs.filter((one) => !here.has(one.signature));
  for (const { statement } of gone) {
    given.report.say("sign.removed", { file: PATHS.SIGNOFFS, who: who(statement), meaning: statement.meaning, where: "the decision, as it was signed," });
  }
  const then = new Map(document.signoffs.map((one) => [one.signature, one]));
  for (const one of given.shown) {
    const seen = then.get(one.signature) ?? one;
    const parts = [...new Set([...Object.keys(seen), ...Object.keys(one)])].filter((name) => name !== "proof").sort();
    const altered = parts.filter((name) => canonicalText(seen[name] ?? null) !== canonicalText(one[name] ?? null));
    if (!altered.length) continue;
    const why = `${altered.join(", ")} as the decision maker saw it`;
    given.report.say("sign.altered", { file: PATHS.SIGNOFFS, who: who(one.statement), meaning: one.statement.meaning, why });
  }
  if (!gone.length) given.report.say("decision.complete", { count: new Set(document.signoffs.map((one) => one.signature)).size });
}

function checkPeople(given, rules, document, said, dossier) {
  if (said.role !== rules.decision_maker) given.report.say("decision.maker", { file: PATHS.DECISION, role: said.role, asked: rules.decision_maker });
  checkDoubles(given, rules, document, said);
  const made = authors(dossier);
  const approving = new Map(given.signoffs.filter((one) => !OF_AUTHORS.has(one.meaning)).map((one) => [one.signer.id, one.signer.name]));
  approving.set(said.signer.id, said.signer.name);
  for (const [person, name] of approving) {
    if (made.has(person)) given.report.say("decision.own", { file: PATHS.DECISION, who: name, made: made.get(person) });
  }
  if (!PERMITS.has(document.outcome)) return;
  let short = false;
  for (const rule of rules.signoffs) {
    const quorum = rule.quorum ?? 1;
    const people = new Set(given.signoffs.filter((one) => one.role === rule.role && rule.meanings.includes(one.meaning)).map((one) => one.signer.id));
    if (people.size >= quorum) continue;
    short = true;
    const many = quorum === 1 ? "" : ` (${people.size} of ${quorum})`;
    const after = rule.after?.length ? `, after the ${rule.after.join(" and the ")}` : "";
    given.report.say("decision.short", { file: PATHS.SIGNOFFS, asked: `Sign-off of the ${rule.role}${many}: ${rule.meanings.join(" or ")}${after}` });
  }
  const asked = rules.signoffs.map((rule) => `${rule.quorum ?? 1} × ${rule.role}`).join(", ");
  if (!short) given.report.say("decision.quorum", { asked: asked || "no sign-off" });
}

function checkDoubles(given, rules, document, said) {
  const required = new Set(rules.signoffs.map((rule) => rule.role));
  const roles = new Map();
  const names = new Map([[said.signer.id, said.signer.name]]);
  for (const { signer, role } of given.signoffs.filter((one) => required.has(one.role))) {
    roles.set(signer.id, (roles.get(signer.id) ?? new Set()).add(role));
    names.set(signer.id, signer.name);
  }
  roles.get(said.signer.id)?.add(said.role);
  const declared = new Set(document.signoffs.filter((one) => one.dual_role).map((one) => one.person.id));
  if (document.decided.dual_role) declared.add(said.signer.id);
  for (const [person, filled] of roles) {
    if (filled.size > 1 && !declared.has(person)) given.report.say("decision.double", { file: PATHS.SIGNOFFS, who: names.get(person), roles: [...filled].sort().join(" and ") });
  }
}

function authors(dossier) {
  const made = new Map(dossier.evidence.map((one) => [one.submitted.by.id, `evidence ${one.number}`]));
  for (const one of dossier.protocols) made.set(one.registered.by.id, `the protocol “${one.document.name}”`);
  return made.set(dossier.version.registered.by.id, versionOf(dossier));
}

function checkObjections(given, document) {
  if (!PERMITS.has(document.outcome)) return;
  const objecting = given.signoffs.find((one) => one.meaning === "object" && one.role === "clinical safety officer");
  if (objecting) given.report.say("decision.against", { file: PATHS.DECISION, why: `${objecting.signer.name}, clinical safety officer, objects.` });
  given.report.say("decision.rules");
}

async function standingProblem(given, standing, mark, dossier) {
  const told = (given.events ?? []).filter((event) => event.act === "version.standing_changed").map((event) => event.after.state);
  if (`${standing.model}/${standing.number}` !== versionOf(dossier)) return "it is about another version";
  if (standing.dossier !== null && standing.dossier !== given.digest) return "it rests on another dossier";
  if (told.length && told.at(-1) !== standing.state) return `it says ${standing.state}, the trail says ${told.at(-1)}`;
  if (mark === null) return standing.state === "draft" ? "" : "nobody signed it";
  if (given.key === null) return "";
  const holds = await holdsStatement({ statement: standing, signature: mark.value, key: mark.key }, given.key.raw);
  return holds ? "" : "the registry's key did not sign it";
}

async function checkStanding(given) {
  const [document, dossier] = [given.read(PATHS.STANDING), given.read(PATHS.DOSSIER)];
  if (document === null || dossier === null) return;
  const { signature: mark, ...standing } = document;
  const problem = await standingProblem(given, standing, mark, dossier);
  if (problem) given.report.say("standing.fails", { file: PATHS.STANDING, why: problem });
  else if (mark === null) given.report.say("standing.draft");
  else if (given.key !== null) given.report.say("standing.signed", { state: standing.state, at: moment(standing.since) });
  given.report.say("standing.then", { at: moment(given.manifest.made.at) });
}
