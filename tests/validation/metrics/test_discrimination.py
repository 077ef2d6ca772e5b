"""Discrimination: AUROC and average precision."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from tests.factories.tallies import counts_of, score_counts
from validation.errors import EmptyStratumError
from validation.estimates import Estimate
from validation.metrics.discrimination import auroc, average_precision, delong, newcombe_auroc

RNG = np.random.default_rng(11)
LABELS = RNG.integers(0, 2, 400)
SCORES = np.round(np.clip(0.3 * LABELS + RNG.normal(0.4, 0.25, 400), 0.01, 0.99), 2)  # many ties


def asah(marker: str) -> tuple[list[int], list[float]]:
    """Return outcomes and one marker of pROC's aneurysm data, read in place."""
    path = Path(__file__).parents[4] / "shared" / "data" / "more" / "asah.csv"
    if not path.exists():
        pytest.skip(f"pROC's aneurysm data are not there: {path.name} beside the repository")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [int(row["outcome"] == "Poor") for row in rows], [float(row[marker]) for row in rows]


class TestAuroc:
    """The area under the ROC curve."""

    def test_agrees_with_scikit_learn(self) -> None:
        """With ties, to the last digits."""
        found = auroc(counts_of(LABELS, SCORES), level=0.95).value
        assert found == pytest.approx(roc_auc_score(LABELS, SCORES), abs=1e-14)

    def test_hand_worked(self) -> None:
        """Of four pairs the positives win two, tie one and lose one: 2.5 / 4."""
        found = auroc(score_counts((0.1, 0, 1), (0.2, 1, 0), (0.5, 1, 1)), level=0.95)
        assert found.value == pytest.approx(0.625)

    @pytest.mark.parametrize(
        ("marker", "value", "low", "high"),
        [("s100b", 0.7314, 0.6301, 0.8326), ("ndka", 0.6120, 0.5012, 0.7227)],
    )
    def test_prints_what_proc_prints(
        self, marker: str, value: float, low: float, high: float
    ) -> None:
        """The DeLong interval on the AUROC's own scale, to the digits that pROC 1.18 prints."""
        found = auroc(counts_of(*asah(marker)), level=0.95, scale="delong")
        assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=5e-5)

    def test_both_scales_are_there(self) -> None:
        """The scale not chosen stands in `also`."""
        counts = counts_of(LABELS, SCORES)
        on_logit, raw = auroc(counts, level=0.95), auroc(counts, level=0.95, scale="delong")
        assert on_logit.method == "delong-logit"
        assert (on_logit.also[0].low, on_logit.also[0].high) == (raw.low, raw.high)

    def test_the_logit_scale(self) -> None:
        """Worked from value and variance: logit ± 1.96 se / (A (1 - A))."""
        counts = counts_of(LABELS, SCORES)
        value, variance = delong(counts)
        assert variance is not None
        half = 1.959963984540054 * math.sqrt(variance) / (value * (1 - value))
        middle = math.log(value / (1 - value))
        expected = [1 / (1 + math.exp(-(middle + sign * half))) for sign in (-1, 1)]
        found = auroc(counts, level=0.95)
        assert [found.low, found.high] == pytest.approx(expected, abs=1e-12)

    def test_the_variance_by_definition(self) -> None:
        """DeLong's variance, worked over all pairs with numpy."""
        positive, negative = SCORES[LABELS == 1], SCORES[LABELS == 0]
        wins = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
        expected = wins.mean(axis=1).var(ddof=1) / positive.size
        expected += wins.mean(axis=0).var(ddof=1) / negative.size
        assert delong(counts_of(LABELS, SCORES))[1] == pytest.approx(expected, rel=1e-12)

    def test_perfect_separation_is_not_certainty(self) -> None:
        """Two against two, all right: the interval reaches far below 1."""
        found = auroc(score_counts((0.1, 0, 2), (0.9, 2, 0)), level=0.95)
        assert found.value == found.high == 1
        assert found.low is not None
        assert found.low < 0.6
        assert found.method == "newcombe-5"

    def test_a_single_positive(self) -> None:
        """One exam has no spread; the interval rests on the class sizes."""
        found = auroc(score_counts((0.1, 0, 5), (0.5, 1, 0), (0.9, 0, 5)), level=0.95)
        assert found.value == 0.5
        assert found.method == "newcombe-5"

    @pytest.mark.parametrize(
        ("cell", "reason"),
        [((0.5, 0, 3), "no positive"), ((0.5, 3, 0), "no negative"), ((0.5, 0, 0), "no labelled")],
    )
    def test_an_empty_class_is_named(self, cell: tuple[float, int, int], reason: str) -> None:
        """Without a class there is no AUROC, and it is said which is missing."""
        with pytest.raises(EmptyStratumError, match=reason):
            auroc(score_counts(cell), level=0.95)


class TestNewcombeAuroc:
    """Newcombe's method 5."""

    @pytest.mark.parametrize("value", [0.0, 0.3, 0.8, 1.0])
    def test_the_limits_solve_the_equation(self, value: float) -> None:
        """At each limit inside 0 to 1, the distance is z standard errors there."""
        low, high = newcombe_auroc(value, positives=12, negatives=30, level=0.95)
        for limit in {low, high} - {0.0, 1.0}:
            q1, q2 = limit / (2 - limit), 2 * limit**2 / (1 + limit)
            mean_size = (12 + 30) / 2 - 1  # both classes as large as their mean, as Newcombe has it
            variance = (
                limit * (1 - limit) + mean_size * (q1 - limit**2) + mean_size * (q2 - limit**2)
            )
            expected = 1.959963984540054 * math.sqrt(variance / (12 * 30))
            assert abs(limit - value) == pytest.approx(expected, rel=1e-9)
        assert low <= value <= high


class TestAveragePrecision:
    """Average precision."""

    def test_agrees_with_scikit_learn(self) -> None:
        """With ties, to the last digits."""
        found = average_precision(counts_of(LABELS, SCORES), level=0.95)
        assert found.value == pytest.approx(average_precision_score(LABELS, SCORES), abs=1e-14)

    def test_the_interval_agrees_with_resampled_exams(self) -> None:
        """Its half width is 1.96 standard deviations of 2,000 bootstraps of the rows, ± 6 %."""
        rng = np.random.default_rng(3)
        drawn = []
        for _ in range(2000):
            rows = rng.integers(0, LABELS.size, LABELS.size)
            drawn.append(average_precision_score(LABELS[rows], SCORES[rows]))
        found = average_precision(counts_of(LABELS, SCORES), level=0.95)
        assert half_width(found) == pytest.approx(1.96 * np.std(drawn), rel=0.06)

    def test_a_perfect_ranking_has_no_interval(self) -> None:
        """Where every positive is first, nothing varies, and this is said."""
        found = average_precision(score_counts((0.1, 0, 5), (0.9, 5, 0)), level=0.95)
        assert found.value == 1
        assert found.low is None
        assert found.note is not None

    def test_an_empty_class_is_named(self) -> None:
        """Without positives there is no precision to average."""
        with pytest.raises(EmptyStratumError, match="no positive"):
            average_precision(score_counts((0.5, 0, 3)), level=0.95)


def half_width(estimate: Estimate) -> float:
    """Return half the width of an interval that exists."""
    assert estimate.low is not None
    assert estimate.high is not None
    return (estimate.high - estimate.low) / 2
