// Trails: whether the entries on the version lead to a checkpoint, and who signed that.

const EVENT_KEYS = CATALOGUE.event_keys.join(" ");

function linesOf(content) {
  const found = [];
  let begin = 0;
  for (let place = 0; place <= content.length; place++) {
    if (place < content.length && content[place] !== 10) continue;
    if (place > begin || place < content.length) found.push(content.subarray(begin, place));
    begin = place + 1;
  }
  return found;
}

function eventOf(body) {
  try {
    const found = parsed(body);
    const whole = Object.keys(found).sort().join(" ") === EVENT_KEYS && Number.isInteger(found.seq);
    return whole && CATALOGUE.event_schemas.includes(found.schema) ? found : null;
  } catch {
    return null;
  }
}

function proofOf(line) {
  try {
    const { seq, hashes } = parsed(line);
    return Number.isInteger(seq) && seq >= 0 ? { seq, hashes: hashes.map(fromBase64) } : { seq: -1, hashes: [] };
  } catch {
    return { seq: -1, hashes: [] };
  }
}

async function checkTrail(given) {
  const [note, entries, proofs] = [PATHS.CHECKPOINT, PATHS.ENTRIES, PATHS.PROOFS].map((path) => given.need(path));
  if (note === null || entries === null || proofs === null || given.key === null) return;
  const text = loosely.decode(note);
  let checkpoint;
  try {
    checkpoint = await verifiedCheckpoint(text, given.key);
  } catch (error) {
    given.report.say("trail.unsigned", { file: PATHS.CHECKPOINT, why: error.message });
    return;
  }
  given.report.say("trail.checkpoint", { size: checkpoint.size });
  await checkEntries(given, checkpoint, linesOf(entries), linesOf(proofs));
  await checkWitnesses(given, text);
  given.report.say("trail.rest");
}

async function checkEntries(given, checkpoint, bodies, proofs) {
  let faulty = bodies.length !== proofs.length;
  if (faulty) given.report.say("trail.broken", { file: PATHS.PROOFS, why: `${proofs.length} proofs are there for ${bodies.length} entries` });
  const events = [];
  for (let line = 0; line < Math.min(bodies.length, proofs.length); line++) {
    const { seq, hashes } = proofOf(proofs[line]);
    const leads = seq >= 0 && (await leadsTo(await leafHash(bodies[line]), seq, checkpoint.size, hashes, checkpoint.root));
    const event = leads ? eventOf(bodies[line]) : null;
    if (event === null || event.seq !== seq) {
      faulty = true;
      given.report.say("trail.astray", { file: PATHS.ENTRIES, seq: seq >= 0 ? `${seq}` : `in line ${line + 1}` });
    } else {
      events.push({ ...event, after: isObject(event.after) ? event.after : {} });
    }
  }
  given.events = events;
  if (!faulty) given.report.say("trail.entries", { count: events.length, size: checkpoint.size });
}

async function checkWitnesses(given, note) {
  let any = false;
  for (const word of given.manifest.registry.witnesses ?? []) {
    try {
      const key = await publicKey(word);
      const at = await cosignedOn(note, key);
      if (at === null) continue;
      any = true;
      given.report.say("trail.cosigned", { witness: key.name, at });
    } catch (error) {
      given.report.say("trail.broken", { file: PATHS.CHECKPOINT, why: `the key of a witness: ${error.message}` });
    }
  }
  if (!any) given.report.say("trail.alone");
}
