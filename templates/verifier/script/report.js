// Report: what checking found, in the very sentences that the program `cmr verify` says.

/** A fact as it is printed on one line: numbers with commas, no control characters. */
function plainFact(value) {
  if (Number.isInteger(value)) return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const text = String(value).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\ufffd");
  return [...text].length <= 300 ? text : `${[...text].slice(0, 299).join("")}…`;
}

const filled = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => plainFact(facts[name]));

class Report {
  findings = [];
  keyed = false;
  signed = true;

  say(id, facts = {}) {
    const { heading, verdict, text } = CATALOGUE.sentences[id];
    this.findings.push({ id, verdict, heading, file: facts.file ?? null, text: filled(text, facts) });
  }

  get failures() {
    return this.findings.filter((one) => one.verdict === "fails");
  }

  get holds() {
    return this.failures.length === 0;
  }

  get headline() {
    const count = this.failures.length;
    if (count) return filled(CATALOGUE.headlines.fails, { count, things: count === 1 ? "thing was" : "things were" });
    const open = this.findings.filter((one) => one.verdict === "not checked").length;
    const name = this.blind ? "blind" : this.keyed ? "holds" : this.signed ? "agrees" : "unsigned";
    return filled(CATALOGUE.headlines[name], { open });
  }
}
