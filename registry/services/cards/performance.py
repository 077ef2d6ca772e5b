"""Performance: the figures, the confusion matrix and the table of thresholds of section 2."""

from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.domain.judgements.workload import Workload
from registry.services.cards import figures
from registry.services.cards.thresholds import threshold_rows
from reports.content import Confusion, Performance
from validation.rounding import declared


def page(dossier: Document, load: Workload | None) -> Performance:
    """Return section 2: figures at the named site, and the sites beside each other."""
    exhibit = load.exhibit if load is not None else exhibits.overall(dossier)
    if exhibit is None:
        return Performance(
            lede="Nothing was measured: the dossier holds no evidence.",
            charts=(),
            confusion=None,
            thresholds=(),
            thresholds_title="",
            thresholds_note="",
        )
    protocol = exhibits.protocol(dossier, exhibit.evidence)
    curves = exhibits.curves(dossier, exhibit)
    where = wording.stratum(exhibit.by)
    rows = threshold_rows(exhibit, curves, protocol, load.prevalence if load else None)
    weighted = (protocol.get("columns") or {}).get("weight") is not None
    intervals = "weighted, without intervals" if weighted else "with Wilson intervals"
    return Performance(
        lede=_lede(dossier, exhibit, protocol, where),
        charts=figures.of_performance(figures.subject(dossier, exhibit)),
        confusion=_confusion(exhibit, protocol, where),
        thresholds=rows,
        thresholds_title=f"Other thresholds at {wording.squeezed(where, 30)}",
        thresholds_note=f"Among scored exams, {intervals}; PPV, NPV, and flagged and missed per "
        "1,000 exams, at the prevalence of page 1. Bold: the operating point, as deployed.",
    )


def _lede(dossier: Document, exhibit: Exhibit, protocol: Document, where: str) -> str:
    exams = wording.counted(exhibit.count("exams"), "exam")
    text = f"Figures 2 to 6 and both tables: {wording.squeezed(where, 60)}, {exams}, "
    text += f"{exhibit.count('positives'):,} with the finding, {exhibit.kind}. "
    name, several = exhibits.finding(dossier), len(exhibits.findings(dossier))
    if name is not None:
        text += f"Finding: {name}"
        text += f", the one of {several} missed most often" if several > 1 else ""
        text += ". "
    point = protocol.get("operating_point") or {}
    sign = point.get("positive_when", ">=").replace(">=", "≥")
    if point.get("threshold") is not None:
        text += f"An exam is flagged when its score is {sign} {declared(point['threshold'], 12)}."
    return text


def _confusion(exhibit: Exhibit, protocol: Document, where: str) -> Confusion | None:
    found, spared = exhibit.estimate("sensitivity"), exhibit.estimate("specificity")
    if any(one.get("events") is None or one.get("n") is None for one in (found, spared)):
        return None
    threshold = (protocol.get("operating_point") or {}).get("threshold")
    at = f" at {declared(threshold)}" if threshold is not None else ""
    note = f"Exams of {wording.squeezed(where, 40)}, as deployed; bold: wrong."
    if exhibit.count("unscored"):
        note += f" {exhibit.count('unscored'):,} unscored take the declared fail-safe."
    return Confusion(
        title=f"Decisions{at}",
        true_positives=int(found["events"]),
        false_negatives=int(found["n"]) - int(found["events"]),
        false_positives=int(spared["n"]) - int(spared["events"]),
        true_negatives=int(spared["events"]),
        note=note,
    )
