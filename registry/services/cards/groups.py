"""Groups: subgroups, gaps and heterogeneity of section 3."""

from registry.domain.judgements import exhibits, gaps, spread, verdicts, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.services.cards import figures, sites
from registry.services.cards.measures import measure
from reports.content import Fairness, GapRow, GroupRow, Measure, Tone, Unit
from validation.metric_names import FAIRNESS_METRICS, GAP_OF
from validation.protocols.crossings import CROSS

_TOO_SMALL = "too small"


def page(dossier: Document) -> Fairness:
    """Return section 3; its worst subgroup is the one of page 1.

    Of attributes that are crossed the groups that are too small are many: they are named, and
    take no row.
    """
    evidence = exhibits.leading(dossier)
    crossed = [one for one in exhibits.crossings(dossier) if exhibits.enough(dossier, one)]
    rows = [_row(dossier, one) for one in (*exhibits.subgroups(dossier), *crossed)]
    between = _gaps(dossier, evidence)
    judged = any(row.verdict != verdicts.NOT_JUDGED for row in between)
    worst = gaps.worst_subgroup(dossier)
    lede = "Where the model was tested, and for whom it is weaker."
    if evidence is None:
        lede = "NOT TESTED anywhere: nothing is known of any site or group."
    if worst.exhibit is not None:
        lede += f" Worst subgroup: {worst.subject}, {worst.metric} "
        lede += f"{wording.with_interval(worst.exhibit.estimate(worst.metric), worst.metric)}."
    lowest = gaps.worst_crossing(dossier)
    if lowest is not None:
        figure = wording.with_interval(lowest.estimate("sensitivity"), "sensitivity")
        who = exhibits.named(dossier, lowest)
        lede += f" Worst of the crossed groups: {who}, sensitivity {figure}."
    where = f"{evidence['purpose']}, all its sites together" if evidence is not None else ""
    return Fairness(
        lede=lede,
        heterogeneity=spread.sentences(dossier),
        groups=tuple(rows),
        groups_note=f"Sensitivity and specificity as deployed, 95% intervals; {where}."
        if rows
        else "No subgroup was declared in the protocol: nothing is known about any.",
        too_small=gaps.too_small(dossier),
        gaps=between,
        gaps_note="" if judged or not between else gaps.UNJUDGED,
        charts=(sites.figure(dossier), figures.groups(dossier)),
    )


def _row(dossier: Document, exhibit: Exhibit) -> GroupRow:
    names = CROSS.join(wording.attribute(name) for name in exhibit.by)
    levels = CROSS.join(str(level) for level in exhibit.by.values())
    verdict = verdicts.of_stratum(dossier, exhibit.by, exhibit.finding)
    if exhibits.named(dossier, exhibit) != wording.stratum(exhibit.by):
        names += f", {exhibit.finding}"
    tone = Tone(verdicts.TONES[verdict])
    if verdict == verdicts.NOT_JUDGED and not exhibits.enough(dossier, exhibit):
        verdict, tone = _TOO_SMALL, Tone.UNSURE
    return GroupRow(
        attribute=wording.capital(names),
        level=levels,
        exams=exhibit.count("exams"),
        positives=exhibit.count("positives"),
        sensitivity=measure(exhibit.estimate("sensitivity"), Unit.PERCENT),
        specificity=measure(exhibit.estimate("specificity"), Unit.PERCENT),
        area=measure(exhibit.estimate("auroc"), Unit.SCORE),
        verdict=verdict,
        tone=tone,
    )


def _gaps(dossier: Document, evidence: Document | None) -> tuple[GapRow, ...]:
    """Return the gaps, those that were judged first.

    A gap within the same sites stands there where a criterion rests on it.
    """
    if evidence is None:
        return ()
    several = exhibits.findings(dossier)
    entries = [
        (entry, _judged(dossier, entry))
        for entry in evidence["assessment"].get("fairness", ())
        if not entry.get("by")
        and entry.get("finding") in {None, *several}
        and entry["metric"].endswith(("_difference", "_gap"))
        and not _descriptive(entry["metric"])
    ]
    return tuple(
        _gap(entry, judged)
        for entry, judged in sorted(entries, key=lambda one: not one[1])
        if judged or (entry.get("value") is not None and entry.get("basis", "crude") == "crude")
    )


def _descriptive(metric: str) -> bool:
    known = FAIRNESS_METRICS.get(metric)
    return known is not None and known.descriptive


def _judged(dossier: Document, entry: Document) -> list[str]:
    """Return the verdicts of the criteria that rest on a gap."""
    return [
        c["verdict"]
        for c in dossier["criteria"]
        if verdicts.compared(c) == entry["attribute"]
        and not c.get("by")
        and GAP_OF.get(c["metric"], c["metric"]) == entry["metric"]
        and (c.get("basis") or "crude") == entry.get("basis", "crude")
        and c.get("finding") in {None, entry.get("finding")}
    ]


def _gap(entry: Document, judged: list[str]) -> GapRow:
    verdict = verdicts.combined(judged)
    chance = entry.get("expected_by_chance")
    apart = entry.get("worst") is not None and entry["worst"] != entry.get("best")
    between = f"{entry['worst']} worse than {entry['best']}" if apart else ""
    if entry.get("value") is None:
        between = entry.get("undefined") or "undefined"
    crude = entry.get("basis", "crude") == "crude"
    name = wording.capital(wording.attribute(entry["attribute"]))
    return GapRow(
        attribute=name + (f", {entry['finding']}" if entry.get("finding") else ""),
        name=wording.label(entry["metric"]) + ("" if crude else ", within sites"),
        measure=measure(entry, Unit.SCORE),
        by_chance=Measure(value=chance, unit=Unit.SCORE) if chance is not None else None,
        between=between,
        verdict=verdict,
        tone=Tone(verdicts.TONES[verdict]),
    )
