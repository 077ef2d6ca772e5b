"""Groups: subgroups, gaps and heterogeneity of page 3."""

from registry.domain.judgements import exhibits, gaps, verdicts, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.services.cards.measures import measure
from registry.services.cards.room import Groups
from reports.content import Fairness, GapRow, GroupRow, Measure, Tone, Unit
from validation.metric_names import FAIRNESS_METRICS

_TOO_SMALL = "too small"


def page(dossier: Document, room: Groups) -> Fairness:
    """Return page 3; its worst subgroup is the one of page 1."""
    evidence = exhibits.leading(dossier)
    found = exhibits.subgroups(dossier)
    rows = [_row(dossier, one) for one in found]
    if len(rows) > room.groups:
        order = sorted(range(len(rows)), key=lambda i: (_rank(rows[i]), i))[: room.groups]
        shown = [rows[i] for i in sorted(order)]
    else:
        shown = rows
    rest = len(rows) - len(shown)
    worst = gaps.worst_subgroup(dossier)
    lede = "Where the model was tested, and for whom it is weaker."
    if worst.exhibit is not None:
        lede += f" Worst subgroup: {worst.subject}, {worst.metric} "
        lede += f"{wording.with_interval(worst.exhibit.estimate(worst.metric), worst.metric)}."
    where = f"{evidence['purpose']}, all its sites together" if evidence is not None else ""
    return Fairness(
        lede=lede,
        heterogeneity=_heterogeneity(dossier),
        groups=tuple(shown),
        groups_more=f"{wording.counted(rest, 'more group')} in the attached dossier.json."
        if rest
        else None,
        groups_note=f"Sensitivity and specificity as deployed, 95% intervals; {where}."
        if rows
        else "No subgroup was declared in the protocol: nothing is known about any.",
        too_small=wording.clipped(gaps.too_small(dossier), room.too_small),
        gaps=_gaps(dossier, evidence, room),
    )


def _rank(row: GroupRow) -> int:
    order = [Tone.BAD, Tone.UNSURE, Tone.GOOD, Tone.PLAIN]
    return order.index(row.tone)


def _row(dossier: Document, exhibit: Exhibit) -> GroupRow:
    ((name, level),) = exhibit.by.items()
    verdict = verdicts.of_stratum(dossier, exhibit.by)
    tone = Tone(verdicts.TONES[verdict])
    if verdict == verdicts.NOT_JUDGED and not gaps.enough(dossier, exhibit):
        verdict, tone = _TOO_SMALL, Tone.UNSURE
    return GroupRow(
        attribute=wording.capital(wording.attribute(name)),
        level=wording.squeezed(str(level), 24),
        exams=exhibit.count("exams"),
        positives=exhibit.count("positives"),
        sensitivity=measure(exhibit.estimate("sensitivity"), Unit.PERCENT),
        specificity=measure(exhibit.estimate("specificity"), Unit.PERCENT),
        area=measure(exhibit.estimate("auroc"), Unit.SCORE),
        verdict=verdict,
        tone=tone,
    )


def _heterogeneity(dossier: Document) -> tuple[str, ...]:
    """Return how much sites differ beyond chance, and what the next site may show."""
    sentences = []
    for evidence in exhibits.ranked(dossier):
        for entry in evidence["assessment"].get("sites", ()):
            if entry["metric"] not in {"auroc", "sensitivity", "specificity"}:
                continue
            if entry.get("pooled") is None:
                continue
            sentences.append(_spread(entry))
        if sentences:
            break
    return tuple(sentences)


def _spread(entry: Document) -> str:
    metric = entry["metric"]
    name = wording.label(metric)
    text = f"{name} over external sites: pooled {wording.figure(entry['pooled'], metric)}"
    if entry.get("prediction_low") is not None and entry.get("prediction_high") is not None:
        low = wording.figure(entry["prediction_low"], metric)
        high = wording.figure(entry["prediction_high"], metric)
        text += f"; the next site is expected between {low} and {high}"
    else:
        text += "; too few sites to say what the next would show"
    if entry.get("i2") is not None:
        text += f"; I² {wording.percent(entry['i2'], 0)}"
    if entry.get("q_p") is not None:
        text += f", heterogeneity {wording.p_value(entry['q_p'])}"
    return f"{text} ({entry['method']})."


def _gaps(dossier: Document, evidence: Document | None, room: Groups) -> tuple[GapRow, ...]:
    if evidence is None:
        return ()
    wanted = exhibits.finding(dossier)
    entries = [
        entry
        for entry in evidence["assessment"].get("fairness", ())
        if not entry.get("by")
        and entry.get("basis", "crude") == "crude"  # verdicts rest on no other
        and entry.get("finding") in {None, wanted}
        and entry["metric"].endswith(("_difference", "_gap"))
        and not _descriptive(entry["metric"])
        and entry.get("value") is not None
    ]
    return tuple(_gap(dossier, entry) for entry in entries[: room.gaps])


def _descriptive(metric: str) -> bool:
    known = FAIRNESS_METRICS.get(metric)
    return known is not None and known.descriptive


def _gap(dossier: Document, entry: Document) -> GapRow:
    judged = [
        c["verdict"]
        for c in dossier["criteria"]
        if c["metric"] == entry["metric"]
        and str(c.get("over")) == f"difference by {entry['attribute']}"
    ]
    verdict = verdicts.combined(judged)
    chance = entry.get("expected_by_chance")
    apart = entry.get("worst") is not None and entry["worst"] != entry.get("best")
    between = f"{entry['worst']} below {entry['best']}" if apart else ""
    return GapRow(
        attribute=wording.capital(wording.attribute(entry["attribute"])),
        name=wording.label(entry["metric"]),
        measure=measure(entry, Unit.SCORE),
        by_chance=Measure(value=chance, unit=Unit.SCORE) if chance is not None else None,
        between=wording.clipped(between, 40),
        verdict=verdict,
        tone=Tone(verdicts.TONES[verdict]),
    )
