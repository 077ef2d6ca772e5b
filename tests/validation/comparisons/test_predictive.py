"""Predictive: ratios of predictive values, and Brier scores."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from tests.factories.tallies import comparators, make_protocol
from tests.validation.comparisons.rows import (
    BOTH,
    BY_PATIENT,
    FINE,
    LABELS,
    OURS,
    PATIENTS,
    PROTOCOL,
    ROWS,
    THEIRS,
    WEIGHTED,
    WEIGHTS,
    Rows,
    Z,
    by_patient,
    differences,
    error_of,
    number,
    of_stratum,
    with_effects,
)
from validation.protocols.shape import Protocol, ScoreKind
from validation.tallies.grids import COARSE

Exams = npt.NDArray[np.bool_]


def log_ratio(at: Exams, *, flagged: bool, weighted: bool) -> float:
    """Return the log of the ratio of two predictive values on some exams."""
    right, weights = LABELS[at] == flagged, WEIGHTS[at] if weighted else np.ones(int(at.sum()))
    said = [(scores[at] >= 0.5) == flagged for scores in (OURS, THEIRS)]
    ours, theirs = (np.average(right[one], weights=weights[one]) for one in said)
    return float(np.log(ours / theirs))


def jackknife(measure: Callable[[Exams], float], groups: npt.NDArray[np.int64]) -> float:
    """Return the variance of a number by leaving out one group of exams at a time."""
    values = [measure(groups != one) for one in np.unique(groups)]
    return float(np.var(values) * (len(values) - 1))


class TestRatio:
    """Ratios of predictive values."""

    @pytest.mark.parametrize(("metric", "flagged"), [("ppv_ratio", True), ("npv_ratio", False)])
    @pytest.mark.parametrize("protocol", [PROTOCOL, WEIGHTED, BY_PATIENT, BOTH])
    def test_by_jackknife(self, metric: str, flagged: bool, protocol: Protocol) -> None:  # a case
        """The log of the ratio spreads as leaving out one exam, or patient, at a time says."""
        weighted, columns = protocol.columns.weight is not None, protocol.columns
        groups = np.arange(300) if columns.patient is None else PATIENTS

        def measure(at: Exams) -> float:
            return log_ratio(at, flagged=flagged, weighted=weighted)

        one = differences(ROWS, protocol)[metric]
        assert one.difference == pytest.approx(math.exp(measure(groups >= 0)))
        error = (math.log(number(one.high)) - math.log(number(one.low))) / 2 / Z
        assert error**2 == pytest.approx(jackknife(measure, groups), rel=0.04)

    def test_whom_it_rests_on(self) -> None:
        """The exams that one of the two flags at least, or does not flag."""
        either = (OURS >= 0.5) | (THEIRS >= 0.5)
        neither = (OURS >= 0.5) & (THEIRS >= 0.5)
        found = differences(ROWS)
        assert found["ppv_ratio"].n == either.sum()
        assert found["npv_ratio"].n == 300 - neither.sum()

    def test_a_stated_effect(self) -> None:
        """An effect of four on the PPV doubles the log's standard error, that on the NPV not."""
        plain, found = differences(ROWS), of_stratum(with_effects({"ppv": 4.0, "npv": 1.0}))

        def error(metric: str, of: object) -> float:
            return math.log(number(of[metric].high)) - math.log(number(of[metric].low))  # type: ignore[index]

        assert error("ppv_ratio", found) == pytest.approx(2 * error("ppv_ratio", plain))
        assert error("npv_ratio", found) == pytest.approx(error("npv_ratio", plain))

    def test_no_hit(self) -> None:
        """Who flags no positive exam has no ratio, and is named."""
        protocol = make_protocol(comparators=comparators(old=2.0))
        found = differences(ROWS, protocol)["ppv_ratio"].undefined
        assert found == "the comparator flags no positive exam, so that there is no ratio"

    def test_no_clear(self) -> None:
        """Nor does who clears no negative."""
        rows = [{**row, "score": 0.9} for row in ROWS]
        found = differences(rows)["npv_ratio"].undefined
        assert found == "this version clears no negative exam, so that there is no ratio"

    def test_the_same_decisions(self) -> None:
        """Two that decide alike have no spread."""
        found = differences([{**row, "old": row["score"]} for row in ROWS])
        assert found["ppv_ratio"].undefined == "the difference has no spread"


class TestBrier:
    """Differences of Brier scores."""

    CHANGE = (OURS - LABELS) ** 2 - (THEIRS - LABELS) ** 2

    def test_independent_exams(self) -> None:
        """The mean change, with the spread of a mean."""
        one = differences(ROWS)["brier"]
        assert one.difference == pytest.approx(self.CHANGE.mean())
        assert one.z == pytest.approx(self.CHANGE.mean() / (self.CHANGE.std() / math.sqrt(300)))
        assert one.error_bound is None

    def test_by_patient_and_weight(self) -> None:
        """The weighted mean, its spread that of weighted sums over patients."""
        value = float(WEIGHTS @ self.CHANGE) / WEIGHTS.sum()
        sums = by_patient(WEIGHTS * (self.CHANGE - value) / WEIGHTS.sum())
        found = differences(ROWS, BOTH)["brier"]
        assert found.difference == pytest.approx(value)
        assert error_of(found) == pytest.approx(np.sqrt((sums**2).sum()))

    def test_merged_scores(self) -> None:
        """The exact difference lies within the bound, which is as fine as the cells."""
        exact, merged = differences(FINE)["brier"], differences(FINE, grid=COARSE)["brier"]
        bound = number(merged.error_bound)
        assert abs(number(exact.difference) - number(merged.difference)) <= bound
        assert 0 < bound < 1 / 256

    def test_merged_by_hand(self) -> None:
        """A score in the last cell lies between 255/256 and 1: its loss is told by half that."""
        rows: Rows = [
            {"label": 0, "score": 0.5, "old": 0.998, "n": 3},
            {"label": 0, "score": 0.25, "old": 0.998, "n": 3},
        ]
        found = differences(rows, grid=COARSE)["brier"]
        edge = (255 / 256) ** 2
        assert found.difference == pytest.approx((0.25 + 0.0625) / 2 - (edge + 1) / 2)
        assert found.error_bound == pytest.approx((1 - edge) / 2)

    def test_merged_by_weight(self) -> None:
        """Sums of scores carry the weights: with one weight for all nothing changes."""
        rows = [{**row, "weight": 3.0} for row in FINE]
        found = differences(rows, WEIGHTED, grid=COARSE)["brier"]
        expected = differences(FINE, grid=COARSE)["brier"]
        assert found.difference == pytest.approx(expected.difference, abs=1e-6)
        assert found.error_bound == pytest.approx(expected.error_bound)

    def test_ranks(self) -> None:
        """Ranks have none."""
        protocol = make_protocol(comparators=comparators(old=0.5), score_kind=ScoreKind.RANK)
        found = differences(ROWS, protocol)["brier"]
        assert found.undefined == "the scores are ranks, not probabilities"
