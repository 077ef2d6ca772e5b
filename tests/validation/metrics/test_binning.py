"""Binning: neighbouring scores of about equal mass."""

from dataclasses import replace

import numpy as np
import pytest

from tests.factories.tallies import counts_of, score_counts
from validation.metrics.binning import binned

RNG = np.random.default_rng(21)
SCORES = np.round(np.clip(RNG.beta(2, 3, 600), 0.01, 0.99), 3)
LABELS = RNG.binomial(1, np.clip(0.9 * SCORES + 0.02, 0, 1))
COUNTS = counts_of(LABELS, SCORES)


class TestBinned:
    """Neighbouring scores of about equal mass."""

    def test_equal_scores_stay_together(self) -> None:
        """A score that half the exams share is one bin."""
        counts = score_counts((0.1, 1, 49), (0.5, 5, 20), (0.9, 20, 5))
        assert binned(counts, bins=10).exams.tolist() == [50, 25, 25]

    def test_everybody_is_in_one_bin(self) -> None:
        """The bins hold all exams, positives and expectations."""
        bins = binned(COUNTS, bins=10)
        assert bins.exams.size == 10
        assert bins.exams.sum() == 600
        assert bins.positives.sum() == LABELS.sum()
        assert bins.share @ bins.predicted == pytest.approx(SCORES.mean())
        assert bins.share @ bins.observed == pytest.approx(LABELS.mean())

    def test_the_variance_of_an_observed_risk(self) -> None:
        """Of 10 in 50: 0.2 · 0.8 / 49; one exam alone tells nothing."""
        bins = binned(score_counts((0.1, 10, 40), (0.9, 1, 0)), bins=10)
        assert bins.variance == pytest.approx([0.16 / 49, 0])

    def test_distances_that_do_not_vary(self) -> None:
        """Where all exams have one score and one label, patients add nothing to no variance."""
        counts = replace(score_counts((0.5, 4, 0)), effects={"observed_expected": 3.0})
        assert binned(counts, bins=10).effect == 1
        varied = replace(score_counts((0.5, 4, 4)), effects={"observed_expected": 3.0})
        assert binned(varied, bins=10).effect == pytest.approx(3)
