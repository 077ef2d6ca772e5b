// Zip: a small reader that trusts nothing. Every byte of the file must belong to a file that is listed.

const LIMITS = CATALOGUE.limits;
const SOUND = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}$/;
const DEVICES = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const LONG_END = 0x06064b50;

function soundPath(path) {
  const steps = path.split("/");
  return path.length <= LIMITS.longest && SOUND.test(path) && !steps.some((step) => DEVICES.test(step) || step.endsWith("."));
}

const TABLE = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** Unpack, but never more than so many bytes. */
async function inflated(packed, limit, form) {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream(form)).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(...parts);
    parts.push(value);
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      return null;
    }
  }
}

/** Where the list of files stands: {start, count, end, comment}. */
function listing(view) {
  for (let place = view.byteLength - 22; place >= Math.max(0, view.byteLength - 65557); place--) {
    if (view.getUint32(place, true) !== END) continue;
    const comment = view.getUint16(place + 20, true);
    if (place + 22 + comment !== view.byteLength) continue;
    const start = view.getUint32(place + 16, true);
    const size = view.getUint32(place + 12, true);
    if (start + size > place) throw new Error("its list of files lies outside");
    return { start, size, count: view.getUint16(place + 10, true), end: place, comment };
  }
  throw new Error("it has no end");
}

function entries(bytes, view, list) {
  const found = [];
  let place = list.start;
  for (let number = 0; number < list.count; number++) {
    if (view.getUint32(place, true) !== ENTRY) throw new Error("its list of files is damaged");
    const [name, extra, comment] = [28, 30, 32].map((at) => view.getUint16(place + at, true));
    found.push({
      flags: view.getUint16(place + 8, true),
      method: view.getUint16(place + 10, true),
      crc: view.getUint32(place + 16, true),
      packed: view.getUint32(place + 20, true),
      size: view.getUint32(place + 24, true),
      mode: view.getUint32(place + 38, true) >>> 16,
      offset: view.getUint32(place + 42, true),
      name: strictly.decode(bytes.subarray(place + 46, place + 46 + name)),
    });
    place += 46 + name + extra + comment;
  }
  if (place !== list.start + list.size) throw new Error("its list of files is damaged");
  return found;
}

/** Where a file's own bytes begin and end, its header included. */
function span(bytes, view, one) {
  if (view.getUint32(one.offset, true) !== LOCAL) throw new Error("a file has no header");
  const [name, extra] = [26, 28].map((at) => view.getUint16(one.offset + at, true));
  one.local = strictly.decode(bytes.subarray(one.offset + 30, one.offset + 30 + name));
  one.begin = one.offset + 30 + name + extra;
  let end = one.begin + one.packed;
  if (one.flags & 8) end += 12 + (end + 4 <= bytes.length && view.getUint32(end, true) === 0x08074b50 ? 4 : 0);
  return [one.offset, end];
}

function hiddenBytes(bytes, view, list, found) {
  const spans = found.map((one) => span(bytes, view, one));
  spans.push([list.start, list.start + list.size]);
  let [reached, hidden] = [0, 0];
  for (const [begin, end] of spans.sort((a, b) => a[0] - b[0])) {
    hidden += Math.max(0, begin - reached);
    reached = Math.max(reached, end);
  }
  const rest = Math.max(0, list.end - reached);
  const long = rest >= 4 && view.getUint32(reached, true) === LONG_END;
  return hidden + (long ? 0 : rest) + list.comment;
}

async function unpacked(bytes, one, limit) {
  if (one.flags & 1) throw new Error("it asks for a password");
  if (one.local !== one.name) throw new Error("its name stands otherwise before it");
  const packed = bytes.subarray(one.begin, one.begin + one.packed);
  if (packed.length !== one.packed) throw new Error("it is cut off");
  let content = packed;
  if (one.method === 8) content = await inflated(packed, limit, "deflate-raw");
  else if (one.method !== 0) throw new Error("it is packed in a way that is not known here");
  if (content === null || content.length > limit) return null;
  if (content.length !== one.size || crc32(content) !== one.crc) throw new Error("its checksum is another");
  return content;
}

/** The files of a zip by path, as they can be read, and what is wrong with it: [sentence, file, facts]. */
async function readZip(bytes, title) {
  const files = new Map();
  const faults = [];
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const list = listing(view);
    const found = entries(bytes, view, list);
    const seen = new Set();
    for (const one of found) {
      const alike = one.name.normalize("NFKC").toLowerCase();
      if (seen.has(alike)) faults.push(["file.twice", one.name, {}]);
      seen.add(alike);
      one.sound = soundPath(one.name) && (one.mode & 0xf000) !== 0xa000;
      if (!one.sound) faults.push(["file.name", one.name, {}]);
    }
    const hidden = hiddenBytes(bytes, view, list, found);
    if (hidden) faults.push(["file.hidden", title, { count: hidden }]);
    let left = LIMITS.whole;
    for (const [number, one] of found.filter((each) => each.sound).entries()) {
      const limit = number < LIMITS.many ? Math.min(LIMITS.file, left) : 0;
      try {
        const content = number < LIMITS.many ? await unpacked(bytes, one, limit) : null;
        if (content === null) {
          faults.push(["file.large", one.name, { count: limit }]);
          continue;
        }
        left -= content.length;
        if (!files.has(one.name)) files.set(one.name, content);
      } catch (error) {
        faults.push(["file.damaged", one.name, { why: error.message }]);
      }
    }
  } catch (error) {
    return { files: new Map(), faults: [["file.damaged", title, { why: `the zip is cut off or damaged (${error.message})` }]] };
  }
  return { files, faults };
}
