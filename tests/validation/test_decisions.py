"""Tests of whether the threshold in use is the one that the costs ask for."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.factories.patients import by_patient, patients
from tests.factories.tallies import COSTS, make_protocol, make_tally
from validation.assessment import assess
from validation.decisions import Decision, caution, decision, price_caution
from validation.protocols.shape import Columns, Costs, OperatingPoint, ScoreKind
from validation.strata import Strata

# Of ten positives one scores 0.2, two 0.4, seven 0.8; of ten negatives six 0.1, three 0.4, one 0.8.
ROWS: list[dict[str, Any]] = [
    {"label": 1, "score": 0.2, "n": 1}, {"label": 1, "score": 0.4, "n": 2},
    {"label": 1, "score": 0.8, "n": 7}, {"label": 0, "score": 0.1, "n": 6},
    {"label": 0, "score": 0.4, "n": 3}, {"label": 0, "score": 0.8, "n": 1},
]  # fmt: skip


def weighed(threshold: float | None = 0.8, rows: Any = ROWS, **changes: Any) -> Decision:  # noqa: ANN401
    """Return the decision about some rows at a threshold."""
    changes = {"columns": Columns()} | changes
    protocol = make_protocol(operating_point=OperatingPoint(threshold=threshold), **changes)
    found = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, {})
    assert found is not None
    return decision(found, protocol)


class TestDecision:
    """`decision`."""

    def test_costs(self) -> None:
        """At 0.8 three are missed at 10 and one is an alarm at 1: 31 of 20; from 0.2 on 4 of 20."""
        found = weighed()
        assert found.cost_in_use == pytest.approx(31 / 20)
        assert found.cost_optimal_threshold == 0.2
        assert found.cost_at_optimum == pytest.approx(4 / 20)

    def test_balance_and_ratio(self) -> None:
        """A miss is worth ten alarms, so that they balance at a risk of 1 in 11."""
        found = weighed()
        assert found.balance == pytest.approx(1 / 11)
        assert found.ratio == 10.0

    def test_right_decisions_count(self) -> None:
        """What right decisions cost is taken off: 10 - 2 against 2 - 1."""
        costs = Costs(false_negative=10, false_positive=2, true_positive=2, true_negative=1)
        assert weighed(costs=costs).ratio == 8.0

    def test_where_better_than_defaults(self) -> None:
        """FP/TP = 1/7 false alarms a miss, to TN/FN = 9/3."""
        found = weighed()
        assert found.ratio_low == pytest.approx(1 / 7)
        assert found.ratio_high == 3.0

    def test_where_cheapest_of_all(self) -> None:
        """Nobody: from 1/7 on; 0.4: up to 3/2; 0.2: up to 3/3; 0.1: up to 9/3. So 1/7 to 1."""
        found = weighed()
        assert found.optimal_low == pytest.approx(1 / 7)
        assert found.optimal_high == 1.0

    def test_nowhere_cheapest(self) -> None:
        """From 0.15 on flags whom 0.2 flags; from 0.1 on flags six more for nothing."""
        assert weighed(0.15).optimal_low == pytest.approx(1.0)
        found = weighed(0.1)
        assert (found.optimal_low, found.optimal_high) == (None, None)

    def test_dominated_between_two(self) -> None:
        """At 0.4 one is missed and four alarm: dearer than 0.2 above 0, than 0.8 below 3/2."""
        found = weighed(0.4)
        assert (found.optimal_low, found.optimal_high) == (None, None)

    def test_no_end_where_nothing_is_missed(self) -> None:
        """However much a miss is worth, a threshold without misses holds."""
        found = weighed(0.2)
        assert (found.ratio_high, found.optimal_high) == (None, None)
        assert found.optimal_low == pytest.approx(1.0)

    def test_nobody_is_flagged(self) -> None:
        """A threshold above all scores is never better than flagging nobody."""
        found = weighed(0.9)
        assert (found.ratio_low, found.ratio_high) == (None, None)

    def test_optimism_is_what_choosing_flatters(self) -> None:
        """Chosen among noise, a threshold looks cheaper than it is; more exams, less so."""
        few, many = weighed(rows=ROWS), weighed(rows=[{**r, "n": r["n"] * 100} for r in ROWS])
        assert few.optimism is not None
        assert many.optimism is not None
        assert few.optimism > abs(many.optimism)

    def test_odds_of_the_score_threshold(self) -> None:
        """A probability prices net benefit unless another is stated, and it is said which."""
        found = weighed()
        assert (found.threshold_probability, found.odds_from) == (0.8, "score threshold")

    def test_ranks_have_no_odds(self) -> None:
        """Costs balance at a risk whatever scores are; a rank is none."""
        found = weighed(score_kind=ScoreKind.RANK)
        assert found.balance == pytest.approx(1 / 11)
        assert (found.threshold_probability, found.odds_from) == (None, None)

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"costs": None}, "the protocol declares no costs"),
            ({"threshold": None}, "the protocol declares no operating point"),
            ({"rows": [row for row in ROWS if row["label"]]}, "no negative exam has a score"),
            ({"costs": replace(COSTS, by_severity={"grave": 1.0})}, "differently from exam"),
        ],
    )
    def test_undefined(self, changes: dict[str, Any], reason: str) -> None:
        """What is missing is said."""
        found = weighed(**changes)
        assert reason in str(found.undefined)
        assert found.cost_in_use is None


class TestOptimism:
    """How much the search flatters, where patients repeat and exams weigh."""

    def optimism(self, rows: Any, **columns: Any) -> float:  # noqa: ANN401
        """Return it, at the costs of the factory."""
        protocol = make_protocol(columns=Columns(**columns))
        found = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, {})
        assert found is not None
        flattered = decision(found, protocol).optimism
        assert flattered is not None
        return flattered

    def test_as_a_bootstrap_of_patients(self) -> None:
        """As drawing whole patients anew, four thousand times, on the rows."""
        rows = patients(80, seed=5, exams=5, spread=1.5, ties=1)
        scores, labels = (np.array([r[k] for r in rows]) for k in ("score", "label"))
        cuts = np.append(np.unique(scores), 2.0)
        missed, alarms = scores[:, None] < cuts, scores[:, None] >= cuts
        cost = np.where(labels[:, None] == 1, 10 * missed, 1 * alarms)
        of_patient = np.array([by_patient(rows, one) for one in cost.T])
        exams = by_patient(rows, np.ones(len(rows)))
        drawn = np.random.default_rng(1).multinomial(
            exams.size, np.full(exams.size, 1 / exams.size), size=4000
        )
        apparent = drawn @ of_patient.T / (drawn @ exams)[:, None]
        true, chosen = of_patient.sum(axis=1) / exams.sum(), apparent.argmin(axis=1)
        expected = float((true[chosen] - apparent[np.arange(4000), chosen]).mean())
        error = float((true[chosen] - apparent[np.arange(4000), chosen]).std()) / math.sqrt(200)
        found = self.optimism(rows, patient="patient")
        assert found == pytest.approx(expected, abs=3 * error)
        assert expected > 2 * error

    def test_copies_of_exams_tell_nothing(self) -> None:
        """Nine copies of each exam, of one patient, flatter as much as the exams alone."""
        rows = patients(120, seed=6, exams=1)
        copies = [{**row, "patient": f"p{i}", "n": 9} for i, row in enumerate(rows)]
        alone, known = self.optimism(rows), self.optimism(copies, patient="patient")
        assert known > 2 * self.optimism(copies)
        assert known == pytest.approx(alone, rel=0.3)

    def test_a_patient_each(self) -> None:
        """Where every exam is of another patient it is that of independent exams."""
        rows = [{**row, "n": 1} for row in ROWS for _ in range(row["n"])]
        each = [{**row, "patient": f"p{i}"} for i, row in enumerate(rows)]
        assert self.optimism(each, patient="patient") == self.optimism(rows)

    def test_the_unit_of_weights_is_free(self) -> None:
        """Whether all exams weigh 1 or 8 changes nothing; one that weighs more tells less."""
        one, eight = ([{**row, "weight": w} for row in ROWS] for w in (1.0, 8.0))
        uneven = [
            {**row, "n": 1, "weight": 4.0 if i % 4 == 0 else 0.25}
            for row in ROWS
            for i in range(row["n"])
        ]
        found = self.optimism(one, weight="weight")
        assert self.optimism(eight, weight="weight") == pytest.approx(found)
        assert self.optimism(uneven, weight="weight") > found

    def test_stated_effects_widen(self) -> None:
        """Where sites only state that exams tell a ninth as much, it flatters about as few."""
        rows = patients(120, seed=6, exams=1)
        many = [{**row, "n": 9} for row in rows]
        protocol = make_protocol(columns=Columns())
        tally = make_tally(many, protocol)
        told = replace(tally, effects={("", "", ()): {"sensitivity": 9.0, "specificity": 9.0}})
        strata = [Strata(one, protocol) for one in (told, make_tally(rows, protocol), tally)]
        found = []
        for one in strata:
            stratum = one.find(protocol.findings[0], None, {})
            assert stratum is not None
            found.append(decision(stratum, protocol))
        stated, few, plain = (one.optimism or 0.0 for one in found)
        assert stated > 2 * plain
        assert stated == pytest.approx(few, rel=0.3)
        assert (found[0].high or 0) - (found[0].low or 0) >= (found[2].high or 0) - (
            found[2].low or 0
        )

    def test_weights_price_the_range(self) -> None:
        """Weights count in the ratios as repeated exams do."""
        weighted = [{**row, "weight": float(i + 1)} for i, row in enumerate(ROWS)]
        repeated = [{**row, "n": row["n"] * (i + 1)} for i, row in enumerate(ROWS)]
        one, other = (
            weighed(rows=weighted, columns=Columns(weight="weight")),
            weighed(rows=repeated),
        )
        for name in ("ratio_low", "ratio_high", "optimal_low", "optimal_high", "cost_in_use"):
            assert getattr(one, name) == pytest.approx(getattr(other, name))


class TestPriceCaution:
    """`price_caution`."""

    def said(self, **changes: Any) -> str | None:  # noqa: ANN401
        """Return what is said at a score threshold of 0.8 and costs that balance at 1 in 11."""
        point = OperatingPoint(threshold=0.8, **changes)
        protocol = make_protocol(columns=Columns(), operating_point=point)
        found = Strata(make_tally(ROWS, protocol), protocol).find(protocol.findings[0], None, {})
        assert found is not None
        return price_caution(decision(found, protocol))

    def test_other_prices(self) -> None:
        """A stated risk of one half is not one in eleven."""
        assert self.said(threshold_probability=0.5) == (
            "Net benefit and costs price errors differently: the stated threshold probability is "
            "0.5, and by the costs a miss and a false alarm balance at a risk of 0.0909."
        )

    def test_the_same_prices(self) -> None:
        """0.09 is one in eleven as people write it."""
        assert self.said(threshold_probability=0.09) is None

    def test_unstated(self) -> None:
        """A score threshold is no statement about prices: `caution` speaks of it."""
        assert self.said() is None

    def test_in_the_assessment(self) -> None:
        """It stands among the warnings, once."""
        point = OperatingPoint(threshold=0.8, threshold_probability=0.5)
        protocol = make_protocol(columns=Columns(), operating_point=point)
        found = assess(make_tally(ROWS, protocol), protocol)
        assert sum("price errors differently" in warning for warning in found.warnings) == 1


class TestCaution:
    """`caution`."""

    def test_other_threshold(self) -> None:
        """Many exams leave no doubt that 0.8 is too high at these prices."""
        found = weighed(rows=[{**row, "n": row["n"] * 100} for row in ROWS])
        said = caution(found)
        assert said is not None
        assert said.startswith("The costs ask for another threshold than the one in use: flagging ")
        assert "from 0.2 on" in said
        assert "less per exam" in said

    def test_none_where_it_fits(self) -> None:
        """The threshold that is cheapest needs no word, nor does one without figures."""
        assert caution(weighed(0.2, rows=[{**row, "n": row["n"] * 100} for row in ROWS])) is None
        assert caution(weighed(costs=None)) is None

    def test_no_more_than_chance(self) -> None:
        """What choosing flatters is taken off what would have been saved."""
        found = Decision(
            finding="effusion", partition=None, threshold=0.5, cost_optimal_threshold=0.3,
            low=0.2, high=0.4, cost_in_use=1.0, cost_at_optimum=0.9, optimism=0.2,
        )  # fmt: skip
        said = caution(found)
        assert said is not None
        assert "(effusion)" in said
        assert said.endswith("would have cost no less than chance explains.")

    def test_in_the_assessment(self) -> None:
        """It stands among the warnings, once, and the decisions beside."""
        protocol = make_protocol(columns=Columns(), operating_point=OperatingPoint(threshold=0.8))
        rows = [{**row, "n": row["n"] * 100} for row in ROWS]
        found = assess(make_tally(rows, protocol), protocol)
        assert len(found.decisions) == 1
        assert sum("another threshold" in warning for warning in found.warnings) == 1
