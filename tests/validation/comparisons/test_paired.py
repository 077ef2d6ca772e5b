"""Comparison: two versions on the same exams."""

import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import norm
from statsmodels.stats.contingency_tables import mcnemar

from tests.factories.tallies import comparators, make_protocol, make_tally
from validation.comparisons.paired import Comparison, compare, delong_paired
from validation.protocols.shape import OperatingPoint, Protocol, ScoreKind
from validation.strata import Strata

PROTOCOL = make_protocol(comparators=comparators(old=0.5))


def differences(
    rows: list[dict[str, object]], protocol: Protocol = PROTOCOL
) -> Mapping[str, Comparison]:
    """Return the differences by metric."""
    strata = Strata(make_tally(rows, protocol), protocol)
    stratum = strata.find(protocol.findings[0], None, {})
    assert stratum is not None
    return {one.metric: one for one in compare(stratum, protocol, protocol.comparators[0])}


RNG = np.random.default_rng(31)
LABELS = RNG.integers(0, 2, 300)
OURS = np.asarray(
    np.round(np.clip(0.4 * LABELS + RNG.normal(0.3, 0.2, 300), 0, 1), 2), dtype=np.float64
)
THEIRS = np.asarray(np.round(np.clip(OURS + RNG.normal(0, 0.2, 300), 0, 1), 2), dtype=np.float64)
ROWS: list[dict[str, object]] = [
    {"label": int(y), "score": float(a), "old": float(b)}
    for y, a, b in zip(LABELS, OURS, THEIRS, strict=True)
]


class TestDelongPaired:
    """The difference of two correlated AUROCs."""

    def test_proc_finds_the_same(self) -> None:
        """WFNS against S100B in the aneurysm data: Z = 2.209 and p = 0.02718, as pROC prints."""
        path = Path(__file__).parents[4] / "shared" / "data" / "more" / "asah.csv"
        if not path.exists():
            pytest.skip("pROC's aneurysm data are not there: asah.csv beside the repository")
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        first, second = (np.array([float(row[name]) for row in rows]) for name in ("wfns", "s100b"))
        poor = np.array([row["outcome"] == "Poor" for row in rows])
        value, variance = delong_paired(first, second, poor, np.ones(len(rows)))
        assert value / math.sqrt(variance) == pytest.approx(2.20898359144, abs=1e-10)
        assert 2 * norm.sf(value / math.sqrt(variance)) == pytest.approx(0.02718, abs=5e-6)

    def test_by_definition(self) -> None:
        """Over all pairs of exams with numpy, ties counting half."""
        gaps = []
        for scores in (OURS, THEIRS):
            positive, negative = scores[LABELS == 1], scores[LABELS == 0]
            wins = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
            gaps.append(wins)
        gap = gaps[0] - gaps[1]
        expected = gap.mean(axis=1).var(ddof=1) / gap.shape[0]
        expected += gap.mean(axis=0).var(ddof=1) / gap.shape[1]
        found = delong_paired(OURS, THEIRS, LABELS == 1, np.ones(300))
        assert found == pytest.approx((gap.mean(), expected), rel=1e-10)


class TestCompare:
    """Three hundred exams, both versions at 0.5."""

    found = differences(ROWS)

    def test_auroc(self) -> None:
        """Difference, z and p agree with one another and with the interval."""
        one = self.found["auroc"]
        value, variance = delong_paired(OURS, THEIRS, LABELS == 1, np.ones(300))
        assert one.difference == pytest.approx(value)
        assert one.z == pytest.approx(value / math.sqrt(variance))
        assert one.low == pytest.approx(value - 1.959963984540054 * math.sqrt(variance))

    @pytest.mark.parametrize(("metric", "label"), [("sensitivity", 1), ("specificity", 0)])
    def test_mcnemar_agrees(self, metric: str, label: int) -> None:
        """The exact test of statsmodels on the same two-by-two table."""
        right = (OURS[label == LABELS] >= 0.5) == label
        theirs = (THEIRS[label == LABELS] >= 0.5) == label
        table = [
            [int((right & theirs).sum()), int((right & ~theirs).sum())],
            [int((~right & theirs).sum()), int((~right & ~theirs).sum())],
        ]
        one = self.found[metric]
        assert one.p == pytest.approx(mcnemar(table, exact=True).pvalue)
        assert one.difference == pytest.approx(right.mean() - theirs.mean())

    def test_expected_cost(self) -> None:
        """The mean change of cost, and an interval as wide as bootstrapped rows give, ± 10 %."""
        cost = np.where(LABELS == 1, 10 * (OURS < 0.5), OURS >= 0.5)
        theirs = np.where(LABELS == 1, 10 * (THEIRS < 0.5), THEIRS >= 0.5)
        change = (cost - theirs).astype(float)
        rng = np.random.default_rng(6)
        drawn = [rng.choice(change, 300).mean() for _ in range(4000)]
        low, high = np.quantile(drawn, [0.025, 0.975])
        one = self.found["expected_cost"]
        assert one.difference == pytest.approx(change.mean())
        assert one.low is not None
        assert one.high is not None
        assert one.high - one.low == pytest.approx(high - low, rel=0.1)

    def test_only_exams_that_both_scored(self) -> None:
        """For the AUROC an exam that one of them left out is left out, and counted."""
        found = differences([*ROWS, {"label": 1, "score": 0.9, "old": None, "n": 4}])
        assert found["auroc"].left_out == 4
        assert found["auroc"].difference == self.found["auroc"].difference

    def test_as_deployed_a_missing_score_is_a_miss(self) -> None:
        """Four positives that the other version left unscored count for this one."""
        found = differences([*ROWS, {"label": 1, "score": 0.9, "old": None, "n": 4}])
        before, after = self.found["sensitivity"], found["sensitivity"]
        assert before.difference is not None
        assert after.difference is not None
        assert before.n is not None
        expected = (before.difference * before.n + 4) / (before.n + 4)
        assert after.difference == pytest.approx(expected)

    def test_unlabelled_exams_do_not_enter(self) -> None:
        """What has no label compares nothing."""
        found = differences([*ROWS, {"label": None, "score": 0.9, "old": 0.1, "n": 50}])
        assert found == self.found

    def test_the_same_scores(self) -> None:
        """A difference of exactly nothing has no spread, and is said not to."""
        rows = [{**row, "old": row["score"]} for row in ROWS]
        found = differences(rows)
        assert found["auroc"].difference is None
        assert found["auroc"].undefined is not None
        assert "no spread" in found["auroc"].undefined
        assert found["sensitivity"].p == 1

    def test_no_threshold_of_theirs(self) -> None:
        """Then decisions cannot be compared, and this is said."""
        found = differences(ROWS, make_protocol(comparators=comparators(old=None)))
        assert found["sensitivity"].undefined == "the protocol gives the comparator no threshold"

    def test_no_threshold_of_ours(self) -> None:
        """Nor without an operating point."""
        protocol = make_protocol(operating_point=OperatingPoint(), comparators=comparators(old=0.5))
        found = differences(ROWS, protocol)
        assert found["specificity"].undefined == "the protocol declares no operating point"

    def test_no_costs(self) -> None:
        """Nor costs without costs."""
        found = differences(ROWS, make_protocol(costs=None, comparators=comparators(old=0.5)))
        assert found["expected_cost"].undefined == "the protocol declares no costs"

    @pytest.mark.parametrize(("label", "word"), [(1, "negative"), (0, "positive")])
    def test_one_class(self, label: int, word: str) -> None:
        """A class that is missing is named."""
        metric = "specificity" if word == "negative" else "sensitivity"
        found = differences([row for row in ROWS if row["label"] == label])
        assert found[metric].undefined == f"no {word} exam"
        assert found["auroc"].undefined == f"no {word} exam has a score"

    def test_a_single_positive(self) -> None:
        """One exam has no spread."""
        rows = [row for row in ROWS if row["label"] == 0]
        found = differences([*rows, {"label": 1, "score": 0.6, "old": 0.7}])
        assert found["auroc"].undefined == "a single positive exam has no spread"

    def test_nothing_labelled(self) -> None:
        """Without a label there is no cost either."""
        found = differences([{"label": None, "score": 0.9, "old": 0.1}])
        assert found["expected_cost"].undefined == "no labelled exam"


def jackknife(measure: Callable[[npt.NDArray[np.int64]], float]) -> float:
    """Return the variance of a number by leaving out one exam at a time."""
    n = LABELS.size
    values = [measure(np.delete(np.arange(n), i)) for i in range(n)]
    return float(np.var(values) * (n - 1))


class TestPredictive:
    """Ratios of predictive values, and means of a change per exam."""

    found = differences(ROWS)

    @pytest.mark.parametrize(("metric", "flagged"), [("ppv_ratio", True), ("npv_ratio", False)])
    def test_ratio_by_jackknife(self, metric: str, flagged: bool) -> None:  # a case
        """The log of the ratio spreads as leaving out one exam at a time says."""

        def log_ratio(at: npt.NDArray[np.int64]) -> float:
            right = LABELS[at] == flagged
            values = [right[(s[at] >= 0.5) == flagged].mean() for s in (OURS, THEIRS)]
            return float(np.log(values[0] / values[1]))

        one = self.found[metric]
        assert one.difference == pytest.approx(math.exp(log_ratio(np.arange(300))))
        assert one.low is not None
        assert one.difference is not None
        error = (math.log(one.difference) - math.log(one.low)) / 1.959963984540054
        assert error**2 == pytest.approx(jackknife(log_ratio), rel=0.02)

    def test_brier(self) -> None:
        """The mean change, with the spread of a mean."""
        change = (OURS - LABELS) ** 2 - (THEIRS - LABELS) ** 2
        one = self.found["brier"]
        assert one.difference == pytest.approx(change.mean())
        assert one.z == pytest.approx(change.mean() / (change.std() / math.sqrt(300)))

    def test_net_benefit(self) -> None:
        """At a threshold of one half a false alert costs what a hit is worth."""
        worth = np.where(LABELS == 1, 1, -1)
        change = worth * ((OURS >= 0.5).astype(int) - (THEIRS >= 0.5))
        assert self.found["net_benefit"].difference == pytest.approx(change.mean())

    def test_ranks(self) -> None:
        """Ranks have no Brier score, and no odds unless the protocol states them."""
        protocol = make_protocol(comparators=comparators(old=0.5), score_kind=ScoreKind.RANK)
        found = differences(ROWS, protocol)
        assert found["brier"].undefined == "the scores are ranks, not probabilities"
        assert "scores are ranks" in str(found["net_benefit"].undefined)
        assert "threshold_probability" in str(found["net_benefit"].undefined)

    def test_stated_odds(self) -> None:
        """At a stated risk of 1 in 5 a false alert costs a quarter of a hit, even of ranks."""
        point = OperatingPoint(threshold=0.5, threshold_probability=0.2)
        protocol = make_protocol(
            operating_point=point,
            comparators=comparators(old=0.5),
            score_kind=ScoreKind.RANK,
        )
        change = np.where(LABELS == 1, 1, -0.25) * ((OURS >= 0.5).astype(int) - (THEIRS >= 0.5))
        found = differences(ROWS, protocol)["net_benefit"]
        assert found.difference == pytest.approx(change.mean())

    def test_a_threshold_of_one(self) -> None:
        """A threshold of 1 prices nothing."""
        point = OperatingPoint(threshold=1.0)
        protocol = make_protocol(operating_point=point, comparators=comparators(old=0.5))
        assert "not a probability" in str(differences(ROWS, protocol)["net_benefit"].undefined)

    def test_no_hit(self) -> None:
        """Who flags no positive exam has no ratio, and is named."""
        protocol = make_protocol(comparators=comparators(old=2.0))
        found = differences(ROWS, protocol)["ppv_ratio"].undefined
        assert found == "the comparator flags no positive exam, so that there is no ratio"

    def test_the_same_decisions(self) -> None:
        """Two that decide alike have no spread."""
        found = differences([{**row, "old": row["score"]} for row in ROWS])
        assert found["ppv_ratio"].undefined == "the difference has no spread"


class TestPatients:
    """Several exams of one patient."""

    protocol = make_protocol(
        comparators=comparators(old=0.5), columns=replace(PROTOCOL.columns, patient="patient")
    )

    def test_everything_twice(self) -> None:
        """Every exam twice within its patient tells what it tells once."""
        one = differences([{**row, "patient": i} for i, row in enumerate(ROWS)], self.protocol)
        two = differences(
            [{**row, "patient": i} for i, row in enumerate(ROWS * 2) for i in [i % 300]],
            self.protocol,
        )
        for metric in ("auroc", "sensitivity", "specificity", "ppv_ratio", "brier"):
            assert str(two[metric].method).endswith("-clustered")
            assert two[metric].low == pytest.approx(one[metric].low, abs=5e-4)

    def test_mcnemar_over_patients(self) -> None:
        """The test divides the sum of differences by the root of the patients' squared sums."""
        rows = [{**row, "patient": i // 3} for i, row in enumerate(ROWS)]
        gain = ((OURS >= 0.5).astype(int) - (THEIRS >= 0.5)) * (LABELS == 1)
        per_patient = gain.reshape(-1, 3).sum(axis=1)
        expected = gain.sum() / math.sqrt((per_patient**2).sum())
        assert differences(rows, self.protocol)["sensitivity"].z == pytest.approx(expected)

    def test_weights_do_not_enter(self) -> None:
        """Every exam counts as one, though the pairs carry the weights of theirs."""
        rows = [{**row, "patient": i // 3, "weight": 2.0} for i, row in enumerate(ROWS)]
        weighted = replace(self.protocol, columns=replace(self.protocol.columns, weight="weight"))
        one, two = (differences(rows, protocol) for protocol in (self.protocol, weighted))
        assert two["auroc"].low == pytest.approx(one["auroc"].low)
