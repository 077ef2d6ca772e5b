"""Curves: what a figure draws."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from tests.factories.tallies import counts_of, make_protocol, make_tally, score_counts
from validation.curves import Curves, calibration_points, draw, roc_points
from validation.protocols.shape import OperatingPoint, Protocol, ScoreKind
from validation.strata import Strata

RNG = np.random.default_rng(41)
LABELS = RNG.integers(0, 2, 3000)
SCORES = np.clip(0.2 * LABELS + RNG.normal(0.4, 0.2, 3000), 0.001, 0.999)
ROWS = [
    {"label": 1, "score": 0.4, "n": 9},
    {"label": 0, "score": 0.4, "n": 31},
    {"label": 1, "score": 0.05, "n": 1},
    {"label": 0, "score": 0.05, "n": 59},
]


def curves(rows: list[dict[str, Any]], protocol: Protocol) -> Curves:
    """Return the curves of all the rows."""
    strata = Strata(make_tally(rows, protocol), protocol)
    stratum = strata.find(protocol.findings[0], None, {})
    assert stratum is not None
    return draw(stratum, protocol)


class TestRocPoints:
    """The ROC curve."""

    def test_hand_worked(self) -> None:
        """From nobody flagged to everybody, one point per score."""
        found = roc_points(score_counts((0.2, 1, 3), (0.8, 3, 1)))
        assert [(p.threshold, p.sensitivity, p.false_positive_rate) for p in found] == [
            (None, 0, 0),
            (0.8, 0.75, 0.25),
            (0.2, 1, 1),
        ]

    def test_it_is_bounded_and_true(self) -> None:
        """Three thousand scores give at most 201 points, and their area hardly differs."""
        found = roc_points(counts_of(LABELS, SCORES))
        area = np.trapezoid([p.sensitivity for p in found], [p.false_positive_rate for p in found])
        assert len(found) <= 201
        assert (found[-1].sensitivity, found[-1].false_positive_rate) == (1, 1)
        assert area == pytest.approx(roc_auc_score(LABELS, SCORES), abs=2e-3)


class TestCalibrationPoints:
    """Observed against predicted risk."""

    def test_hand_worked(self) -> None:
        """Forty exams at 0.4 with nine positives, and Wilson's interval."""
        found = calibration_points(score_counts((0.05, 1, 59), (0.4, 9, 31)), level=0.95)
        last = found[-1]
        assert (last.predicted, last.observed, last.n) == pytest.approx((0.4, 9 / 40, 40))
        expected = proportion_confint(9, 40, method="wilson")
        assert (last.low, last.high) == pytest.approx(expected)

    def test_tenths(self) -> None:
        """Ten points of three hundred exams each."""
        found = calibration_points(counts_of(LABELS, SCORES), level=0.95)
        assert [point.n for point in found] == [300] * 10


class TestDraw:
    """All curves of a hundred exams."""

    found = curves(ROWS, make_protocol(thresholds=(0.125, 0.2)))

    def test_decision_curve(self) -> None:
        """At 0.2: 9/100 - 31/100/4; flagging everybody 10/100 - 90/100/4."""
        point = next(p for p in self.found.decision if p.threshold == 0.2)
        assert point.net_benefit == pytest.approx(0.0125)
        assert point.treat_all == pytest.approx(-0.125)
        assert point.treat_none == 0
        assert point.interventions_avoided == pytest.approx(0.55)

    def test_cost_curve(self) -> None:
        """At 0.2 one miss and 31 alerts: 41 over 100 exams."""
        point = next(p for p in self.found.cost if p.threshold == 0.2)
        assert point.expected_cost == pytest.approx(0.41)

    def test_the_protocols_thresholds_are_there(self) -> None:
        """Beside the fixed grid, in order, once each."""
        thresholds = [p.threshold for p in self.found.decision]
        assert 0.125 in thresholds
        assert thresholds == sorted(set(thresholds))

    def test_thresholds_beyond_probability(self) -> None:
        """Where no odds exist there is a cost and no net benefit."""
        found = curves(ROWS, make_protocol(thresholds=(0.0, 1.0)))
        assert {p.threshold for p in found.cost} - {p.threshold for p in found.decision} == {0, 1}

    def test_ranks(self) -> None:
        """Ranks have a ROC curve, and a reason instead of the others."""
        found = curves(ROWS, make_protocol(score_kind=ScoreKind.RANK))
        assert found.roc
        assert set(found.undefined) == {"calibration", "calibration_smooth", "decision", "cost"}

    def test_the_flexible_calibration_curve(self) -> None:
        """Evenly from the lowest to the highest score; through the two observed risks."""
        found = self.found.calibration_smooth
        assert len(found) == 41
        assert (found[0].predicted, found[-1].predicted) == (0.05, 0.4)
        assert (found[0].observed, found[-1].observed) == pytest.approx((1 / 60, 9 / 40))
        assert all(one.low < one.observed < one.high for one in found)

    def test_no_flexible_curve(self) -> None:
        """Where the scores separate the classes it is said why there is none."""
        found = curves([ROWS[0], ROWS[3]], make_protocol())
        assert "separate" in found.undefined["calibration_smooth"]
        assert found.calibration

    def test_normalised_cost_curve(self) -> None:
        """Where misses weigh 0.4: at 0.5 nobody is flagged; from 0.4 on 0.1 · 0.4 + 31/90 · 0.6."""
        point = self.found.cost_curve[20]
        assert point.probability_cost == pytest.approx(0.4)
        assert point.model == pytest.approx(0.4)
        assert point.lowest == pytest.approx(0.04 + 31 / 90 * 0.6)
        assert (point.treat_all, point.treat_none) == pytest.approx((0.6, 0.4))

    def test_cost_curve_of_unscored_exams(self) -> None:
        """Flagged by the fail-safe, ten more negatives are ten false alarms in a hundred."""
        unscored = {"label": 0, "score": None, "n": 10}
        point = OperatingPoint(threshold=0.5, unscored="positive")
        found = curves([*ROWS, unscored], make_protocol(operating_point=point))
        assert found.cost_curve[0].model == pytest.approx(0.1)

    def test_no_operating_point(self) -> None:
        """The cost curve has no model, and nobody abstains."""
        found = curves(ROWS, make_protocol(operating_point=OperatingPoint()))
        assert {one.model for one in found.cost_curve} == {None}
        assert found.abstention == ()
        assert found.risk_coverage_area is None

    def test_abstention(self) -> None:
        """The surest sixty, at 0.05, and one miss among them."""
        last = self.found.abstention[-1]
        assert last.decided == pytest.approx(0.6)
        assert last.error is not None
        assert last.error.value == pytest.approx(1 / 60)

    def test_no_costs(self) -> None:
        """Without costs there is no cost curve."""
        found = curves(ROWS, make_protocol(costs=None))
        assert found.undefined == {"cost": "the protocol declares no costs"}

    def test_one_class(self) -> None:
        """With one class there is no curve at all, and it is said why."""
        found = curves(ROWS[:1], make_protocol())
        assert found.roc == ()
        assert found.undefined["roc"] == "no negative exam has a score"


class TestMergedCells:
    """Curves of a tally whose score cells were merged to hold at least ten exams."""

    def drawn(self, *, minimum: int = 10, threshold: float = 0.4) -> Curves:
        """Return the curves of cells from 0.05 and from 0.4 on."""
        protocol = make_protocol(
            thresholds=(0.05, 0.4), operating_point=OperatingPoint(threshold=threshold)
        )
        tally = replace(make_tally(ROWS, protocol), minimum_cell=minimum)
        found = Strata(tally, protocol).find(protocol.findings[0], None, {})
        assert found is not None
        return draw(found, protocol)

    def test_only_edges_of_cells_are_tabulated(self) -> None:
        """Below 0.05 nobody is; between 0.05 and 0.4, and from 0.4 on, nobody knows."""
        found = self.drawn()
        assert [p.threshold for p in found.decision] == [0.02, 0.04, 0.05, 0.4]
        assert [p.threshold for p in found.cost] == [0.02, 0.04, 0.05, 0.4]

    def test_the_reason_is_said(self) -> None:
        """Of 49 usual thresholds and one more, four are known."""
        found = self.drawn()
        said = (
            "46 of 50 thresholds are left out: they lie inside score cells that were merged to "
            "hold at least 10 exams"
        )
        assert found.undefined == {"decision": said, "cost": said}

    def test_all_are_known_where_nothing_was_merged(self) -> None:
        """Exact scores tell of any threshold."""
        found = self.drawn(minimum=1)
        assert len(found.decision) == 50
        assert found.undefined == {}

    def test_the_model_at_an_operating_point_inside_a_cell(self) -> None:
        """Its cost is not known, nor what abstaining would change."""
        found = self.drawn(threshold=0.3)
        assert {point.model for point in found.cost_curve} == {None}
        assert found.abstention == ()
        assert self.drawn().cost_curve[10].model is not None

    def test_roc_has_points_at_edges_only(self) -> None:
        """Two cells, and nobody flagged."""
        assert [p.threshold for p in self.drawn().roc] == [None, 0.4, 0.05]
