// Keys: Ed25519 of the registry and of witnesses, and whatever passkeys sign by. WebCrypto does the sums.

const KINDS = { note: 1, cosignature: 4 };

async function knowsEd25519() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

async function holdsEd25519(raw, mark, message) {
  try {
    const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, mark, message);
  } catch {
    return false;
  }
}

const keyName = async (raw) => hex(await sha256(raw)).slice(0, 16);

async function keyId(name, raw, kind) {
  const packed = joined(encoder.encode(`${name}\n`), Uint8Array.of(kind), raw);
  return (await sha256(packed)).slice(0, 4);
}

/** A public key from one word: name+8 hex digits+base64. */
async function publicKey(word) {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(String(word).trim());
  if (!parts) throw new Error("a key is written name+8 hex digits+base64, as cmr audit key prints it");
  const packed = fromBase64(parts[3]);
  const [kind, raw] = [packed[0], packed.slice(1)];
  if (raw.length !== 32 || !Object.values(KINDS).includes(kind)) throw new Error("this is no Ed25519 key");
  const key = { name: parts[1], kind, raw, text: String(word).trim(), id: await keyId(parts[1], raw, kind) };
  if (hex(key.id) !== parts[2]) throw new Error("the id in the key is not that of its name and bytes");
  return key;
}

/** One value of CBOR, of the few kinds that a passkey's public key is written in. */
function cbor(bytes) {
  let place = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  function number(small) {
    if (small < 24) return small;
    if (small === 24) return view.getUint8(place++);
    place += small === 25 ? 2 : 4;
    return small === 25 ? view.getUint16(place - 2) : view.getUint32(place - 4);
  }
  function value() {
    const head = view.getUint8(place++);
    const [kind, small] = [head >> 5, head & 31];
    if (small > 26) throw new Error("this public key is written in a way that is not known here");
    const count = number(small);
    if (kind === 0) return count;
    if (kind === 1) return -1 - count;
    if (kind === 2 || kind === 3) {
      place += count;
      if (place > bytes.length) throw new Error("the public key is cut off");
      return bytes.slice(place - count, place);
    }
    if (kind !== 5) throw new Error("this public key is written in a way that is not known here");
    const map = new Map();
    for (let pair = 0; pair < count; pair++) {
      const name = value();
      map.set(name, value());
    }
    return map;
  }
  return value();
}

/** An ECDSA signature of P-256 as two numbers of 32 bytes, from DER. */
function fromDer(mark) {
  const numbers = [];
  if (mark[0] !== 0x30 || mark[1] !== mark.length - 2) throw new Error("this is no signature");
  for (let place = 2; place < mark.length; place += 2 + mark[place + 1]) {
    if (mark[place] !== 2) throw new Error("this is no signature");
    const number = mark.slice(place + 2, place + 2 + mark[place + 1]);
    const short = number[0] === 0 ? number.slice(1) : number;
    if (short.length > 32) throw new Error("this is no signature");
    numbers.push(joined(new Uint8Array(32 - short.length), short));
  }
  if (numbers.length !== 2) throw new Error("this is no signature");
  return joined(...numbers);
}

async function holdsByPasskey(cose, mark, message) {
  const key = cbor(cose);
  if (key.get(3) === -7) {
    const way = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const point = joined(Uint8Array.of(4), key.get(-2), key.get(-3));
    const loaded = await crypto.subtle.importKey("raw", point, way, false, ["verify"]);
    return crypto.subtle.verify(way, loaded, fromDer(mark), message);
  }
  if (key.get(3) === -8) return holdsEd25519(key.get(-2), mark, message);
  if (key.get(3) === -257) {
    const way = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const jwk = { kty: "RSA", n: toBase64url(key.get(-1)), e: toBase64url(key.get(-2)) };
    const loaded = await crypto.subtle.importKey("jwk", jwk, way, false, ["verify"]);
    return crypto.subtle.verify(way, loaded, mark, message);
  }
  throw new Error("the passkey's kind is not known here");
}
