"""Gaps: how far apart the levels of an attribute lie, and what may be made of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.stats import studentized_range

from validation.bootstrap import Draws, generator
from validation.counts import Confusion
from validation.errors import UndefinedError
from validation.intervals import expit, linear, logit
from validation.metrics.calibration import RANKS
from validation.metrics.discrimination import delong
from validation.protocols.shape import Protocol, ScoreKind
from validation.strata import Stratum

Array = npt.NDArray[np.float64]

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


def difference(rates: Draws) -> Draws:
    """Return the range over levels, shape (r,), of rates, shape (r, levels)."""
    return np.asarray(rates.max(axis=1) - rates.min(axis=1))


def ratio(rates: Draws) -> Draws:
    """Return lowest over highest; 1 where all are 0."""
    highest = rates.max(axis=1)
    return np.asarray(
        np.divide(rates.min(axis=1), highest, out=np.ones_like(highest), where=highest > 0)
    )


def interval_of_gap(
    of_all: Draws,
    of_pair: Draws,
    noise: Draws,
    *,
    value: float,
    apart: float,
    level: float,
    is_ratio: bool,
) -> tuple[float, float]:
    """Return the interval of a gap.

    The range over levels is lifted by noise. How large the gap may be is asked of replicates of
    the range, over every pair. How small it may be is asked of the noise: the two levels that
    make the gap were chosen for being farthest apart, so what is taken off is not the noise of
    one pair but the range that noise alone opens over all levels (as Tukey's studentized range
    does; Tukey 1949, doi:10.2307/3001913). A ratio leaves 1 only where the difference leaves 0.

    Parameters
    ----------
    of_all : array, shape (r,)
        Replicates of the range, or of lowest over highest.
    of_pair : array, shape (r,)
        Replicates of the difference, or ratio, of the two levels that make the gap.
    noise : array, shape (r,)
        Range over levels of replicate less observed rate.
    value, apart : float
        The gap as asked, and the difference between highest and lowest.
    level : float
        Confidence level in (0, 1).
    is_ratio : bool
        Whether `value` is lowest over highest.

    Returns
    -------
    low, high : float
        Both ends; `value` lies between.
    """
    tail = 0.5 - level / 2
    is_apart = apart > float(np.quantile(noise, level))
    if is_ratio:
        low = float(np.quantile(of_all, tail))
        high = min(1.0, float(np.quantile(of_pair, 1 - tail))) if is_apart else 1.0
    else:
        low = max(0.0, value - float(np.quantile(noise, level)))
        high = float(np.quantile(of_all, 1 - tail))
    return min(low, value), max(high, value)


def widening(levels: int, level: float) -> float:
    """Return how much farther noise drives the extremes of k levels apart than two of them.

    The quantile of the studentized range of k over that of 2 (Tukey 1949, doi:10.2307/3001913).
    """
    of_k, of_2 = (float(studentized_range.ppf(level, k, np.inf)) for k in (levels, 2))
    return of_k / of_2


def gaps_of_scores(levels: Sequence[Level], protocol: Protocol, *, empty: Gap) -> list[Gap]:
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
    """Return observed minus mean predicted risk of a level of both classes, and its error."""
    counts = one.stratum.counts
    n = counts.scored
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
    spread = ratio if is_ratio else difference
    lowest, highest = int(values.argmin()), int(values.argmax())
    value = float(spread(values[None, :])[0])
    if is_auroc:
        worst, best = lowest, highest
    else:
        worst, best = sorted((lowest, highest), key=lambda i: -abs(float(values[i])))
    signed = drawn[:, highest] - drawn[:, lowest]
    if is_ratio:
        signed = drawn[:, lowest] / drawn[:, highest]
    low, high = interval_of_gap(
        spread(drawn), signed, difference(drawn - values), value=value,
        apart=float(values.max() - values.min()), level=gap.level or 0.0, is_ratio=is_ratio,
    )  # fmt: skip
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


def range_over_levels(gap: Gap, found: Mapping[str, tuple[float, float, float]]) -> Gap:
    """Return a gap between levels of which each has a value, a low and a high.

    The interval of each pair joins those of its two levels (MOVER); the upper end is the
    largest over all pairs, the lower that of the two levels that make the gap, taken as much
    lower as noise drives the extremes of so many levels apart (`widening`).
    """
    if len(found) < 2:  # noqa: PLR2004 a gap needs two
        return replace(gap, undefined=TOO_FEW_LEVELS)
    ends = {
        (one, other): linear(
            (1, -1), (found[one][0], found[other][0]), (found[one][1:], found[other][1:])
        )
        for one in found
        for other in found
        if one != other
    }
    best = max(found, key=lambda name: found[name][0])
    worst = min(found, key=lambda name: found[name][0])
    value, low = found[best][0] - found[worst][0], 0.0
    if best != worst:
        low = value - (value - ends[best, worst][0]) * widening(len(found), gap.level or 0.95)
    return replace(
        gap,
        value=value,
        low=max(0.0, low),
        high=max(high for _, high in ends.values()),
        worst=worst,
        best=best,
    )
