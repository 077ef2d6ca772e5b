"""Data: what the version was made of and measured on, and what came out of what."""

from registry.domain.judgements import exhibits, protocols, records, wording
from registry.domain.judgements.exhibits import Document
from registry.services.cards import lineage
from registry.services.cards.documents import CardDocuments
from reports.content import (
    DATA,
    Cell,
    Column,
    Fact,
    Facts,
    Head,
    Paragraphs,
    Point,
    Points,
    Row,
    Section,
    Table,
    Tone,
)


def section(documents: CardDocuments) -> Section:
    """Return section 6."""
    dossier = documents.dossier
    return Section(
        heading=DATA,
        lede="What the version was made of, what it was measured on, and by whom.",
        blocks=(
            lineage.drawn(dossier),
            _version(dossier),
            _datasets(dossier),
            _overlap(dossier),
            _evidence(dossier),
        ),
    )


def _version(dossier: Document) -> Facts:
    version = dossier["version"]
    by, at = version["registered"]["by"]["name"], wording.day(version["registered"]["at"])
    registered = f"{version['model']}/{version['number']}, registered {at} by {by}. "
    artifacts = sorted(version["artifacts"], key=lambda one: one["kind"] != "model")
    run, code = version.get("training_run"), version.get("code_commit")
    lock = version.get("environment_lock")
    facts = (
        Fact(label="Version", value=f"{registered}{version['description'] or ''}".strip()),
        *(
            Fact(label=f"Artifact {one['path']}", value=one["digest"], code=True)
            for one in artifacts
        ),
        Fact(
            label="Training run",
            value=f"{run['system']} {run['id']}" if run else "Not recorded.",
        ),
        Fact(label="Code", value=code or "Commit not recorded.", code=bool(code)),
        Fact(label="Environment", value=lock or "Lock not recorded.", code=bool(lock)),
    )
    return Facts(title="This version", facts=facts)


def _datasets(dossier: Document) -> Table:
    return Table(
        title="Datasets",
        heads=(
            Head(title="Dataset", holds=Column.NAME, share=22),
            Head(title="Used for", share=13),
            Head(title="Dates", share=13),
            Head(title="Counts", share=24),
            Head(title="Reference standard", share=18),
            Head(title="Licence", share=10),
        ),
        rows=tuple(_dataset(dossier, one) for one in dossier["datasets"]),
    )


def _dataset(dossier: Document, dataset: Document) -> Row:
    withdrawn = bool(dataset.get("withdrawn"))
    counts = "; ".join(
        f"{part}: {entry['exams']:,} exams, {entry['positives']:,} with the finding"
        for part, entry in sorted((dataset.get("partitions") or {}).items())
        if entry.get("exams") is not None and entry.get("positives") is not None
    )
    return Row(
        cells=(
            Cell(
                text=f"{dataset['name']}/{dataset['number']}",
                under="WITHDRAWN" if withdrawn else "",
                tone=Tone.BAD if withdrawn else Tone.PLAIN,
            ),
            wording.listed(uses(dossier, dataset)) or "—",
            records.span(dataset.get("from"), dataset.get("to")) or "not recorded",
            wording.capital(counts) or "not recorded",
            dataset.get("reference_standard") or "not stated",
            dataset.get("licence") or "not stated",
        )
    )


def uses(dossier: Document, dataset: Document) -> list[str]:
    """Return what a dataset was used for: what the version says, and evidence."""
    named = (dataset["name"], dataset["number"])
    found = [
        str(one["use"])
        for one in dossier["version"]["datasets"]
        if (one["name"], one["number"]) == named
    ]
    wanted = {"name": dataset["name"], "number": dataset["number"]}
    found += ["evidence" for one in dossier["evidence"] if one.get("dataset") == wanted][:1]
    return list(dict.fromkeys(found))


def _overlap(dossier: Document) -> Points | Paragraphs:
    title = "Patients in both training and testing"
    found = [records.overlap(entry) for entry in dossier["overlap"]]
    if not found:
        return Paragraphs(title=title, paragraphs=("No pair of datasets was compared.",))
    found.sort(key=lambda one: one[0] != "Overlap found")
    points = tuple(Point(kind=kind, text=text, tone=Tone(tone)) for kind, text, tone in found)
    return Points(title=title, points=points)


def _evidence(dossier: Document) -> Table:
    return Table(
        title="Evidence",
        heads=(
            Head(title="No.", holds=Column.NAME, share=6),
            Head(title="What it is", share=26),
            Head(title="Submitted", share=18),
            Head(title="Protocol", share=22),
            Head(title="Digests of table, tally, assessment", holds=Column.CODE, share=28),
        ),
        rows=tuple(_measured(dossier, one) for one in exhibits.ranked(dossier)),
        empty="None: nothing in this dossier was measured.",
    )


def _measured(dossier: Document, evidence: Document) -> Row:
    read = evidence["table"]["rows"]
    rows = "rows not told" if read is None else wording.counted(read, "row")
    digests = (evidence["table"]["digest"], evidence["tally"], evidence["assessment_digest"])
    return Row(
        cells=(
            str(evidence["number"]),
            Cell(
                text=wording.capital(str(evidence["purpose"])),
                under=f"{rows}; {evidence['engine']}",
            ),
            Cell(
                text=wording.day(evidence["submitted"]["at"]),
                under=f"by {evidence['submitted']['by']['name']}",
            ),
            Cell(
                text=wording.short(evidence["protocol"]), under=protocols.order(dossier, evidence)
            ),
            "; ".join(wording.short(one) for one in digests),
        )
    )
