"""Smooth: a flexible calibration curve, and how far it strays from the diagonal."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.bootstrap import coarsen, generator, tails
from validation.counts import ScoreCounts
from validation.errors import UndefinedError
from validation.estimates import Estimate
from validation.intervals import normal_quantile
from validation.metrics.calibration import mass_of_exams, on_log_odds, separable_log_odds
from validation.metrics.logistic import expit, fit

Array = npt.NDArray[np.float64]

MOST_CELLS: Final = 1024  # neighbouring scores are joined beyond it
FEW: Final = 100  # exams of the rarer class, below which three knots must do
KNOTS: Final = {  # Harrell's places, as quantiles of the log-odds
    3: (0.10, 0.50, 0.90),
    4: (0.05, 0.35, 0.65, 0.95),
}
BEND: Final = 3  # knots without which a spline cannot bend
UNKNOWN: Final = 50.0  # standard error on the log-odds beyond which nothing is known
DRAWS: Final = 400
REDRAWN_CELLS: Final = 32
ROUNDING: Final = 1e-12
KEYS: Final = ("ici", "e50", "e90", "emax")


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """A logistic regression of the outcome on a restricted cubic spline of the log-odds.

    Attributes
    ----------
    knots : float64 array, shape (q,)
        On the log-odds, ascending; empty where the curve is a straight line there.
    beta : float64 array, shape (p,)
    covariance : float64 array, shape (p, p)
        Of `beta`; heeds patients with several exams, and weights.
    predicted, risks, mass : float64 array, shape (k,)
        The mean scores of the cells it was fitted to, the risks that it gives them, and what
        their exams count for.
    """

    knots: Array
    beta: Array
    covariance: Array
    predicted: Array
    risks: Array
    mass: Array

    @property
    def method(self) -> str:
        """The curve's name: "rcs-4" for a spline with four knots."""
        return f"rcs-{self.knots.size}" if self.knots.size else "linear-logit"

    def observed(self, predicted: Array, *, level: float) -> tuple[Array, Array, Array]:
        """Return the risk observed at some predicted ones, and the pointwise interval's ends."""
        design = spline(np.log(predicted) - np.log1p(-predicted), self.knots)
        middle = design @ self.beta
        half = normal_quantile(level) * np.sqrt(_spread(design, self.covariance))
        return expit(middle), expit(middle - half), expit(middle + half)


def spline(x: Array, knots: Array) -> Array:
    r"""Return the columns of a restricted cubic spline: 1, x, and one per knot but two.

    Linear below the first and above the last knot, and scaled by the square of their distance.

    Parameters
    ----------
    x : float64 array, shape (k,)
    knots : float64 array, shape (q,)
        Ascending; fewer than three give a straight line.

    Returns
    -------
    float64 array, shape (k, max(2, q))

    References
    ----------
    Stone CJ, Koo CY. Additive splines in statistics. Proc Stat Comp Sect ASA 1985:45-48.
    Harrell FE. Regression Modeling Strategies. 2nd ed. Springer 2015, section 2.4.5.
    """
    columns = [np.ones_like(x), x]
    if knots.size >= BEND:
        first, before, last = (float(knots[i]) for i in (0, -2, -1))

        def cube(at: float) -> Array:
            above = np.maximum(x - at, 0.0)
            return np.asarray(above * above * above)  # many times as fast as a power

        of_before, of_last = cube(before), cube(last)
        columns += [
            (
                cube(knot)
                - of_before * (last - knot) / (last - before)
                + of_last * (before - knot) / (last - before)
            )
            / (last - first) ** 2
            for knot in knots[:-2].tolist()
        ]
    return np.column_stack(columns)


def _spread(design: Array, covariance: Array) -> Array:
    """Return the variance of each row's linear predictor."""
    return np.asarray(np.maximum(((design @ covariance) * design).sum(axis=1), 0.0))


def _places(x: Array, mass: Array, rarer: int) -> Array:
    """Return the knots: three where a class is rare, else four; fewer where they coincide."""
    reached = np.cumsum(mass) / mass.sum()
    quantiles = KNOTS[3 if rarer < FEW else 4]
    at = np.searchsorted(reached, np.asarray(quantiles) - ROUNDING)
    knots = np.unique(x[np.minimum(at, x.size - 1)])
    enough = knots.size >= BEND and x.size > knots.size
    return knots if enough else np.empty(0)


def calibration_curve(counts: ScoreCounts) -> Curve:
    """Return the flexible calibration curve of the scored exams.

    Beyond 1,024 different scores neighbours of about equal mass are joined.

    Raises
    ------
    UndefinedError
        When a class is empty, a score is exactly 0 or 1, all scores are the same, or the curve
        would rise or fall without end.
    """
    x = separable_log_odds(counts)
    positives, mass, means = counts.mass_of_positives, mass_of_exams(counts), counts.means
    starts = coarsen(counts.positives, counts.negatives, bins=MOST_CELLS)
    sizes = np.diff(np.append(starts, x.size))
    if starts.size < x.size:
        positives, mass, total = (
            np.add.reduceat(one, starts) for one in (positives, mass, mass * means)
        )
        means = total / mass
        x = np.log(means) - np.log1p(-means)
    knots = _places(x, mass, min(counts.scored_positives, counts.scored_negatives))
    design = spline(x, knots)
    start = np.zeros(design.shape[1])
    start[:2] = on_log_odds(counts).beta  # the straight line from which the curve departs
    beta, covariance = fit(design, np.zeros_like(x), positives, mass, start=start)
    risks = expit(design @ beta)
    if counts.kind:
        pulls = np.repeat(design @ covariance, sizes, axis=0)
        covariance = _sandwich(counts, pulls, np.repeat(risks, sizes))
    if _spread(design, covariance).max() > UNKNOWN**2:
        msg = "not estimable: at some scores all exams are of one class"
        raise UndefinedError(msg)
    return Curve(
        knots=knots, beta=beta, covariance=covariance, predicted=means, risks=risks, mass=mass
    )


def _sandwich(counts: ScoreCounts, pulls: Array, chances: Array) -> Array:
    """Return the covariance of coefficients from their influences, each and two by two."""
    size = pulls.shape[1]

    def variance(pull: Array) -> float:
        return counts.variance("calibration_slope", pull * (1 - chances), -pull * chances)

    alone = [variance(pulls[:, i]) for i in range(size)]
    found = np.diag(alone)
    for i in range(size):
        for j in range(i):
            both = variance(pulls[:, i] + pulls[:, j])
            found[i, j] = found[j, i] = (both - alone[i] - alone[j]) / 2
    return found


@lru_cache(maxsize=4)
def curve_noise(seed: int) -> Array:
    """Return the standard normal numbers by which curves are redrawn, shape (400, 4).

    They are the same for every stratum: nothing is made of two strata's curves together.
    """
    noise = generator(seed, "calibration curves").standard_normal((DRAWS, max(KNOTS)))
    noise.setflags(write=False)
    return noise


def calibration_errors(
    curve: Curve, counts: ScoreCounts, *, level: float, noise: Array
) -> dict[str, Estimate]:
    """Return how far predicted risk lies from the flexible calibration curve.

    The mean distance over the exams (`ici`), its median and ninth decile (`e50`, `e90`), and the
    largest (`emax`). A distance is never below 0, so that chance makes it larger; redrawn
    curves stray farther still, and by as much as this one is to be mistrusted. The interval is
    therefore the basic one, the redrawn distances mirrored at the estimate, from 0 on. As any
    estimate of a distance near 0, these are too high on average for a well calibrated model in
    a small stratum. Curves are redrawn on at most 32 joined cells.

    Parameters
    ----------
    curve : Curve
    counts : ScoreCounts
        Those to which it was fitted.
    level : float
    noise : float64 array, shape (r, 4)
        From `curve_noise`: coefficients of redrawn curves are normal.

    References
    ----------
    Austin PC, Steyerberg EW. The Integrated Calibration Index (ICI) and related metrics for
    quantifying the calibration of logistic regression models. Stat Med
    2019;38(21):4051-4065. doi:10.1002/sim.8281
    Davison AC, Hinkley DV. Bootstrap Methods and their Application. Cambridge 1997, section
    5.2 (the basic interval).
    """
    predicted, mass = curve.predicted, curve.mass
    values = _strayed(np.abs(curve.risks - predicted)[None, :], mass)
    starts = coarsen(mass / mass.min(), np.zeros_like(mass), bins=REDRAWN_CELLS)
    merged = np.add.reduceat(mass, starts)
    means = np.add.reduceat(mass * predicted, starts) / merged
    shifts = noise[:, : curve.beta.size] @ _root(curve.covariance).T
    betas = curve.beta + np.vstack([np.zeros_like(curve.beta), shifts])
    redrawn = _strayed(_distances(curve, means, betas), merged)
    found = {}
    for key in KEYS:
        value, centre = float(values[key][0]), float(redrawn[key][0])
        low, high = tails(redrawn[key][1:] - centre, level=level)
        found[key] = Estimate(
            value=value, low=min(value, max(0.0, value - high)),
            high=max(value, min(1.0, value - low)), level=level,
            method=f"{curve.method}-basic" + counts.kind, n=counts.scored,
            events=counts.scored_positives,
        )  # fmt: skip
    return found


def _distances(curve: Curve, predicted: Array, betas: Array) -> Array:
    """Return how far each of some curves lies from some predicted risks, shape (r, k)."""
    design = spline(np.log(predicted) - np.log1p(-predicted), curve.knots)
    return np.abs(expit(betas @ design.T) - predicted)


def _strayed(distances: Array, mass: Array) -> dict[str, Array]:
    """Return mean, median, ninth decile and maximum of each row's distances."""
    order, rows = np.argsort(distances, axis=1), np.arange(len(distances))
    whole = mass.sum()
    reached = np.cumsum(mass[order], axis=1)
    reached /= whole

    def quantile(share: float) -> Array:
        place = np.argmax(reached >= share - ROUNDING, axis=1)
        return np.asarray(distances[rows, order[rows, place]])

    return {
        "ici": distances @ mass / whole,
        "e50": quantile(0.5),
        "e90": quantile(0.9),
        "emax": distances.max(axis=1),
    }


def _root(covariance: Array) -> Array:
    """Return a matrix whose square is a covariance, which rounding may have made indefinite."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))
