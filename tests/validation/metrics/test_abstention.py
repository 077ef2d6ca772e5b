"""Abstention: the surest exams."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from tests.factories.tallies import counts_of, score_counts
from validation.errors import EmptyStratumError
from validation.metrics.abstention import abstention_points, risk_coverage_area
from validation.protocols.shape import OperatingPoint

POINT = OperatingPoint(threshold=0.5)
# At 0.5: distances 0.4 (20 exams, 1 error), 0.3 (20, 2) and 0.1 (10, 4).
COUNTS = score_counts((0.1, 1, 19), (0.8, 18, 2), (0.6, 6, 4))


class TestAbstentionPoints:
    """The errors among those decided."""

    found = abstention_points(COUNTS, threshold=0.5, point=POINT, level=0.95)

    def test_everybody(self) -> None:
        """7 of 50 are wrong; 24 of 25 positives found, 19 of 25 negatives spared."""
        first = self.found[0]
        assert first.decided == 1
        assert first.error is not None
        assert first.error.value == pytest.approx(7 / 50)
        assert (first.error.low, first.error.high) == pytest.approx(
            proportion_confint(7, 50, method="wilson")
        )
        assert first.sensitivity is not None
        assert first.sensitivity.value == pytest.approx(24 / 25)
        assert first.specificity is not None
        assert first.specificity.value == pytest.approx(19 / 25)

    def test_equal_distances_stay_together(self) -> None:
        """For 70 % the first two distances are needed: 80 %, three errors in forty."""
        point = next(one for one in self.found if one.coverage == 0.7)
        assert point.decided == pytest.approx(0.8)
        assert point.error is not None
        assert point.error.value == pytest.approx(3 / 40)

    def test_unscored_exams_are_left_out(self) -> None:
        """Fifty more without a score: at most half are decided."""
        counts = score_counts((0.1, 1, 19), (0.8, 18, 2), (0.6, 6, 4), unscored_negatives=50)
        found = abstention_points(counts, threshold=0.5, point=POINT, level=0.95)
        assert {one.decided for one in found} == {0.5}

    def test_nobody_of_a_class(self) -> None:
        """Where the surest are all negatives there is no sensitivity among them."""
        counts = score_counts((0.1, 0, 20), (0.6, 5, 5))
        last = abstention_points(counts, threshold=0.5, point=POINT, level=0.95)[-1]
        assert last.sensitivity is None
        assert last.specificity is not None

    def test_one_class(self) -> None:
        """Without negatives nothing is said."""
        with pytest.raises(EmptyStratumError):
            abstention_points(score_counts((0.1, 1, 0)), threshold=0.5, point=POINT, level=0.95)


class TestRiskCoverageArea:
    """The mean share of errors over coverages."""

    def test_hand_worked(self) -> None:
        """0.4 of the exams at 1/20, 0.4 at 3/40, 0.2 at 7/50."""
        found = risk_coverage_area(COUNTS, threshold=0.5, point=POINT)
        assert found == pytest.approx(0.4 / 20 + 0.4 * 3 / 40 + 0.2 * 7 / 50)

    def test_on_rows(self) -> None:
        """Without ties: the mean over i of the errors among the i surest rows."""
        rng = np.random.default_rng(2)
        scores, labels = rng.random(200), rng.integers(0, 2, 200)
        order = np.argsort(-np.abs(scores - 0.5))
        wrong = ((scores >= 0.5) != labels)[order]
        expected = float(np.mean(np.cumsum(wrong) / np.arange(1, 201)))
        found = risk_coverage_area(counts_of(labels, scores), threshold=0.5, point=POINT)
        assert found == pytest.approx(expected)
