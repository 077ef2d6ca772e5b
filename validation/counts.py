"""Counts: what one stratum is reduced to before anything is measured on it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validation.protocols.shape import OperatingPoint
from validation.tallies import UNLABELLED, Cells


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """The four counts of a decision against the reference standard."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def positives(self) -> int:
        """Exams with the finding."""
        return self.tp + self.fn

    @property
    def negatives(self) -> int:
        """Exams without the finding."""
        return self.fp + self.tn

    @property
    def flagged(self) -> int:
        """Exams that the decision flags."""
        return self.tp + self.fp

    @property
    def total(self) -> int:
        """All exams."""
        return self.positives + self.negatives


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreCounts:
    """One stratum: labelled exams per distinct score, and those that no score or label has.

    Attributes
    ----------
    scores : float64 array, shape (k,)
        The distinct scores, ascending.
    positives, negatives : float64 array, shape (k,)
        Labelled exams with that score; whole numbers.
    unscored_positives, unscored_negatives : int
        Labelled exams without a score.
    unlabelled : int
        Exams without a label; they count as exams and in no metric.
    """

    scores: npt.NDArray[np.float64]
    positives: npt.NDArray[np.float64]
    negatives: npt.NDArray[np.float64]
    unscored_positives: int = 0
    unscored_negatives: int = 0
    unlabelled: int = 0

    @property
    def scored_positives(self) -> int:
        """Exams with the finding and a score."""
        return int(self.positives.sum())

    @property
    def scored_negatives(self) -> int:
        """Exams without the finding and with a score."""
        return int(self.negatives.sum())

    @property
    def scored(self) -> int:
        """Labelled exams with a score."""
        return self.scored_positives + self.scored_negatives

    @property
    def unscored(self) -> int:
        """Labelled exams without a score."""
        return self.unscored_positives + self.unscored_negatives

    @property
    def all_positives(self) -> int:
        """Exams with the finding, scored or not."""
        return self.scored_positives + self.unscored_positives

    @property
    def all_negatives(self) -> int:
        """Exams without the finding, scored or not."""
        return self.scored_negatives + self.unscored_negatives

    @property
    def labelled(self) -> int:
        """Exams with a label."""
        return self.scored + self.unscored

    @property
    def exams(self) -> int:
        """Exams, labelled or not."""
        return self.labelled + self.unlabelled


def sum_by(
    place: npt.NDArray[np.intp], amounts: npt.NDArray[np.float64], *, size: int
) -> npt.NDArray[np.float64]:
    """Return for each of `size` places the sum of the amounts that fall there."""
    return np.asarray(np.bincount(place, weights=amounts, minlength=size), dtype=np.float64)


def count_scores(cells: Cells) -> ScoreCounts:
    """Return the counts of some cells of a tally, summed over everything but label and score."""
    labelled = cells.label != UNLABELLED
    has_score = ~np.isnan(cells.score)
    used = labelled & has_score
    scores, place = np.unique(cells.score[used], return_inverse=True)
    exams = cells.exams[used].astype(np.float64)
    positive = cells.label[used] == 1

    def of_label(value: int) -> int:
        return int(cells.exams[(cells.label == value) & ~has_score].sum())

    return ScoreCounts(
        scores=scores,
        positives=sum_by(place, exams * positive, size=scores.size),
        negatives=sum_by(place, exams * ~positive, size=scores.size),
        unscored_positives=of_label(1),
        unscored_negatives=of_label(0),
        unlabelled=int(cells.exams[~labelled].sum()),
    )


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
    return Confusion(tp=tp, fp=fp, fn=counts.scored_positives - tp, tn=counts.scored_negatives - fp)


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
    )
