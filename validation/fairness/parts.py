"""Parts: the AUROC and the calibration of a level, in a stratum or over sites, with its error."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.errors import UndefinedError
from validation.hidden import require_told
from validation.intervals import logit, normal_quantile
from validation.metrics.discrimination import (
    auroc_error_bound,
    delong,
    effective_sizes,
    newcombe_auroc,
)
from validation.strata import Stratum

Array = npt.NDArray[np.float64]

HELD: Final = 0.95  # the level of the interval that a standard error is read from


@dataclass(frozen=True, kw_only=True)
class Part:
    """A number of one level of an attribute.

    Attributes
    ----------
    value, variance : float
    size : float
        How much is known of it, in exams: what weights of sites are made of.
    bound : float or None
        How far the value may lie from that of the scores before they were merged to cells.
    """

    value: float
    variance: float
    size: float
    bound: float | None = None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How a number that rests on the scores is measured and compared.

    Attributes
    ----------
    whole, of_site : callable
        Return it of a stratum, and of a level in one of several sites.
    place : callable
        Return value and standard error on the scale on which the error is normal.
    """

    whole: Callable[[Stratum], Part]
    of_site: Callable[[Stratum], Part]
    place: Callable[[Part], tuple[float, float]]


def area(stratum: Stratum) -> Part:
    """Return the AUROC of a stratum with DeLong's variance.

    Raises
    ------
    UndefinedError
        When a class is empty or hidden, or the variance is 0 or unknown.
    """
    require_both(stratum)
    value, variance = delong(stratum.counts)
    if variance is None:
        msg = "DeLong's variance is 0 or unknown"
        raise UndefinedError(msg)
    return _area(stratum, value, variance)


def area_of_site(stratum: Stratum) -> Part:
    """Return the AUROC of a level in one of several sites, whatever its value.

    Where DeLong's variance is 0 or unknown the error is read from Newcombe's interval: a site
    that was left out for ranking everybody rightly would make the others' mean too low.

    Raises
    ------
    UndefinedError
        When a class is empty or hidden.
    """
    require_both(stratum)
    value, variance = delong(stratum.counts)
    if variance is None:
        positives, negatives = effective_sizes(stratum.counts)
        low, high = newcombe_auroc(value, positives=positives, negatives=negatives, level=HELD)
        variance = ((high - low) / (2 * normal_quantile(HELD))) ** 2
    return _area(stratum, value, variance)


def _area(stratum: Stratum, value: float, variance: float) -> Part:
    counts = stratum.counts
    size = 1 / (1 / counts.scored_positives + 1 / counts.scored_negatives)
    return Part(value=value, variance=variance, size=size, bound=auroc_error_bound(counts))


def excess(stratum: Stratum) -> Part:
    """Return observed minus mean predicted risk of a stratum.

    Raises
    ------
    UndefinedError
        When fewer than two exams have a label and a score, or a class is hidden.
    """
    require_told("observed_expected", stratum)
    counts = stratum.counts
    n, positives, negatives = counts.scored, counts.mass_of_positives, counts.mass_of_negatives
    if n < 2:  # noqa: PLR2004 one exam has no spread
        raise UndefinedError("one scored exam" if n else "no scored exam")
    mass = float(positives.sum() + negatives.sum())
    rest_1, rest_0 = 1 - counts.means, -counts.means
    mean = float(positives @ rest_1 + negatives @ rest_0) / mass
    of_positives, of_negatives = (rest_1 - mean) / mass, (rest_0 - mean) / mass
    variance = counts.variance("calibration_gap", of_positives, of_negatives) * n / (n - 1)
    return Part(value=mean, variance=variance, size=float(n))


def require_both(stratum: Stratum) -> None:
    """Raise unless scored exams of both classes are there to be told.

    Raises
    ------
    UndefinedError
        With what is missing.
    """
    require_told("auroc", stratum)
    counts = stratum.counts
    for found, word in (
        (counts.scored_positives, "positives"),
        (counts.scored_negatives, "negatives"),
    ):
        if found == 0:
            raise UndefinedError(f"no {word}")


def joined(sites: Sequence[Sequence[Part]]) -> list[Part]:
    r"""Return each level's mean over sites, with the same weights for every level.

    The weight of a site is :math:`w_s \propto 1 / \sum_g 1/n_{gs}` with the sizes of the levels g
    there: it rests on how many exams there are and not on how they came out.

    Parameters
    ----------
    sites : sequence of sequence of Part
        By site, then by level.
    """
    sizes = _of(sites, "size")
    weights = 1 / (1 / sizes).sum(axis=1)
    weights = weights / weights.sum()
    values, variances = weights @ _of(sites, "value"), weights**2 @ _of(sites, "variance")
    bounds: list[float | None] = [None] * len(values)
    if any(one.bound is not None for site in sites for one in site):
        at = [[one.bound or 0.0 for one in site] for site in sites]
        bounds = [float(bound) for bound in weights @ np.array(at)]
    return [
        Part(value=float(value), variance=float(variance), size=float(size), bound=bound)
        for value, variance, size, bound in zip(
            values, variances, sizes.sum(axis=0), bounds, strict=True
        )
    ]


def _of(sites: Sequence[Sequence[Part]], name: str) -> Array:
    """Return one of the numbers of all parts, shape (sites, levels)."""
    return np.array([[getattr(one, name) for one in site] for site in sites], dtype=np.float64)


def _on_log_odds(part: Part) -> tuple[float, float]:
    if not 0 < part.value < 1:
        raise UndefinedError(f"the AUROC is {part.value:g} in every site")
    return logit(part.value), math.sqrt(part.variance) / (part.value * (1 - part.value))


def _as_it_is(part: Part) -> tuple[float, float]:
    return part.value, math.sqrt(part.variance)


AREA: Final = Kind(whole=area, of_site=area_of_site, place=_on_log_odds)
EXCESS: Final = Kind(whole=excess, of_site=excess, place=_as_it_is)
KINDS: Final = MappingProxyType(
    {"auroc_difference": AREA, "auroc_ratio": AREA, "calibration_gap": EXCESS}
)
