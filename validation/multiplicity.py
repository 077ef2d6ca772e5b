"""Multiplicity: how many were looked at, and what the most striking of many is worth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from validation.criteria import CriterionVerdict

STEPS = 14  # halvings of a range of three standard errors: two ten-thousandths of one
UNADJUSTED = "none: every stratum must hold (intersection-union)"


@dataclass(frozen=True, kw_only=True)
class Multiplicity:
    """How many figures were looked at.

    Attributes
    ----------
    strata, groups : int
        Strata of the partition that is judged; those of them formed by subgroups.
    gaps : int
        Gaps between groups that have a value.
    criteria, exploratory, judged : int
        Criteria, exploratory ones among them, and verdicts in single strata.
    note : str
        The same for people.
    """

    strata: int
    groups: int
    gaps: int
    criteria: int
    exploratory: int
    judged: int
    note: str


def looked_at(
    criteria: Sequence[CriterionVerdict], *, strata: int, groups: int, gaps: int, level: float
) -> Multiplicity:
    """Return how many strata and criteria a report shows, with a sentence about it."""
    tested = sum(one.exploratory for one in criteria)
    missed = (1 - level) * groups
    note = (
        f"{groups:,} groups and {gaps:,} gaps between them were looked at. Of {groups:,} "
        f"intervals at {100 * level:g} % about {missed:.1f} miss the truth by chance alone."
        if groups
        else "No group was looked at."
    )
    if tested:
        note += f" {tested:,} of {len(criteria):,} criteria are exploratory; q counts them all."
    return Multiplicity(
        strata=strata,
        groups=groups,
        gaps=gaps,
        criteria=len(criteria),
        exploratory=tested,
        judged=sum(len(one.strata) for one in criteria),
        note=note,
    )


def smallest_level(is_met: Callable[[float], bool], *, replicates: int) -> float:
    """Return the one-sided p value of a bound: the smallest level at which it would be met.

    A two-sided interval at 1 - 2p makes the verdict a one-sided test at p. The interval is
    widened until the bound is no longer met; the confidence level is halved in on from there.
    Nothing below 1 / (replicates + 1) is told apart, because draws know no more.

    Parameters
    ----------
    is_met : callable
        Whether the bound is met by the interval at a two-sided confidence level in (0, 1).
    replicates : int
        Draws that an interval may rest on.

    Returns
    -------
    float
        In [1 / (replicates + 1), 0.5), or 1 where not even the estimate itself is on the good
        side, or nothing can be said at any level.
    """
    least = 1 / (replicates + 1)
    low, high = 0.0, float(-ndtri(least))

    def met_at(z: float) -> bool:
        return is_met(float(2 * ndtr(z) - 1))

    if met_at(high):
        return least
    nearly = 1e-3
    if not met_at(nearly):
        return 1.0
    low = nearly
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if met_at(middle) else (low, middle)
    return float(ndtr(-low))


def of_several(ps: Sequence[float], *, needs: str) -> float:
    """Return the p value of a criterion over strata from those of its strata.

    Where all must hold it is the largest (intersection-union, unadjusted); where one is enough
    it is the smallest, at Šidák's level.

    References
    ----------
    Berger RL. Multiparameter hypothesis testing and acceptance sampling. Technometrics
    1982;24(4):295-300. doi:10.1080/00401706.1982.10487790
    Šidák Z. Rectangular confidence regions for the means of multivariate normal
    distributions. J Am Stat Assoc 1967;62(318):626-633. doi:10.1080/01621459.1967.10482935
    """
    return max(ps) if needs == "all" else 1 - (1 - min(ps)) ** len(ps)


def benjamini_hochberg(ps: Sequence[float]) -> list[float]:
    """Return for each p value the smallest false-discovery rate at which it would be kept.

    References
    ----------
    Benjamini Y, Hochberg Y. Controlling the false discovery rate. J R Stat Soc B
    1995;57(1):289-300. doi:10.1111/j.2517-6161.1995.tb02031.x
    """
    found = np.asarray(ps, dtype=np.float64)
    order = np.argsort(found)[::-1]
    raised = found[order] * found.size / np.arange(found.size, 0, -1)
    adjusted = np.empty_like(found)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(raised))
    return [float(q) for q in adjusted]
