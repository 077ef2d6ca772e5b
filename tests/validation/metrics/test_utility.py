"""Utility: costs and net benefit."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from tests.factories.tallies import counts_of, score_counts
from validation.bootstrap import draw_confusions, generator, walk_noise
from validation.counts import Confusion
from validation.errors import EmptyStratumError, UndefinedError
from validation.estimates import Estimate
from validation.metrics import utility
from validation.protocols.shape import Costs

COSTS = Costs(false_negative=10, false_positive=1, true_positive=0.5, true_negative=0.1)
ERRORS = Costs(false_negative=10, false_positive=1)
TABLE = Confusion(tp=9, fp=31, fn=1, tn=59)
DRAWS = draw_confusions(TABLE, replicates=4000, rng=generator(5, "test"))


class TestNetBenefit:
    """100 exams, 10 with the outcome; 9 and 31 are flagged at 0.2."""

    def test_hand_worked(self) -> None:
        """9 true and 31 false positives of 100 at odds 1:4 leave 9/100 - 31/100 · 1/4."""
        found = utility.as_observed(TABLE, DRAWS, utility.net_benefit_of(0.2), level=0.95)
        assert found.value == pytest.approx(0.0125)

    def test_standardized(self) -> None:
        """As a share of the prevalence."""
        worth = utility.standardized_net_benefit_of(0.2)
        assert utility.as_observed(TABLE, DRAWS, worth, level=0.95).value == pytest.approx(0.125)

    @pytest.mark.parametrize("threshold", [0.0, 1.0, 3.5])
    def test_a_threshold_must_be_a_probability(self, threshold: float) -> None:
        """At 0 and 1 the odds do not exist."""
        with pytest.raises(UndefinedError, match="not a probability"):
            utility.net_benefit_of(threshold)

    def test_elsewhere(self) -> None:
        """At 30 %: 0.9 · 0.3 - 31/90 · 0.7 / 4; an error rate's interval is Wilson's."""
        worth = utility.net_benefit_of(0.2)
        found = utility.at_prevalence(TABLE, worth, prevalence=0.3, level=0.95)
        assert found.value == pytest.approx(0.27 - 31 / 90 * 0.7 / 4)
        assert found.note == "if sensitivity and specificity carry over"


class TestExpectedCost:
    """The mean cost of one exam."""

    def test_it_is_the_mean_over_exams(self) -> None:
        """9 · 0.5 + 31 · 1 + 1 · 10 + 59 · 0.1 over 100 exams."""
        found = utility.as_observed(TABLE, DRAWS, utility.expected_cost_of(COSTS), level=0.95)
        assert found.value == pytest.approx((4.5 + 31 + 10 + 5.9) / 100)

    def test_the_interval_agrees_with_resampled_exams(self) -> None:
        """As wide as the percentiles of 4,000 bootstraps of the rows, ± 10 %."""
        table = Confusion(tp=90, fp=310, fn=20, tn=580)
        each = np.repeat([0.5, 1, 10, 0.1], [90, 310, 20, 580])
        rng = np.random.default_rng(4)
        drawn = [rng.choice(each, each.size).mean() for _ in range(4000)]
        low, high = np.quantile(drawn, [0.025, 0.975])
        draws = draw_confusions(table, replicates=4000, rng=generator(5, "test"))
        found = utility.as_observed(table, draws, utility.expected_cost_of(COSTS), level=0.95)
        assert found.low is not None
        assert found.high is not None
        assert found.high - found.low == pytest.approx(high - low, rel=0.1)

    def test_a_missing_class(self) -> None:
        """Without negatives there is no false-positive rate to carry anywhere."""
        table = Confusion(tp=1, fp=0, fn=1, tn=0)
        worth = utility.expected_cost_of(COSTS)
        with pytest.raises(EmptyStratumError, match="no negative"):
            utility.at_prevalence(table, worth, prevalence=0.1, level=0.95)
        with pytest.raises(EmptyStratumError, match="no negative"):
            utility.as_observed(table, DRAWS, worth, level=0.95)

    def test_only_misses_cost(self) -> None:
        """With one error rate the interval is Wilson's, scaled by 0.1 · 10."""
        worth = utility.expected_cost_of(Costs(false_negative=10, false_positive=0))
        found = utility.at_prevalence(TABLE, worth, prevalence=0.1, level=0.95)
        assert (found.low, found.high) == pytest.approx(proportion_confint(1, 10, method="wilson"))


class TestNormalizedCost:
    """Drummond and Holte's normalised expected cost."""

    def test_by_definition(self) -> None:
        """FNR · PC + FPR · (1 - PC), where PC weighs prevalence by cost."""
        share = 0.1 * 9.5 / (0.1 * 9.5 + 0.9 * 0.9)
        found = utility.as_observed(TABLE, DRAWS, utility.normalized_cost_of(COSTS), level=0.95)
        assert found.value == pytest.approx(0.1 * share + 31 / 90 * (1 - share))

    @pytest.mark.parametrize(
        "costs",
        [Costs(false_negative=0, false_positive=1), Costs(false_negative=1, false_positive=0)],
    )
    def test_errors_must_cost_more(self, costs: Costs) -> None:
        """Where an error is free there is nothing to normalise by."""
        with pytest.raises(UndefinedError, match="does not cost more"):
            utility.normalized_cost_of(costs)


class TestCostAgainstDefault:
    """The cost as a multiple of the cheaper default."""

    def test_hand_worked(self) -> None:
        """41 against 90 for flagging everybody and 100 for flagging nobody."""
        worth = utility.cost_against_default_of(ERRORS)
        found = utility.as_observed(TABLE, DRAWS, worth, level=0.95)
        assert found.value == pytest.approx(41 / 90)

    def test_a_free_default(self) -> None:
        """If flagging everybody costs nothing, nothing can be held against it."""
        worth = utility.cost_against_default_of(Costs(false_negative=1, false_positive=0))
        with pytest.raises(UndefinedError, match="costs nothing"):
            utility.as_observed(TABLE, DRAWS, worth, level=0.95)


class TestCostOptimalThreshold:
    """The score from which flagging was cheapest."""

    def find(self, *cells: tuple[float, int, int], costs: Costs = ERRORS) -> Estimate:
        """Return it for some cells."""
        return utility.cost_optimal_threshold(
            score_counts(*cells), costs, level=0.95, noise=walk_noise(1, replicates=500)
        )

    def test_agrees_with_trying_every_score(self) -> None:
        """No threshold among the scores is cheaper."""
        rng = np.random.default_rng(8)
        labels = rng.integers(0, 2, 200)
        scores = np.round(np.clip(0.3 * labels + rng.normal(0.4, 0.25, 200), 0, 1), 2)

        def cost(threshold: float) -> float:
            flagged = scores >= threshold
            return 10 * float((labels[~flagged]).sum()) + float((1 - labels[flagged]).sum())

        found = utility.cost_optimal_threshold(
            counts_of(labels, scores), ERRORS, level=0.95, noise=walk_noise(1, replicates=200)
        )
        assert found.value is not None
        assert cost(found.value) == min(cost(threshold) for threshold in np.unique(scores))

    def test_the_interval_holds_the_value(self) -> None:
        """And its ends are scores that occur."""
        found = self.find((0.1, 1, 40), (0.4, 6, 12), (0.7, 20, 3), (0.9, 30, 1))
        assert found.low is not None
        assert found.value is not None
        assert found.high is not None
        assert found.low <= found.value <= found.high
        assert {found.low, found.high} <= {0.1, 0.4, 0.7, 0.9}

    def test_flagging_nobody(self) -> None:
        """Where false alerts cost too much, no threshold is said rather than a made-up one."""
        with pytest.raises(UndefinedError, match="flagging nobody is cheapest"):
            self.find((0.2, 1, 9), (0.8, 1, 9), costs=Costs(false_negative=1, false_positive=50))

    def test_flagging_nobody_may_be_cheapest(self) -> None:
        """Where resampling often prefers nobody, there is no upper end."""
        found = self.find(
            (0.2, 1, 20), (0.8, 3, 2), costs=Costs(false_negative=1, false_positive=1)
        )
        assert found.value == 0.8
        assert (found.low, found.high) == (None, None)
        assert found.note is not None
        assert "flagging nobody" in found.note


def test_defaults() -> None:
    """Flagging nobody and everybody, at 20 %."""
    nobody, everybody = utility.defaults(COSTS, prevalence=np.array([0.2]))
    assert (nobody[0], everybody[0]) == pytest.approx((2.08, 0.9))
