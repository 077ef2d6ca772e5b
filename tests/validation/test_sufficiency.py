"""Sufficiency: what an estimate rests on, and what it lacks."""

from dataclasses import replace

import pytest

from tests.factories.patients import counts_of_rows
from tests.factories.tallies import make_protocol, score_counts
from validation.estimates import Estimate
from validation.metrics.discrimination import auroc
from validation.sufficiency import weigh, weigh_difference

PROTOCOL = make_protocol()
COUNTS = score_counts((0.2, 8, 300), (0.8, 12, 40))
FOUND = Estimate(value=0.8, low=0.75, high=0.85, n=360, events=20)


class TestWeigh:
    """Twenty positives and 340 negatives."""

    def test_what_it_rests_on(self) -> None:
        """An AUROC on both classes, a sensitivity on the positives."""
        assert weigh("auroc", FOUND, COUNTS, PROTOCOL).rests_on == "20 positives and 340 negatives"
        assert weigh("sensitivity", FOUND, COUNTS, PROTOCOL).rests_on == "20 positives"

    def test_what_is_lacking(self) -> None:
        """Calibration asks for a hundred of each."""
        found = weigh("calibration_slope", FOUND, COUNTS, PROTOCOL)
        assert found.shortage == "20 positives, fewer than the 100 required"

    def test_exams_count_as_they_are(self) -> None:
        """Six exams that stand for six hundred are six."""
        rows = [
            {"label": i % 2, "score": i / 10, "patient": str(i), "weight": 100.0} for i in range(6)
        ]
        counts = counts_of_rows(rows, weighted=True)
        found = weigh("auroc", auroc(counts, level=0.95), counts, PROTOCOL)
        assert found.shortage is not None
        assert found.shortage.startswith("3 positives, fewer than the 10 required")

    def test_merged_scores_widen_the_interval(self) -> None:
        """By their bound at either end, and it is said; no verdict may rest on the merging."""
        found = weigh("auroc", replace(FOUND, error_bound=0.0009), COUNTS, PROTOCOL)
        assert (found.value, found.low, found.high) == pytest.approx((0.8, 0.7491, 0.8509))
        assert found.rests_on.endswith("the interval widened by 0.0009 because scores were merged")

    def test_widened_it_stays_an_area(self) -> None:
        """From 0 to 1."""
        wide = replace(FOUND, low=0.01, high=0.99, error_bound=0.05)
        found = weigh("auroc", wide, COUNTS, PROTOCOL)
        assert (found.low, found.high) == (0, 1)

    def test_without_an_interval_nothing_is_widened(self) -> None:
        """There is nothing to widen."""
        bare = Estimate(value=0.8, n=360, events=20, error_bound=0.01)
        assert weigh("auroc", bare, COUNTS, PROTOCOL).low is None


class TestWeighDifference:
    """A difference between two versions."""

    FOUND = Estimate(value=-0.01, low=-0.04, high=0.02, n=60, events=20)

    def test_the_exams_that_were_compared(self) -> None:
        """It rests on these, not on all that the model scored."""
        found = weigh_difference("auroc", self.FOUND, positives=3, negatives=57, protocol=PROTOCOL)
        assert found.rests_on == "3 positives and 57 negatives"
        assert found.shortage == "3 positives, fewer than the 10 required"

    def test_a_ratio(self) -> None:
        """A ratio rests on the exams that one of the two flags at least."""
        ratio = Estimate(value=1.1, low=0.9, high=1.3, n=8)
        found = weigh_difference("ppv_ratio", ratio, positives=20, negatives=40, protocol=PROTOCOL)
        assert found.shortage == "8 exams, fewer than the 10 required"

    def test_merged_scores_widen_it_below_zero(self) -> None:
        """A difference may be negative: widened, it ends at -1 and not at 0."""
        merged = replace(self.FOUND, error_bound=0.02)
        found = weigh_difference("auroc", merged, positives=20, negatives=40, protocol=PROTOCOL)
        assert (found.low, found.high) == pytest.approx((-0.06, 0.04))
        assert "widened by 0.02" in found.rests_on
        far = replace(self.FOUND, error_bound=2.0)
        found = weigh_difference("auroc", far, positives=20, negatives=40, protocol=PROTOCOL)
        assert (found.low, found.high) == (-1, 1)
