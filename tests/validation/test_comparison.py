"""Comparison: two versions on the same exams."""

import csv
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.contingency_tables import mcnemar

from tests.factories.tallies import comparators, make_protocol, make_tally
from validation.comparison import Comparison, compare, delong_paired
from validation.protocols.shape import OperatingPoint, Protocol
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
        path = Path(__file__).parents[3] / "shared" / "data" / "more" / "asah.csv"
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
