"""Provenance: what the version was made of and tested on, and who held what, in rows of words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from registry.domain import reuse
from registry.domain.judgements import exhibits, records, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.lines import Line
from registry.domain.judgements.verdicts import BAD, GOOD, PLAIN, UNSURE

CLAIMED = "claimed"
RUNS_CODE = "executable content"  # as `registry.domain.versions.content_kind` calls it
NOT_RECORDED = "not recorded"
_SEVERAL: Final = 2


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset version: what of it was used, and everything that is recorded of its making."""

    name: str
    title: str
    use: str
    counts: str
    facts: tuple[Line, ...]
    withdrawn: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """One piece of evidence: who held scores and labels, who handed it in, and if it counts."""

    number: int
    kind: str
    size: str
    custody: str
    custodian: str
    submitted: str
    counts: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class File:
    """One artifact: its path, what it is, its size in bytes, and its digest.

    One that runs code when it is opened is bad, and says so.
    """

    path: str
    kind: str
    size: int | None
    digest: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document that was filed: what it is, by whom, for which dates, and its digest."""

    kind: str
    title: str
    issued: str
    valid: str
    digest: str


def lede(dossier: Document) -> str:
    """Return what the version is, who registered it, and what of its making is not recorded."""
    version = dossier["version"]
    by, at = version["registered"]["by"]["name"], wording.day(version["registered"]["at"])
    text = f"{version['model']}/{version['number']}, registered {at} by {by}. "
    text += wording.sentence(version.get("description") or "No description.")
    lacking = [
        name
        for name, value in (
            ("training run", version.get("training_run")),
            ("code commit", version.get("code_commit")),
            ("environment lock", version.get("environment_lock")),
            ("datasets", version["datasets"]),
        )
        if not value
    ]
    return f"{text} Not recorded: {wording.listed(lacking)}." if lacking else text


def making(dossier: Document) -> tuple[Line, ...]:
    """Return what the version was made by: run, code, environment, base model."""
    version = dossier["version"]
    run, base = version.get("training_run"), version.get("base_model")
    started = ""
    if run and (run.get("started") or run.get("finished")):
        times = [run.get("started"), run.get("finished")]
        started = f", {' to '.join(wording.moment(str(t)) if t else '?' for t in times)}"
    source = f"{base['name']}, from {base['source']}" if base else "None recorded"
    if base and base.get("digest"):
        source += f", {base['digest']}"
    return (
        Line(
            label="Training run",
            text=f"{run['system']}, {run['id']}{started}" if run else wording.capital(NOT_RECORDED),
            tone=PLAIN if run else UNSURE,
        ),
        _recorded("Code", version.get("code_commit")),
        _recorded("Environment lock", version.get("environment_lock")),
        Line(label="Base model", text=source),
    )


def _recorded(label: str, value: str | None) -> Line:
    text = value or wording.capital(NOT_RECORDED)
    return Line(label=label, text=text, tone=PLAIN if value else UNSURE, code=bool(value))


def datasets(dossier: Document) -> tuple[Dataset, ...]:
    """Return every dataset under the version or its evidence; withdrawn ones first."""
    found = [_dataset(dossier, one) for one in dossier["datasets"]]
    return tuple(sorted(found, key=lambda one: not one.withdrawn))


def alike(found: Sequence[Dataset]) -> tuple[Line, ...]:
    """Return what is recorded of several datasets in the same words; nothing of a single one."""
    if len(found) < _SEVERAL:
        return ()
    return tuple(line for line in found[0].facts if all(line in one.facts for one in found))


def _dataset(dossier: Document, dataset: Document) -> Dataset:
    here = {"name": dataset["name"], "number": dataset["number"]}
    uses = [d["use"] for d in dossier["version"]["datasets"] if _names(d, here)]
    numbers = [str(e["number"]) for e in dossier["evidence"] if e.get("dataset") == here]
    if numbers:
        uses.append(f"evidence {wording.listed(numbers)}")
    gone = dataset.get("withdrawn")
    withdrawn = ""
    if gone:
        withdrawn = f"WITHDRAWN {wording.day(gone['at'])} by {gone['by']['name']}: "
        withdrawn += wording.sentence(gone.get("why") or "no reason recorded")
    return Dataset(
        name=f"{dataset['name']}/{dataset['number']}",
        title=dataset.get("title") or "",
        use=wording.capital(wording.listed(list(dict.fromkeys(uses))) or "not used here"),
        counts=wording.capital(records.partitions(dataset)),
        facts=tuple(
            Line(label=label, text=wording.sentence(str(value)) if value else "Not recorded.")
            for label, value in (
                ("Sites", wording.listed(list(dataset.get("sites") or ()))),
                ("Dates", records.span(dataset.get("from"), dataset.get("to"))),
                ("Devices", dataset.get("devices")),
                ("Included", dataset.get("inclusion")),
                ("Excluded", dataset.get("exclusion")),
                ("Annotated by", dataset.get("annotators")),
                ("Reference standard", dataset.get("reference_standard")),
                ("Legal basis", dataset.get("legal_basis")),
                ("Licence", dataset.get("licence")),
                ("Source", dataset.get("source")),
            )
        ),
        withdrawn=withdrawn,
    )


def _names(entry: Document, here: Document) -> bool:
    return (entry["name"], entry["number"]) == (here["name"], here["number"])


def held(dossier: Document) -> tuple[Held, ...]:
    """Return who held what of every piece of evidence, what weighs most first."""
    return tuple(_held(dossier, one) for one in exhibits.ranked(dossier))


def _held(dossier: Document, evidence: Document) -> Held:
    custody = str(evidence["custody"])
    by, at = evidence["submitted"]["by"]["name"], wording.day(evidence["submitted"]["at"])
    refits = evidence["scores_from"] == "refits"
    kind = f"{evidence['purpose']}; scores from {'refits, not ' if refits else ''}this artifact"
    table = evidence["table"]
    custodian = table.get("custodian") or "custodian not recorded"
    if table.get("location"):
        custodian += f"; {table['location']}"
    tone = GOOD if evidence["counts"] else UNSURE
    counts = "counts towards gates"
    if not evidence["counts"]:
        counts = wording.sentence(f"does not count: {evidence['because'] or 'no reason recorded'}")
    if custody == CLAIMED:
        tone = BAD
    return Held(
        number=int(evidence["number"]),
        kind=wording.capital(kind) + (", exploratory" if evidence["exploratory"] else ""),
        size=_size(dossier, evidence),
        custody=wording.capital(records.CUSTODY.get(custody, custody)),
        custodian=wording.capital(custodian),
        submitted=f"{at}, by {by}",
        counts=wording.capital(counts),
        tone=tone,
    )


def _size(dossier: Document, evidence: Document) -> str:
    """Return how many rows came, and how often their patients had been used."""
    rows = evidence["table"]["rows"]
    text = "rows not told" if rows is None else wording.counted(rows, "row")
    text += ", as counts" if records.is_tally(evidence) else ""
    used = reuse.words(evidence.get("tested"))
    when = records.dates(dossier, evidence)
    return "; ".join(part for part in (text, when, used) if part)


def files(dossier: Document) -> tuple[File, ...]:
    """Return the artifacts of the version, the model's first."""
    order = sorted(dossier["version"]["artifacts"], key=lambda one: one["kind"] != "model")
    return tuple(_file(one) for one in order)


def _file(one: Document) -> File:
    unsafe = one.get("content") == RUNS_CODE
    content = "RUNS CODE when opened" if unsafe else one.get("content")
    return File(
        path=one["path"],
        kind=one["kind"] + (f", {content}" if content else ""),
        size=one.get("size"),
        digest=one["digest"],
        tone=BAD if unsafe else PLAIN,
    )


def papers(dossier: Document) -> tuple[Paper, ...]:
    """Return the documents that policy let into the dossier."""
    return tuple(
        Paper(
            kind=wording.capital(one["kind"]),
            title=one["title"],
            issued=f"{one['issued_by']}, {wording.day(one['dated'])}",
            valid=f"until {wording.day(one['valid_until'])}" if one["valid_until"] else "no end",
            digest=one["digest"],
        )
        for one in dossier.get("documents", ())
    )


def overlaps(dossier: Document) -> tuple[Line, ...]:
    """Return every overlap that was looked for, found ones first, thresholds among them."""
    found = [records.overlap(entry) for entry in dossier["overlap"]]
    lines = [Line(label=kind, text=wording.capital(text), tone=tone) for kind, text, tone in found]
    if not lines:
        text = "No training data are recorded with the version, or no table tests it."
        lines.append(Line(label="Overlap not checked", text=text, tone=UNSURE))
    for one in dossier.get("thresholds", ()):
        tone = {"found": BAD, "none": GOOD}.get(one["outcome"], UNSURE)
        text = f"Evidence {one['number']}, threshold of {one['cited']}: {one['because']}"
        lines.append(Line(label="Threshold", text=wording.sentence(text), tone=tone))
    order = (BAD, UNSURE, PLAIN, GOOD)
    return tuple(sorted(lines, key=lambda line: order.index(line.tone)))
