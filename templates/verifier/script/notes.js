// Notes: signed text (C2SP), checkpoints over the trail, and the way from an entry to one (RFC 6962).

function noteText(note) {
  const gap = note.lastIndexOf("\n\n");
  if (gap <= 0 || !note.endsWith("\n")) {
    throw new Error("this is no signed note: text, an empty line and signatures are expected");
  }
  return `${note.slice(0, gap)}\n`;
}

function marksBy(note, key) {
  const found = [];
  for (const line of note.slice(note.lastIndexOf("\n\n") + 2).split("\n")) {
    const [dash, name, encoded, ...more] = line.split(" ");
    if (dash !== "\u2014" || name !== key.name || more.length) continue;
    try {
      const mark = fromBase64(encoded);
      if (same(mark.slice(0, 4), key.id)) found.push(mark.slice(4));
    } catch {
      // Another's line, or a damaged one: it is no signature by this key.
    }
  }
  return found;
}

/** What a checkpoint says, once it is found to be of this key's trail and signed by it. */
async function verifiedCheckpoint(note, key) {
  const text = noteText(note);
  const lines = text.split("\n");
  if (lines.length !== 4 || !/^(0|[1-9][0-9]{0,18})$/.test(lines[1])) {
    throw new Error("this is not a checkpoint: three lines and a signature are expected");
  }
  const root = fromBase64(lines[2]);
  if (root.length !== 32) throw new Error("the checkpoint's root has not 32 bytes");
  if (lines[0] !== key.name) throw new Error(`the checkpoint is of ${lines[0]}, not of ${key.name}`);
  for (const mark of marksBy(note, key)) {
    if (await holdsEd25519(key.raw, mark, encoder.encode(text))) return { size: Number(lines[1]), root };
  }
  throw new Error(`no signature by the key of ${lines[0]} holds over this checkpoint`);
}

/** The day on which a witness co-signed, or null. */
async function cosignedOn(note, key) {
  const text = noteText(note);
  for (const mark of marksBy(note, key)) {
    const at = mark.slice(0, 8).reduce((sum, byte) => sum * 256 + byte, 0);
    const message = encoder.encode(`cosignature/v1\ntime ${at}\n${text}`);
    if (!(await holdsEd25519(key.raw, mark.slice(8), message))) continue;
    const day = new Date(at * 1000);
    return Number.isNaN(day.getTime()) || at > 253402300799 ? "a day that no calendar has" : day.toISOString().slice(0, 10);
  }
  return null;
}

const leafHash = (body) => sha256(joined(Uint8Array.of(0), body));
const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

/** Whether hashes lead from a leaf to the root (RFC 9162, 2.1.3.2). */
async function leadsTo(leaf, index, size, hashes, root) {
  if (!Number.isInteger(index) || index < 0 || index >= size) return false;
  let [first, last, hash] = [index, size - 1, leaf];
  const half = (number) => Math.floor(number / 2);
  for (const step of hashes) {
    if (last === 0) return false;
    if (first % 2 || first === last) {
      hash = await nodeHash(step, hash);
      while (first % 2 === 0 && first) [first, last] = [half(first), half(last)];
    } else {
      hash = await nodeHash(hash, step);
    }
    [first, last] = [half(first), half(last)];
  }
  return last === 0 && same(hash, root);
}
