// Page: takes a file, shows what was found, and never speaks to anybody.

const TITLES = { fails: "does not hold", holds: "holds", mind: "holds, with something to mind", "not checked": "not checked" };
const CLASSES = { fails: "fails", holds: "holds", mind: "mind", "not checked": "open" };
const find = (id) => document.getElementById(id);
let chosen = null;
let last = null;
let turn = 0;

function element(kind, text, name) {
  const made = document.createElement(kind);
  if (text) made.textContent = text;
  if (name) made.className = name;
  return made;
}

function item(one) {
  const row = element("li", "", CLASSES[one.verdict]);
  const mark = element("span", CATALOGUE.marks[one.verdict], "mark");
  mark.setAttribute("aria-hidden", "true");
  const words = element("span");
  words.append(element("span", `${TITLES[one.verdict]}: `, "unseen"), one.text);
  row.append(mark, words);
  return row;
}

function show(report, manifest, file) {
  const tone = !report.holds ? "bad" : report.keyed ? "good" : "unsure";
  find("word").className = `word ${tone}`;
  find("headline").textContent = `${{ bad: "✗", good: "✓", unsure: "!" }[tone]} ${report.headline}`;
  const made = manifest.version ? `${manifest.version}, card ${manifest.card.number}, taken out of “${manifest.registry.origin}” on ${moment(manifest.made.at)} UTC by ${manifest.made.by}. ` : "";
  find("about").textContent = `${made}File: ${file.name}, ${plainFact(file.size)} bytes.`;
  const order = ["fails", "holds", "mind", "not checked"];
  const parts = CATALOGUE.headings.map((heading) => {
    const here = report.findings.filter((one) => one.heading === heading).sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
    if (!here.length) return null;
    const part = element("section");
    const list = element("ul");
    list.append(...here.map(item));
    part.append(element("h3", heading), list);
    return part;
  });
  find("parts").replaceChildren(...parts.filter(Boolean));
  find("found").hidden = false;
  find("word").focus();
  find("word").scrollIntoView({ block: "nearest" });
}

async function askedKey() {
  const word = find("key").value.replace(/\s+/g, "");
  find("key-wrong").hidden = true;
  find("key").removeAttribute("aria-invalid");
  if (!word) return null;
  try {
    return await publicKey(word);
  } catch (error) {
    find("key-wrong").textContent = `This is not a key: ${error.message}.`;
    find("key-wrong").hidden = false;
    find("key").setAttribute("aria-invalid", "true");
    find("key").focus();
    return undefined;
  }
}

async function start() {
  const mine = ++turn;
  if (chosen === null) return;
  const key = await askedKey();
  if (key === undefined) return;
  find("status").textContent = "Checking…";
  const bytes = new Uint8Array(await chosen.arrayBuffer());
  const { report, manifest } = await check(bytes, chosen.name, { key });
  if (mine !== turn) return; // another file, or another key, was given meanwhile
  last = { schema: "cmr.verification/1", holds: report.holds, by_own_key: report.keyed, headline: report.headline, findings: report.findings };
  find("status").textContent = "Checked. What was found follows.";
  show(report, manifest, chosen);
}

function choose(file) {
  if (!file) return;
  chosen = file;
  start();
}

function save() {
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(last, null, 2)], { type: "application/json" }));
  link.download = `${chosen.name.replace(/\.zip$/i, "")}-checked.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

find("file").addEventListener("change", (event) => choose(event.target.files[0]));
find("key").addEventListener("change", start);
find("form").addEventListener("submit", (event) => event.preventDefault());
find("save").addEventListener("click", save);
find("print").addEventListener("click", () => window.print());
for (const name of ["dragover", "dragenter"]) {
  addEventListener(name, (event) => {
    event.preventDefault();
    find("drop").classList.add("over");
  });
}
addEventListener("dragleave", () => find("drop").classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  find("drop").classList.remove("over");
  choose(event.dataTransfer.files[0]);
});
globalThis.cmrVerify = { check, publicKey };
document.documentElement.dataset.ready = "yes";
