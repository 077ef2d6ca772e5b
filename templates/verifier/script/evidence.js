// Evidence: whether it is what the dossier cites. Computing it again takes the program.

const shortDigest = (digest) => String(digest).replace("sha256:", "").slice(0, 16);

async function checkEvidence(given) {
  const dossier = given.read(PATHS.DOSSIER);
  if (dossier === null) return;
  for (const item of dossier.evidence) checkItem(given, item);
  given.report.say("evidence.not_here");
  const held = new Set(dossier.evidence.map((one) => `${one.table.custodian}, ${one.table.location}`));
  if (held.size) given.report.say("evidence.rows", { where: [...held].join("; ") });
}

function checkItem(given, item) {
  const { number } = item;
  const assessment = `evidence/${number}/assessment.json`;
  const cited = [
    [`evidence/${number}/tally.parquet`, item.tally],
    [assessment, item.assessment_digest],
    [`protocols/${shortDigest(item.protocol)}.json`, item.protocol],
  ];
  if (cited.map(([path]) => given.need(path)).includes(null)) return;
  const foreign = cited.filter(([path, digest]) => given.digestOf.get(path) !== digest);
  for (const [file] of foreign) given.report.say("evidence.foreign", { file, number });
  if (foreign.length) return;
  if (canonicalText(parsed(given.files.get(assessment))) !== canonicalText(item.assessment)) {
    given.report.say("evidence.foreign", { file: PATHS.DOSSIER, number });
    return;
  }
  given.report.say("evidence.cited", { number, rows: item.table.rows, purpose: item.purpose });
}
