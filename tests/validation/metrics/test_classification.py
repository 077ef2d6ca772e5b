"""Classification: what decisions get right and wrong."""

import math

import numpy as np
import pytest
from sklearn.metrics import f1_score, matthews_corrcoef
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from validation.bootstrap import draw_confusions, generator
from validation.counts import Confusion
from validation.errors import EmptyStratumError, UndefinedError
from validation.metrics import classification

TABLE = Confusion(tp=40, fp=15, fn=10, tn=85)
EMPTY = Confusion(tp=0, fp=0, fn=0, tn=0)
ALL_FLAGGED = Confusion(tp=5, fp=5, fn=0, tn=0)
NONE_FLAGGED = Confusion(tp=0, fp=0, fn=5, tn=5)
TRUTH = np.repeat([1, 0, 1, 0], [40, 15, 10, 85])
FLAGS = np.repeat([1, 1, 0, 0], [40, 15, 10, 85])
DRAWS = draw_confusions(TABLE, replicates=4000, rng=generator(5, "test"))

RATES = {
    "sensitivity": (40, 50),
    "specificity": (85, 100),
    "ppv": (40, 55),
    "npv": (85, 95),
    "accuracy": (125, 150),
    "flag_rate": (55, 150),
    "prevalence": (50, 150),
}


class TestRates:
    """Seven proportions of one table of 150 exams."""

    @pytest.mark.parametrize("name", RATES)
    def test_value_and_what_it_counts(self, name: str) -> None:
        """The value, its events and its exams, by hand."""
        events, n = RATES[name]
        found = getattr(classification, name)(TABLE, level=0.95)
        assert (found.value, found.events, found.n) == (events / n, events, n)

    @pytest.mark.parametrize("name", RATES)
    def test_the_interval_is_wilsons(self, name: str) -> None:
        """As statsmodels gives it."""
        expected = proportion_confint(*RATES[name], alpha=0.1, method="wilson")
        found = getattr(classification, name)(TABLE, level=0.9)
        assert (found.low, found.high) == pytest.approx(expected, abs=1e-12)

    @pytest.mark.parametrize(
        ("name", "table", "reason"),
        [
            ("sensitivity", EMPTY, "no positive exam"),
            ("specificity", EMPTY, "no negative exam"),
            ("ppv", NONE_FLAGGED, "no exam is flagged"),
            ("npv", ALL_FLAGGED, "every exam is flagged"),
            ("accuracy", EMPTY, "no labelled exam"),
            ("flag_rate", EMPTY, "no labelled exam"),
            ("prevalence", EMPTY, "no labelled exam"),
        ],
    )
    def test_undefined_says_why(self, name: str, table: Confusion, reason: str) -> None:
        """A rate of nobody is never 0."""
        with pytest.raises(EmptyStratumError, match=reason):
            getattr(classification, name)(table, level=0.95)


class TestF1:
    """The harmonic mean of sensitivity and PPV."""

    def test_agrees_with_scikit_learn(self) -> None:
        """On the 150 exams written out."""
        assert classification.f1(TABLE, level=0.95).value == pytest.approx(f1_score(TRUTH, FLAGS))

    def test_the_interval_is_that_of_jaccards_index(self) -> None:
        """40 of 65, by Wilson, carried over by 2J / (1 + J)."""
        limits = proportion_confint(40, 65, method="wilson")
        expected = [2 * limit / (1 + limit) for limit in limits]
        found = classification.f1(TABLE, level=0.95)
        assert [found.low, found.high] == pytest.approx(expected, abs=1e-12)

    def test_nobody(self) -> None:
        """Without a positive or a flag there is none."""
        with pytest.raises(EmptyStratumError, match="positive or flagged"):
            classification.f1(Confusion(tp=0, fp=0, fn=0, tn=9), level=0.95)


class TestYouden:
    """Sensitivity + specificity - 1."""

    def test_it_is_a_difference_of_proportions(self) -> None:
        """TPR - FPR with Newcombe's interval for independent proportions."""
        low, high = confint_proportions_2indep(
            40, 50, 15, 100, method="newcomb", compare="diff", correction=False
        )
        found = classification.youden(TABLE, level=0.95)
        assert (found.value, found.low, found.high) == pytest.approx((0.65, low, high))

    def test_a_missing_class(self) -> None:
        """Both classes are needed."""
        with pytest.raises(EmptyStratumError, match="no negative"):
            classification.youden(Confusion(tp=1, fp=0, fn=1, tn=0), level=0.95)


class TestBalancedAccuracy:
    """The mean of sensitivity and specificity."""

    def test_it_is_half_of_youden_plus_one(self) -> None:
        """(0.80 + 0.85) / 2, limits likewise."""
        youden = classification.youden(TABLE, level=0.95)
        assert youden.low is not None
        found = classification.balanced_accuracy(TABLE, level=0.95)
        assert found.value == pytest.approx(0.825)
        assert found.low == pytest.approx((1 + youden.low) / 2)


class TestLikelihoodRatios:
    """How a decision changes the odds."""

    def test_positive_by_hand(self) -> None:
        """0.80 / 0.15; the log has variance 1/40 - 1/50 + 1/15 - 1/100."""
        found = classification.lr_positive(TABLE, level=0.95)
        half = 1.959963984540054 * math.sqrt(1 / 40 - 1 / 50 + 1 / 15 - 1 / 100)
        assert found.value == pytest.approx(0.80 / 0.15)
        assert found.high == pytest.approx(0.80 / 0.15 * math.exp(half))

    def test_negative_by_hand(self) -> None:
        """0.20 / 0.85; the log has variance 1/10 - 1/50 + 1/85 - 1/100."""
        found = classification.lr_negative(TABLE, level=0.95)
        half = 1.959963984540054 * math.sqrt(1 / 10 - 1 / 50 + 1 / 85 - 1 / 100)
        assert found.value == pytest.approx(0.20 / 0.85)
        assert found.low == pytest.approx(0.20 / 0.85 * math.exp(-half))

    def test_no_false_alert_is_unbounded(self) -> None:
        """Division by 0 is said in words."""
        with pytest.raises(UndefinedError, match="unbounded"):
            classification.lr_positive(Confusion(tp=3, fp=0, fn=2, tn=9), level=0.95)

    def test_no_miss_has_an_upper_limit(self) -> None:
        """Five of five found: the ratio is 0 and may yet be well above it."""
        found = classification.lr_negative(Confusion(tp=5, fp=2, fn=0, tn=8), level=0.95)
        assert found.value == found.low == 0
        assert found.high is not None
        assert found.high > 0.4


class TestMcc:
    """Matthews' correlation coefficient."""

    def test_agrees_with_scikit_learn(self) -> None:
        """On the 150 exams written out."""
        found = classification.mcc(TABLE, DRAWS, level=0.95)
        assert found.value == pytest.approx(matthews_corrcoef(TRUTH, FLAGS))

    def test_the_interval_agrees_with_resampled_exams(self) -> None:
        """As wide as the percentiles of 2,000 bootstraps of the rows, ± 10 %."""
        rng = np.random.default_rng(2)
        drawn = []
        for _ in range(2000):
            rows = rng.integers(0, TRUTH.size, TRUTH.size)
            drawn.append(matthews_corrcoef(TRUTH[rows], FLAGS[rows]))
        low, high = np.quantile(drawn, [0.025, 0.975])
        found = classification.mcc(TABLE, DRAWS, level=0.95)
        assert found.low is not None
        assert found.high is not None
        assert found.high - found.low == pytest.approx(high - low, rel=0.1)

    @pytest.mark.parametrize(
        ("table", "reason"),
        [
            (NONE_FLAGGED, "no exam is flagged"),
            (ALL_FLAGGED, "every exam is flagged"),
            (EMPTY, "no positive"),
        ],
    )
    def test_undefined_says_why(self, table: Confusion, reason: str) -> None:
        """Without both decisions and both classes nothing correlates."""
        with pytest.raises(EmptyStratumError, match=reason):
            classification.mcc(table, DRAWS, level=0.95)


class TestPredictiveValuesElsewhere:
    """PPV and NPV in a population of another prevalence."""

    def test_ppv_by_bayes(self) -> None:
        """At 10 %: 0.08 / (0.08 + 0.135)."""
        found = classification.ppv_at(TABLE, DRAWS, prevalence=0.1, level=0.95)
        assert found.value == pytest.approx(0.08 / 0.215)
        assert found.note == "if sensitivity and specificity carry over"

    def test_npv_by_bayes(self) -> None:
        """At 10 %: 0.765 / (0.765 + 0.02)."""
        found = classification.npv_at(TABLE, DRAWS, prevalence=0.1, level=0.95)
        assert found.value == pytest.approx(0.765 / 0.785)

    def test_at_the_observed_prevalence_nothing_changes(self) -> None:
        """At a third they are the observed ones."""
        found = classification.ppv_at(TABLE, DRAWS, prevalence=1 / 3, level=0.95)
        assert found.value == pytest.approx(40 / 55)

    def test_the_interval_holds_the_value(self) -> None:
        """And lies within 0 to 1."""
        found = classification.npv_at(TABLE, DRAWS, prevalence=0.1, level=0.95)
        assert found.low is not None
        assert found.value is not None
        assert found.high is not None
        assert 0 < found.low < found.value < found.high < 1

    def test_nothing_flagged(self) -> None:
        """Without a flag there is no PPV anywhere."""
        with pytest.raises(EmptyStratumError, match="no exam is flagged"):
            classification.ppv_at(NONE_FLAGGED, DRAWS, prevalence=0.1, level=0.95)

    def test_everything_flagged(self) -> None:
        """Without an unflagged exam there is no NPV anywhere."""
        with pytest.raises(EmptyStratumError, match="every exam is flagged"):
            classification.npv_at(ALL_FLAGGED, DRAWS, prevalence=0.1, level=0.95)
