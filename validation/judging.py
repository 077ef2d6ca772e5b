"""Judging: each criterion of a protocol held against the evidence, stratum by stratum."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from validation.comparisons.paired import compare
from validation.criteria import (
    BLOCKING,
    Bound,
    CriterionVerdict,
    Measured,
    StratumVerdict,
    Verdict,
    aggregate,
    judge,
)
from validation.estimates import Estimate
from validation.fairness import find_gaps
from validation.gaps import Gap, range_over_levels
from validation.intervals import sidak
from validation.measures import among_prevalences, is_utility, measure_one
from validation.metric_names import FAIRNESS_METRICS
from validation.protocols.shape import Criterion, Finding, Protocol, Source
from validation.sites import spread_between_sites
from validation.strata import SITE, Strata, Stratum
from validation.sufficiency import weigh

POOLED = "pooled external"
EVERY, WORST, DIFFERENCE = "every ", "worst ", "difference by "
GAP_OF = {
    "sensitivity": "equal_opportunity_difference",
    "specificity": "false_positive_rate_difference",
    "ppv": "predictive_parity_difference",
    "auroc": "auroc_difference",
}
NAMED = 4  # strata named in a sentence before it says "and 3 more"


def judge_all(strata: Strata, protocol: Protocol) -> tuple[CriterionVerdict, ...]:
    """Return the verdict of every criterion, in the protocol's order."""
    return tuple(_judge_criterion(criterion, strata, protocol) for criterion in protocol.criteria)


def _judge_criterion(criterion: Criterion, strata: Strata, protocol: Protocol) -> CriterionVerdict:
    """Return one criterion over all its strata."""
    findings = [
        finding
        for finding in protocol.findings
        if criterion.finding is None or finding.name == criterion.finding
    ]
    places = [(finding, by) for finding in findings for by in _places(criterion, finding, strata)]
    level = protocol.intervals.level
    if criterion.needs == "any":
        level = sidak(level, strata=len(places))
    at_level = replace(protocol, intervals=replace(protocol.intervals, level=level))
    verdicts = tuple(
        _judge_place(criterion, finding, by, strata, at_level) for finding, by in places
    )
    bound = Bound(at_least=criterion.at_least, at_most=criterion.at_most)
    verdict = aggregate((one.verdict for one in verdicts), criterion.needs)
    empty = CriterionVerdict(
        id=criterion.id,
        verdict=verdict,
        metric=criterion.metric,
        over=criterion.over,
        finding=criterion.finding,
        required=bound.required,
        side="at least" if criterion.at_least is not None else "at most",
        because=_absence(criterion, findings[0], strata) if findings else "no such finding",
        level=level,
        needs=criterion.needs,
        consideration=criterion.consideration,
        exploratory=criterion.exploratory,
        strata=verdicts,
    )
    if not verdicts:
        return empty
    deciding = _deciding(verdicts, verdict, bound)
    return replace(
        empty,
        because=_because(verdicts, verdict, deciding),
        by=deciding.by,
        measured=deciding.measured,
        low=deciding.low,
        high=deciding.high,
    )


def _places(criterion: Criterion, finding: Finding, strata: Strata) -> list[dict[str, str]]:
    """Return the strata over which a criterion is judged."""
    over = criterion.over
    for word in (EVERY, WORST):
        if over.startswith(word):
            attribute = over.removeprefix(word)
            levels = strata.levels(finding, strata.judged, attribute)
            places = [{**criterion.at, attribute: level} for level in levels]
            return [by for by in places if strata.find(finding, strata.judged, by) is not None]
    return [dict(criterion.at)]


def _judge_place(
    criterion: Criterion, finding: Finding, by: dict[str, str], strata: Strata, protocol: Protocol
) -> StratumVerdict:
    """Return a criterion's verdict in one stratum."""
    bound = Bound(at_least=criterion.at_least, at_most=criterion.at_most)
    stratum = strata.find(finding, strata.judged, by)
    measured = (
        None
        if stratum is None
        else _measured(criterion, finding, stratum, strata=strata, protocol=protocol)
    )
    if stratum is None or measured is None:
        return StratumVerdict(
            by=by,
            finding=finding.name,
            verdict=Verdict.NOT_ASSESSED,
            because=_absence(criterion, finding, strata),
        )
    verdict, because = judge(measured, bound)
    if _is_priced(criterion):
        verdict, because = _over_prevalences(
            criterion, stratum, (verdict, because), strata=strata, protocol=protocol
        )
    return StratumVerdict(
        by=by, finding=finding.name, verdict=verdict, because=because, measured=measured.value,
        low=measured.low, high=measured.high, n=measured.n, events=measured.events,
    )  # fmt: skip


def _is_priced(criterion: Criterion) -> bool:
    """Say whether a criterion must hold at every prevalence that counts."""
    plain = criterion.source is Source.ESTIMATE and not criterion.over.startswith(DIFFERENCE)
    return plain and is_utility(criterion.metric)


def _measured(
    criterion: Criterion,
    finding: Finding,
    stratum: Stratum,
    *,
    strata: Strata,
    protocol: Protocol,
) -> Measured | None:
    """Return what a criterion is judged on in a stratum, whatever its source."""
    by = dict(stratum.by)
    if criterion.source is Source.SITES or criterion.over == POOLED:
        return _of_sites(criterion, finding, strata, protocol)
    if criterion.source is Source.COMPARISON:
        return _of_comparison(criterion, stratum, protocol)
    if criterion.source is Source.FAIRNESS or criterion.over.startswith(DIFFERENCE):
        return _of_fairness(criterion, finding, by, strata, protocol)
    estimate = measure_one(criterion.metric, stratum, protocol, level=protocol.intervals.level)
    return weigh(criterion.metric, estimate, stratum.counts, protocol)


def _of_fairness(
    criterion: Criterion, finding: Finding, by: dict[str, str], strata: Strata, protocol: Protocol
) -> Measured | None:
    """Return the gap that a criterion names."""
    attribute = criterion.attribute or criterion.over.removeprefix(DIFFERENCE)
    metric = criterion.metric
    if criterion.source is Source.ESTIMATE:
        metric = GAP_OF.get(metric, metric)
    if metric in FAIRNESS_METRICS:
        gaps = find_gaps(strata, protocol, finding, attribute, by=by)
        gap = next(gap for gap in gaps if gap.metric == metric)
    else:
        gap = _plain_gap(metric, finding, attribute, by, strata, protocol)
    left_out = ", ".join(f"{name} ({reason})" for name, reason in gap.left_out.items())
    said = f"{gap.worst} against {gap.best}" if gap.worst else ""
    if left_out:
        said = "; ".join(part for part in (said, f"left out: {left_out}") if part)
    return Measured(
        value=gap.value, low=gap.low, high=gap.high, rests_on=said,
        undefined=f"{gap.undefined}; left out: {left_out}" if left_out else gap.undefined,
    )  # fmt: skip


def _plain_gap(
    metric: str,
    finding: Finding,
    attribute: str,
    by: dict[str, str],
    strata: Strata,
    protocol: Protocol,
) -> Gap:
    """Return the range over levels of a metric that has no name of its own as a disparity.

    Levels below the minimum are left out, as they are for the named disparities.
    """
    found: dict[str, tuple[float, float, float]] = {}
    left_out: dict[str, str] = {}
    for stratum in strata.cross(finding, strata.judged, (attribute,)):
        name = dict(stratum.by)[attribute]
        within = strata.find(finding, strata.judged, {**by, attribute: name})
        if within is None:
            continue
        estimate = measure_one(metric, within, protocol, level=protocol.intervals.level)
        measured = weigh(metric, estimate, within.counts, protocol)
        if measured.value is None or measured.low is None or measured.high is None:
            left_out[name] = measured.undefined or "it has no interval"
        elif measured.shortage is not None:
            left_out[name] = measured.shortage
        else:
            found[name] = (measured.value, measured.low, measured.high)
    gap = Gap(
        by=by,
        finding=finding.name,
        attribute=attribute,
        metric=metric,
        partition=strata.judged,
        left_out=left_out,
    )
    return range_over_levels(gap, found)


def _of_sites(
    criterion: Criterion, finding: Finding, strata: Strata, protocol: Protocol
) -> Measured | None:
    """Return the pooled value, or what a new site may expect."""
    summaries = spread_between_sites(strata, protocol, finding)
    pooled = next((one for one in summaries if one.metric == criterion.metric), None)
    if pooled is None:
        return None
    low, high = pooled.low, pooled.high
    value, undefined = pooled.pooled, pooled.undefined
    if criterion.bound in {"prediction_low", "prediction_high"}:
        low, high = pooled.prediction_low, pooled.prediction_high
        value = low if criterion.bound == "prediction_low" else high
        if value is None:
            undefined = pooled.undefined or "no prediction interval below three sites"
    return Measured(
        value=value, low=low, high=high, undefined=undefined, rests_on=f"{pooled.k} sites"
    )


def _of_comparison(criterion: Criterion, stratum: Stratum, protocol: Protocol) -> Measured | None:
    """Return the difference from the comparator that a criterion names."""
    comparator = next(
        (one for one in protocol.comparators if one.name == criterion.comparator), None
    )
    if comparator is None:
        return None
    entries = compare(stratum, protocol, comparator)
    entry = next((one for one in entries if one.metric == criterion.metric), None)
    if entry is None:
        return None
    estimate = Estimate(
        value=entry.difference, low=entry.low, high=entry.high, undefined=entry.undefined,
        n=entry.n, events=entry.positives,
    )  # fmt: skip
    return replace(weigh(criterion.metric, estimate, stratum.counts, protocol), max_width=None)


def _over_prevalences(
    criterion: Criterion,
    stratum: Stratum,
    here: tuple[Verdict, str],
    *,
    strata: Strata,
    protocol: Protocol,
) -> tuple[Verdict, str]:
    """Return the verdict of a cost or net benefit, which must hold at every prevalence that counts.

    It is linear in the prevalence, so that the ends of the population's range speak for all
    that lies between.
    """
    verdict, because = here
    population = stratum.finding.population
    if verdict is not Verdict.INSUFFICIENT and population is None:
        return Verdict.INSUFFICIENT, f"{because}; the protocol declares no population"
    if population is None:
        return here
    prevalences = _prevalences(stratum, strata)
    low, high = population.range or (population.prevalence, population.prevalence)
    prevalences |= {f"prevalence {p:g}": p for p in (low, population.prevalence, high)}
    bound = Bound(at_least=criterion.at_least, at_most=criterion.at_most)
    metric = criterion.metric.removesuffix("_at_prevalence")
    found = {}
    for name, estimate in among_prevalences(
        metric, stratum, prevalences, level=protocol.intervals.level
    ).items():
        measured = weigh(metric, estimate, stratum.counts, protocol)
        found[name] = judge(measured, bound)[0]
    every = {verdict, *found.values()}
    where = f"at every prevalence from {low:g} to {high:g}"
    if len(every) == 1:
        return verdict, f"{because}, and so {where}"
    listed = _listed_verdicts(found, verdict)
    nowhere = "" if Verdict.MET in every else "; met nowhere"
    return (
        Verdict.INSUFFICIENT,
        f"depends on prevalence: {verdict} as observed ({because}), but {listed}{nowhere}",
    )


def _listed_verdicts(found: Mapping[str, Verdict], usual: Verdict) -> str:
    """Return where the verdict is another than usual, the first few by name."""
    differing = [f"{other} at {name}" for name, other in found.items() if other is not usual]
    more = f" and {len(differing) - NAMED} more" if len(differing) > NAMED else ""
    return ", ".join(differing[:NAMED]) + more


def _prevalences(stratum: Stratum, strata: Strata) -> dict[str, float]:
    """Return the observed prevalence of the stratum and of each site it spans."""
    found = {}
    if stratum.counts.labelled:
        found["the observed prevalence"] = stratum.counts.all_positives / stratum.counts.labelled
    if SITE not in dict(stratum.by):
        for level in strata.levels(stratum.finding, stratum.partition, SITE):
            by = {**dict(stratum.by), SITE: level}
            site = strata.find(stratum.finding, stratum.partition, by)
            if site is not None and site.counts.all_positives and site.counts.all_negatives:
                found[f"{level}'s prevalence"] = site.counts.all_positives / site.counts.labelled
    return {name: share for name, share in found.items() if 0 < share < 1}


def _absence(criterion: Criterion, finding: Finding, strata: Strata) -> str:
    """Say what is not there, and what is."""
    if strata.judged is not None and strata.judged not in strata.partitions:
        present = ", ".join(str(partition) for partition in strata.partitions)
        return f"the table holds no exam for {strata.judged}; it holds: {present or 'none'}"
    missing = []
    for attribute, level in criterion.at.items():
        levels = strata.levels(finding, strata.judged, attribute)
        if level not in levels:
            missing.append(f"no exam with {attribute} {level}; present: {_listed(levels)}")
    if missing:
        return "; ".join(missing)
    if finding.name is not None and strata.find(finding, strata.judged, {}) is None:
        return f"the table holds no exam of {finding.name}"
    return f"the table holds no exam for {criterion.over}"


def _listed(levels: Sequence[str]) -> str:
    more = f" and {len(levels) - 2 * NAMED} more" if len(levels) > 2 * NAMED else ""
    return (", ".join(levels[: 2 * NAMED]) or "none") + more


def _deciding(verdicts: Sequence[StratumVerdict], verdict: Verdict, bound: Bound) -> StratumVerdict:
    """Return the stratum that made the verdict: of those that bear it, the worst."""

    def severity(one: StratumVerdict) -> float:
        return float("inf") if one.measured is None else bound.severity(one.measured)

    return max((one for one in verdicts if one.verdict is verdict), key=severity)


def _because(verdicts: Sequence[StratumVerdict], verdict: Verdict, deciding: StratumVerdict) -> str:
    """Return one sentence for all strata, naming those that bear the verdict."""
    if len(verdicts) == 1:
        return deciding.because
    bearing = [one for one in verdicts if one.verdict is verdict]
    if verdict is Verdict.MET:
        return f"{len(bearing)} of {len(verdicts)} strata; the worst, {_name(deciding)}: " + (
            deciding.because
        )
    ordered = [deciding, *(one for one in bearing if one is not deciding)]
    listed = ". ".join(f"{_name(one)}: {one.because}" for one in ordered[:NAMED])
    more = f". And {len(ordered) - NAMED} more" if len(ordered) > NAMED else ""
    others = [one for one in verdicts if one.verdict in BLOCKING[:3] and one not in bearing]
    return listed + more + (f". Also open: {'; '.join(map(_name, others))}" if others else "")


def _name(verdict: StratumVerdict) -> str:
    levels: Mapping[str, str] = verdict.by
    words = [verdict.finding] if verdict.finding else []
    return ", ".join([*words, *levels.values()]) or "overall"
