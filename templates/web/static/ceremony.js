// Ceremony: what the page of a signature and that of a passkey share. No third party, no eval.

const [, page, id] = location.pathname.split("/");
const secret = location.hash.slice(1);
// Out of the address bar; a reload reads it from the entry of this very tab.
if (secret) {
  sessionStorage.setItem(location.pathname, secret);
  history.replaceState(null, "", location.pathname);
}

export const find = (name) => document.getElementById(name);

export function put(name, text) {
  find(name).textContent = text;
}

/** Put a text on a line of the form, or leave the line out. */
export function line(name, text) {
  put(name, text || "");
  find(`${name}-line`).hidden = !text;
}

/** Say what became of it, in words, and go there. */
export function say(tone, title, ...sentences) {
  const box = find("word");
  const mark = { good: "✓", bad: "✗", unsure: "!" }[tone];
  const head = document.createElement("b");
  head.textContent = `${mark} ${title}`;
  const rest = sentences.filter(Boolean).map((sentence) => {
    const said = document.createElement("p");
    said.textContent = sentence;
    return said;
  });
  box.replaceChildren(head, ...rest);
  box.className = `word ${tone}`;
  box.hidden = false;
  box.focus();
  box.scrollIntoView({ block: "nearest" });
}

export function hush() {
  find("word").hidden = true;
}

export function busy(sentence) {
  put("busy", sentence || "");
  find("busy").hidden = !sentence;
}

export class Refused extends Error {
  constructor(problem) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
  }
}

/** Ask the registry, as the holder of this link. */
export async function ask(path, body) {
  const headers = { "Link-Secret": secret || sessionStorage.getItem(location.pathname) || "" };
  const options = { headers, cache: "no-store", credentials: "omit", redirect: "error" };
  if (body !== undefined) {
    options.method = "POST";
    headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(`/api/v1/${page === "sign" ? "signings" : "passkeys"}/${id}${path}`, options);
  } catch {
    throw new Refused({ detail: "The registry does not answer. Nothing was done; try again.", code: "away" });
  }
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told);
  return told;
}

/** RFC 8785: keys in the order of their UTF-16 units, no blanks; numbers and strings as JSON has them. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const parts = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${parts.join(",")}}`;
}

export async function sha256(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function base64url(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function bytesOf(text) {
  const whole = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(whole, (letter) => letter.charCodeAt(0));
}

/** A time as people read it, in UTC and to the second, as the statement has it. */
export function moment(text) {
  const at = new Date(text);
  const day = at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return `${day}, ${at.toISOString().slice(11, 19)} UTC`;
}

/** Do something when the ceremony's time is over; the registry decides, this only tells. */
export function when_over(expires_at, then) {
  setTimeout(then, Math.max(0, new Date(expires_at) - Date.now()));
}

export const knows_passkeys = () => Boolean(window.PublicKeyCredential && navigator.credentials);
