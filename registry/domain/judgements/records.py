"""Records: what a dossier says about its evidence, its data and the thirteen considerations."""

from collections.abc import Sequence

from registry.domain import reuse
from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.verdicts import BAD, GOOD, PLAIN, UNSURE

CUSTODY = {
    "claimed": "claimed; no site vouches for the counts",
    "from the author": "scores and labels both from the author",
    "labels held by the data steward": "labels held by the data steward",
    "independent party": "scored by an independent party",
}
MISSING, NOT_AVAILABLE, STATED = "MISSING", "Not available", "Stated"
_NAME_MOST = 30


def evidence_line(dossier: Document) -> str:
    """Return one line: how many, where, when, how tested, by whom held, against what, unscored."""
    evidence = exhibits.leading(dossier)
    if evidence is None:
        return "None. Nothing in this dossier was measured."
    protocol = exhibits.protocol(dossier, evidence)
    whole = exhibits.overall(dossier)
    words: list[str] = []
    if whole is not None:
        exams = wording.counted(whole.count("exams"), "exam")
        several = len(exhibits.findings(dossier))
        of_it = "the finding" if several == 1 else f"{whole.finding}, one of {several} findings"
        words.append(f"{exams}, {whole.count('positives'):,} with {of_it}")
    places = [
        site
        for site, one in exhibits.sites(dossier).items()
        if one.evidence["id"] == evidence["id"]
    ]
    if places:
        names = [wording.squeezed(place, _NAME_MOST) for place in places]
        words.append(f"at {wording.shortened(names, 3, 'site')}")
    words.append(reuse.words(evidence.get("tested")))
    words.append(dates(dossier, evidence))
    kind = f"{evidence['purpose']}{', exploratory' if evidence['exploratory'] else ''}"
    refits = evidence["scores_from"] == "refits"
    words.append(f"{kind}; scores from {'refits, not ' if refits else ''}this artifact")
    words.append(CUSTODY.get(str(evidence["custody"]), str(evidence["custody"])))
    words.append(sampling(protocol))
    if whole is not None:
        words.append(_unscored(protocol, whole.count("unscored"), whole.count("unlabelled")))
    words.append(f"reference standard: {_reference(dossier, evidence, protocol)}")
    line = wording.sentence("; ".join(word for word in words if word))
    if not evidence["counts"]:
        line += f" Does not count towards a gate: {wording.sentence(evidence['because'] or '')}"
    warnings = evidence["assessment"].get("warnings", ())
    return " ".join([line, *(wording.sentence(warning) for warning in warnings)])


def tested_on(dossier: Document, evidence: Document) -> str:
    """Return one sentence: which evidence, of what kind, from how many exams, and if it counts."""
    text = f"Evidence {evidence['number']}, {evidence['purpose']}: "
    whole = next((one for one in exhibits.strata(dossier, evidence) if not one.by), None)
    if whole is None:
        text += "no exam counted as a whole"
    else:
        exams = wording.counted(whole.count("exams"), "exam")
        text += f"{exams}, {whole.count('positives'):,} with the finding"
        text += f" and {whole.count('negatives'):,} without"
    return f"{text}." if evidence["counts"] else f"{text}; it does not count towards a gate."


def partitions(dataset: Document) -> str:
    """Return what each partition of a dataset holds, or that it is not recorded."""
    words = [
        f"{part}: {_counted(entry)}"
        for part, entry in sorted((dataset.get("partitions") or {}).items())
    ]
    return "; ".join(words) or "counts not recorded"


def _counted(entry: Document) -> str:
    """Return exams, patients and how many have the finding; what is not known is said so."""
    if entry.get("exams") is None:
        return "exams not recorded"
    words = [wording.counted(int(entry["exams"]), "exam")]
    if entry.get("patients") is not None:
        words.append(wording.counted(int(entry["patients"]), "patient"))
    positives = entry.get("positives")
    known = positives is not None
    words.append(f"{positives:,} with the finding" if known else "with the finding: not recorded")
    return ", ".join(words)


def dates(dossier: Document, evidence: Document) -> str:
    """Return the years or days from which an evidence's exams come."""
    dataset = _dataset(dossier, evidence)
    start, end = (dataset.get("from"), dataset.get("to")) if dataset else (None, None)
    return span(start, end) or "dates not recorded"


def span(start: str | None, end: str | None) -> str:
    """Return a stretch of time: whole years as years, else days; empty where it is unknown."""
    if not start and not end:
        return ""
    if not start or not end:
        return f"from {wording.day(start)}" if start else f"until {wording.day(end or '')}"
    if start[4:] == "-01-01" and end[4:] == "-12-31":
        return start[:4] if start[:4] == end[:4] else f"{start[:4]}–{end[:4]}"
    return f"{wording.day(start)} – {wording.day(end)}"


def sampling(protocol: Document) -> str:
    """Return how patients entered."""
    how = protocol.get("sampling")
    return f"{how} patients" if how else "sampling not stated"


def consideration(entry: Document) -> tuple[str, str, str]:
    """Return the state, the text and the tone of one of the thirteen considerations."""
    if entry["kind"] == "missing":
        return MISSING, "Nothing has been said.", BAD
    available = entry["kind"] != "not available"
    state, tone = (STATED, PLAIN) if available else (NOT_AVAILABLE, UNSURE)
    said = entry.get("text") if available else entry.get("reason") or "No reason given"
    text = wording.sentence(said or "")
    if entry.get("carried_from") is not None:
        return state, f"{text} Carried from version {entry['carried_from']}, not confirmed.", UNSURE
    return state, text, tone


def overlap(entry: Document) -> tuple[str, str, str]:
    """Return the outcome, the sentence and the tone of one overlap check."""
    between = f"training {entry['training']} and testing {entry['testing']}"
    if entry["outcome"] == "found":
        shared = wording.counted(int(entry["shared"]), "patient")
        return "Overlap found", f"{shared} in both {between}.", BAD
    if entry["outcome"] == "none":
        share = float(entry["comparable"] or 0)
        known = "all patients" if share == 1 else f"the {wording.percent(share)} comparable"
        return "No overlap", f"among {known}: {between}.", GOOD
    why = wording.sentence(entry.get("because") or "no reason recorded")
    return "Overlap cannot be checked", f"{between}: {why}", UNSURE


def is_tally(evidence: Document) -> bool:
    """Tell whether evidence came as counts from its sites, and no row of it was ever here."""
    return bool(evidence["tally"]) and evidence["tally"] == evidence["table"]["digest"]


def regulatory(entries: Sequence[Document]) -> str:
    """Return the regulatory status per jurisdiction, or that none is recorded."""
    words = [
        f"{one['jurisdiction']}: {one['status']}"
        + (f" ({one['reference']})" if one.get("reference") else "")
        for one in entries
    ]
    return "; ".join(words) or "not recorded"


def _dataset(dossier: Document, evidence: Document) -> Document | None:
    wanted = evidence.get("dataset")
    if not wanted:
        return None
    for dataset in dossier["datasets"]:
        if (dataset["name"], dataset["number"]) == (wanted["name"], wanted["number"]):
            found: Document = dataset
            return found
    return None


def _reference(dossier: Document, evidence: Document, protocol: Document) -> str:
    dataset = _dataset(dossier, evidence) or {}
    text = protocol.get("reference_standard") or dataset.get("reference_standard")
    return str(text) if text else "not stated"


def _unscored(protocol: Document, unscored: int, unlabelled: int) -> str:
    point = protocol.get("operating_point") or {}
    text = f"{unscored:,} unscored"
    if unscored:
        text += f", counted as {point.get('unscored', 'negative')}"
    return f"{text}, {unlabelled:,} without a label" if unlabelled else text
