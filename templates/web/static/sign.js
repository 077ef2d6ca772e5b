// Sign: shows a statement, and asks the passkey to sign the digest of exactly what is shown.

import { ask, base64url, busy, bytesOf, canonical, find, hex, hush, knows_passkeys, line, moment, put, say, sha256, when_over } from "./ceremony.js";

const TITLES = {
  "ceremony-over": "This is over",
  "changed-since": "The records changed",
  "not-found": "Nothing waits here",
  "not-signed-in": "This link does not open it",
};
let signing;
let challenge;

function over() {
  find("signing").hidden = true;
}

function refused(error) {
  busy("");
  if (["ceremony-over", "changed-since", "not-found", "not-signed-in"].includes(error.code)) over();
  const tone = error.code === "changed-since" ? "unsure" : "bad";
  say(tone, TITLES[error.code] || "Nothing was signed", error.message);
}

const BY = {
  passkey: "Signed by passkey.",
  "password+server-key": "Signed by password, counter-signed by the registry: the weaker way, and labelled so.",
  "fresh-login+server-key": "Signed by a fresh login at the provider, counter-signed by the registry: the weaker way, and labelled so.",
};

function ended(found) {
  over();
  if (found.state === "done") {
    const { signer, role, meaning, at } = found.statement;
    say("good", "Signed", `${signer.name}${role ? `, ${role}` : ""}: “${meaning}”, ${moment(at)}.`, BY[found.method] || `Signed by ${found.method}.`, "You can close this page.");
  } else if (found.state === "cancelled") {
    say("unsure", "Not signed", "This was cancelled; nothing was done. You can close this page.");
  } else {
    say("unsure", "The time to sign is over", "Nothing was signed. Begin again, and read what is shown then.");
  }
}

/** A document as a list of what it says, whatever it is. */
function tree(value) {
  if (value !== null && typeof value === "object" && !Object.keys(value).length) value = null;
  if (Array.isArray(value)) {
    const list = document.createElement("ol");
    list.append(...value.map((one) => {
      const item = document.createElement("li");
      item.append(tree(one));
      return item;
    }));
    return list;
  }
  if (value !== null && typeof value === "object") {
    const list = document.createElement("dl");
    for (const [name, inner] of Object.entries(value)) {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      const said = document.createElement("dd");
      term.textContent = name.replaceAll("_", " ");
      said.append(tree(inner));
      row.append(term, said);
      list.append(row);
    }
    return list;
  }
  return document.createTextNode(value === null ? "none" : String(value));
}

async function show(found) {
  const told = found.statement;
  const exact = canonical(told);
  challenge = await sha256(exact);
  if (`sha256:${hex(challenge)}` !== found.digest) {
    throw Object.assign(new Error("The statement is not what its digest says. Do not sign; tell your administrator."), { code: "not-found" });
  }
  put("subject", told.subject);
  put("act", `${found.act}.`);
  put("meaning", told.meaning);
  const login = document.createElement("small");
  login.textContent = `signed in as ${told.signer.login}`;
  find("signer").replaceChildren(told.signer.name, login);
  line("role", told.role);
  line("reasons", told.reasons);
  put("digest", told.digest);
  line("policy", told.policy);
  put("at", moment(told.at));
  const { since, parts } = found.changed || {};
  line("changed", found.changed && (parts.length ? `since dossier ${since}: ${parts.join(", ")}` : `nothing since dossier ${since}`));
  find("document").hidden = !found.document;
  if (found.document) {
    find("tree").replaceChildren(tree(found.document));
    find("document").open = found.document.schema !== "cmr.dossier/1";
  }
  put("canonical", exact);
  put("challenge", found.digest);
  put("until", moment(found.expires_at).split(", ")[1]);
  find("paper").hidden = false;
}

async function by_passkey() {
  hush();
  busy("Your device asks for you…");
  find("by-passkey").disabled = true;
  try {
    const made = await navigator.credentials.get({
      publicKey: {
        challenge,
        rpId: signing.party,
        userVerification: "required",
        timeout: 120000,
        allowCredentials: signing.passkeys.map((one) => ({
          type: "public-key",
          id: bytesOf(one.id),
          transports: one.transports,
        })),
      },
    });
    busy("Signing…");
    const { clientDataJSON, authenticatorData, signature } = made.response;
    ended(await ask("/assertion", {
      id: made.id,
      response: {
        clientDataJSON: base64url(clientDataJSON),
        authenticatorData: base64url(authenticatorData),
        signature: base64url(signature),
      },
    }));
  } catch (error) {
    if (error instanceof DOMException) {
      say("unsure", "Not signed", "Your device did not sign: it was cancelled, took too long, or could not tell that it is you. Nothing was done; try again, or do not sign.");
    } else {
      refused(error);
    }
  } finally {
    busy("");
    find("by-passkey").disabled = false;
  }
}

async function by_password(event) {
  event.preventDefault();
  hush();
  busy("Signing…");
  try {
    ended(await ask("/password", { password: find("password").value }));
  } catch (error) {
    refused(error);
  } finally {
    find("password").value = "";
    busy("");
  }
}

async function cancel() {
  try {
    ended(await ask("/cancellation", {}));
  } catch (error) {
    refused(error);
  }
}

function no_passkey(sentence) {
  find("by-passkey").disabled = true;
  find("weaker").open = true;
  say("unsure", "No passkey here", sentence);
}

try {
  signing = await ask("");
  await show(signing);
  busy("");
  if (signing.state !== "waiting") {
    ended(signing);
  } else {
    find("by-passkey").addEventListener("click", by_passkey);
    find("by-password").addEventListener("submit", by_password);
    find("cancel").addEventListener("click", cancel);
    when_over(signing.expires_at, () => find("signing").hidden || ended({ ...signing, state: "expired" }));
    if (!knows_passkeys()) {
      no_passkey("This browser does not know passkeys. Open the page in another one, or sign by password below, the weaker way.");
    } else if (!signing.passkeys.length) {
      no_passkey("You have no confirmed passkey. Register one with “cmr passkey add” and have an enroller confirm it, or sign by password below, the weaker way.");
    }
  }
} catch (error) {
  refused(error);
}
document.documentElement.dataset.ready = "yes";
