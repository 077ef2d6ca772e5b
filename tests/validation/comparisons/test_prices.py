"""Prices: net benefit and expected cost, paired."""

import numpy as np
import pytest

from tests.factories.tallies import comparators, make_protocol
from tests.validation.comparisons.rows import (
    BOTH,
    BY_PATIENT,
    LABELS,
    OURS,
    PATIENTS,
    PROTOCOL,
    ROWS,
    THEIRS,
    WEIGHTED,
    WEIGHTS,
    by_patient,
    differences,
    error_of,
    number,
    of_stratum,
    with_effects,
)
from validation.comparisons.paired import Comparison
from validation.protocols.shape import Columns, OperatingPoint, ScoreKind

SAVED = np.where(
    LABELS == 1,
    10.0 * ((OURS < 0.5).astype(int) - (THEIRS < 0.5)),
    1.0 * ((OURS >= 0.5).astype(int) - (THEIRS >= 0.5)),
)
GAINED = np.where(LABELS == 1, 1, -1) * ((OURS >= 0.5).astype(int) - (THEIRS >= 0.5))


def width(one: Comparison) -> float:
    """Return how wide an interval is."""
    return number(one.high) - number(one.low)


class TestNetBenefit:
    """The difference of the net benefits."""

    def test_by_hand(self) -> None:
        """At a threshold of one half a false alert costs what a hit is worth."""
        assert differences(ROWS)["net_benefit"].difference == pytest.approx(GAINED.mean())

    def test_by_patient_and_weight(self) -> None:
        """The weighted mean, its spread that of weighted sums over patients."""
        value = float(WEIGHTS @ GAINED) / WEIGHTS.sum()
        sums = by_patient(WEIGHTS * (GAINED - value) / WEIGHTS.sum())
        found = differences(ROWS, BOTH)["net_benefit"]
        assert found.difference == pytest.approx(value)
        assert error_of(found) == pytest.approx(np.sqrt((sums**2).sum()))
        assert found.method == "paired-mean-clustered-weighted"

    def test_a_stated_effect(self) -> None:
        """The largest of those of the rates and the prevalence, not that of the AUROC."""
        effects = {"sensitivity": 2.25, "specificity": 4.0, "auroc": 9.0}
        found = of_stratum(with_effects(effects))["net_benefit"]
        assert error_of(found) == pytest.approx(2 * error_of(differences(ROWS)["net_benefit"]))

    def test_ranks(self) -> None:
        """Ranks have no odds unless the protocol states them."""
        protocol = make_protocol(comparators=comparators(old=0.5), score_kind=ScoreKind.RANK)
        found = differences(ROWS, protocol)["net_benefit"]
        assert "scores are ranks" in str(found.undefined)
        assert "threshold_probability" in str(found.undefined)

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


class TestExpectedCost:
    """The difference of the expected costs."""

    def test_independent_exams(self) -> None:
        """The mean change, and an interval as wide as bootstrapped rows give, ± 10 %."""
        rng = np.random.default_rng(6)
        drawn = [rng.choice(SAVED, 300).mean() for _ in range(4000)]
        low, high = np.quantile(drawn, [0.025, 0.975])
        one = differences(ROWS)["expected_cost"]
        assert one.difference == pytest.approx(SAVED.mean())
        assert width(one) == pytest.approx(high - low, rel=0.1)
        assert one.method == "bootstrap-counts"

    def test_by_patient(self) -> None:
        """As wide as bootstrapped patients give, ± 10 %, where whole patients change alike."""
        mates = np.repeat(np.arange(75), 4)
        order = np.argsort(SAVED, kind="stable")
        rows = [{**ROWS[at], "patient": int(mate)} for at, mate in zip(order, mates, strict=True)]
        sums = by_patient(SAVED[order], mates)
        rng = np.random.default_rng(6)
        drawn = [rng.choice(sums, 75).mean() / 4 for _ in range(4000)]
        low, high = np.quantile(drawn, [0.025, 0.975])
        one, alone = (differences(rows, p)["expected_cost"] for p in (BY_PATIENT, PROTOCOL))
        assert width(one) == pytest.approx(high - low, rel=0.1)
        assert width(one) > 1.5 * width(alone)
        assert one.method == "bootstrap-counts-clustered"

    def test_by_weight(self) -> None:
        """The weighted mean, as wide as the spread of weighted sums says, ± 10 %."""
        value = float(WEIGHTS @ SAVED) / WEIGHTS.sum()
        error = np.sqrt(((WEIGHTS * (SAVED - value)) ** 2).sum()) / WEIGHTS.sum()
        one = differences(ROWS, WEIGHTED)["expected_cost"]
        assert one.difference == pytest.approx(value)
        assert width(one) / 2 / 1.96 == pytest.approx(error, rel=0.1)

    def test_no_costs(self) -> None:
        """No costs without costs."""
        found = differences(ROWS, make_protocol(costs=None, comparators=comparators(old=0.5)))
        assert found["expected_cost"].undefined == "the protocol declares no costs"

    def test_costs_that_differ(self) -> None:
        """Nor a difference where every exam has its own costs."""
        columns = Columns(cost_of_miss="cost_of_miss")
        protocol = make_protocol(comparators=comparators(old=0.5), columns=columns)
        found = differences(ROWS, protocol)["expected_cost"]
        assert "errors cost differently from exam to exam" in str(found.undefined)

    @pytest.mark.parametrize("columns", [Columns(), Columns(patient="patient")])
    def test_nothing_labelled(self, columns: Columns) -> None:
        """Without a label there is no cost either."""
        protocol = make_protocol(comparators=comparators(old=0.5), columns=columns)
        found = differences([{"label": None, "score": 0.9, "old": 0.1, "patient": 1}], protocol)
        assert found["expected_cost"].undefined == "no labelled exam"
        assert found["net_benefit"].undefined == "no labelled exam"


def test_patients_of_the_rows() -> None:
    """Some of them have several exams, or nothing above would show it."""
    assert np.bincount(PATIENTS).max() == 4
