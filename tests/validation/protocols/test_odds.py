"""Tests of the odds that price net benefit."""

import pytest

from tests.factories.tallies import make_protocol
from validation.errors import UndefinedError
from validation.protocols.odds import (
    balance,
    source_of_odds,
    threshold_probability,
    why_none_of,
)
from validation.protocols.shape import Costs, Finding, OperatingPoint, ScoreKind

PROBABILITY, RANK = ScoreKind.PROBABILITY, ScoreKind.RANK
STATED = OperatingPoint(threshold=7.5, threshold_probability=0.2)


def finding(point: OperatingPoint, costs: Costs | None = None) -> Finding:
    """Return a finding with an operating point."""
    return make_protocol(operating_point=point, costs=costs).findings[0]


class TestThresholdProbability:
    """`threshold_probability`."""

    @pytest.mark.parametrize("kind", [PROBABILITY, RANK])
    def test_stated(self, kind: ScoreKind) -> None:
        """What the protocol states is taken, whatever scores are."""
        assert threshold_probability(finding(STATED), kind) == 0.2

    def test_of_the_score(self) -> None:
        """A score that is a probability may stand for it."""
        assert threshold_probability(finding(OperatingPoint(threshold=0.3)), PROBABILITY) == 0.3

    def test_ranks(self) -> None:
        """A rank of 0.3 is no risk, and the key that is lacking is named."""
        with pytest.raises(UndefinedError) as reason:
            threshold_probability(finding(OperatingPoint(threshold=0.3)), RANK)
        assert str(reason.value) == (
            "scores are ranks, so that the threshold has no odds: state [operating_point] "
            "threshold_probability"
        )

    def test_costs_are_mentioned_and_not_taken(self) -> None:
        """A miss at 9 and an alarm at 1 would imply one tenth."""
        costs = Costs(false_negative=9, false_positive=1)
        with pytest.raises(UndefinedError, match=r"would imply 0\.1; it is not taken unasked"):
            threshold_probability(finding(OperatingPoint(threshold=0.3), costs), RANK)

    def test_prices_by_severity_imply_several(self) -> None:
        """Then no single one is mentioned."""
        costs = Costs(false_negative=9, false_positive=1, by_severity={"grave": 20.0})
        with pytest.raises(UndefinedError) as reason:
            threshold_probability(finding(OperatingPoint(threshold=0.3), costs), RANK)
        assert "imply" not in str(reason.value)

    @pytest.mark.parametrize("threshold", [0.0, 1.0])
    def test_no_odds_at_the_ends(self, threshold: float) -> None:
        """Flagging from 0 or 1 on has no odds."""
        with pytest.raises(UndefinedError, match="is not a probability between 0 and 1"):
            threshold_probability(finding(OperatingPoint(threshold=threshold)), PROBABILITY)

    def test_no_threshold(self) -> None:
        """Where neither is there it is said."""
        with pytest.raises(UndefinedError, match="no operating point"):
            threshold_probability(finding(OperatingPoint()), PROBABILITY)


class TestWhyNoneOf:
    """`why_none_of`."""

    def test_all_have_odds(self) -> None:
        """Stated, or a probability, or still to be found by a rule."""
        points = [STATED, OperatingPoint(threshold=0.4), OperatingPoint(rule="…")]
        assert why_none_of(points, PROBABILITY) is None

    def test_one_has_none(self) -> None:
        """One finding without odds is enough."""
        found = why_none_of([STATED, OperatingPoint(rule="…")], RANK)
        assert found is not None
        assert found.startswith("net benefit is priced by odds; scores are ranks")


class TestSourceOfOdds:
    """`source_of_odds`."""

    def test_in_words(self) -> None:
        """Whose odds they are."""
        assert source_of_odds(STATED) == "odds of the stated threshold probability 0.2"
        assert source_of_odds(OperatingPoint(threshold=0.4)) == (
            "odds taken from the score threshold"
        )


class TestBalance:
    """`balance`."""

    def test_right_decisions_are_taken_off(self) -> None:
        """A miss is 10 - 2 worse than a hit, an alarm 3 - 1 than none: 2 / (2 + 8)."""
        costs = Costs(false_negative=10, false_positive=3, true_positive=2, true_negative=1)
        assert balance(costs) == pytest.approx(0.2)
