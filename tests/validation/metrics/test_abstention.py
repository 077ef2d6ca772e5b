"""Abstention: the surest exams."""

from typing import Any

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from tests.factories.patients import by_patient, counts_of_rows, patients
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

    def test_equal_distances_in_decimals(self) -> None:
        """0.2 and 0.8 are equally far from 0.5, whatever their last binary digits say."""
        counts = score_counts((0.2, 1, 19), (0.8, 18, 2), (0.6, 6, 4))
        found = abstention_points(counts, threshold=0.5, point=POINT, level=0.95)
        assert found[-1].decided == pytest.approx(0.8)

    def test_all_scores_at_zero(self) -> None:
        """Where nothing has a size all exams are equally sure."""
        point = OperatingPoint(threshold=0.0)
        found = abstention_points(score_counts((0.0, 2, 3)), threshold=0.0, point=point, level=0.95)
        assert found[-1].decided == 1

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


class TestPatients:
    """Intervals of the surest exams where patients have several, and exams weights."""

    rows = patients(150, seed=12)
    found = abstention_points(counts_of_rows(rows), threshold=0.5, point=POINT, level=0.95)

    def surest(self, distance: float) -> tuple[Any, Any, Any]:
        """Return of each row whether it is decided, wrong, and its weight."""
        scores = np.array([row["score"] for row in self.rows])
        labels = np.array([row["label"] for row in self.rows])
        decided = np.abs(scores - 0.5) >= distance - 1e-9
        weights = np.array([row["weight"] for row in self.rows])
        return decided, decided & ((scores >= 0.5) != labels), weights

    def wilson_by_patient(self, decided: Any, wrong: Any) -> tuple[float, float]:  # noqa: ANN401
        """Return Wilson's interval on the size that the spread of a ratio over patients gives."""
        n, x = by_patient(self.rows, decided), by_patient(self.rows, wrong)
        rate, patients_told = x.sum() / n.sum(), n.sum() ** 2 / (n**2).sum()
        spread = ((x - rate * n) ** 2).sum() / n.sum() ** 2 * patients_told / (patients_told - 1)
        exams = int(decided.astype(bool).sum())
        size = min(rate * (1 - rate) / (spread * (exams - 1) / exams), exams)
        low, high = proportion_confint(rate * size, size, method="wilson")
        return float(low), float(high)

    @pytest.mark.parametrize("coverage", [1.0, 0.8, 0.5])
    def test_over_patients(self, coverage: float) -> None:
        """As worked on the rows: errors of a patient are no independent errors."""
        point = next(one for one in self.found if one.coverage == coverage)
        decided, wrong, _ = self.surest(self.distance(coverage))
        assert point.decided == pytest.approx(decided.mean())
        assert point.error is not None
        assert point.error.n == decided.sum()
        assert point.error.value == pytest.approx(wrong.sum() / decided.sum())
        assert (point.error.low, point.error.high) == pytest.approx(
            self.wilson_by_patient(decided, wrong)
        )

    def distance(self, coverage: float) -> float:
        """Return the distance of the last exam that is needed for a coverage."""
        distances = np.sort(np.abs([row["score"] - 0.5 for row in self.rows]))[::-1]
        return float(distances[int(np.ceil(coverage * distances.size)) - 1])

    def test_weights(self) -> None:
        """The errors weigh, and the interval is that of weighted sums over patients."""
        counts = counts_of_rows(self.rows, weighted=True)
        point = abstention_points(counts, threshold=0.5, point=POINT, level=0.95)[0]
        decided, wrong, weights = self.surest(0.0)
        assert point.error is not None
        assert point.error.value == pytest.approx(wrong @ weights / weights.sum())
        assert (point.error.low, point.error.high) == pytest.approx(
            self.wilson_by_patient(decided * weights, wrong * weights)
        )

    def test_wider_than_of_independent_exams(self) -> None:
        """Alike exams of a patient tell less."""
        alone = counts_of([r["label"] for r in self.rows], [r["score"] for r in self.rows])
        plain = abstention_points(alone, threshold=0.5, point=POINT, level=0.95)[0].error
        known = self.found[0].error
        assert plain is not None
        assert known is not None
        assert known.high - known.low > plain.high - plain.low
        assert known.value == pytest.approx(plain.value)


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
