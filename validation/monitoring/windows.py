"""Windows: the exams of one site and finding in a tally, counted for monitoring."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validation.flagging import flags
from validation.protocols.shape import Finding, Protocol, ScoreKind
from validation.tallies import Cells, Tally
from validation.tallies.cells import SCORE, WEIGHT

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """The exams of one site and finding, labelled or not.

    Attributes
    ----------
    finding : str or None
        None is the only one.
    exams, positives, negatives, unscored, flagged : int
        All exams; those with each label; those without a score; those that are flagged, where an
        unscored exam takes the protocol's fail-safe.
    scores : float64 array, shape (k,)
        The distinct scores, ascending; on a grid the lower edges of the cells.
    masses : float64 array, shape (k,)
        Exams with that score, whatever their label.
    means : float64 array, shape (k,)
        The mean score of those exams.
    with_positives, with_negatives : float64 array, shape (k,)
        Labelled exams with that score.
    grid : str
        On which the scores are kept.
    probability : bool
        Whether scores may be read as probabilities.
    hidden : bool
        Whether some exams are too few to be told, and are not counted here.
    """

    finding: str | None
    exams: int
    positives: int
    negatives: int
    unscored: int
    flagged: int
    scores: Array
    masses: Array
    means: Array
    with_positives: Array
    with_negatives: Array
    grid: str
    probability: bool
    hidden: bool

    @property
    def unlabelled(self) -> int:
        """Exams without a label, those included on which the reference standard gave no answer."""
        return self.exams - self.positives - self.negatives


def windows(tally: Tally, protocol: Protocol, *, site: str | None) -> tuple[Window, ...]:
    """Return the exams of a site in the judged partition, one window for each finding.

    Parameters
    ----------
    tally : Tally
        Its sites under the names by which they are known.
    protocol : Protocol
        By which it was counted.
    site : str or None
        None for those of all sites.
    """
    return tuple(_window(tally, protocol, finding, site) for finding in protocol.findings)


def _window(tally: Tally, protocol: Protocol, finding: Finding, site: str | None) -> Window:
    """Return the exams of one finding at a site, from the finest view."""
    partition = "" if protocol.columns.partition is None else str(protocol.purpose)
    corner = {"finding": finding.name or "", "partition": partition}
    if site is not None:
        corner["site"] = site
    view = tally.views[0]
    chosen = np.ones(len(view.cells), dtype=np.bool_)
    for name, level in corner.items():
        levels = tally.levels[name]
        code = levels.index(level) if level in levels else -1
        chosen &= view.cells.codes[name] == code
    cells = view.cells.where(chosen)
    by = () if site is None else (("site", site),)
    place = (finding.name or "", partition, by)
    return _counted(
        cells,
        finding,
        grid=view.grid,
        probability=protocol.score_kind is ScoreKind.PROBABILITY,
        hidden=bool(tally.hidden.get(place)),
    )


def _counted(
    cells: Cells, finding: Finding, *, grid: str, probability: bool, hidden: bool
) -> Window:
    """Return cells as a window."""
    exams = cells.exams.astype(np.float64)
    scored = ~np.isnan(cells.score)
    distinct, place = np.unique(cells.score[scored], return_inverse=True)

    def by_score(amounts: Array) -> Array:
        return np.bincount(place, amounts[scored], distinct.size).astype(np.float64)

    masses = by_score(exams)
    weight, total = by_score(cells.amount(WEIGHT)), by_score(cells.amount(SCORE))
    point = finding.operating_point
    flagged = np.zeros(len(cells), dtype=np.bool_)
    if point.threshold is not None:
        flagged = flags(cells.score, threshold=point.threshold, point=point)
    return Window(
        finding=finding.name,
        exams=int(exams.sum()),
        positives=int(exams[cells.label == 1].sum()),
        negatives=int(exams[cells.label == 0].sum()),
        unscored=int(exams[~scored].sum()),
        flagged=int(exams[flagged].sum()),
        scores=distinct,
        masses=masses,
        means=np.divide(total, weight, out=distinct.copy(), where=weight > 0),
        with_positives=by_score(exams * (cells.label == 1)),
        with_negatives=by_score(exams * (cells.label == 0)),
        grid=grid,
        probability=probability,
        hidden=hidden,
    )
