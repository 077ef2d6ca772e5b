"""Counts: what one stratum is reduced to."""

import numpy as np
import pytest

from tests.factories.tallies import make_protocol, make_tally, score_counts
from validation.counts import (
    Confusion,
    confusion_among_scored,
    confusion_as_deployed,
    count_scores,
    flags,
)
from validation.protocols.shape import OperatingPoint

ROWS: list[dict[str, float | None]] = [
    {"label": 1, "score": 0.9, "n": 3},
    {"label": 1, "score": 0.4},
    {"label": 0, "score": 0.4, "n": 2},
    {"label": 0, "score": None, "n": 4},
    {"label": 1, "score": None},
    {"label": None, "score": 0.9, "n": 7},
    {"label": None, "score": None},
]


class TestCountScores:
    """Twenty-one exams: six scored and labelled, five unscored, eight unlabelled."""

    counts = count_scores(make_tally(ROWS, make_protocol()).base.cells)

    def test_scores_ascend_and_are_distinct(self) -> None:
        """Equal scores of both classes share one place."""
        assert self.counts.scores.tolist() == [0.4, 0.9]

    def test_classes_are_counted_per_score(self) -> None:
        """One positive and two negatives at 0.4, three positives at 0.9."""
        assert self.counts.positives.tolist() == [1, 3]
        assert self.counts.negatives.tolist() == [2, 0]

    def test_unlabelled_exams_count_as_exams_alone(self) -> None:
        """Eight exams have no label, scored or not."""
        assert (self.counts.exams, self.counts.labelled, self.counts.unlabelled) == (19, 11, 8)

    def test_unscored_exams_keep_their_class(self) -> None:
        """Four negatives and a positive have no score."""
        assert (self.counts.unscored_negatives, self.counts.unscored_positives) == (4, 1)
        assert (self.counts.all_positives, self.counts.all_negatives) == (5, 6)


class TestFlags:
    """What is flagged at 0.4."""

    scores = np.array([0.3, 0.4, 0.5, np.nan])

    def test_the_threshold_itself_is_flagged(self) -> None:
        """With ">=" a score equal to the threshold is positive, a missing one is not."""
        found = flags(self.scores, threshold=0.4, point=OperatingPoint(threshold=0.4))
        assert found.tolist() == [False, True, True, False]

    def test_the_threshold_itself_is_not_flagged(self) -> None:
        """With ">" it is not; and the other fail-safe flags a missing score."""
        point = OperatingPoint(threshold=0.4, positive_when=">", unscored="positive")
        assert flags(self.scores, threshold=0.4, point=point).tolist() == [False, False, True, True]


class TestConfusion:
    """Nine exams, three of them without a score."""

    counts = score_counts((0.2, 1, 2), (0.8, 2, 1), unscored_positives=2, unscored_negatives=1)

    def test_among_scored(self) -> None:
        """Only exams with a score enter."""
        found = confusion_among_scored(self.counts, threshold=0.5, point=OperatingPoint())
        assert found == Confusion(tp=2, fp=1, fn=1, tn=2)

    def test_an_unscored_positive_is_a_miss(self) -> None:
        """As deployed, an exam without a score is not flagged."""
        found = confusion_as_deployed(self.counts, threshold=0.5, point=OperatingPoint())
        assert found == Confusion(tp=2, fp=1, fn=3, tn=3)

    def test_the_other_fail_safe(self) -> None:
        """Where unscored exams are read by a person first, they count as flagged."""
        point = OperatingPoint(unscored="positive")
        found = confusion_as_deployed(self.counts, threshold=0.5, point=point)
        assert found == Confusion(tp=4, fp=2, fn=1, tn=2)

    def test_margins(self) -> None:
        """The margins are sums of the four."""
        table = Confusion(tp=1, fp=2, fn=3, tn=4)
        assert (table.positives, table.negatives, table.flagged, table.total) == (4, 6, 3, 10)


@pytest.mark.parametrize("rows", [[], [{"label": None, "score": 0.5}]])
def test_nothing_labelled(rows: list[dict[str, float | None]]) -> None:
    """Without a label there is nothing to measure on, and nothing breaks."""
    assert count_scores(make_tally(rows, make_protocol()).base.cells).labelled == 0
