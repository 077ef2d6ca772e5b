"""Flagging: the fourfold table of one stratum at a threshold, and how it spreads."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from validation.clustering import Array, sum_by
from validation.confusion import FN, FP, TN, TP, Confusion, Spread
from validation.counts import ScoreCounts
from validation.protocols.shape import OperatingPoint


def flags(
    scores: npt.NDArray[np.float64], *, threshold: float, point: OperatingPoint
) -> npt.NDArray[np.bool_]:
    """Return for each score whether it is flagged; a missing score takes the fail-safe."""
    above = scores >= threshold if point.positive_when == ">=" else scores > threshold
    return np.where(np.isnan(scores), point.unscored == "positive", above)


def confusion_among_scored(
    counts: ScoreCounts, *, threshold: float, point: OperatingPoint
) -> Confusion:
    """Return the confusion counts of the exams that have a score."""
    flagged = flags(counts.scores, threshold=threshold, point=point)
    tp = int(counts.positives[flagged].sum())
    fp = int(counts.negatives[flagged].sum())
    return Confusion(
        tp=tp,
        fp=fp,
        fn=counts.scored_positives - tp,
        tn=counts.scored_negatives - fp,
        spread=_spread(counts, threshold, point, unscored=False),
    )


def confusion_within(
    counts: ScoreCounts, *, threshold: float, point: OperatingPoint, low: float, high: float
) -> Confusion:
    """Return the confusion counts of the exams whose score is at most `low` or at least `high`."""

    def chosen(scores: Array) -> npt.NDArray[np.bool_]:
        return np.asarray((scores <= low) | (scores >= high))

    flagged = flags(counts.scores, threshold=threshold, point=point)
    inside = chosen(counts.scores)

    def exams(of_class: Array, which: npt.NDArray[np.bool_]) -> int:
        return int(of_class[inside & which].sum())

    return Confusion(
        tp=exams(counts.positives, flagged),
        fp=exams(counts.negatives, flagged),
        fn=exams(counts.positives, ~flagged),
        tn=exams(counts.negatives, ~flagged),
        spread=_spread(counts, threshold, point, unscored=False, chosen=chosen),
    )


def confusion_as_deployed(
    counts: ScoreCounts, *, threshold: float, point: OperatingPoint
) -> Confusion:
    """Return the confusion counts of all labelled exams, unscored ones taking the fail-safe."""
    scored = confusion_among_scored(counts, threshold=threshold, point=point)
    flagged = point.unscored == "positive"
    return Confusion(
        tp=scored.tp + (counts.unscored_positives if flagged else 0),
        fp=scored.fp + (counts.unscored_negatives if flagged else 0),
        fn=scored.fn + (0 if flagged else counts.unscored_positives),
        tn=scored.tn + (0 if flagged else counts.unscored_negatives),
        spread=_spread(counts, threshold, point, unscored=True),
    )


def _spread(
    counts: ScoreCounts,
    threshold: float,
    point: OperatingPoint,
    *,
    unscored: bool,
    chosen: Callable[[Array], npt.NDArray[np.bool_]] | None = None,
) -> Spread | None:
    """Return how decisions vary; None where exams are independent and count as one each.

    Exams without a score count if `unscored`, those with one if their score is `chosen`.
    """
    if not counts.kind:
        return None
    left_out = 4  # the place of what is in no cell

    def cells_of(scores: Array) -> npt.NDArray[np.intp]:
        """Return the cell of negatives, then positives of each score, the unscored last."""
        flagged = flags(np.append(scores, np.nan), threshold=threshold, point=point)
        cells = np.concatenate([np.where(flagged, FP, TN), np.where(flagged, TP, FN)])
        if not unscored:
            cells[[scores.size, -1]] = left_out
        if chosen is not None:
            outside = np.flatnonzero(~chosen(scores))
            cells[outside] = cells[outside + scores.size + 1] = left_out
        return cells

    def four(amounts: tuple[Array, Array]) -> Array:
        """Return what negatives and positives of each score have, summed by cell."""
        return sum_by(cells_of(counts.scores), np.concatenate(amounts), size=5)[:4]

    def products() -> Array:
        alone = np.diag(four(counts.squared_by_label))
        if counts.clusters is None:
            return alone
        return alone + counts.clusters.products(cells_of(counts.clusters.edges))

    return Spread(
        weigh=lambda: four(counts.by_label),
        form=products,
        effects=counts.effects if counts.clusters is None else {},
        kind=counts.kind,
    )
