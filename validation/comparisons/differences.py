"""Differences: two versions on the cells of one stratum, and what every measure needs of them."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from validation.comparisons.influence import crossed
from validation.counts import flags
from validation.errors import EmptyStratumError, UndefinedError
from validation.intervals import normal_quantile
from validation.protocols.shape import Comparator, Protocol
from validation.strata import Stratum
from validation.tallies import Cells

Array = npt.NDArray[np.float64]

NO_THRESHOLD = "the protocol declares no operating point"
NO_COMPARATOR_THRESHOLD = "the protocol gives the comparator no threshold"
NO_PROBABILITY = "the scores are ranks, not probabilities"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A difference with its interval, before it is known what of."""

    value: float
    low: float
    high: float
    method: str
    n: int
    p: float | None = None
    z: float | None = None


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two versions on the cells of one stratum."""

    cells: Cells
    theirs: Array
    enters: npt.NDArray[np.bool_]
    stratum: Stratum
    protocol: Protocol
    comparator: Comparator

    @property
    def level(self) -> float:
        """Of every interval, two-sided."""
        return self.protocol.intervals.level

    def by_pairs(self, influence: Array) -> float:
        """Return what the exams of one patient add to the variance of independent exams."""
        everywhere = np.zeros((self.enters.size, 1))
        everywhere[self.enters, 0] = influence
        return float(crossed(self.stratum, everywhere)[0, 0])

    def named(self, method: str) -> str:
        """Return the method's name, ending in what it heeds."""
        return method if self.stratum.pairs is None else f"{method}-clustered"

    def decisions(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Return what each flags; a missing score takes the fail-safe for either."""
        point = self.stratum.finding.operating_point
        ours, theirs = point.threshold, self.comparator.threshold
        if ours is None:
            raise UndefinedError(NO_THRESHOLD)
        if theirs is None:
            raise UndefinedError(NO_COMPARATOR_THRESHOLD)
        return (
            flags(self.cells.score, threshold=ours, point=point),
            flags(self.theirs, threshold=theirs, point=point),
        )


def by_normal(pair: Pair, value: float, variance: float, *, method: str) -> Difference:
    """Return a difference with the interval and the test that its variance gives."""
    if variance <= 0:
        msg = "the difference has no spread"
        raise UndefinedError(msg)
    error = math.sqrt(variance)
    half = normal_quantile(pair.level) * error
    return Difference(
        value=value, low=value - half, high=value + half, method=pair.named(method),
        n=int(pair.cells.exams.sum()), z=value / error,
        p=float(2 * norm.sf(abs(value / error))),
    )  # fmt: skip


def variance_of(pair: Pair, influence: Array) -> float:
    """Return the variance of a sum of influences; exams count as one each."""
    return float(pair.cells.exams @ influence**2) + pair.by_pairs(influence)


def of_mean(pair: Pair, change: Array) -> Difference:
    """Return the mean of a change per exam, with the interval its spread gives."""
    exams = pair.cells.exams.astype(np.float64)
    n = float(exams.sum())
    if n == 0:
        msg = "no labelled exam"
        raise EmptyStratumError(msg)
    value = float(exams @ change) / n
    return by_normal(pair, value, variance_of(pair, (change - value) / n), method="paired-mean")
