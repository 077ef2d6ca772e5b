"""Provenance: what was tested, what is said about it, who signed, how to check; page 4."""

from collections.abc import Sequence

from registry.domain.judgements import exhibits, records, safety, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.protocols import sequence
from registry.services.cards import signatures
from registry.services.cards.room import Records
from reports.content import Consideration, DatasetRow, Fact, Point, Provenance, Tone


def page(dossier: Document, digest: str, signoffs: Sequence[Document], room: Records) -> Provenance:
    """Return page 4."""
    facts = tuple(
        _version(dossier, room)
        + _evidence(dossier, room)
        + _safety(dossier, room)
        + _digests(dossier, digest)
    )
    datasets = tuple(_dataset(dossier, d, room) for d in dossier["datasets"][: room.datasets])
    overlap = _overlap(dossier, room)
    considerations = tuple(_consideration(entry, room) for entry in dossier["statements"])
    prose = [fact.value for fact in facts if not fact.label.startswith("Evidence")]
    return Provenance(
        lede="What was tested, with what, and how to check that this file says what was signed.",
        facts=facts,
        datasets=datasets,
        datasets_more=_rest(len(dossier["datasets"]) - len(datasets), "dataset"),
        overlap=overlap,
        considerations=considerations,
        signatures=signatures.rows(signoffs, room),
        signatures_more=_rest(len(signoffs) - room.signatures, "signature"),
        verify=_verify(dossier, digest),
        shortened=wording.where_cut(prose, datasets, overlap, considerations),
    )


def _rest(number: int, noun: str) -> str | None:
    """Return how many there was no room for, and where they stand."""
    if number <= 0:
        return None
    where = "signatures.json" if noun == "signature" else "dossier.json"
    return f"{wording.counted(number, 'more ' + noun)} in the attached {where}."


def _version(dossier: Document, room: Records) -> list[Fact]:
    version = dossier["version"]
    by, at = version["registered"]["by"]["name"], wording.day(version["registered"]["at"])
    facts = [
        Fact(
            label="Version",
            value=f"{version['model']}/{version['number']}, registered {at} by {by}. "
            + wording.clipped(version["description"] or "", room.description),
        )
    ]
    artifacts = sorted(version["artifacts"], key=lambda one: one["kind"] != "model")
    facts += [
        Fact(label=f"Artifact {wording.squeezed(a['path'], 26)}", value=a["digest"], code=True)
        for a in artifacts[: room.artifacts]
    ]
    if len(artifacts) > room.artifacts:
        rest = wording.counted(len(artifacts) - room.artifacts, "more artifact")
        facts.append(Fact(label="Further artifacts", value=f"{rest} in the attached dossier.json"))
    facts.append(Fact(label="Lineage", value=_lineage(version, room)))
    code = version.get("code_commit") or "code commit not recorded"
    lock = version.get("environment_lock") or "environment lock not recorded"
    facts.append(Fact(label="Code and environment", value=f"{code} · {lock}", code=True))
    return facts


def _lineage(version: Document, room: Records) -> str:
    words = [f"{p['relation']} {p['model']}/{p['number']}" for p in version["parents"]]
    base = version.get("base_model")
    if base:
        words.append(f"base model {base['name']}")
    run = version.get("training_run")
    words.append(
        f"training run {run['system']} {run['id']}" if run else "training run not recorded"
    )
    words += [f"{d['use']}: {d['name']}/{d['number']}" for d in version["datasets"]]
    return wording.clipped(wording.sentence("; ".join(words)), room.lineage)


def _evidence(dossier: Document, room: Records) -> list[Fact]:
    facts = []
    ranked = exhibits.ranked(dossier)
    for evidence in ranked[: room.evidence]:
        by, at = evidence["submitted"]["by"]["name"], wording.day(evidence["submitted"]["at"])
        read = evidence["table"]["rows"]
        rows = "rows not told" if read is None else f"{read:,} rows"
        text = f"{evidence['purpose']}, {at}, by {by}; {rows}; "
        text += f"table {wording.short(evidence['table']['digest'])} · "
        text += f"protocol {wording.short(evidence['protocol'])}, {_order(dossier, evidence)} · "
        text += f"tally {wording.short(evidence['tally'])} · "
        text += f"assessment {wording.short(evidence['assessment_digest'])} · {evidence['engine']}"
        facts.append(Fact(label=f"Evidence {evidence['number']}", value=text))
    if len(ranked) > room.evidence:
        rest = wording.counted(len(ranked) - room.evidence, "more evidence", "more evidences")
        facts.append(Fact(label="Further evidence", value=f"{rest} in the attached dossier.json"))
    return facts


def _order(dossier: Document, evidence: Document) -> str:
    """Return whether the protocol came before the evidence."""
    protocol = next(one for one in dossier["protocols"] if one["digest"] == evidence["protocol"])
    return sequence(
        str(protocol["registered"]["at"]),
        [str(signature["at"]) for signature in protocol["signatures"]],
        str(evidence["submitted"]["at"]),
    )


def _safety(dossier: Document, room: Records) -> list[Fact]:
    """Return what is recorded of hazards, incidents and failures, and that nothing is."""
    return [
        Fact(label=label, value=wording.clipped(text, room.safety))
        for label, text in safety.lines(dossier)
    ]


def _digests(dossier: Document, digest: str) -> list[Fact]:
    policy = dossier["policy"]
    return [
        Fact(
            label=f"Policy {policy['name']} {policy['version']}", value=policy["digest"], code=True
        ),
        Fact(label="Dossier, attached", value=digest, code=True),
    ]


def _dataset(dossier: Document, dataset: Document, room: Records) -> DatasetRow:
    name = f"{dataset['name']}/{dataset['number']}"
    uses = [
        d["use"]
        for d in dossier["version"]["datasets"]
        if (d["name"], d["number"]) == (dataset["name"], dataset["number"])
    ]
    wanted = {"name": dataset["name"], "number": dataset["number"]}
    uses += ["evidence" for e in dossier["evidence"] if e.get("dataset") == wanted][:1]
    counts = "; ".join(
        f"{part}: {entry['exams']:,} exams, {entry['positives']:,} with the finding"
        for part, entry in sorted((dataset.get("partitions") or {}).items())
        if entry.get("exams") is not None and entry.get("positives") is not None
    )
    if dataset.get("withdrawn"):
        name += " (WITHDRAWN)"
    return DatasetRow(
        name=wording.squeezed(name, 44),
        use=wording.clipped(wording.listed(list(dict.fromkeys(uses))) or "—", room.cell),
        dates=records.span(dataset.get("from"), dataset.get("to")) or "not recorded",
        counts=wording.clipped(counts or "not recorded", 2 * room.cell),
        reference_standard=wording.clipped(
            dataset.get("reference_standard") or "not stated", room.cell
        ),
        licence=wording.clipped(dataset.get("licence") or "not stated", room.cell),
    )


def _overlap(dossier: Document, room: Records) -> tuple[Point, ...]:
    found = [records.overlap(entry) for entry in dossier["overlap"]]
    found.sort(key=lambda one: one[0] != "Overlap found")
    points = [
        Point(kind=kind, text=wording.clipped(text, 3 * room.cell), tone=Tone(tone))
        for kind, text, tone in found[: room.overlaps]
    ]
    if len(found) > room.overlaps:
        rest = wording.counted(len(found) - room.overlaps, "more check")
        points.append(Point(kind=rest, text="in the attached dossier.json.", tone=Tone.PLAIN))
    return tuple(points)


def _consideration(entry: Document, room: Records) -> Consideration:
    state, text, tone = records.consideration(entry)
    return Consideration(
        number=int(entry["consideration"]),
        title=entry["title"],
        state=state,
        text=wording.clipped(text, room.statement),
        tone=Tone(tone),
    )


def _verify(dossier: Document, digest: str) -> tuple[Fact, ...]:
    name = f"{dossier['version']['model']}/{dossier['version']['number']}"
    return (
        Fact(
            label="The card is this version's newest",
            value=f"cmr card get {name} --out newest.pdf",
            code=True,
        ),
        Fact(
            label="The documents are in the file",
            value="pdfdetach -saveall card.pdf   # dossier.json, decision.json, signatures.json",
            code=True,
        ),
        Fact(
            label="The dossier is the one signed",
            value=f"sha256sum dossier.json   # {digest.removeprefix('sha256:')[:24]}…",
            code=True,
        ),
        Fact(label="The record was not altered", value="cmr audit verify", code=True),
    )
