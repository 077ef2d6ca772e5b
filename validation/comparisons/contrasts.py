"""Contrasts: whether any of several versions ranks the same exams better than another."""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import chdtrc

from validation.comparisons.areas import areas_of
from validation.comparisons.differences import NO_SCORES
from validation.comparisons.influence import Array, Mask, between_patients
from validation.errors import UndefinedError
from validation.protocols.shape import Protocol
from validation.strata import Stratum
from validation.tallies.content import EXACT


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """The test that this version and all comparators have the same AUROC.

    `error_bound` says how far the difference of any two of the AUROCs may lie from that of the
    scores as they were, where scores were merged; the test does not allow for it.
    """

    finding: str | None
    comparators: tuple[str, ...]
    by: dict[str, str] = field(default_factory=dict)
    partition: str | None = None
    chi2: float | None = None
    df: int | None = None
    p: float | None = None
    n: int | None = None
    left_out: int = 0
    undefined: str | None = None
    method: str | None = None
    error_bound: float | None = None


def contrast(stratum: Stratum, protocol: Protocol) -> Contrast:
    """Return the test that all versions rank alike, on exams that every one of them scored.

    Weighted and by patient as the differences of two are.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated
    receiver operating characteristic curves. Biometrics 1988;44(3):837-845. doi:10.2307/2531595
    """
    joint, names = stratum.joint, tuple(one.name for one in protocol.comparators)
    entry = Contrast(
        finding=stratum.finding.name,
        comparators=names,
        by=dict(stratum.by),
        partition=stratum.partition,
    )
    if not set(names) <= set(joint.comparators):
        return replace(entry, undefined=NO_SCORES)
    scores = np.stack([joint.score, *(joint.comparators[name] for name in names)])
    labelled = joint.label >= 0
    enters = labelled & ~np.isnan(scores).any(axis=0)
    n = int(joint.exams[enters].sum())
    entry = replace(entry, n=n, left_out=int(joint.exams[labelled].sum()) - n)
    try:
        values, covariance, bounds = aurocs(stratum, scores, enters)
        statistic, freedom = _all_equal(values, covariance)
    except UndefinedError as reason:
        return replace(entry, undefined=str(reason))
    return replace(
        entry,
        chi2=statistic,
        df=freedom,
        p=float(chdtrc(freedom, statistic)),
        method="delong-contrast" + stratum.counts.kind,
        error_bound=float(np.sort(bounds)[-2:].sum()) if stratum.base.grid != EXACT else None,
    )


def aurocs(stratum: Stratum, scores: Array, enters: Mask) -> tuple[Array, Array, Array]:
    """Return the AUROCs of m sets of scores on the same exams, their covariance, error bounds.

    Parameters
    ----------
    stratum : Stratum
    scores : float64 array, shape (m, k)
        One row per version, one column per cell of `Stratum.joint`.
    enters : bool array, shape (k,)
        The cells that count.

    Raises
    ------
    UndefinedError
        When a class is empty, or has a single exam or patient.
    """
    found = areas_of(stratum, scores, enters)
    return found.values, between_patients(stratum, enters, found.influences), found.error_bounds


def _all_equal(values: Array, covariance: Array) -> tuple[float, int]:
    """Return the chi-square that all values are equal, and its degrees of freedom."""
    against_first = np.hstack([-np.ones((values.size - 1, 1)), np.eye(values.size - 1)])
    gaps, spread = against_first @ values, against_first @ covariance @ against_first.T
    rank = int(np.linalg.matrix_rank(spread, hermitian=True))
    if rank == 0:
        msg = "all rank every exam alike, so that the differences have no spread"
        raise UndefinedError(msg)
    return float(gaps @ np.linalg.pinv(spread, hermitian=True) @ gaps), rank
