"""Differences: two versions on the cells of one stratum, and what every measure needs of them."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from validation.comparisons.influence import Array, Mask, covariance
from validation.errors import EmptyStratumError, UndefinedError
from validation.flagging import flags
from validation.intervals import normal_quantile
from validation.protocols.shape import Comparator, Protocol
from validation.strata import Stratum
from validation.tallies import Cells
from validation.tallies.cells import WEIGHT

ROUNDING: Final = 1e-12  # what varies less, measured by its own size, is a trace of floats

NO_THRESHOLD = "the protocol declares no operating point"
NO_COMPARATOR_THRESHOLD = "the protocol gives the comparator no threshold"
NO_PROBABILITY = "the scores are ranks, not probabilities"
NO_SCORES = (
    "the tally holds no scores of the comparator: they do not leave a site that hides counts"
)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A difference with its interval, before it is known what of.

    `error_bound` is how far the value may lie from that of the scores as they were, None where
    no scores were merged; the interval does not contain it.
    """

    value: float
    low: float
    high: float
    method: str
    n: int
    p: float | None = None
    z: float | None = None
    error_bound: float | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two versions on the cells of one stratum.

    Attributes
    ----------
    enters : bool array, shape (k,)
        The cells of `Stratum.joint` that count.
    """

    enters: Mask
    stratum: Stratum
    protocol: Protocol
    comparator: Comparator

    @property
    def level(self) -> float:
        """Of every interval, two-sided."""
        return self.protocol.intervals.level

    @cached_property
    def cells(self) -> Cells:
        """The cells that count."""
        return self.stratum.joint.where(self.enters)

    @property
    def theirs(self) -> Array:
        """The comparator's scores of these cells."""
        return self.cells.comparators[self.comparator.name]

    @cached_property
    def mass(self) -> Array:
        """What the exams of each cell count for: their weights, else one each."""
        return self.cells.amount(WEIGHT)

    @property
    def is_weighted(self) -> bool:
        """Say whether exams have sampling weights."""
        return self.stratum.counts.weights is not None

    @property
    def heeds(self) -> str:
        """Return what intervals have to heed, as the methods' names end; "" where nothing."""
        return self.stratum.counts.kind

    def variance(self, influence: Array, *rests_on: str) -> float:
        """Return the variance of a sum of influences over the cells that count.

        Exams of one patient vary together where the pairs are known; else the largest design
        effect that was stated for the metrics it rests on multiplies it.

        Parameters
        ----------
        influence : float64 array
            What one exam of each cell adds, per unit of its weight.
        rests_on : str
            The metrics under whose names a design effect may be stated.
        """
        everywhere = np.zeros((self.enters.size, 1))
        everywhere[self.enters, 0] = influence
        found = float(covariance(self.stratum, everywhere)[0, 0])
        return max(0.0, found) * self.stratum.counts.largest_effect(*rests_on)

    def named(self, method: str) -> str:
        """Return the method's name, ending in what it heeds."""
        return method + self.heeds

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
    error = math.sqrt(max(0.0, variance))
    if error <= ROUNDING * abs(value):
        msg = "the difference has no spread"
        raise UndefinedError(msg)
    half = normal_quantile(pair.level) * error
    return Difference(
        value=value, low=value - half, high=value + half, method=pair.named(method),
        n=int(pair.cells.exams.sum()), z=value / error,
        p=float(2 * ndtr(-abs(value / error))),
    )  # fmt: skip


def of_mean(pair: Pair, change: Array, *rests_on: str) -> Difference:
    """Return the weighted mean of a change per exam, with the interval its spread gives.

    Parameters
    ----------
    change : float64 array
        Per cell that counts.
    rests_on : str
        As in `Pair.variance`.
    """
    total = float(pair.mass.sum())
    if total == 0:
        msg = "no labelled exam"
        raise EmptyStratumError(msg)
    value = float(pair.mass @ change) / total
    variance = pair.variance((change - value) / total, *rests_on)
    return by_normal(pair, value, variance, method="paired-mean")


def effective_size(pair: Pair, change: Array, among: Mask, *rests_on: str) -> float:
    r"""Return how many independent exams of equal weight tell as much about a mean change.

    It is :math:`s^2 / v`, of the weighted variance :math:`s^2` of the change and the variance v of
    its mean over patients, which is put right for the effective number of patients as in
    `validation.confusion.share`. Where nothing varies it is that number, as if all exams of a
    patient had to be alike; it is never more than the exams.

    Parameters
    ----------
    change : float64 array
        Per cell that counts.
    among : bool array
        Which of these cells the mean is over; at least one exam.
    rests_on : str
        As in `Pair.variance`.

    References
    ----------
    Rao JNK, Scott AJ. A simple method for the analysis of clustered binary data.
    Biometrics 1992;48(2):577-585. doi:10.2307/2532311
    Kish L. Survey Sampling. Wiley 1965 (effective sizes).
    """
    mass = np.where(among, pair.mass, 0.0)
    total, n = float(mass.sum()), int(pair.cells.exams[among].sum())
    share, value = mass / total, float(mass @ change) / total
    patients = 1 / pair.variance(among / total, *rests_on)
    spread = float(share @ (change - value) ** 2)
    if spread <= (ROUNDING * float(np.abs(change[among]).max())) ** 2:
        return min(patients, float(n))
    variance = pair.variance(np.where(among, (change - value) / total, 0.0), *rests_on)
    if patients > 1:
        variance *= patients / (patients - 1) * (n - 1) / n
    return min(spread / variance, float(n)) if variance > 0 else float(n)
