"""Fairness: how far the levels of an attribute lie apart. The only file that knows fairlearn.

Point values are fairlearn's public functions on weighted counts; their intervals are ours,
because fairlearn's bootstrap resamples the rows it is given, which here are counts, not exams.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from fairlearn import metrics as fairlearn
from sklearn.metrics import precision_score

from validation.bootstrap import Draws, generator
from validation.counts import Confusion
from validation.errors import UndefinedError
from validation.intervals import expit, logit
from validation.measures import NO_THRESHOLD, decide
from validation.metrics.calibration import RANKS
from validation.metrics.discrimination import delong
from validation.protocols.shape import Finding, Protocol, ScoreKind
from validation.strata import Strata, Stratum

Array = npt.NDArray[np.float64]

METHOD = "bootstrap-counts"
TOO_FEW_LEVELS = "fewer than two levels can be compared"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How far apart the levels of one attribute lie in one metric.

    Attributes
    ----------
    expected_by_chance : float or None
        What the metric would be on average if all levels shared one rate: the more and the
        smaller the levels, the larger.
    worst, best : str or None
        The levels that make the gap.
    left_out : mapping of str to str
        Levels that are not compared, and why.
    """

    by: dict[str, str]
    finding: str | None
    attribute: str
    metric: str
    partition: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str | None = None
    expected_by_chance: float | None = None
    worst: str | None = None
    best: str | None = None
    left_out: dict[str, str] = field(default_factory=dict)
    undefined: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Level:
    """One level of an attribute: its decisions and replicates of them."""

    name: str
    stratum: Stratum
    table: Confusion | None
    draws: Draws | None


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
    return [*gaps, *_of_scores(levels, protocol, empty=empty)]


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
    spread = _ratio if is_ratio else _difference
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
    low, high = _interval(of_all, of_pair, value=value, level=gap.level or 0.0, is_ratio=is_ratio)
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


def _difference(rates: Draws) -> Draws:
    """Return the range over levels, shape (r,), of rates, shape (r, levels)."""
    return np.asarray(rates.max(axis=1) - rates.min(axis=1))


def _ratio(rates: Draws) -> Draws:
    """Return lowest over highest; 1 where all are 0."""
    highest = rates.max(axis=1)
    return np.asarray(
        np.divide(rates.min(axis=1), highest, out=np.ones_like(highest), where=highest > 0)
    )


def _interval(
    of_all: Draws, of_pair: Draws, *, value: float, level: float, is_ratio: bool
) -> tuple[float, float]:
    """Return the interval of a gap.

    The range over levels is lifted by noise: replicates of it answer the question "how large
    may the gap be", over every pair. How small it may be is asked of the two levels that make
    it, with their sign, so that noise alone does not keep the interval away from no gap.
    """
    tail = 0.5 - level / 2
    if is_ratio:
        low = float(np.quantile(of_all, tail))
        high = min(1.0, float(np.quantile(of_pair, 1 - tail)))
    else:
        low = max(0.0, float(np.quantile(of_pair, tail)))
        high = float(np.quantile(of_all, 1 - tail))
    return min(low, value), max(high, value)


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
        spreads.append(_ratio(drawn) if is_ratio else _difference(drawn))
    fold = np.minimum if is_ratio else np.maximum
    return float(fold.reduce(spreads).mean())


def _of_scores(levels: Sequence[Level], protocol: Protocol, *, empty: Gap) -> list[Gap]:
    """Return the gaps that rest on the scores: AUROC, and observed against predicted risk."""
    gaps = [
        _normal_gap(replace(empty, metric=f"auroc_{form}"), levels, _place_auroc, protocol)
        for form in ("difference", "ratio")
    ]
    calibration = replace(empty, metric="calibration_gap")
    if protocol.score_kind is ScoreKind.RANK:
        return [*gaps, replace(calibration, undefined=RANKS)]
    return [*gaps, _normal_gap(calibration, levels, _place_excess, protocol)]


def _place_auroc(one: Level) -> tuple[float, float]:
    """Return the log-odds of a level's AUROC and their standard error."""
    value, variance = delong(one.stratum.counts)
    if variance is None:
        msg = "DeLong's variance is 0 or unknown"
        raise UndefinedError(msg)
    return logit(value), float(np.sqrt(variance)) / (value * (1 - value))


def _place_excess(one: Level) -> tuple[float, float]:
    """Return observed minus mean predicted risk of a level, and its standard error."""
    counts = one.stratum.counts
    n = counts.scored
    if n < 2:  # noqa: PLR2004 one exam has no spread
        msg = "fewer than two exams have a score"
        raise UndefinedError(msg)
    rest_1, rest_0 = 1 - counts.scores, -counts.scores
    mean = float(counts.positives @ rest_1 + counts.negatives @ rest_0) / n
    squares = counts.positives @ (rest_1 - mean) ** 2 + counts.negatives @ (rest_0 - mean) ** 2
    return mean, float(np.sqrt(squares / (n - 1) / n))


def _normal_gap(
    gap: Gap,
    levels: Sequence[Level],
    measure: Callable[[Level], tuple[float, float]],
    protocol: Protocol,
) -> Gap:
    """Return a gap of levels whose estimates are normal on some scale."""
    placed: dict[str, tuple[float, float]] = {}
    left_out: dict[str, str] = {}
    for one in levels:
        try:
            _require_minimum(one, protocol)
            placed[one.name] = measure(one)
        except UndefinedError as reason:
            left_out[one.name] = str(reason)
    if len(placed) < 2:  # noqa: PLR2004 a gap needs two
        return replace(gap, undefined=TOO_FEW_LEVELS, left_out=left_out)
    names = list(placed)
    centres = np.array([centre for centre, _ in placed.values()])
    errors = np.array([error for _, error in placed.values()])
    is_auroc, is_ratio = gap.metric.startswith("auroc"), gap.metric.endswith("_ratio")
    places = ",".join(f"{name}={level}" for name, level in sorted(gap.by.items()))
    rng = generator(
        protocol.intervals.seed, gap.metric, gap.attribute, gap.finding or "",
        gap.partition or "", places,
    )  # fmt: skip
    noise = rng.standard_normal((protocol.intervals.replicates, errors.size)) * errors
    shared = float(centres @ errors**-2.0 / (errors**-2.0).sum()) if errors.all() else 0.0

    def back(x: Draws) -> Draws:
        return np.vectorize(expit)(x) if is_auroc else x

    values, drawn = back(centres), back(centres + noise)
    spread = _ratio if is_ratio else _difference
    lowest, highest = int(values.argmin()), int(values.argmax())
    value = float(spread(values[None, :])[0])
    if is_auroc:
        worst, best = lowest, highest
    else:
        worst, best = sorted((lowest, highest), key=lambda i: -abs(float(values[i])))
    signed = drawn[:, highest] - drawn[:, lowest]
    if is_ratio:
        signed = drawn[:, lowest] / drawn[:, highest]
    low, high = _interval(
        spread(drawn), signed, value=value, level=gap.level or 0.0, is_ratio=is_ratio
    )
    return replace(
        gap, value=value, low=low, high=high, method="normal-draws", left_out=left_out,
        worst=names[worst], best=names[best],
        expected_by_chance=float(spread(back(shared + noise)).mean()),
    )  # fmt: skip


def _require_minimum(one: Level, protocol: Protocol) -> None:
    """Raise when a level holds too few of a class to be compared."""
    counts, minimum = one.stratum.counts, protocol.minimum
    for found, required, word in (
        (counts.scored_positives, minimum.positives, "positives"),
        (counts.scored_negatives, minimum.negatives, "negatives"),
    ):
        if found == 0:
            raise UndefinedError(f"no {word}")
        if found < required:
            raise UndefinedError(f"below the minimum: {found} {word} of {required} required")
