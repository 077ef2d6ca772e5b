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
from validation.exploring import explore
from validation.fairness import find_gaps, find_standardised_gaps
from validation.fairness.comparing import levels_of
from validation.fairness.gaps import Gap, range_over_levels
from validation.intervals import sidak
from validation.measures import is_utility, measure_one
from validation.metric_names import FAIRNESS_METRICS, GAP_OF
from validation.multiplicity import UNADJUSTED
from validation.pricing import over_prevalences
from validation.protocols.crossings import parts_of
from validation.protocols.shape import Criterion, Finding, Protocol, Source
from validation.sites.spread import pooled_alone
from validation.strata import SITE, Strata, Stratum
from validation.sufficiency import weigh, weigh_difference, widened

POOLED = "pooled external"
WITHIN_SITES = "site-standardised"
EVERY, WORST, DIFFERENCE = "every ", "worst ", "difference by "
NAMED = 4  # strata named in a sentence before it says "and 3 more"


def judge_all(strata: Strata, protocol: Protocol) -> tuple[CriterionVerdict, ...]:
    """Return the verdict of every criterion, in the protocol's order."""
    found = [_judge_criterion(criterion, strata, protocol) for criterion in protocol.criteria]
    by_id = {criterion.id: criterion for criterion in protocol.criteria}
    findings = {finding.name: finding for finding in protocol.findings}

    def judge_at(one: CriterionVerdict, place: StratumVerdict, level: float) -> Verdict:
        at_level, finding = _at(protocol, level), findings[place.finding]
        again = _judge_place(by_id[one.id], finding, place.by, strata, at_level, wide=None)
        return again.verdict

    return explore(found, judge_at, replicates=protocol.intervals.replicates)


def _at(protocol: Protocol, level: float) -> Protocol:
    """Return the protocol with its intervals at another level."""
    return replace(protocol, intervals=replace(protocol.intervals, level=level))


def _judge_criterion(criterion: Criterion, strata: Strata, protocol: Protocol) -> CriterionVerdict:
    """Return one criterion over all its strata."""
    findings = [
        finding
        for finding in protocol.findings
        if criterion.finding is None or finding.name == criterion.finding
    ]
    places = [
        (finding, by)
        for finding in findings
        for by in _places(criterion, finding, strata, protocol)
    ]
    level = protocol.intervals.level
    if criterion.needs == "any":
        level = sidak(level, strata=len(places))
    verdicts = tuple(
        _judge_place(criterion, finding, by, strata, _at(protocol, level), wide=protocol)
        for finding, by in places
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
        basis=criterion.basis or ("crude" if _compares(criterion) else None),
        consideration=criterion.consideration,
        exploratory=criterion.exploratory,
        strata=verdicts,
    )
    if not verdicts:
        return empty
    deciding = _deciding(verdicts, verdict, bound)
    return replace(
        empty,
        adjusted=_adjusted(criterion.needs, strata=len(verdicts)),
        because=_because(verdicts, verdict, deciding),
        by=deciding.by,
        measured=deciding.measured,
        low=deciding.low,
        high=deciding.high,
    )


def _adjusted(needs: str, *, strata: int) -> str | None:
    """Say how a verdict allows for several strata; None where there is but one."""
    if strata == 1:
        return None
    return UNADJUSTED if needs == "all" else f"Šidák's level over {strata} strata"


def _places(
    criterion: Criterion, finding: Finding, strata: Strata, protocol: Protocol
) -> list[dict[str, str]]:
    """Return the strata over which a criterion is judged; a site that sent nothing is one."""
    over = criterion.over
    for word in (EVERY, WORST):
        if over.startswith(word):
            names = parts_of(over.removeprefix(word), protocol)
            found = strata.cross(finding, strata.judged, names)
            absent = strata.tally.absent if tuple(names) == (SITE,) else ()
            return [
                *({name: dict(one.by)[name] for name in names} for one in found),
                *({SITE: site} for site in absent),
            ]
    return [dict(criterion.at)]


def _judge_place(  # what is judged, where, on what, and how
    criterion: Criterion,
    finding: Finding,
    by: dict[str, str],
    strata: Strata,
    protocol: Protocol,
    *,
    wide: Protocol | None,
) -> StratumVerdict:
    """Return a criterion's verdict in one stratum.

    How wide an interval may be is asked at the level of the protocol `wide`, whatever the level
    of the verdict; without one it is not asked.
    """
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
            because="expected, and not there"
            if by.get(SITE) in strata.tally.absent
            else _absence(criterion, finding, strata),
        )
    if wide is None:
        measured = replace(measured, max_width=None)
    elif measured.max_width is not None and wide.intervals.level != protocol.intervals.level:
        usual = _measured(criterion, finding, stratum, strata=strata, protocol=wide)
        measured = replace(measured, width=_width(usual))
    verdict, because = judge(measured, bound)
    plain_estimate = criterion.source is Source.ESTIMATE and not criterion.over.startswith(
        DIFFERENCE
    )
    if plain_estimate and is_utility(criterion.metric):
        verdict, because = over_prevalences(
            criterion, stratum, (verdict, because), strata=strata, protocol=protocol
        )
    return StratumVerdict(
        by=by, finding=finding.name, verdict=verdict, because=because, measured=measured.value,
        low=measured.low, high=measured.high, n=measured.n, events=measured.events,
    )  # fmt: skip


def _width(measured: Measured | None) -> float | None:
    if measured is None or measured.low is None or measured.high is None:
        return None
    return measured.high - measured.low


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
    if _compares(criterion):
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
    if criterion.basis == WITHIN_SITES:
        gaps = find_standardised_gaps(strata, protocol, finding, attribute)
    elif metric in FAIRNESS_METRICS:
        gaps = find_gaps(strata, protocol, finding, attribute, by=by)
    else:
        gaps = [_plain_gap(metric, finding, attribute, by, strata, protocol)]
    gap = next((gap for gap in gaps if gap.metric == metric), None)
    if gap is None:
        return None
    low, high, why_wide = widened(gap.low, gap.high, gap.error_bound)
    against = f"{gap.worst} against {gap.best}" if gap.worst else None
    if against and gap.basis == WITHIN_SITES:
        against += " within the same sites"
    out = f"left out: {_named_reasons(gap.left_out)}" if gap.left_out else None
    if gap.sites_left_out:
        sites = f"sites left out: {_named_reasons(gap.sites_left_out)}"
        out = f"{out}; {sites}" if out else sites
    return Measured(
        value=gap.value, low=low, high=high,
        rests_on="; ".join(part for part in (against, out, why_wide) if part),
        undefined=f"{gap.undefined}; {out}" if out else gap.undefined,
    )  # fmt: skip


def _compares(criterion: Criterion) -> bool:
    """Say whether a criterion is on a gap between groups."""
    return criterion.source is Source.FAIRNESS or criterion.over.startswith(DIFFERENCE)


def _named_reasons(left_out: Mapping[str, str]) -> str:
    """Return who is left out and why, the tail of a long list counted."""
    named = [f"{name} ({reason})" for name, reason in left_out.items()]
    more = f" and {len(named) - 2 * NAMED} more" if len(named) > 2 * NAMED else ""
    return ", ".join(named[: 2 * NAMED]) + more


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
    for name, within in levels_of(strata, protocol, finding, attribute, by=by):
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
    pooled = pooled_alone(strata, protocol, finding, criterion.metric)
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
        n=entry.n, events=entry.positives, error_bound=entry.error_bound,
    )  # fmt: skip
    return weigh_difference(
        criterion.metric, estimate, protocol=protocol,
        positives=entry.positives or 0, negatives=entry.negatives or 0,
    )  # fmt: skip


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
    if criterion.basis == WITHIN_SITES and not strata.levels(finding, strata.judged, SITE):
        return "the table has no sites to compare groups within"
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
