"""Gaps: where the model was not shown to work, who is too few to judge, who fares worst."""

from dataclasses import dataclass

from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.domain.judgements.verdicts import INSUFFICIENT, NOT_ASSESSED, NOT_MET

UNRECORDED = "not recorded"
_DEFAULT_MINIMUM = 10
_SHOWN = 40
_WHY_MOST, _NAME_MOST = 90, 40
_DEPENDS = "depends on prevalence"
_SIGNS = ("fewer than", "straddles", "is allowed", "without an interval")


@dataclass(frozen=True, kw_only=True)
class Worst:
    """The group that fares worst, or why none can be named."""

    metric: str
    exhibit: Exhibit | None
    enough: bool
    subject: str
    note: str
    below: bool


def not_shown(dossier: Document, most: int = _SHOWN) -> str:
    """Return one line: every stratum that was not shown to work, and why, in few words.

    What goes beyond `most` is counted.
    """
    reasons = _open_criteria(dossier)
    for exhibit in _small(dossier):
        reasons.setdefault(wording.stratum(exhibit.by), f"{_counts(exhibit)}, too few")
    for exhibit in exhibits.subgroups(dossier):
        ((name, level),) = exhibit.by.items()
        if level == UNRECORDED and exhibit.count("exams"):
            words = f"{wording.attribute(name)} {UNRECORDED}"
            reasons[words] = wording.counted(exhibit.count("exams"), "exam")
    if crossed := [one for one in exhibits.crossings(dossier) if not enough(dossier, one)]:
        reasons[wording.counted(len(crossed), "crossed group")] = "too few to judge, see section 3"
    for site in dossier["scope"]["sites"]:
        if site not in exhibits.sites(dossier):
            reasons[site] = "no evidence"
    if not dossier["evidence"]:
        return "Anybody: the dossier holds no evidence."
    if not reasons:
        return "No declared site or group lacks evidence; whoever was not declared was not tested."
    items = [
        f"{wording.squeezed(subject, _NAME_MOST)} ({why})" if why else subject
        for subject, why in reasons.items()
    ]
    return _named(items, most)


def _named(items: list[str], most: int) -> str:
    """Return a sentence that names so many and counts the rest."""
    rest = len(items) - most
    more = [f"{rest} more on page 2"] if rest > 0 else []
    return wording.sentence(wording.listed(items[:most] + more))


def _open_criteria(dossier: Document) -> dict[str, str]:
    """Return for every stratum that a criterion leaves open the metrics, grouped by reason."""
    found: dict[str, dict[str, list[str]]] = {}
    for criterion in dossier["criteria"]:
        if criterion["verdict"] in {INSUFFICIENT, NOT_ASSESSED} and criterion.get("by"):
            by_reason = found.setdefault(wording.stratum(criterion["by"]), {})
            name = wording.inside(wording.label(criterion["metric"]))
            by_reason.setdefault(_because(criterion), []).append(name)
    return {
        subject: "; ".join(
            f"{wording.listed(list(dict.fromkeys(names)))}: {why}"
            for why, names in by_reason.items()
        )
        for subject, by_reason in found.items()
    }


def too_small(dossier: Document) -> str:
    """Return the sites, groups and crossed groups with too few exams, each with its counts."""
    crossed = [one for one in exhibits.crossings(dossier) if not enough(dossier, one)]
    items = [f"{wording.stratum(one.by)} ({_counts(one)})" for one in [*_small(dossier), *crossed]]
    evidence = exhibits.leading(dossier)
    if evidence is None:
        return "The dossier holds no evidence."
    positives, negatives = minimum(dossier, evidence)
    if not items:
        return f"None: every group holds at least {positives} with and {negatives} without."
    return wording.sentence(wording.listed(items))


def minimum(dossier: Document, evidence: Document) -> tuple[int, int]:
    """Return how many exams with and without the finding the protocol asks of a stratum."""
    asked = exhibits.protocol(dossier, evidence).get("minimum") or {}
    return (
        int(asked.get("positives", _DEFAULT_MINIMUM)),
        int(asked.get("negatives", _DEFAULT_MINIMUM)),
    )


def enough(dossier: Document, exhibit: Exhibit) -> bool:
    """Tell whether a stratum holds as many of both as the protocol asks."""
    positives, negatives = minimum(dossier, exhibit.evidence)
    return exhibit.count("positives") >= positives and exhibit.count("negatives") >= negatives


def worst_subgroup(dossier: Document) -> Worst:
    """Return the group with the lowest sensitivity among those large enough to judge.

    Where none is large enough, the lowest of the small ones, said to be so. A group too small
    to judge is never what makes the others look well: it is named with the rest of its kind.
    """
    metric = "sensitivity"
    groups = [one for one in exhibits.subgroups(dossier) if one.value(metric) is not None]
    evidence = exhibits.leading(dossier)
    if not groups or evidence is None:
        subject = "No group has a defined sensitivity."
        note = "No subgroup was declared, or none holds a patient with the finding."
        return Worst(
            metric=metric, exhibit=None, enough=False, subject=subject, note=note, below=False
        )
    positives, _ = minimum(dossier, evidence)
    large = [one for one in groups if one.count("positives") >= positives]
    worst = min(
        large or groups, key=lambda one: (one.value(metric) or 0.0, wording.stratum(one.by))
    )
    judged = [c for c in dossier["criteria"] if c.get("by") == worst.by and c["metric"] == metric]
    return Worst(
        metric=metric,
        exhibit=worst,
        enough=bool(large),
        subject=wording.capital(wording.stratum(worst.by)),
        note=_worst_note(dossier, worst, judged, enough=bool(large)),
        below=any(c["verdict"] == NOT_MET for c in judged),
    )


def worst_crossing(dossier: Document) -> Exhibit | None:
    """Return the crossed group with the lowest sensitivity of those large enough to judge."""
    large = [
        one
        for one in exhibits.crossings(dossier)
        if one.value("sensitivity") is not None and enough(dossier, one)
    ]
    order = sorted(large, key=lambda one: (one.value("sensitivity"), wording.stratum(one.by)))
    return next(iter(order), None)


def _worst_note(dossier: Document, worst: Exhibit, judged: list[Document], *, enough: bool) -> str:
    estimate = worst.estimate("sensitivity")
    words = [
        f"95% interval {wording.percent(estimate['low'])}–{wording.percent(estimate['high'])}"
        if estimate.get("low") is not None and estimate.get("high") is not None
        else "No interval",
        f"{worst.count('positives'):,} with the finding",
    ]
    text = "; ".join(words) + "."
    if not enough:
        text += " Every group is too small to judge."
    for criterion in judged[:1]:
        bound = wording.percent(criterion["required"])
        text += f" {wording.capital(criterion['comparison'])} {bound} required: "
        text += f"{criterion['verdict']}."
    whole = exhibits.overall(dossier)
    value, all_exams = worst.value("sensitivity"), whole.value("sensitivity") if whole else None
    if value is not None and all_exams is not None:
        text += f" {_apart(100 * (value - all_exams))} all exams of that evidence."
    return text


def _apart(points: float) -> str:
    """Return how far a group lies from all: ``5.5 points below``, ``Like``."""
    if round(abs(points), 1) == 0:
        return "Like"
    return f"{abs(points):.1f} points {'above' if points > 0 else 'below'}"


def _small(dossier: Document) -> list[Exhibit]:
    """Return the sites and groups with too few exams of a kind; those not recorded apart."""
    found = [one for one in exhibits.sites(dossier).values() if one.evidence["counts"]]
    found += [one for one in exhibits.subgroups(dossier) if UNRECORDED not in one.by.values()]
    return [one for one in found if not enough(dossier, one)]


def _counts(exhibit: Exhibit) -> str:
    return f"{exhibit.count('positives'):,} with, {exhibit.count('negatives'):,} without"


def _because(criterion: Document) -> str:
    """Return the clause of a criterion's reason that keeps it open, the counts left out.

    Too few exams go before an interval that straddles, which goes before anything else.
    """
    because = (criterion.get("because") or "").rstrip(".")
    if because.startswith(_DEPENDS):
        return _DEPENDS
    clauses = [c.strip() for c in because.split(";")]
    for sign in _SIGNS:
        for clause in clauses:
            if sign in clause:
                return wording.clipped(clause, _WHY_MOST)
    return wording.clipped(clauses[0] or criterion["verdict"], _WHY_MOST)
