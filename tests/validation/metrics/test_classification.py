"""Classification: what decisions get right and wrong."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.metrics import f1_score, matthews_corrcoef
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from tests.factories.patients import by_patient, counts_of_rows, patients
from validation.bootstrap import draw_confusions, generator
from validation.counts import Confusion
from validation.errors import EmptyStratumError, UndefinedError
from validation.flagging import confusion_as_deployed
from validation.metrics import classification
from validation.protocols.shape import OperatingPoint

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


POINT = OperatingPoint(threshold=0.5)
Mask = npt.NDArray[np.bool_]

# Of each proportion, which exams are counted and which they are a part of, by label and flag.
SHARES: dict[str, tuple[Callable[[Mask, Mask], Mask], Callable[[Mask, Mask], Mask]]] = {
    "sensitivity": (lambda y, f: y & f, lambda y, _: y),
    "specificity": (lambda y, f: ~y & ~f, lambda y, _: ~y),
    "ppv": (lambda y, f: y & f, lambda _, f: f),
    "npv": (lambda y, f: ~y & ~f, lambda _, f: ~f),
    "accuracy": (lambda y, f: y == f, lambda y, _: y | ~y),
    "flag_rate": (lambda _, f: f, lambda y, _: y | ~y),
    "prevalence": (lambda y, _: y, lambda y, _: y | ~y),
}


def table_of(rows: list[dict[str, Any]], *, weighted: bool = False) -> Confusion:
    """Return the decisions at 0.5 about some rows."""
    return confusion_as_deployed(
        counts_of_rows(rows, weighted=weighted), threshold=0.5, point=POINT
    )


def masks(rows: list[dict[str, Any]]) -> tuple[Mask, Mask]:
    """Return the labels and the flags of rows."""
    labels = np.array([row["label"] == 1 for row in rows])
    return labels, np.array([row["score"] >= 0.5 for row in rows])


def size_by_hand(rows: list[dict[str, Any]], name: str, *, weighted: bool) -> tuple[float, float]:
    """Return a proportion and its effective size, worked on the rows patient by patient."""
    counted, among = (choose(*masks(rows)) for choose in SHARES[name])
    weights = np.array([row["weight"] if weighted else 1.0 for row in rows])
    x, n = by_patient(rows, weights * counted), by_patient(rows, weights * among)
    p = float(x.sum() / n.sum())
    k, exams = float(n.sum() ** 2 / (n @ n)), int(among.sum())
    v = k / (k - 1) * (exams - 1) / exams * float(((x - p * n) ** 2).sum() / n.sum() ** 2)
    return p, min(exams, p * (1 - p) / v)


class TestClusteredRates:
    """Patients with several exams: Rao and Scott 1992."""

    rows = patients(120, seed=1)

    @pytest.mark.parametrize("weighted", [False, True])
    @pytest.mark.parametrize("name", SHARES)
    def test_wilson_on_the_effective_size(self, name: str, *, weighted: bool) -> None:
        """The effective size by definition, the interval by statsmodels."""
        p, size = size_by_hand(self.rows, name, weighted=weighted)
        found = getattr(classification, name)(table_of(self.rows, weighted=weighted), level=0.95)
        expected = proportion_confint(p * size, size, alpha=0.05, method="wilson")
        assert found.value == pytest.approx(p, rel=1e-12)
        assert (found.low, found.high) == pytest.approx(expected, rel=1e-9)
        assert found.method == "wilson-clustered" + "-weighted" * weighted

    @pytest.mark.parametrize("name", SHARES)
    def test_exams_are_printed_as_they_are(self, name: str) -> None:
        """Neither weights nor patients change how many there are."""
        counted, among = (choose(*masks(self.rows)) for choose in SHARES[name])
        found = getattr(classification, name)(table_of(self.rows, weighted=True), level=0.95)
        assert (found.events, found.n) == (counted.sum(), among.sum())

    def test_every_exam_thrice(self) -> None:
        """Three equal exams a patient tell as much as one; the spread is that of patients."""
        once = patients(80, seed=2, exams=1)
        alone = classification.accuracy(table_of(once), level=0.95)
        thrice = classification.accuracy(table_of(once * 3), level=0.95)
        assert thrice.n == 240
        # (n - 1) / n of 240 exams instead of 80 is all that differs.
        assert (thrice.low, thrice.high) == pytest.approx((alone.low, alone.high), abs=0.002)

    def test_no_miss_counts_patients(self) -> None:
        """Twelve exams of four patients, all right: as four exams, not as twelve."""
        rows = [{"label": 1, "score": 0.9, "patient": str(i % 4)} for i in range(12)]
        found = classification.sensitivity(table_of(rows), level=0.95)
        expected = proportion_confint(4, 4, alpha=0.05, method="wilson")
        assert (found.low, found.high) == pytest.approx(expected)

    def test_all_of_one_patient(self) -> None:
        """One patient is one, whatever the exams show."""
        rows = [{"label": 1, "score": s, "patient": "a"} for s in (0.9, 0.9, 0.2)]
        found = classification.sensitivity(table_of(rows), level=0.95)
        expected = proportion_confint(2 / 3, 1, alpha=0.05, method="wilson")
        assert (found.low, found.high) == pytest.approx(expected)

    def test_never_narrower_than_independent_exams(self) -> None:
        """Patients of whom each has one hit and one miss vary less than chance: that is chance."""
        rows = [
            {"label": 1, "score": score, "patient": str(i)}
            for i in range(20)
            for score in (0.9, 0.1)
        ]
        found = classification.sensitivity(table_of(rows), level=0.95)
        expected = proportion_confint(20, 40, alpha=0.05, method="wilson")
        assert (found.low, found.high) == pytest.approx(expected)

    def test_the_duality_of_the_classes(self) -> None:
        """With classes and scores turned round, sensitivity and specificity change places."""
        turned = [
            {**row, "label": 1 - row["label"], "score": 0.995 - row["score"]} for row in self.rows
        ]
        one = classification.sensitivity(table_of(self.rows), level=0.95)
        other = classification.specificity(table_of(turned), level=0.95)
        assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=1e-12)


class TestClusteredCombinations:
    """What is made of several rates, where patients have several exams."""

    rows = patients(200, seed=3)
    table = table_of(rows)

    def test_youden_joins_the_clustered_rates(self) -> None:
        """By MOVER from both intervals."""
        sens = classification.sensitivity(self.table, level=0.95)
        spec = classification.specificity(self.table, level=0.95)
        assert sens.value is not None
        assert sens.low is not None
        assert spec.value is not None
        assert spec.low is not None
        found = classification.youden(self.table, level=0.95)
        below = math.hypot(sens.value - sens.low, spec.value - spec.low)
        assert found.low == pytest.approx(sens.value + spec.value - 1 - below, rel=1e-12)
        assert found.method == "mover-wilson-clustered"

    def test_f1_is_the_clustered_jaccard(self) -> None:
        """Its own effective size, carried over."""
        labels, flagged = masks(self.rows)
        found = classification.f1(self.table, level=0.95)
        assert found.value == pytest.approx(f1_score(labels, flagged), rel=1e-12)
        x = by_patient(self.rows, labels & flagged)
        n = by_patient(self.rows, labels | flagged)
        p, k, exams = x.sum() / n.sum(), n.sum() ** 2 / (n @ n), int(n.sum())
        v = k / (k - 1) * (exams - 1) / exams * ((x - p * n) ** 2).sum() / n.sum() ** 2
        size = p * (1 - p) / v
        low = proportion_confint(p * size, size, alpha=0.05, method="wilson")[0]
        assert found.low == pytest.approx(2 * low / (1 + low), rel=1e-9)
        assert found.method == "wilson-jaccard-clustered"

    @pytest.mark.parametrize("name", ["lr_positive", "lr_negative"])
    def test_likelihood_ratios_by_patient(self, name: str) -> None:
        """The log of the ratio changes by what a patient's exams change in both rates."""
        labels, flagged = masks(self.rows)
        hit = flagged if name == "lr_positive" else ~flagged
        influence = np.zeros(labels.size)
        for sign, of in ((1, labels), (-1, ~labels)):
            influence[of] -= sign / of.sum()
            influence[of & hit] += sign / (of & hit).sum()
        error = math.sqrt(float((by_patient(self.rows, influence) ** 2).sum()))
        found = getattr(classification, name)(self.table, level=0.95)
        assert math.log(found.high / found.value) == pytest.approx(1.959963984540054 * error)
        assert found.method == "log-ratio-clustered"

    def test_no_miss_has_an_upper_limit(self) -> None:
        """From the limits of both clustered rates."""
        rows = [{"label": 1, "score": 0.9, "patient": str(i % 4)} for i in range(8)]
        rows += [{"label": 0, "score": 0.1 + 0.8 * (i == 0), "patient": f"n{i}"} for i in range(9)]
        found = classification.lr_negative(table_of(rows), level=0.95)
        assert (found.value, found.method) == (0, "wilson-limits-clustered")
        miss = proportion_confint(0, 4, alpha=0.05, method="wilson")[1]
        spared = proportion_confint(8, 9, alpha=0.05, method="wilson")[0]
        assert found.high == pytest.approx(miss / spared)

    def test_whole_weights_are_repetition(self) -> None:
        """In value, for every combination."""
        rows = [{**row, "weight": row["weight"] * 2} for row in patients(60, seed=4, exams=1)]
        many = [row for row in rows for _ in range(int(row["weight"]))]
        weighted, plain = table_of(rows, weighted=True), table_of(many)
        drawn = [draw_confusions(t, replicates=9, rng=generator(1, "w")) for t in (weighted, plain)]
        for name in ("youden", "balanced_accuracy", "f1", "lr_positive", "lr_negative"):
            measure = getattr(classification, name)
            assert measure(weighted, level=0.9).value == pytest.approx(
                measure(plain, level=0.9).value
            )
        assert classification.mcc(weighted, drawn[0], level=0.9).value == pytest.approx(
            classification.mcc(plain, drawn[1], level=0.9).value
        )
        at = {"prevalence": 0.1, "level": 0.9}
        for measure in (classification.ppv_at, classification.npv_at):
            assert measure(weighted, drawn[0], **at).value == pytest.approx(
                measure(plain, drawn[1], **at).value
            )

    @pytest.mark.soak
    @pytest.mark.parametrize("name", ["sensitivity", "ppv", "accuracy", "f1", "lr_positive", "mcc"])
    def test_a_bootstrap_of_patients_agrees(self, name: str) -> None:
        """Half the interval is 1.96 standard deviations of 2,000 resamples, ± 10 %."""
        names = sorted({row["patient"] for row in self.rows})
        mine = {one: [row for row in self.rows if row["patient"] == one] for one in names}
        cells = np.array([_four(mine[one]) for one in names])
        rng = np.random.default_rng(5)

        def value(table: Confusion) -> float:
            if name == "mcc":
                draws = np.full((2, 4), 0.25)
                return float(classification.mcc(table, draws, level=0.95).value or 0)
            return float(getattr(classification, name)(table, level=0.95).value)

        drawn = []
        for _ in range(2000):
            tp, fp, fn, tn = cells[rng.integers(0, len(names), len(names))].sum(axis=0)
            drawn.append(value(Confusion(tp=int(tp), fp=int(fp), fn=int(fn), tn=int(tn))))
        draws = draw_confusions(self.table, replicates=4000, rng=generator(1, "soak"))
        found = (
            classification.mcc(self.table, draws, level=0.95)
            if name == "mcc"
            else getattr(classification, name)(self.table, level=0.95)
        )
        assert found.high is not None
        assert found.low is not None
        half = (found.high - found.low) / 2
        assert half == pytest.approx(1.96 * float(np.std(drawn)), rel=0.10)


def _four(rows: list[dict[str, Any]]) -> tuple[int, int, int, int]:
    """Return the four counts of one patient."""
    labels, flagged = masks(rows)
    return (
        int((labels & flagged).sum()), int((~labels & flagged).sum()),
        int((labels & ~flagged).sum()), int((~labels & ~flagged).sum()),
    )  # fmt: skip
