"""Sufficiency: what an estimate rests on, and what it lacks."""

from dataclasses import replace

import pytest

from tests.factories.patients import counts_of_rows
from tests.factories.tallies import make_protocol, score_counts
from validation.estimates import Estimate
from validation.metrics.discrimination import auroc
from validation.sufficiency import weigh

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
