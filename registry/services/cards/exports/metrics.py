"""Metrics: the three groups of key metrics, their goals from the criteria, judged by our rules."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from registry.domain.judgements import exhibits, gaps, records, verdicts, wording, workload
from registry.domain.judgements.exhibits import Document
from registry.services.cards.exports import findings, judged
from reports.exports.record import NOT_RECORDED, Hazard, Measurement, Metrics, Place
from reports.exports.topics import Topic

Places = dict[Topic, Place]
_USEFUL: Final = ("auroc", "average_precision", "sensitivity", "specificity", "ppv", "npv")
_FAIR: Final = ("auroc", "sensitivity", "specificity")
_GAPS: Final = (
    "equal_opportunity_difference",
    "false_positive_rate_difference",
    "equalized_odds_difference",
    "auroc_difference",
    "calibration_gap",
)
_SAFE: Final = (
    *("brier", "observed_expected", "calibration_slope", "calibration_intercept", "ece"),
    *("expected_cost", "cost_against_default", "net_benefit"),
)
_SAFETY_CONSIDERATIONS: Final = frozenset({"costs", "decay", "adversarial"})
_NO_GOAL: Final = "Not available: the protocols set no criterion of this kind."


def usefulness(
    dossier: Document, measured: Sequence[Measurement], places: Places, headline: str
) -> Metrics:
    """Return discrimination and error rates, site by site."""
    mine = [one for one in dossier["criteria"] if _kind(one) == "usefulness"]
    results = [
        one
        for one in _shown(dossier, measured)
        if (one.section == "site" and one.metric in _USEFUL)
        or (one.section == "pooled over sites" and one.metric in _USEFUL)
    ] or [
        one
        for one in _shown(dossier, measured)
        if one.section == "all exams" and one.metric in _USEFUL
    ]
    return _group(dossier, mine, results, [headline], places)


def fairness(dossier: Document, measured: Sequence[Measurement], places: Places) -> Metrics:
    """Return rates of every declared group and the gaps between them."""
    mine = [one for one in dossier["criteria"] if _kind(one) == "fairness"]
    results = [
        one
        for one in _shown(dossier, measured)
        if (one.section == "subgroup" and one.metric in _FAIR)
        or (one.section == "gap" and one.metric in _GAPS and not one.by)
    ]
    words = [f"Worst subgroup: {places[Topic.WORST].words}"]
    for finding, about in findings.each(dossier):
        words.append(f"Too few to judge: {findings.before(finding)}{gaps.too_small(about)}")
    return _group(dossier, mine, results, words, places)


def safety(
    dossier: Document, measured: Sequence[Measurement], places: Places, hazards: Sequence[Hazard]
) -> Metrics:
    """Return calibration and cost, site by site; missed findings and hazards in words."""
    mine = [one for one in dossier["criteria"] if _kind(one) == "safety"]
    results = [
        one for one in _shown(dossier, measured) if one.section == "site" and one.metric in _SAFE
    ]
    words = [_workload(finding, about) for finding, about in findings.each(dossier)]
    words = [*words, f"Hazards: {places[Topic.HAZARDS].words}", *(one.words for one in hazards)]
    words.append(f"Not shown to work: {places[Topic.LIMITATIONS].words}")
    return _group(dossier, mine, results, words, places)


def _kind(criterion: Document) -> str:
    """Return to which of the three groups a criterion belongs."""
    by = set(criterion.get("by") or ()) - {"site"}
    if criterion.get("consideration") == "fairness" or verdicts.compared(criterion) or by:
        return "fairness"
    if (
        criterion.get("consideration") in _SAFETY_CONSIDERATIONS
        or str(criterion["metric"]).removesuffix("_at_prevalence") in _SAFE
    ):
        return "safety"
    return "usefulness"


def _shown(dossier: Document, measured: Sequence[Measurement]) -> Iterator[Measurement]:
    """Yield the numbers of the evidence that weighs most, those with a value, not exploratory."""
    leading = exhibits.leading(dossier)
    for one in measured:
        if leading is not None and one.evidence == leading["number"] and one.value is not None:
            yield one


def _group(
    dossier: Document,
    criteria: Sequence[Document],
    results: Sequence[Measurement],
    words: Sequence[str],
    places: Places,
) -> Metrics:
    """Return a group of metrics; what is the same for all of them comes from the evidence."""
    goals = list(dict.fromkeys(judged.goal(one) for one in criteria))
    told = [_told(one) for one in criteria]
    evidence = exhibits.leading(dossier)
    return Metrics(
        goal=wording.sentence("; ".join(goals)) if goals else _NO_GOAL,
        results=tuple(results),
        interpretation=" ".join(wording.sentence(text) for text in [*words, *told] if text),
        test_type=_test_type(dossier, evidence),
        data=records.evidence_line(dossier),
        process=_process(places),
    )


def _told(criterion: Document) -> str:
    outside = "" if criterion["in_scope"] else ", outside the scope asked for"
    return f"{wording.capital(criterion['verdict'])}{outside}: {verdicts.describe(criterion)}"


def _test_type(dossier: Document, evidence: Document | None) -> str:
    if evidence is None:
        return "Not available: the dossier holds no evidence."
    protocol = exhibits.protocol(dossier, evidence)
    text = f"{evidence['purpose']}, {records.sampling(protocol)}"
    return wording.sentence(f"{text}, exploratory" if evidence["exploratory"] else text)


def _process(places: Places) -> str:
    asked: Sequence[tuple[str, Topic]] = (
        ("Protocol", Topic.PROTOCOL),
        ("Reference standard", Topic.REFERENCE_STANDARD),
        ("Operating point", Topic.OPERATING_POINT),
        ("Intervals", Topic.INTERVALS),
        ("Overlap with the training data", Topic.OVERLAP),
        ("Who tested", Topic.CUSTODY),
    )
    return " ".join(f"{label}: {wording.sentence(places[topic].words)}" for label, topic in asked)


def _workload(finding: str | None, dossier: Document) -> str:
    """Return missed findings and false alerts per 1,000 exams at the site that looks worst."""
    load = workload.at_named_site(dossier)
    if load is None:
        return f"Missed findings per 1,000 exams: {NOT_RECORDED}, no site in scope has evidence."
    amount: Callable[[workload.Amount], str] = lambda one: (  # noqa: E731 -- one line, used twice
        f"undefined ({one.undefined})"
        if one.value is None
        else f"{one.value:,.0f}"
        + ("" if one.low is None or one.high is None else f" ({one.low:,.0f}–{one.high:,.0f})")
    )
    text = f"{findings.before(finding)}In 1,000 exams at {load.site}, "
    text += f"{wording.percent(load.prevalence)} with the finding "
    text += f"{load.source}: {amount(load.missed)} missed, {amount(load.false_alerts)} false alerts"
    return f"{text}, if sensitivity and specificity carry over" if load.carried else text
