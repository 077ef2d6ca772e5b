"""Brier: how far scores lie from what happened, and what that distance is made of."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validation.counts import ScoreCounts, remembered
from validation.errors import UndefinedError
from validation.estimates import Estimate
from validation.intervals import normal_quantile
from validation.metrics.binning import Bins, binned
from validation.metrics.discrimination import require_classes

Array = npt.NDArray[np.float64]

BINS = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Influences:
    """What one exam of each cell changes in a mean over all exams; arrays of shape (k,)."""

    positives: Array
    negatives: Array

    def __add__(self, other: "Influences") -> "Influences":
        """Return the influences on the sum of both."""
        return Influences(
            positives=self.positives + other.positives, negatives=self.negatives + other.negatives
        )

    def times(self, factor: float) -> "Influences":
        """Return the influences on a multiple."""
        return Influences(positives=self.positives * factor, negatives=self.negatives * factor)


@remembered
def _whole(counts: ScoreCounts) -> float:
    return float(counts.mass_of_positives.sum() + counts.mass_of_negatives.sum())


def _mean(of_positives: Array, of_negatives: Array, counts: ScoreCounts) -> float:
    """Return the mean of a quantity over scored exams."""
    total = counts.mass_of_positives @ of_positives + counts.mass_of_negatives @ of_negatives
    return float(total) / _whole(counts)


def _around(
    value: float, influences: Influences, counts: ScoreCounts, *, metric: str, method: str,
    level: float, limits: tuple[float, float] = (-math.inf, math.inf), extra: float = 0.0,
) -> Estimate:  # fmt: skip
    """Return a mean with the normal interval that its influences give, cut at the limits."""
    n = counts.scored
    variance = counts.variance(metric, influences.positives, influences.negatives)
    variance = variance / _whole(counts) ** 2 * n / max(n - 1, 1) + extra
    half = normal_quantile(level) * math.sqrt(variance)
    return Estimate(
        value=value, low=max(limits[0], value - half), high=min(limits[1], value + half),
        level=level, method=method + counts.kind, n=n, events=counts.scored_positives,
    )  # fmt: skip


@remembered
def _score(counts: ScoreCounts) -> tuple[float, Influences]:
    """Return the Brier score and its influences; exact where scores were merged, too."""
    require_classes(counts.scored_positives, counts.scored_negatives)
    means = counts.means
    if counts.moments is None:
        value = _mean((1 - means) ** 2, means**2, counts)
    else:
        observed = float(counts.mass_of_positives.sum())
        value = observed - 2 * counts.moments.of_positives + counts.moments.of_squares
        value /= _whole(counts)
    return value, Influences(positives=(1 - means) ** 2 - value, negatives=means**2 - value)


def brier(counts: ScoreCounts, *, level: float) -> Estimate:
    """Return the mean squared distance of score and outcome.

    References
    ----------
    Brier GW. Verification of forecasts expressed in terms of probability. Mon Weather Rev
    1950;78(1):1-3. doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
    """
    value, influences = _score(counts)
    return _around(
        value,
        influences,
        counts,
        metric="brier",
        method="normal",
        level=level,
        limits=(0.0, math.inf),
    )


def log_loss(counts: ScoreCounts, *, level: float) -> Estimate:
    """Return the mean of minus the logarithm of the probability given to what happened.

    Raises
    ------
    UndefinedError
        When what happened was given probability 0.
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    means = counts.means
    impossible = counts.positives[means <= 0].sum() + counts.negatives[means >= 1].sum()
    if impossible:
        msg = f"infinite: what happened was given probability 0 in {int(impossible):,} exams"
        raise UndefinedError(msg)
    inner = np.clip(means, 5e-324, 1 - 1e-16)
    loss_1 = np.where(counts.positives > 0, -np.log(inner), 0.0)
    loss_0 = np.where(counts.negatives > 0, -np.log1p(-inner), 0.0)
    value = _mean(loss_1, loss_0, counts)
    influences = Influences(positives=loss_1 - value, negatives=loss_0 - value)
    return _around(
        value,
        influences,
        counts,
        metric="log_loss",
        method="normal",
        level=level,
        limits=(0.0, math.inf),
    )


@remembered
def _variance_of_outcome(counts: ScoreCounts) -> tuple[float, Influences]:
    """Return the Brier score of always saying the prevalence, and its influences."""
    share = float(counts.mass_of_positives.sum()) / _whole(counts)
    ones, value = np.ones(counts.scores.size), share * (1 - share)
    slope = 1 - 2 * share
    return value, Influences(positives=ones * slope * (1 - share), negatives=-ones * slope * share)


def scaled_brier(counts: ScoreCounts, *, level: float) -> Estimate:
    """Return one minus the Brier score over that of always saying the prevalence.

    The interval comes from the influence of each exam on the ratio.

    References
    ----------
    Steyerberg EW, Vickers AJ, Cook NR, et al. Assessing the performance of prediction models.
    Epidemiology 2010;21(1):128-138. doi:10.1097/EDE.0b013e3181c30fb2
    """
    score, of_score = _score(counts)
    useless, of_useless = _variance_of_outcome(counts)
    influences = of_score.times(-1 / useless) + of_useless.times(score / useless**2)
    return _around(
        1 - score / useless, influences, counts, metric="scaled_brier", method="influence",
        level=level, limits=(-math.inf, 1.0),
    )  # fmt: skip


def decompose(part: str, counts: ScoreCounts, *, level: float) -> Estimate:
    r"""Return one of the parts of the Brier score: reliability − resolution + uncertainty.

    Over ten bins of equal mass, and corrected for the bias of small bins, which leaves the sum
    exact: with :math:`v_k` the variance of the risk observed in bin k, whose share of the exams
    is :math:`w_k`, and v that of the prevalence, reliability and resolution are both smaller by
    :math:`\sum w_k v_k`, and resolution and uncertainty larger by v. Resolution is the
    generalised one: what scores tell apart within a bin belongs to it. A part that is truly 0
    is estimated below 0 about half the time.

    Parameters
    ----------
    part : str
        "reliability" (0 is perfect calibration), "resolution" (more is better) or "uncertainty"
        (of the outcome itself).
    counts : ScoreCounts
    level : float

    References
    ----------
    Murphy AH. A new vector partition of the probability score. J Appl Meteorol
    1973;12(4):595-600. doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2
    Stephenson DB, Coelho CAS, Jolliffe IT. Two extra components in the Brier score
    decomposition. Weather Forecast 2008;23(4):752-757. doi:10.1175/2007WAF2006116.1
    Ferro CAT, Fricker TE. A bias-corrected decomposition of the Brier score. Q J R Meteorol
    Soc 2012;138(668):1954-1960. doi:10.1002/qj.1924
    """
    value, influences, extra = _parts(counts)[part]
    return _around(
        value, influences, counts, metric=f"brier_{part}", method=f"equal-mass-{BINS}-corrected",
        level=level, extra=extra,
    )  # fmt: skip


@remembered
def _parts(counts: ScoreCounts) -> dict[str, tuple[float, Influences, float]]:
    """Return each part, its influences, and what chance adds to its variance besides."""
    score, of_score = _score(counts)
    plain, of_outcome = _variance_of_outcome(counts)
    bins = binned(counts, bins=BINS)
    of_prevalence = bins.effect * plain / max(counts.scored - 1, 1)
    bias = float(bins.share @ bins.variance)
    raw, of_raw = _reliability(counts, bins)
    distance = (bins.observed - bins.predicted) ** 2
    # Near perfect calibration the influences vanish: the square of what chance adds remains.
    extra = float(bins.share**2 @ (2 * bins.variance**2))
    return {
        "reliability": (float(bins.share @ distance) - bias, of_raw, extra),
        "resolution": (
            raw + plain - score - bias + of_prevalence,
            of_raw + of_outcome + of_score.times(-1.0),
            extra,
        ),
        "uncertainty": (plain + of_prevalence, of_outcome, 0.0),
    }


def _reliability(counts: ScoreCounts, bins: Bins) -> tuple[float, Influences]:
    """Return the mean squared distance of predicted and observed risk, and its influences."""
    value = float(bins.share @ (bins.observed - bins.predicted) ** 2)
    sizes = np.diff(np.append(bins.starts, counts.scores.size))
    apart = np.repeat(bins.observed - bins.predicted, sizes)

    def of(outcome: int) -> Array:
        return np.asarray(2 * apart * (outcome - counts.means) - apart**2 - value)

    return value, Influences(positives=of(1), negatives=of(0))
