"""Gaps: how far apart the levels of an attribute lie, and what may be made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from validation.bootstrap import Draws, quantile
from validation.counts import Confusion
from validation.intervals import linear
from validation.protocols.shape import Basis
from validation.strata import Stratum

TOO_FEW_LEVELS = "fewer than two levels can be compared"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How far apart the levels of one attribute lie in one metric.

    Attributes
    ----------
    attribute : str
        A subgroup, or several crossed: "sex × age_band".
    basis : {"crude", "site-standardised"}
        Whether the levels are compared as they are, or site by site with common weights.
    expected_by_chance : float or None
        What the metric would be on average if all levels shared one rate: the more and the
        smaller the levels, the larger.
    worst, best : str or None
        The levels that make the gap.
    left_out : mapping of str to str
        Levels that are not compared, and why.
    sites_left_out : mapping of str to str
        Sites where not every level can be compared, and why; only where site-standardised.
    error_bound : float or None
        How far the gap may lie from that of the scores before they were merged to cells; the
        interval does not contain it. None where every score is kept as it is, and where the gap
        does not rest on the order of the scores.
    """

    by: dict[str, str]
    finding: str | None
    attribute: str
    metric: str
    basis: Basis = "crude"
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
    sites_left_out: dict[str, str] = field(default_factory=dict)
    error_bound: float | None = None
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
    of_noise = quantile(noise, level)
    is_apart = apart > of_noise
    if is_ratio:
        low = quantile(of_all, tail)
        high = min(1.0, quantile(of_pair, 1 - tail)) if is_apart else 1.0
    else:
        low = max(0.0, value - of_noise)
        high = quantile(of_all, 1 - tail)
    return min(low, value), max(high, value)


def widening(levels: int, level: float) -> float:
    """Return how much farther noise drives the extremes of k levels apart than two of them.

    The quantile of the studentized range of k over that of 2 (Tukey 1949, doi:10.2307/3001913).
    """
    from scipy.stats import studentized_range  # slow to load, and only gaps of many levels need it

    of_k, of_2 = (float(studentized_range.ppf(level, k, np.inf)) for k in (levels, 2))
    return of_k / of_2


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
