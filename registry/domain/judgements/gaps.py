"""Gaps: where the model was not shown to work, who is too few to judge, who fares worst."""

from dataclasses import dataclass

from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.domain.judgements.verdicts import INSUFFICIENT, NOT_ASSESSED, NOT_MET
from validation.rounding import ends

UNRECORDED = "not recorded"
UNJUDGED = "None of these gaps is judged: no criterion rests on one."
_SHOWN, _SITES_MOST = 40, 8
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


def not_shown(dossier: Document, most: int = _SHOWN, letters: int = _NAME_MOST) -> str:
    """Return one line: every stratum that was not shown to work, and why, in few words.

    What goes beyond `most` is counted; a name of more `letters` is squeezed.
    """
    crossed = _small_crossings(dossier)
    counted = wording.counted(len(crossed), "crossed group")
    reasons = _reasons(dossier, {counted: "too few to judge, see section 3"} if crossed else {})
    items = _items(reasons, set(exhibits.sites(dossier)), letters)
    return _nothing(dossier, reasons) or _named(items, most)


def never_shown(dossier: Document) -> str:
    """Return the same where there is room: nothing counted, cut or sent to another page."""
    crossed = {
        exhibits.named(dossier, one): f"{_counts(one)}, too few"
        for one in _small_crossings(dossier)
    }
    reasons = _reasons(dossier, crossed)
    items = [_item(subject, why) for subject, why in reasons.items()]
    return _nothing(dossier, reasons) or wording.sentence(wording.listed(items))


def _reasons(dossier: Document, crossed: dict[str, str]) -> dict[str, str]:
    """Return every site and group that was not shown to work, and why; `crossed` in their place."""
    reasons = _open_criteria(dossier)
    for exhibit in _small(dossier):
        reasons.setdefault(exhibits.named(dossier, exhibit), f"{_counts(exhibit)}, too few")
    for exhibit in exhibits.subgroups(dossier):
        ((name, level),) = exhibit.by.items()
        if level == UNRECORDED and exhibit.count("exams"):
            words = f"{wording.attribute(name)} {UNRECORDED}"
            reasons[words] = wording.counted(exhibit.count("exams"), "exam")
    tested = exhibits.sites(dossier)
    untested = {site: "no evidence" for site in dossier["scope"]["sites"] if site not in tested}
    return reasons | crossed | untested


def _nothing(dossier: Document, reasons: dict[str, str]) -> str | None:
    """Return what is said instead of a list: nothing was measured, or nothing is lacking."""
    if not dossier["evidence"]:
        return "Anybody: the dossier holds no evidence."
    if not reasons:
        return "No declared site or group lacks evidence; whoever was not declared was not tested."
    return None


def _small_crossings(dossier: Document) -> list[Exhibit]:
    """Return the crossed groups that hold too few exams to be judged."""
    return [one for one in exhibits.crossings(dossier) if not exhibits.enough(dossier, one)]


def _items(reasons: dict[str, str], places: set[str], letters: int) -> list[str]:
    """Return each subject with its reason; of many sites only the names, with where to look."""
    lacking = [subject for subject in reasons if subject in places]
    items = []
    if len(lacking) > _SITES_MOST:
        names = [wording.squeezed(site, letters) for site in lacking]
        shown = wording.shortened(names, _SITES_MOST, "site")
        items.append(f"{shown} (each too few or not settled: section 3)")
        reasons = {subject: why for subject, why in reasons.items() if subject not in places}
    return items + [
        _item(wording.squeezed(subject, letters) if why else subject, why)
        for subject, why in reasons.items()
    ]


def _item(subject: str, why: str) -> str:
    """Return a subject with its reason, where it has one."""
    return f"{subject} ({why})" if why else subject


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
            name += wording.of_finding(criterion)
            by_reason.setdefault(_because(criterion), []).append(name)
    return {
        subject: "; ".join(
            f"{wording.listed(list(dict.fromkeys(names)))}: {why}"
            for why, names in by_reason.items()
        )
        for subject, by_reason in found.items()
    }


def number_too_small(dossier: Document) -> int:
    """Return how many sites, groups and crossed groups hold too few exams to be judged."""
    return len(_small(dossier)) + len(_small_crossings(dossier))


def too_small(dossier: Document) -> str:
    """Return the sites, groups and crossed groups with too few exams, each with its counts."""
    small = [*_small(dossier), *_small_crossings(dossier)]
    items = [f"{exhibits.named(dossier, one)} ({_counts(one)})" for one in small]
    evidence = exhibits.leading(dossier)
    if evidence is None:
        return "The dossier holds no evidence."
    positives, negatives = exhibits.minimum(dossier, evidence)
    if not items:
        return f"None: every group holds at least {positives} with and {negatives} without."
    return wording.sentence(wording.listed(items))


def worst_subgroup(dossier: Document) -> Worst:
    """Return the group with the lowest sensitivity among those large enough to judge.

    Where none is large enough, the lowest of the small ones, said to be so. A group too small
    to judge is never what makes the others look well: it is named with the rest of its kind.
    """
    metric = "sensitivity"
    groups = [one for one in exhibits.subgroups(dossier) if one.value(metric) is not None]
    if not groups:
        subject = "No group has a defined sensitivity."
        note = "No subgroup was declared, or none holds a patient with the finding."
        return Worst(
            metric=metric, exhibit=None, enough=False, subject=subject, note=note, below=False
        )
    large = [one for one in groups if exhibits.enough_found(dossier, one)]
    worst = min(
        large or groups, key=lambda one: (one.value(metric) or 0.0, exhibits.named(dossier, one))
    )
    judged = [
        c
        for c in dossier["criteria"]
        if c.get("by") == worst.by
        and c["metric"] == metric
        and c.get("finding") in {None, worst.finding}
    ]
    return Worst(
        metric=metric,
        exhibit=worst,
        enough=bool(large),
        subject=wording.capital(exhibits.named(dossier, worst)),
        note=_worst_note(dossier, worst, judged, enough=bool(large)),
        below=any(c["verdict"] == NOT_MET for c in judged),
    )


def worst_crossing(dossier: Document) -> Exhibit | None:
    """Return the crossed group with the lowest sensitivity of those large enough to judge."""
    large = [
        one
        for one in exhibits.crossings(dossier)
        if one.value("sensitivity") is not None and exhibits.enough(dossier, one)
    ]
    order = sorted(large, key=lambda one: (one.value("sensitivity"), exhibits.named(dossier, one)))
    return next(iter(order), None)


def _worst_note(dossier: Document, worst: Exhibit, judged: list[Document], *, enough: bool) -> str:
    estimate = worst.estimate("sensitivity")
    words = [
        f"95% interval {ends(wording.percent(estimate['low']), wording.percent(estimate['high']))}"
        if estimate.get("low") is not None and estimate.get("high") is not None
        else "No interval",
        f"{worst.count('positives'):,} with the finding",
    ]
    text = "; ".join(words) + "."
    if not enough:
        text += " Every group is too small to judge."
    text += _lower(dossier, worst)  # before what page 1 may cut
    for criterion in judged[:1]:
        bound = wording.percent(criterion["required"])
        text += f" {wording.capital(criterion['comparison'])} {bound} required: "
        text += f"{criterion['verdict']}."
    whole = exhibits.overall(dossier, worst.finding)
    value, all_exams = worst.value("sensitivity"), whole.value("sensitivity") if whole else None
    if value is not None and all_exams is not None:
        text += f" {_apart(100 * (value - all_exams))} all exams of that evidence."
    return text


def _lower(dossier: Document, worst: Exhibit) -> str:
    """Return the group that lies lower still and is too small to judge; nothing of none."""
    limit = worst.value("sensitivity") or 0.0
    lower = [
        (value, exhibits.named(dossier, one), one.count("positives"))
        for one in exhibits.subgroups(dossier)
        if (value := one.value("sensitivity")) is not None and value < limit
    ]
    if not lower:
        return ""
    value, name, positives = min(lower)
    return f" Lower, of too few to judge: {name}, {wording.percent(value)} of {positives:,}."


def _apart(points: float) -> str:
    """Return how far a group lies from all: ``5.5 points below``, ``Like``."""
    if round(abs(points), 1) == 0:
        return "Like"
    return f"{abs(points):.1f} points {'above' if points > 0 else 'below'}"


def _small(dossier: Document) -> list[Exhibit]:
    """Return the sites and groups with too few exams of a kind; those not recorded apart."""
    found = [
        one
        for about in exhibits.findings(dossier)
        for one in exhibits.sites(dossier, about).values()
        if one.evidence["counts"]
    ]
    found += [one for one in exhibits.subgroups(dossier) if UNRECORDED not in one.by.values()]
    return [one for one in found if not exhibits.enough(dossier, one)]


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
