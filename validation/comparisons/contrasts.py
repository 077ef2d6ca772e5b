"""Contrasts: whether any of several versions ranks the same exams better than another."""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.stats import chi2

from validation.comparisons.influence import Array, crossed
from validation.comparisons.paired import auroc_influence, place_cells
from validation.errors import UndefinedError
from validation.protocols.shape import Protocol
from validation.strata import Stratum


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """The test that this version and all comparators have the same AUROC."""

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


def contrast(stratum: Stratum, protocol: Protocol) -> Contrast:
    """Return the test that all versions rank alike, on exams that every one of them scored.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated
    receiver operating characteristic curves. Biometrics 1988;44(3):837-845. doi:10.2307/2531595
    """
    joint, names = stratum.joint, tuple(one.name for one in protocol.comparators)
    scores = np.stack([joint.score, *(joint.comparators[name] for name in names)])
    labelled = joint.label >= 0
    enters = labelled & ~np.isnan(scores).any(axis=0)
    n = int(joint.exams[enters].sum())
    entry = Contrast(
        finding=stratum.finding.name,
        comparators=names,
        by=dict(stratum.by),
        partition=stratum.partition,
        n=n,
        left_out=int(joint.exams[labelled].sum()) - n,
    )
    try:
        values, covariance = aurocs(stratum, scores, enters)
        statistic, freedom = _all_equal(values, covariance)
    except UndefinedError as reason:
        return replace(entry, undefined=str(reason))
    return replace(entry, chi2=statistic, df=freedom, p=float(chi2.sf(statistic, freedom)))


def aurocs(
    stratum: Stratum, scores: Array, enters: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Array, Array]:
    """Return the AUROCs of m sets of scores on the same exams, and their covariance.

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
        When a class is empty, or has a single exam.
    """
    exams = stratum.joint.exams[enters].astype(np.float64)
    positive = stratum.joint.label[enters] == 1
    placed = [place_cells(row[enters], positive, exams) for row in scores]
    covariance = np.zeros((len(placed), len(placed)))
    influences = np.zeros((enters.size, len(placed)))
    influences[enters] = np.stack([auroc_influence(one, positive, exams) for one in placed], axis=1)
    for chosen, word in ((positive, "positive"), (~positive, "negative")):
        size = float(exams[chosen].sum())
        if size < 2:  # noqa: PLR2004 one exam has no spread
            msg = f"a single {word} exam has no spread"
            raise UndefinedError(msg)
        of_class = influences[enters][chosen]
        covariance += size / (size - 1) * (of_class.T @ (exams[chosen][:, None] * of_class))
    return np.array([one.auroc for one in placed]), covariance + crossed(stratum, influences)


def _all_equal(values: Array, covariance: Array) -> tuple[float, int]:
    """Return the chi-square that all values are equal, and its degrees of freedom."""
    against_first = np.hstack([-np.ones((values.size - 1, 1)), np.eye(values.size - 1)])
    gaps, spread = against_first @ values, against_first @ covariance @ against_first.T
    rank = int(np.linalg.matrix_rank(spread, hermitian=True))
    if rank == 0:
        msg = "all rank every exam alike, so that the differences have no spread"
        raise UndefinedError(msg)
    return float(gaps @ np.linalg.pinv(spread, hermitian=True) @ gaps), rank
