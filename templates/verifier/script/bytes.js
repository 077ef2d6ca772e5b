// Bytes: digests, base64, canonical JSON (RFC 8785) and other small change.

const encoder = new TextEncoder();
const strictly = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const loosely = new TextDecoder("utf-8", { ignoreBOM: true });

function fromBase64(text) {
  if (typeof text !== "string" || text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new Error("this is not base64");
  }
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function fromBase64url(text) {
  const plain = String(text).replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  return fromBase64(plain + "=".repeat((4 - (plain.length % 4)) % 4));
}

const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const toBase64url = (bytes) => toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const digestOf = async (bytes) => `sha256:${hex(await sha256(bytes))}`;

/** The bytes of a JSON value that are hashed and signed. JSON.stringify writes numbers and letters as RFC 8785 asks. */
function canonicalText(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

const canonical = (value) => encoder.encode(canonicalText(value));
const documentDigest = (value) => digestOf(canonical(value));

function parsed(bytes) {
  return JSON.parse(strictly.decode(bytes));
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const moment = (text) => String(text).slice(0, 16).replace("T", " ");
