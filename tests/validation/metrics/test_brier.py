"""Brier: scores against what happened."""

import math

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss

from tests.factories.patients import by_patient, counts_of_rows, patients
from tests.factories.tallies import counts_of, score_counts
from validation.counts import Moments, ScoreCounts
from validation.errors import UndefinedError
from validation.metrics import brier

RNG = np.random.default_rng(21)
SCORES = np.round(np.clip(RNG.beta(2, 3, 600), 0.01, 0.99), 3)
LABELS = RNG.binomial(1, np.clip(0.9 * SCORES + 0.02, 0, 1))
COUNTS = counts_of(LABELS, SCORES)
Z = 1.959963984540054


class TestBrier:
    """The mean squared distance."""

    def test_agrees_with_scikit_learn(self) -> None:
        """On the 600 rows."""
        found = brier.brier(COUNTS, level=0.95).value
        assert found == pytest.approx(brier_score_loss(LABELS, SCORES), abs=1e-14)

    def test_the_interval_is_that_of_a_mean(self) -> None:
        """1.96 standard errors of the mean of the 600 squared distances."""
        loss = (LABELS - SCORES) ** 2
        found = brier.brier(COUNTS, level=0.95)
        assert found.high == pytest.approx(loss.mean() + Z * loss.std(ddof=1) / math.sqrt(600))

    def test_it_does_not_fall_below_zero(self) -> None:
        """Few exams, nearly perfect: the interval ends at 0."""
        cells = [(0.001, 0, 3), (0.4, 1, 0), (0.999, 3, 0)]
        assert brier.brier(score_counts(*cells), level=0.95).low == 0


class TestScaledBrier:
    """The Brier score against always saying the prevalence."""

    def test_hand_worked(self) -> None:
        """One minus Brier over 0.25 · 0.75, from scikit-learn's Brier score."""
        share = LABELS.mean()
        expected = 1 - brier_score_loss(LABELS, SCORES) / (share * (1 - share))
        found = brier.scaled_brier(COUNTS, level=0.95).value
        assert found == pytest.approx(expected, abs=1e-12)

    def test_the_interval_agrees_with_the_jackknife(self) -> None:
        """Leaving out each of 600 rows gives the same standard error, ± 2 %."""
        loss = (LABELS - SCORES) ** 2
        total, ones = loss.sum(), LABELS.sum()
        share = (ones - LABELS) / 599
        without = 1 - (total - loss) / 599 / (share * (1 - share))
        error = math.sqrt(599 / 600 * ((without - without.mean()) ** 2).sum())
        found = brier.scaled_brier(COUNTS, level=0.95)
        assert found.low is not None
        assert found.high is not None
        assert (found.high - found.low) / 2 == pytest.approx(Z * error, rel=0.02)


class TestLogLoss:
    """Minus the logarithm of what was given to what happened."""

    def test_agrees_with_scikit_learn(self) -> None:
        """On the 600 rows."""
        found = brier.log_loss(COUNTS, level=0.95).value
        assert found == pytest.approx(log_loss(LABELS, SCORES), abs=1e-12)

    def test_the_impossible_happened(self) -> None:
        """A positive scored 0 has an infinite loss."""
        with pytest.raises(UndefinedError, match="probability 0 in 2 exams"):
            brier.log_loss(score_counts((0.0, 2, 3), (0.5, 1, 1)), level=0.95)

    def test_a_sure_score_that_is_right(self) -> None:
        """A negative scored 0 loses nothing: log 2 over two of four exams."""
        found = brier.log_loss(score_counts((0.0, 0, 2), (0.5, 1, 1)), level=0.95)
        assert found.value == pytest.approx(math.log(2) / 2)


PARTS = ("reliability", "resolution", "uncertainty")


class TestDecompose:
    """Reliability, resolution and uncertainty."""

    def test_they_make_up_the_score(self) -> None:
        """Reliability less resolution plus uncertainty is the Brier score, exactly."""
        parts = [brier.decompose(part, COUNTS, level=0.95).value or 0 for part in PARTS]
        assert parts[0] - parts[1] + parts[2] == pytest.approx(
            brier_score_loss(LABELS, SCORES), abs=1e-15
        )

    def test_hand_worked(self) -> None:
        """Two bins of ten, 2 and 9 positives at 0.1 and 0.8, less the bias of Ferro & Fricker."""
        counts = score_counts((0.1, 2, 8), (0.8, 9, 1))
        bias = (0.16 / 9 + 0.09 / 9) / 2
        whole = 0.55 * 0.45
        found = [brier.decompose(part, counts, level=0.95).value for part in PARTS]
        assert found == pytest.approx(
            [
                0.01 - bias,
                (0.35**2 + 0.35**2) / 2 - bias + whole / 19,
                whole + whole / 19,
            ]
        )

    def test_the_bias_is_gone(self) -> None:
        """Over 2,000 draws of a calibrated model the mean reliability is 0, ± 4 errors."""
        rng = np.random.default_rng(6)
        scores = np.linspace(0.1, 0.9, 10)
        found = []
        for _ in range(2000):
            positives = rng.binomial(8, scores)
            counts = score_counts(
                *((float(s), int(p), 8 - int(p)) for s, p in zip(scores, positives, strict=True))
            )
            found.append(brier.decompose("reliability", counts, level=0.95).value or 0.0)
        assert np.mean(found) == pytest.approx(0, abs=4 * float(np.std(found)) / math.sqrt(2000))

    def test_the_interval_of_reliability(self) -> None:
        """Its half is 1.96 standard deviations over 400 draws of the labels, ± 20 %."""
        rng = np.random.default_rng(10)
        risk, drawn, halves = np.clip(0.8 * SCORES + 0.02, 0, 1), [], []
        for _ in range(400):
            one = counts_of(rng.binomial(1, risk), SCORES)
            found = brier.decompose("reliability", one, level=0.95)
            drawn.append(found.value or 0.0)
            halves.append(((found.high or 0.0) - (found.low or 0.0)) / 2)
        assert np.mean(halves) == pytest.approx(Z * np.std(drawn), rel=0.2)

    @pytest.mark.parametrize("part", ["resolution", "uncertainty"])
    def test_the_interval_agrees_with_resampled_rows(self, part: str) -> None:
        """Its half is 1.96 standard deviations of 400 bootstraps of the rows, ± 15 %."""
        rng = np.random.default_rng(9)
        drawn = []
        for _ in range(400):
            chosen = rng.integers(0, 600, 600)
            one = counts_of(LABELS[chosen], SCORES[chosen])
            drawn.append(brier.decompose(part, one, level=0.95).value or 0.0)
        found = brier.decompose(part, COUNTS, level=0.95)
        assert found.low is not None
        assert found.high is not None
        assert (found.high - found.low) / 2 == pytest.approx(Z * np.std(drawn), rel=0.15)


class TestClustered:
    """Patients with several exams, and weights."""

    @pytest.mark.parametrize("weighted", [False, True])
    def test_the_brier_score_agrees_with_sums_over_patients(self, weighted: bool) -> None:
        """The variance of a weighted mean from the patients' sums, on the rows."""
        rows = patients(150, seed=8)
        weights = np.array([row["weight"] if weighted else 1.0 for row in rows])
        loss = np.array([(row["label"] - row["score"]) ** 2 for row in rows])
        mean = float(weights @ loss / weights.sum())
        sums = by_patient(rows, weights * (loss - mean)) / weights.sum()
        n = len(rows)
        half = Z * math.sqrt(float((sums**2).sum()) * n / (n - 1))
        found = brier.brier(counts_of_rows(rows, weighted=weighted), level=0.95)
        assert (found.value, found.high) == pytest.approx((mean, mean + half))
        assert found.method == ("normal-clustered-weighted" if weighted else "normal-clustered")

    def test_a_merged_grid_is_exact(self) -> None:
        """With the sums of scores and squares the score is the rows', though cells hold several."""
        counts = ScoreCounts(
            scores=np.array([0.0, 0.5]),
            positives=np.array([1.0, 2.0]),
            negatives=np.array([2.0, 0.0]),
            moments=Moments(
                means=np.array([0.2, 0.7]),
                of_positives=0.3 + 0.6 + 0.8,
                of_squares=0.3**2 + 0.1**2 + 0.2**2 + 0.6**2 + 0.8**2,
            ),
        )
        assert brier.brier(counts, level=0.95).value == pytest.approx(
            brier_score_loss([1, 0, 0, 1, 1], [0.3, 0.1, 0.2, 0.6, 0.8])
        )
