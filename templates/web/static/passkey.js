// Passkey: makes a person's passkey; another person confirms it afterwards.

import { ask, busy, find, knows_passkeys, moment, put, say, when_over } from "./ceremony.js";

function over() {
  find("making").hidden = true;
}

async function make(enrolment) {
  busy("Your device asks for you…");
  find("make").disabled = true;
  try {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(enrolment.options);
    const made = (await navigator.credentials.create({ publicKey })).toJSON();
    const { id, rawId, type, response } = made;
    const kept = await ask("/credential", { id, rawId, type, response });
    over();
    put("key", kept.key.replace(/(.{4})(?=.)/g, "$1 "));
    put("command", `cmr passkey confirm ${kept.login} ${kept.key}`);
    find("made").hidden = false;
    say("good", "Registered", "It signs nothing yet: an enroller must confirm that it is yours.");
  } catch (error) {
    if (error instanceof DOMException && error.name === "InvalidStateError") {
      say("unsure", "You have it already", "This device holds a passkey of yours for this registry.");
    } else if (error instanceof DOMException) {
      say("unsure", "No passkey was made", "Your device made none: it was cancelled, took too long, or could not tell that it is you. Try again.");
    } else {
      say("bad", "No passkey was registered", error.message);
      if (error.code === "ceremony-over") over();
    }
  } finally {
    busy("");
    find("make").disabled = false;
  }
}

try {
  const enrolment = await ask("");
  const { person, label } = enrolment.statement;
  put("person", `${person.name} (${person.login})`);
  put("label", label);
  put("party", enrolment.options.rp.id);
  put("until", moment(enrolment.expires_at).split(", ")[1]);
  find("paper").hidden = false;
  busy("");
  if (enrolment.state === "done") {
    over();
    say("good", "This was done", "“cmr passkey list” shows the passkey and where it stands.");
  } else if (enrolment.state !== "waiting") {
    over();
    say("unsure", "The time is over", "Begin again with “cmr passkey add”.");
  } else if (!knows_passkeys() || !PublicKeyCredential.parseCreationOptionsFromJSON) {
    over();
    say("unsure", "No passkeys here", "This browser does not know passkeys, or is too old. Open the page in another one.");
  } else {
    find("make").addEventListener("click", () => make(enrolment));
    when_over(enrolment.expires_at, () => find("making").hidden || (over(), say("unsure", "The time is over", "Begin again with “cmr passkey add”.")));
  }
} catch (error) {
  busy("");
  say("bad", "This link does not open it", error.message);
}
document.documentElement.dataset.ready = "yes";
