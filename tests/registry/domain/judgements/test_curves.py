"""Facts about what is read off an ROC curve: eight exams, four with the finding.

Scores with it 0.9, 0.8, 0.6, 0.3; without 0.7, 0.4, 0.2, 0.1.
"""

import pytest

from registry.domain.judgements.curves import halves, rates, spread

ROC = [
    {"threshold": threshold, "sensitivity": found, "false_positive_rate": alarms}
    for threshold, found, alarms in (
        (None, 0.0, 0.0),
        (0.9, 0.25, 0.0),
        (0.8, 0.5, 0.0),
        (0.7, 0.5, 0.25),
        (0.6, 0.75, 0.25),
        (0.4, 0.75, 0.5),
        (0.3, 1.0, 0.5),
        (0.2, 1.0, 0.75),
        (0.1, 1.0, 1.0),
    )
]


class TestRates:
    """Sensitivity and false alarms at a threshold."""

    def test_at_a_score(self) -> None:
        """An exam that scores just the threshold is flagged."""
        assert rates(ROC, 0.6) == (0.75, 0.25)

    def test_between_scores(self) -> None:
        """From 0.5 on are flagged those from 0.6 on."""
        assert rates(ROC, 0.5) == (0.75, 0.25)

    def test_above_all(self) -> None:
        """Nobody is flagged."""
        assert rates(ROC, 0.95) == (0.0, 0.0)


class TestSpread:
    """Shares of both classes in steps of the score."""

    def test_counted_by_hand(self) -> None:
        """Below 0.5 one of four with it and three of four without; the rest above."""
        assert spread(ROC, (0.0, 0.5, 1.0)) == ((0.25, 0.75), (0.75, 0.25))

    def test_nobody_is_lost(self) -> None:
        """What lies outside the edges counts into the first and the last step."""
        for shares in zip(*spread(ROC, (0.35, 0.5, 0.65)), strict=True):
            assert sum(shares) == pytest.approx(1)


class TestHalves:
    """The scores that half of each class reach."""

    def test_counted_by_hand(self) -> None:
        """Two of four with it score 0.8 or more, two of four without 0.4 or more."""
        assert halves(ROC) == (0.8, 0.4)

    def test_of_nothing(self) -> None:
        """Without a curve there is none."""
        assert halves([]) is None
