"""Tests of what decisions cost where errors about different exams cost differently."""

from typing import Any

import pytest

from tests.factories.protocols import PLAIN
from tests.factories.tallies import COSTS, make_protocol, make_tally
from validation.comparisons.paired import compare
from validation.curves import draw
from validation.errors import ProtocolError
from validation.estimates import Estimate
from validation.exam_costs import DIFFER
from validation.measures import among_prevalences, measure_one
from validation.protocols import read
from validation.protocols.shape import Columns, Comparator, Costs, OperatingPoint
from validation.strata import Strata, Stratum

ROWS: list[dict[str, Any]] = [
    {"label": 1, "score": 0.9, "severity": "grave", "cost_of_miss": 50.0},  # found
    {"label": 1, "score": 0.2, "severity": "grave", "cost_of_miss": 40.0},  # missed
    {"label": 1, "score": 0.3, "severity": "slight", "cost_of_miss": 4.0},  # missed
    {"label": 1, "score": None, "severity": "slight", "cost_of_miss": 6.0},  # missed, as deployed
    {"label": 0, "score": 0.6, "cost_of_alarm": 2.0},  # a false alarm
    {"label": 0, "score": 0.1, "cost_of_alarm": 3.0},
    {"label": 0, "score": 0.1, "cost_of_alarm": 5.0},
]
PRICES = {"grave": 20.0, "slight": 2.0}
BY_SEVERITY = Costs(false_negative=10.0, false_positive=1.0, by_severity=PRICES)


def stratum_of(
    columns: Columns, costs: Costs | None = COSTS, rows: list[dict[str, Any]] = ROWS, **by: str
) -> tuple[Stratum, Any]:
    """Return a stratum of some rows, and the protocol."""
    protocol = make_protocol(columns=columns, costs=costs)
    found = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, by)
    assert found is not None
    return found, protocol


def cost(columns: Columns, costs: Costs | None = COSTS, **more: Any) -> Estimate:  # noqa: ANN401
    """Return the expected cost."""
    stratum, protocol = stratum_of(columns, costs, **more)
    return measure_one("expected_cost", stratum, protocol, level=0.95)


class TestExpectedCost:
    """`expected_cost`."""

    def test_of_the_rows_own_costs(self) -> None:
        """Missed are 40, 4 and the unscored 6; the alarm costs 2: 52 over seven exams."""
        found = cost(Columns(cost_of_miss="cost_of_miss", cost_of_alarm="cost_of_alarm"))
        assert found.value == pytest.approx(52 / 7)
        assert found.among_scored is not None
        assert found.among_scored.value == pytest.approx(46 / 6)

    def test_interval_is_that_of_a_mean(self) -> None:
        """Costs of 0, 40, 4, 6, 2, 0, 0 have a standard deviation of 14.5471 and n is 7."""
        found = cost(Columns(cost_of_miss="cost_of_miss", cost_of_alarm="cost_of_alarm"))
        assert found.low == 0.0  # the mean less 1.96 errors lies below
        assert found.high == pytest.approx(52 / 7 + 1.959964 * 14.547132 / 7**0.5, rel=1e-6)
        assert (found.method, found.n, found.events) == ("mean-of-exams", 7, 4)

    def test_one_of_the_two_costs(self) -> None:
        """Rows price alarms alone: three misses at the protocol's 10, the alarm at 2."""
        assert cost(Columns(cost_of_alarm="cost_of_alarm")).value == pytest.approx(32 / 7)

    def test_needs_a_threshold(self) -> None:
        """Without decisions nothing costs anything."""
        columns = Columns(cost_of_miss="cost_of_miss")
        protocol = make_protocol(columns=columns, operating_point=OperatingPoint())
        found = Strata(make_tally(ROWS, protocol), protocol).find(protocol.findings[0], None, {})
        assert found is not None
        estimate = measure_one("expected_cost", found, protocol, level=0.95)
        assert estimate.undefined == "the protocol declares no operating point"

    def test_by_severity(self) -> None:
        """One grave miss at 20, two slight ones at 2, one alarm at 1: 25 over seven."""
        assert cost(Columns(severity="severity"), BY_SEVERITY).value == pytest.approx(25 / 7)

    def test_within_a_severity(self) -> None:
        """The two grave positives and all negatives: 20 and 1 over five."""
        found = cost(Columns(severity="severity"), BY_SEVERITY, severity="grave")
        assert found.value == pytest.approx(21 / 5)

    def test_without_a_price(self) -> None:
        """A level that nobody priced leaves the cost undefined, naming it."""
        costs = Costs(false_negative=10.0, false_positive=1.0, by_severity={"grave": 20.0})
        found = cost(Columns(severity="severity"), costs)
        assert found.undefined == "no price is declared for severity “slight”"

    def test_weights_count(self) -> None:
        """A row of weight 3 counts as three rows would."""
        rows = [{**row, "weight": 3.0 if row["score"] == 0.2 else 1.0} for row in ROWS]
        columns = Columns(
            cost_of_miss="cost_of_miss", cost_of_alarm="cost_of_alarm", weight="weight"
        )
        found = cost(columns, rows=rows)
        assert found.value == pytest.approx((3 * 40 + 4 + 6 + 2) / 9, rel=1e-5)
        assert found.method == "mean-of-exams-weighted"

    def test_patients_widen_it(self) -> None:
        """The same exams of half as many patients are known less well."""
        rows = [{**row, "patient": f"p{place}"} for place, row in enumerate(ROWS * 20)]
        twice = [{**row, "patient": f"p{place % 70}"} for place, row in enumerate(ROWS * 20)]
        columns = Columns(
            cost_of_miss="cost_of_miss", cost_of_alarm="cost_of_alarm", patient="patient"
        )
        alone, together = cost(columns, rows=rows), cost(columns, rows=twice)
        assert together.value == pytest.approx(alone.value)
        assert alone.high is not None
        assert together.high is not None
        assert together.high > alone.high

    @pytest.mark.parametrize("label", [0, 1])
    def test_needs_both_classes(self, label: int) -> None:
        """Without exams of a class there is no expected cost."""
        rows = [row for row in ROWS if row["label"] == label]
        found = cost(Columns(cost_of_miss="cost_of_miss", cost_of_alarm="cost_of_alarm"), rows=rows)
        assert found.undefined == f"no {'negative' if label else 'positive'} exam"

    def test_needs_costs(self) -> None:
        """Without a unit and prices of right decisions nothing is reckoned."""
        found = cost(Columns(cost_of_miss="cost_of_miss"), None)
        assert found.undefined == "the protocol declares no costs"


class TestUndefined:
    """What is a function of two error rates is not there where costs differ."""

    COLUMNS = Columns(cost_of_miss="cost_of_miss", cost_of_alarm="cost_of_alarm")

    @pytest.mark.parametrize(
        "key",
        ["normalized_expected_cost", "cost_against_default", "expected_cost_at_prevalence",
         "normalized_expected_cost_at_prevalence", "cost_optimal_threshold"],
    )  # fmt: skip
    def test_metric(self, key: str) -> None:
        """It says why."""
        stratum, protocol = stratum_of(self.COLUMNS)
        assert measure_one(key, stratum, protocol, level=0.95).undefined == DIFFER

    def test_elsewhere(self) -> None:
        """Nor is the cost at another prevalence, so that a criterion on it stays open."""
        stratum, protocol = stratum_of(self.COLUMNS)
        found = among_prevalences("expected_cost", stratum, protocol, {"here": 0.1}, level=0.95)
        assert found["here"].undefined == DIFFER

    def test_curve(self) -> None:
        """Nor the curve of costs."""
        curves = draw(*stratum_of(self.COLUMNS))
        assert (curves.cost, curves.undefined["cost"]) == ((), DIFFER)

    def test_comparison(self) -> None:
        """Nor the difference from a comparator."""
        comparator = Comparator(name="old", score="old", threshold=0.5)
        protocol = make_protocol(columns=self.COLUMNS, comparators=(comparator,))
        rows = [{**row, "old": 0.4} for row in ROWS]
        found = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, {})
        assert found is not None
        entries = {one.metric: one for one in compare(found, protocol, comparator)}
        assert entries["expected_cost"].undefined == DIFFER


class TestReading:
    """Prices that could not be used are refused when the protocol is read."""

    COSTS = "[costs]\nfalse_negative = 2.0\nfalse_positive = 1.0\n"
    PRICED = "[costs.by_severity]\ngrave = 5.0\n"

    @pytest.mark.parametrize(
        ("text", "at", "words"),
        [
            (COSTS + PRICED, "costs.by_severity", "no column says how grave"),
            ('[columns]\ncost_of_miss = "m"\n', "columns.cost_of_miss", "in which unit"),
            ('[columns]\ncost_of_alarm = "m"\n', "columns.cost_of_alarm", "in which unit"),
            (COSTS + PRICED + '[columns]\ncost_of_miss = "m"\nseverity = "s"\n',
             "costs.by_severity", "two prices"),
        ],
    )  # fmt: skip
    def test_refusal(self, text: str, at: str, words: str) -> None:
        """The place and what is wrong."""
        with pytest.raises(ProtocolError, match=words) as caught:
            read(PLAIN + text)
        assert caught.value.at == at
