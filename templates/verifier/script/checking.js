// Checking: every part of a bundle; one that is damaged leaves the others to be checked.

async function check(bytes, title, asked) {
  const { files, faults } = await readZip(bytes, title);
  const report = new Report();
  for (const [id, file, facts] of faults) report.say(id, { file, ...facts });
  const given = new Given(files, { ed25519: await knowsEd25519(), how: "in the field above", ...asked }, report);
  await given.digests();
  await guarded(given, PATHS.MANIFEST, checkLists);
  if (given.listed) {
    await guarded(given, PATHS.CHECKPOINT, checkTrail);
    await guarded(given, PATHS.CARD, checkCard);
    await guarded(given, PATHS.SIGNOFFS, checkSignoffs);
    await guarded(given, PATHS.SIGNED, checkOthers);
    await guarded(given, PATHS.DECISION, checkDecision);
    await guarded(given, PATHS.STANDING, checkStanding);
    await guarded(given, PATHS.DOSSIER, checkEvidence);
  }
  return { report, manifest: given.manifest };
}
