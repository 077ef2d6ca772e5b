// Verify: computes the digests of a file in the browser, and asks the page about these alone.

const find = (name) => document.getElementById(name);
const MOST = 20;

async function digest(bytes) {
  const hashed = await crypto.subtle.digest("SHA-256", bytes);
  return `sha256:${Array.from(new Uint8Array(hashed), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Return where a PDF may have ended before something was added, the shortest first. */
function ends(bytes) {
  const mark = [0x25, 0x25, 0x45, 0x4f, 0x46]; // %%EOF
  const found = [];
  for (let at = bytes.indexOf(mark[0]); at >= 0; at = bytes.indexOf(mark[0], at + 1)) {
    if (!mark.every((byte, place) => bytes[at + place] === byte)) continue;
    let end = at + mark.length;
    if (bytes[end] === 0x0d) end += 1;
    if (bytes[end] === 0x0a) end += 1;
    if (end < bytes.length) found.push(end);
  }
  return found;
}

async function chosen(event) {
  const [file] = event.target.files;
  if (!file) return;
  find("busy").textContent = "Computing the SHA-256…";
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const asked = new URLSearchParams();
    asked.append("digest", await digest(bytes));
    // From the longest beginning to the shortest: the first that is known says most.
    for (const end of ends(bytes).reverse().slice(0, MOST - 1)) {
      asked.append("digest", await digest(bytes.subarray(0, end)));
    }
    location.assign(`/verify?${asked}`);
  } catch {
    find("busy").textContent = "This file could not be read. Choose it again, or enter the code.";
  }
}

if (globalThis.crypto?.subtle) {
  find("by-file").hidden = false;
  find("file").addEventListener("change", chosen);
}
find("answer")?.focus();
document.documentElement.dataset.ready = "yes";
