"""Curves: what a figure draws."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dcurves import dca
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from tests.factories.patients import patients
from tests.factories.tallies import counts_of, make_protocol, make_tally, score_counts
from validation.curves import Curves, calibration_points, draw, roc_points
from validation.measures import measure_one
from validation.protocols.shape import Columns, OperatingPoint, Population, Protocol, ScoreKind
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


def stated_twice(rows: list[dict[str, Any]]) -> tuple[Curves, Curves]:
    """Return the curves of weighted rows, and of each row as often as it weighs."""
    weighted = curves(rows, make_protocol(columns=Columns(weight="weight")))
    repeated = [{**row, "n": int(row["weight"]), "weight": 1.0} for row in rows]
    return weighted, curves(repeated, make_protocol(columns=Columns()))


def of_points(points: Any, *names: str) -> list[list[float]]:  # noqa: ANN401  # of any curve
    """Return some values of every point of a curve."""
    return [[getattr(point, name) for name in names] for point in points]


ROW = st.fixed_dictionaries(
    {
        "label": st.integers(0, 1),
        "score": st.sampled_from([0.05, 0.2, 0.35, 0.5, 0.65, 0.9]),
        "weight": st.integers(1, 4).map(float),
    }
)
BOTH: list[dict[str, Any]] = [
    {"label": 1, "score": 0.9, "weight": 2.0},
    {"label": 0, "score": 0.2, "weight": 3.0},
]


class TestWeights:
    """An exam that weighs three is drawn where three exams would be."""

    @settings(max_examples=25)
    @given(st.lists(ROW, max_size=12))
    def test_roc(self, rows: list[dict[str, Any]]) -> None:
        """The ROC curve."""
        weighted, repeated = stated_twice([*BOTH, *rows])
        names = ("sensitivity", "false_positive_rate")
        for one, other in zip(
            of_points(weighted.roc, *names), of_points(repeated.roc, *names), strict=True
        ):
            assert one == pytest.approx(other)

    @settings(max_examples=25)
    @given(st.lists(ROW, max_size=12))
    def test_decision_and_cost(self, rows: list[dict[str, Any]]) -> None:
        """Net benefit with what stands beside it, and expected cost."""
        weighted, repeated = stated_twice([*BOTH, *rows])
        names = ("net_benefit", "treat_all", "standardized", "interventions_avoided")
        for one, other in zip(weighted.decision, repeated.decision, strict=True):
            assert of_points([one], *names)[0] == pytest.approx(of_points([other], *names)[0])
        for mine, its in zip(weighted.cost, repeated.cost, strict=True):
            assert mine.expected_cost == pytest.approx(its.expected_cost)
        for here, there in zip(weighted.cost_curve, repeated.cost_curve, strict=True):
            assert here.model == pytest.approx(there.model)
            assert here.lowest == pytest.approx(there.lowest)

    @settings(max_examples=25)
    @given(st.lists(ROW, max_size=12))
    def test_abstention(self, rows: list[dict[str, Any]]) -> None:
        """Coverage is of weights, and the errors weigh."""
        weighted, repeated = stated_twice([*BOTH, *rows])
        assert weighted.risk_coverage_area == pytest.approx(repeated.risk_coverage_area)
        for one, other in zip(weighted.abstention, repeated.abstention, strict=True):
            assert one.decided == pytest.approx(other.decided)
            for rate in ("error", "sensitivity", "specificity"):
                ours, theirs = getattr(one, rate), getattr(other, rate)
                assert (ours is None) == (theirs is None)
                assert ours is None or ours.value == pytest.approx(theirs.value)

    def test_fewer_exams_tell_less(self) -> None:
        """One exam of weight four tells less than four exams: the band is wider."""
        rows = [{**row, "weight": 4.0, "n": row["n"]} for row in ROWS]
        four = [{**row, "n": 4 * row["n"]} for row in ROWS]
        weighted = curves(rows, make_protocol(columns=Columns(weight="weight")))
        repeated = curves(four, make_protocol(columns=Columns()))
        assert width(weighted, 0.2) > 1.5 * width(repeated, 0.2)


def width(found: Curves, threshold: float) -> float:
    """Return how wide the band of the decision curve is at a threshold."""
    point = next(p for p in found.decision if p.threshold == threshold)
    assert point.low is not None
    assert point.high is not None
    assert point.low <= point.net_benefit <= point.high
    return point.high - point.low


class TestBands:
    """The pointwise intervals of decision and cost curve."""

    def test_as_the_metric(self) -> None:
        """At the threshold in use they are those of the metrics, but for fewer draws."""
        protocol = make_protocol(operating_point=OperatingPoint(threshold=0.2))
        strata = Strata(make_tally(ROWS, protocol), protocol)
        stratum = strata.find(protocol.findings[0], None, {})
        assert stratum is not None
        found = draw(stratum, protocol)
        decided = next(p for p in found.decision if p.threshold == 0.2)
        priced = next(p for p in found.cost if p.threshold == 0.2)
        for key, value, low, high in (
            ("net_benefit", decided.net_benefit, decided.low, decided.high),
            ("expected_cost", priced.expected_cost, priced.low, priced.high),
        ):
            one = measure_one(key, stratum, protocol, level=0.95)
            assert one.low is not None
            assert one.high is not None
            assert one.value == pytest.approx(value)
            assert (low, high) == pytest.approx((one.low, one.high), abs=0.2 * (one.high - one.low))

    def test_no_more_draws_than_the_protocol_has(self) -> None:
        """With 200 replicates the curve and the metric are one to the last digit."""
        protocol = make_protocol(operating_point=OperatingPoint(threshold=0.2))
        protocol = replace(protocol, intervals=replace(protocol.intervals, replicates=200))
        strata = Strata(make_tally(ROWS, protocol), protocol)
        stratum = strata.find(protocol.findings[0], None, {})
        assert stratum is not None
        point = next(p for p in draw(stratum, protocol).decision if p.threshold == 0.2)
        one = measure_one("net_benefit", stratum, protocol, level=0.95)
        assert (point.low, point.high) == (one.low, one.high)

    def test_repeated_patients_widen(self) -> None:
        """Four exams of each patient, all alike, tell no more than one of each."""
        rows = [
            {"label": r["label"], "score": r["score"]} for r in ROWS for _ in range(int(r["n"]))
        ]
        known = make_protocol(columns=Columns(patient="patient"))
        many = [{**row, "patient": f"p{i}", "n": 4} for i, row in enumerate(rows)]
        clustered, alone = (
            width(curves(many, known), 0.2),
            width(curves(ROWS, make_protocol()), 0.2),
        )
        assert clustered == pytest.approx(alone, rel=0.2)
        assert width(curves(many, make_protocol()), 0.2) < 0.7 * clustered

    def test_a_patient_each(self) -> None:
        """Where every exam is of another patient the curves are those without patients."""
        rows = [{**row, "patient": f"p{i}"} for i, row in enumerate(patients(200, seed=4, exams=1))]
        known = curves(rows, make_protocol(columns=Columns(patient="patient")))
        plain = curves(rows, make_protocol(columns=Columns()))
        assert known.abstention == plain.abstention
        for one, other in zip(known.decision, plain.decision, strict=True):
            assert one.net_benefit == pytest.approx(other.net_benefit)
        assert width(known, 0.3) == pytest.approx(width(plain, 0.3), rel=0.2)


class TestAgainstDcurves:
    """Net benefit of simulated risks, as the package dcurves has it."""

    labels, scores = LABELS[:600], SCORES[:600]
    cuts = (0.1, 0.2, 0.34, 0.5, 0.72)

    def by_dcurves(self, prevalence: float | None = None) -> Any:  # noqa: ANN401  # a data frame
        """Return its rows of the model and of treating all, by threshold."""
        found = dca(
            data=pd.DataFrame({"y": self.labels, "s": self.scores}),
            outcome="y", modelnames=["s"], thresholds=list(self.cuts), prevalence=prevalence,
        )  # fmt: skip
        return found.set_index(["model", "threshold"])

    def drawn(self, **changes: Any) -> Curves:  # noqa: ANN401
        """Return ours."""
        rows = [
            {"label": int(label), "score": float(score)}
            for label, score in zip(self.labels, self.scores, strict=True)
        ]
        return curves(rows, make_protocol(columns=Columns(), **changes))

    def test_over_thresholds(self) -> None:
        """Of the model and of treating all, over the prevalence, and interventions avoided."""
        theirs = self.by_dcurves()
        points = {p.threshold: p for p in self.drawn().decision}
        for cut in self.cuts:
            model, everybody = theirs.loc[("s", cut)], theirs.loc[("all", cut)]
            ours = points[cut]
            assert ours.net_benefit == pytest.approx(model["net_benefit"])
            assert ours.treat_all == pytest.approx(everybody["net_benefit"])
            assert ours.standardized == pytest.approx(model["net_benefit"] / model["prevalence"])
            avoided = model["net_intervention_avoided"]
            assert ours.interventions_avoided == pytest.approx(avoided)

    def test_over_prevalences(self) -> None:
        """At other prevalences, flagging from 0.34 on."""
        found = self.drawn(operating_point=OperatingPoint(threshold=0.34)).over_prevalences
        assert [(p.of, p.prevalence) for p in found] == [
            ("range low", 0.05), ("prevalence", 0.1), ("range high", 0.2)
        ]  # fmt: skip
        for point in found:
            model = self.by_dcurves(point.prevalence).loc[("s", 0.34)]
            assert point.net_benefit.value == pytest.approx(model["net_benefit"])
            avoided = model["net_intervention_avoided"]
            assert point.interventions_avoided.value == pytest.approx(avoided)


class TestOverPrevalences:
    """Costs and net benefit where the population's prevalence may lie: at 0.2 two rates are known.

    One of ten with the finding is missed, 31 of 90 without it are flagged.
    """

    def found(self, **changes: Any) -> Curves:  # noqa: ANN401
        """Return the curves."""
        point = OperatingPoint(threshold=0.2, threshold_probability=0.1)
        return curves(ROWS, make_protocol(**({"operating_point": point} | changes)))

    def test_hand_worked(self) -> None:
        """At a twentieth: 0.05 · 0.9 - 0.95 · 31/90 / 9; a miss at 10 and an alarm at 1."""
        low, _, high = self.found().over_prevalences
        assert low.net_benefit.value == pytest.approx(0.045 - 0.95 * 31 / 90 / 9)
        assert low.expected_cost.value == pytest.approx(0.05 * 0.1 * 10 + 0.95 * 31 / 90)
        assert high.expected_cost.value == pytest.approx(0.2 * 0.1 * 10 + 0.8 * 31 / 90)
        assert high.standardized_net_benefit.value == pytest.approx(0.9 - 4 * 31 / 90 / 9)
        weight = 0.2 * 10 / (0.2 * 10 + 0.8)
        assert high.normalized_expected_cost.value == pytest.approx(
            weight * 0.1 + (1 - weight) * 31 / 90
        )

    def test_with_intervals(self) -> None:
        """Each between its ends."""
        for point in self.found().over_prevalences:
            one = point.net_benefit
            assert one.low is not None
            assert one.value is not None
            assert one.high is not None
            assert one.low < one.value < one.high
            assert one.method == "mover-wilson"

    def test_without_a_range(self) -> None:
        """Only the prevalence itself."""
        found = self.found(population=Population(prevalence=0.3)).over_prevalences
        assert [point.of for point in found] == ["prevalence"]

    def test_without_a_population(self) -> None:
        """Nothing is asked for."""
        assert self.found(population=None).over_prevalences == ()

    def test_ranks(self) -> None:
        """Ranks have costs, and net benefit where odds are stated."""
        stated = self.found(score_kind=ScoreKind.RANK).over_prevalences[0]
        assert stated.net_benefit.value is not None
        plain = OperatingPoint(threshold=0.2)
        unknown = self.found(score_kind=ScoreKind.RANK, operating_point=plain).over_prevalences[0]
        assert unknown.expected_cost.value is not None
        assert "threshold_probability" in str(unknown.net_benefit.undefined)


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
