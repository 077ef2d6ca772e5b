"""Rates: sensitivity and specificity, paired."""

import math

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.contingency_tables import mcnemar

from tests.factories.tallies import comparators, make_protocol
from tests.validation.comparisons.rows import (
    BOTH,
    BY_PATIENT,
    LABELS,
    OURS,
    PATIENTS,
    ROWS,
    THEIRS,
    WEIGHTED,
    WEIGHTS,
    Rows,
    by_patient,
    differences,
    number,
    of_stratum,
    with_effects,
)
from validation.intervals import paired_difference
from validation.protocols.shape import OperatingPoint

POSITIVE = LABELS == 1
CHANGE = np.where(POSITIVE, (OURS >= 0.5).astype(int) - (THEIRS >= 0.5), 0)


class TestRates:
    """Three hundred exams, both versions at 0.5."""

    @pytest.mark.parametrize(("metric", "label"), [("sensitivity", 1), ("specificity", 0)])
    def test_mcnemar_agrees(self, metric: str, label: int) -> None:
        """The exact test of statsmodels on the same two-by-two table."""
        right = (OURS[label == LABELS] >= 0.5) == label
        theirs = (THEIRS[label == LABELS] >= 0.5) == label
        table = [
            [int((right & theirs).sum()), int((right & ~theirs).sum())],
            [int((~right & theirs).sum()), int((~right & ~theirs).sum())],
        ]
        one = differences(ROWS)[metric]
        assert one.p == pytest.approx(mcnemar(table, exact=True).pvalue)
        assert one.difference == pytest.approx(right.mean() - theirs.mean())
        assert (one.low, one.high) == pytest.approx(
            paired_difference(*table[0], *table[1], level=0.95)
        )

    def test_mcnemar_over_patients(self) -> None:
        """The test divides the sum of differences by the root of the patients' squared sums."""
        expected = CHANGE.sum() / math.sqrt((by_patient(CHANGE) ** 2).sum())
        found = differences(ROWS, BY_PATIENT)["sensitivity"]
        assert found.z == pytest.approx(expected)
        assert found.p == pytest.approx(2 * norm.sf(abs(expected)))

    def test_what_patients_take_back(self) -> None:
        """Where each patient's changes cancel there is no spread and no difference: p is 1."""
        rows: Rows = [
            {"label": 1, "score": score, "old": 1 - score, "patient": patient}
            for patient in range(6)
            for score in (0.2, 0.8)
        ]
        found = differences(
            [*rows, {"label": 0, "score": 0.1, "old": 0.1, "patient": 9}], BY_PATIENT
        )
        assert (found["sensitivity"].z, found["sensitivity"].p) == (None, 1.0)
        assert found["sensitivity"].difference == 0

    def test_no_test_on_a_weighted_table(self) -> None:
        """McNemar counts exams: on a weighted table there is none, which is said."""
        one = differences(ROWS, WEIGHTED)["sensitivity"]
        assert (one.z, one.p) == (None, None)
        assert "McNemar's test counts discordant exams and is not defined" in str(one.note)
        assert differences(ROWS)["sensitivity"].note is None

    def test_weighted(self) -> None:
        """The weighted difference, in Newcombe's interval on its effective number of exams."""
        weights = WEIGHTS[POSITIVE]
        share, change = weights / weights.sum(), CHANGE[POSITIVE]
        value = float(share @ change)
        n, kish = share.size, 1 / float(share @ share)
        variance = float(share**2 @ (change - value) ** 2) * kish / (kish - 1) * (n - 1) / n
        size = float(share @ (change - value) ** 2) / variance
        ours, theirs = OURS[POSITIVE] >= 0.5, THEIRS[POSITIVE] >= 0.5
        table = [float(share[one].sum()) * size for one in (
            ours & theirs, ours & ~theirs, ~ours & theirs, ~ours & ~theirs
        )]  # fmt: skip
        found = differences(ROWS, WEIGHTED)["sensitivity"]
        assert found.difference == pytest.approx(value)
        assert (found.low, found.high) == pytest.approx(paired_difference(*table, level=0.95))
        assert (found.method, found.n) == ("newcombe-paired-weighted", n)

    def test_by_patient_and_weight(self) -> None:
        """The interval is about as wide as the spread over patients of weighted sums says."""
        weights = np.where(POSITIVE, WEIGHTS, 0.0)
        value = float(weights @ CHANGE) / weights.sum()
        sums = by_patient(weights * (CHANGE - value) / weights.sum(), PATIENTS)
        found = differences(ROWS, BOTH)["sensitivity"]
        width = number(found.high) - number(found.low)
        assert width / 2 / 1.96 == pytest.approx(math.sqrt((sums**2).sum()), rel=0.05)
        assert found.method == "newcombe-paired-clustered-weighted"

    def test_a_stated_effect(self) -> None:
        """An effect of four leaves a quarter of the exams, put right for being few, and half z."""
        n = int(POSITIVE.sum())
        size = n / 4 * (n / 4 - 1) / (n / 4) * n / (n - 1)
        ours, theirs = OURS[POSITIVE] >= 0.5, THEIRS[POSITIVE] >= 0.5
        table = [
            float(one.mean()) * size
            for one in (ours & theirs, ours & ~theirs, ~ours & theirs, ~ours & ~theirs)
        ]
        found = of_stratum(with_effects({"sensitivity": 4.0}))["sensitivity"]
        assert (found.low, found.high) == pytest.approx(paired_difference(*table, level=0.95))
        assert number(found.z) == pytest.approx(CHANGE.sum() / math.sqrt(4 * np.abs(CHANGE).sum()))

    def test_the_same_decisions(self) -> None:
        """Then nothing is discordant; the interval is as wide as the patients allow."""
        rows = [{**row, "old": row["score"]} for row in ROWS]
        alone, several = (differences(rows, one)["sensitivity"] for one in (WEIGHTED, BOTH))
        assert differences(rows)["sensitivity"].p == 1
        assert alone.difference == several.difference == 0
        assert number(several.high) > number(alone.high) > 0

    def test_no_threshold_of_theirs(self) -> None:
        """Then decisions cannot be compared, and this is said."""
        found = differences(ROWS, make_protocol(comparators=comparators(old=None)))
        assert found["sensitivity"].undefined == "the protocol gives the comparator no threshold"

    def test_no_threshold_of_ours(self) -> None:
        """Nor without an operating point."""
        protocol = make_protocol(operating_point=OperatingPoint(), comparators=comparators(old=0.5))
        found = differences(ROWS, protocol)
        assert found["specificity"].undefined == "the protocol declares no operating point"

    def test_nobody_of_a_class(self) -> None:
        """A class that is missing is named, by weight or not."""
        rows = [row for row in ROWS if row["label"] == 0]
        for protocol in (WEIGHTED, BY_PATIENT):
            assert differences(rows, protocol)["sensitivity"].undefined == "no positive exam"
