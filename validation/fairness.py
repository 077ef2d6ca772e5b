"""Fairness: how far the levels of an attribute lie apart. The only file that knows fairlearn.

Point values are fairlearn's public functions on weighted counts; their intervals are ours,
because fairlearn's bootstrap resamples the rows it is given, which here are counts, not exams.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from fairlearn import metrics as fairlearn
from sklearn.metrics import precision_score

from validation.bootstrap import Draws, generator
from validation.counts import Confusion
from validation.gaps import (
    TOO_FEW_LEVELS,
    Gap,
    Level,
    difference,
    gaps_of_scores,
    interval_of_gap,
    ratio,
)
from validation.measures import NO_THRESHOLD, decide
from validation.protocols.shape import Finding, Protocol
from validation.strata import Strata

Array = npt.NDArray[np.float64]

METHOD = "bootstrap-counts"


@dataclass(frozen=True, kw_only=True)
class _Rate:
    """A rate of the decisions: its cells, and whether more of it is better."""

    hits: Callable[[Confusion], int]
    of: Callable[[Confusion], int]
    drawn: Callable[[Draws], Draws]
    empty: str
    more_is_better: bool = True


RATES: Mapping[str, _Rate] = {
    "flags": _Rate(
        hits=lambda t: t.flagged,
        of=lambda t: t.total,
        drawn=lambda d: d[:, 0] + d[:, 1],
        empty="no labelled exam",
    ),
    "sensitivity": _Rate(
        hits=lambda t: t.tp,
        of=lambda t: t.positives,
        drawn=lambda d: d[:, 0] / (d[:, 0] + d[:, 2]),
        empty="no positives",
    ),
    "alarms": _Rate(
        hits=lambda t: t.fp,
        of=lambda t: t.negatives,
        drawn=lambda d: d[:, 1] / (d[:, 1] + d[:, 3]),
        empty="no negatives",
        more_is_better=False,
    ),
    "ppv": _Rate(
        hits=lambda t: t.tp,
        of=lambda t: t.flagged,
        drawn=lambda d: d[:, 0] / (d[:, 0] + d[:, 1]),
        empty="nothing flagged",
    ),
}


@dataclass(frozen=True, kw_only=True)
class _Disparity:
    """A family of gaps: the rates it rests on, and fairlearn's difference and ratio."""

    rates: tuple[str, ...]
    difference: Callable[..., float]
    ratio: Callable[..., float]


def _framed(metric: Callable[..., float], form: str) -> Callable[..., float]:
    """Return a disparity of a metric that fairlearn has no named function for."""

    def measure(
        y_true: Array, y_pred: Array, *, sensitive_features: Array, sample_weight: Array
    ) -> float:
        frame = fairlearn.MetricFrame(
            metrics=metric,
            y_true=y_true,
            y_pred=y_pred,
            sensitive_features=sensitive_features,
            sample_params={"sample_weight": sample_weight},
        )
        return float(frame.difference() if form == "difference" else frame.ratio())

    return measure


DISPARITIES: Mapping[str, _Disparity] = {
    "demographic_parity": _Disparity(
        rates=("flags",),
        difference=fairlearn.demographic_parity_difference,
        ratio=fairlearn.demographic_parity_ratio,
    ),
    "equalized_odds": _Disparity(
        rates=("sensitivity", "alarms"),
        difference=fairlearn.equalized_odds_difference,
        ratio=fairlearn.equalized_odds_ratio,
    ),
    "equal_opportunity": _Disparity(
        rates=("sensitivity",),
        difference=fairlearn.equal_opportunity_difference,
        ratio=fairlearn.equal_opportunity_ratio,
    ),
    "false_positive_rate": _Disparity(
        rates=("alarms",),
        difference=_framed(fairlearn.false_positive_rate, "difference"),
        ratio=_framed(fairlearn.false_positive_rate, "ratio"),
    ),
    "predictive_parity": _Disparity(
        rates=("ppv",),
        difference=_framed(precision_score, "difference"),
        ratio=_framed(precision_score, "ratio"),
    ),
}


def find_gaps(
    strata: Strata,
    protocol: Protocol,
    finding: Finding,
    attribute: str,
    *,
    by: Mapping[str, str],
    level: float | None = None,
) -> list[Gap]:
    """Return every gap between the levels of an attribute, within the stratum `by`."""
    levels = []
    for name in strata.levels(finding, strata.judged, attribute):
        stratum = strata.find(finding, strata.judged, {**by, attribute: name})
        if stratum is not None:
            decided = decide(stratum, protocol)
            levels.append(
                Level(
                    name=name,
                    stratum=stratum,
                    table=None if decided is None else decided.table,
                    draws=None if decided is None else decided.draws,
                )
            )
    empty = Gap(
        by=dict(by),
        finding=finding.name,
        attribute=attribute,
        metric="",
        partition=strata.judged,
        level=level or protocol.intervals.level,
    )
    gaps = []
    for stem, disparity in DISPARITIES.items():
        gaps += _of_decisions(stem, disparity, levels, protocol, empty=empty)
    return [*gaps, *gaps_of_scores(levels, protocol, empty=empty)]


def _of_decisions(
    stem: str, disparity: _Disparity, levels: Sequence[Level], protocol: Protocol, *, empty: Gap
) -> list[Gap]:
    """Return the difference and the ratio of one family."""
    forms = ("difference", "ratio")
    left_out: dict[str, str] = {}
    for one in levels:
        reason = _reason_against(one, disparity.rates, protocol)
        if reason is not None:
            left_out[one.name] = reason
    kept = [one for one in levels if one.name not in left_out]
    blank = [replace(empty, metric=f"{stem}_{form}", left_out=left_out) for form in forms]
    if any(one.table is None for one in levels):
        return [replace(gap, undefined=NO_THRESHOLD, left_out={}) for gap in blank]
    if len(kept) < 2:  # noqa: PLR2004 a gap needs two
        return [replace(gap, undefined=TOO_FEW_LEVELS) for gap in blank]
    return [_measure_gap(gap, disparity, kept, protocol) for gap in blank]


def _reason_against(one: Level, rates: Sequence[str], protocol: Protocol) -> str | None:
    """Return why a level cannot be compared, or None."""
    minimum, table = protocol.minimum, one.table
    if table is None:
        return NO_THRESHOLD
    for rate in rates:
        if RATES[rate].of(table) == 0:
            return RATES[rate].empty
    if "sensitivity" in rates and table.positives < minimum.positives:
        return f"below the minimum: {table.positives} positives of {minimum.positives} required"
    if "alarms" in rates and table.negatives < minimum.negatives:
        return f"below the minimum: {table.negatives} negatives of {minimum.negatives} required"
    return None


def _measure_gap(gap: Gap, disparity: _Disparity, kept: Sequence[Level], protocol: Protocol) -> Gap:
    """Return a gap with its value, interval, and what chance alone would make of it."""
    is_ratio = gap.metric.endswith("_ratio")
    tables = {one.name: one.table for one in kept if one.table is not None}
    observed = {
        rate: np.array([RATES[rate].hits(t) / RATES[rate].of(t) for t in tables.values()])
        for rate in disparity.rates
    }
    if is_ratio and any(values.max() == 0 for values in observed.values()):
        return replace(gap, undefined="every level has a rate of 0: there is no ratio")
    value = _ask_fairlearn(disparity.ratio if is_ratio else disparity.difference, tables)
    spread = ratio if is_ratio else difference
    # The rate that makes the gap: for equalised odds, whichever of the two lies further apart.
    pick = min if is_ratio else max
    rate = pick(disparity.rates, key=lambda name: float(spread(observed[name][None, :])[0]))
    worst, best = _ends(observed[rate], more_is_better=RATES[rate].more_is_better)
    drawn = {
        name: np.column_stack(
            [RATES[name].drawn(one.draws) for one in kept if one.draws is not None]
        )
        for name in disparity.rates
    }
    fold = np.minimum if is_ratio else np.maximum
    of_all = fold.reduce([spread(draws) for draws in drawn.values()])
    lowest, highest = (
        drawn[rate][:, observed[rate].argmin()],
        drawn[rate][:, observed[rate].argmax()],
    )
    of_pair = lowest / highest if is_ratio else highest - lowest
    noise = np.maximum.reduce([difference(drawn[name] - observed[name]) for name in drawn])
    low, high = interval_of_gap(
        of_all, of_pair, noise, value=value,
        apart=float(observed[rate].max() - observed[rate].min()),
        level=gap.level or 0.0, is_ratio=is_ratio,
    )  # fmt: skip
    names = list(tables)
    return replace(
        gap,
        value=value,
        low=low,
        high=high,
        method=METHOD,
        worst=names[worst],
        best=names[best],
        expected_by_chance=_chance(gap, disparity, tables, protocol),
    )


def _ask_fairlearn(measure: Callable[..., float], tables: Mapping[str, Confusion]) -> float:
    """Return a fairlearn disparity of some confusion counts."""
    cells = [
        (truth, flag, name, count)
        for name, t in tables.items()
        for truth, flag, count in ((1, 1, t.tp), (0, 1, t.fp), (1, 0, t.fn), (0, 0, t.tn))
        if count
    ]
    truth, flag, names, count = zip(*cells, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # pandas' own, inside fairlearn
        value = measure(
            np.array(truth),
            np.array(flag),
            sensitive_features=np.array(names),
            sample_weight=np.array(count),
        )
    return float(value)


def _ends(rates: Array, *, more_is_better: bool) -> tuple[int, int]:
    """Return the places of the worst and the best level."""
    lowest, highest = int(rates.argmin()), int(rates.argmax())
    return (lowest, highest) if more_is_better else (highest, lowest)


def _chance(
    gap: Gap, disparity: _Disparity, tables: Mapping[str, Confusion], protocol: Protocol
) -> float:
    """Return the mean gap if every level had the rate of all of them together."""
    is_ratio = gap.metric.endswith("_ratio")
    places = ",".join(f"{name}={level}" for name, level in sorted(gap.by.items()))
    rng = generator(
        protocol.intervals.seed, "chance", gap.metric, gap.attribute, gap.finding or "",
        gap.partition or "", places,
    )  # fmt: skip
    spreads = []
    for rate in disparity.rates:
        hits = sum(RATES[rate].hits(t) for t in tables.values())
        sizes = np.array([RATES[rate].of(t) for t in tables.values()])
        size = (protocol.intervals.replicates, sizes.size)
        drawn = rng.binomial(sizes, hits / sizes.sum(), size=size) / sizes
        spreads.append(ratio(drawn) if is_ratio else difference(drawn))
    fold = np.minimum if is_ratio else np.maximum
    return float(fold.reduce(spreads).mean())
