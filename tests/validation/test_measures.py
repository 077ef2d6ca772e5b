"""Measures: every metric of one stratum."""

from typing import Any

import pytest

from tests.factories.patients import patients
from tests.factories.tallies import COSTS, make_protocol, make_tally
from validation.errors import UndefinedError
from validation.estimates import Estimate, attempt
from validation.measures import decide, is_utility, measure, measure_one, utility_of
from validation.metric_names import METRICS, is_net_benefit
from validation.protocols.shape import Columns, OperatingPoint, Protocol, ScoreKind
from validation.strata import Strata, Stratum

ROWS: list[dict[str, Any]] = [
    {"label": 1, "score": 0.8, "n": 40},
    {"label": 1, "score": 0.3, "n": 10},
    {"label": 0, "score": 0.7, "n": 15},
    {"label": 0, "score": 0.2, "n": 85},
]
UNSCORED: list[dict[str, Any]] = [
    {"label": 1, "score": None, "n": 10},
    {"label": 0, "score": None, "n": 5},
]


MANY = make_protocol(columns=Columns(patient="patient", weight="weight"))


def stratum_of(rows: list[dict[str, Any]], protocol: Protocol) -> Stratum:
    """Return all the rows as one stratum."""
    stratum = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, {})
    assert stratum is not None
    return stratum


def measured(rows: list[dict[str, Any]], protocol: Protocol) -> dict[str, Estimate]:
    """Return every metric of the rows."""
    return measure(stratum_of(rows, protocol), protocol, level=0.95)


WEIGHTED = measured(patients(200, seed=31), MANY)


class TestMeasure:
    """A hundred and fifty exams under a whole protocol."""

    protocol = make_protocol()
    found = measured(ROWS, protocol)

    def test_every_metric_is_there(self) -> None:
        """In the order of the names, each defined here."""
        assert list(self.found) == list(METRICS)
        assert [key for key, one in self.found.items() if one.value is None] == []

    @pytest.mark.parametrize("key", METRICS)
    def test_one_is_as_all(self, key: str) -> None:
        """Asked for alone, a metric is the same to the last digit."""
        stratum = stratum_of(ROWS, self.protocol)
        assert measure_one(key, stratum, self.protocol, level=0.95) == self.found[key]

    @pytest.mark.parametrize("key", METRICS)
    def test_the_value_lies_in_its_interval(self, key: str) -> None:
        """And within what the metric can be."""
        one, name = self.found[key], METRICS[key]
        assert one.value is not None
        if one.low is not None and one.high is not None:
            assert one.low <= one.value <= one.high
        assert name.low is None or one.value >= name.low
        assert name.high is None or one.value <= name.high

    def test_everything_scored_stands_alone(self) -> None:
        """Where every exam has a score, nothing stands beside."""
        assert self.found["sensitivity"].among_scored is None


class TestPatientsAndWeights:
    """Exams of patients with several, each counting by a sampling weight."""

    @pytest.mark.parametrize("key", METRICS)
    def test_whatever_exists_is_in_its_interval(self, key: str) -> None:
        """Point and interval are weighted alike."""
        one = WEIGHTED[key]
        assert one.value is not None
        if one.low is not None and one.high is not None:
            assert one.low <= one.value <= one.high

    @pytest.mark.parametrize(
        "key",
        ["auroc", "partial_auroc", "average_precision", "sensitivity", "ppv", "f1", "mcc",
         "youden", "lr_negative", "prevalence", "ppv_at_prevalence"],
    )  # fmt: skip
    def test_the_method_says_so(self, key: str) -> None:
        """So that nobody takes the interval for that of independent exams."""
        method = WEIGHTED[key].method
        assert method is not None
        assert "clustered" in method or method.startswith("obuchowski")
        assert method.endswith("-weighted")


class TestMemory:
    """What was measured once."""

    def test_is_not_measured_again(self) -> None:
        """The same estimate and the same replicates, whoever asks."""
        protocol = make_protocol()
        stratum = stratum_of(ROWS, protocol)
        first = measure_one("mcc", stratum, protocol, level=0.95)
        assert measure_one("mcc", stratum, protocol, level=0.95) is first
        decided = decide(stratum, protocol)
        assert decide(stratum, protocol) is decided

    def test_another_level_is_measured(self) -> None:
        """With the same replicates."""
        protocol = make_protocol()
        stratum = stratum_of(ROWS, protocol)
        wide = measure_one("mcc", stratum, protocol, level=0.99)
        narrow = measure_one("mcc", stratum, protocol, level=0.9)
        assert wide.low is not None
        assert narrow.low is not None
        assert wide.low < narrow.low


class TestUnscored:
    """The same exams and fifteen without a score."""

    found = measured([*ROWS, *UNSCORED], make_protocol())

    def test_as_deployed_is_the_main_number(self) -> None:
        """40 of 60 found as deployed, 40 of 50 among scored."""
        one = self.found["sensitivity"]
        assert one.value == pytest.approx(40 / 60)
        assert one.among_scored is not None
        assert one.among_scored.value == pytest.approx(40 / 50)

    def test_the_auroc_is_among_scored(self) -> None:
        """Ranks need scores: unscored exams do not change it."""
        assert self.found["auroc"].n == 150
        assert self.found["auroc"].among_scored is None

    def test_prevalence_counts_all_labelled(self) -> None:
        """Sixty of 165."""
        assert self.found["prevalence"].value == pytest.approx(60 / 165)

    def test_nothing_scored_at_all(self) -> None:
        """As deployed the sensitivity is 0; among scored it does not exist."""
        one = measured(UNSCORED, make_protocol())["sensitivity"]
        assert one.value == 0
        assert one.among_scored is not None
        assert one.among_scored.undefined == "no positive exam"


class TestUndefined:
    """What a protocol or a table does not give."""

    def test_ranks(self) -> None:
        """Calibration, Brier and net benefit need probabilities."""
        found = measured(ROWS, make_protocol(score_kind=ScoreKind.RANK))
        missing = {key for key, one in found.items() if one.value is None}
        priced = {key for key in METRICS if is_net_benefit(key)}
        assert missing == priced | {k for k, name in METRICS.items() if name.needs_probability}

    def test_no_operating_point(self) -> None:
        """What needs decisions says so."""
        found = measured(ROWS, make_protocol(operating_point=OperatingPoint()))
        missing = {key for key, one in found.items() if one.value is None}
        assert missing == {key for key, name in METRICS.items() if name.needs_threshold}

    def test_no_costs(self) -> None:
        """What needs costs says so, also where exams are unscored."""
        found = measured([*ROWS, *UNSCORED], make_protocol(costs=None))
        assert {one.undefined for key, one in found.items() if METRICS[key].needs_costs} == {
            "the protocol declares no costs"
        }

    def test_no_population(self) -> None:
        """What needs a prevalence says so."""
        found = measured(ROWS, make_protocol(population=None))
        missing = {key for key, one in found.items() if one.value is None}
        assert missing == {key for key, name in METRICS.items() if name.needs_population}

    def test_one_class(self) -> None:
        """Positives alone have a sensitivity, and reasons for the rest."""
        found = measured(ROWS[:2], make_protocol())
        assert found["sensitivity"].value == 0.8
        assert found["specificity"].undefined == "no negative exam"
        assert found["auroc"].undefined == "no negative exam has a score"

    def test_nobody_labelled(self) -> None:
        """Every metric is undefined and says why."""
        found = measured([{"label": None, "score": 0.5}], make_protocol(costs=COSTS))
        assert all(one.value is None and one.undefined for one in found.values())


class TestUtilityOf:
    """A price as a function of the prevalence."""

    def test_net_benefit_needs_a_threshold(self) -> None:
        """It is the threshold that weighs."""
        protocol = make_protocol(operating_point=OperatingPoint())
        with pytest.raises(UndefinedError, match="no operating point"):
            utility_of("net_benefit", protocol.findings[0], ScoreKind.PROBABILITY)


class TestOdds:
    """Score threshold and threshold probability, kept apart: hand-worked.

    At a score of 0.5 and more 40 of 50 with the finding and 30 of 150 without it are flagged.
    """

    rows: tuple[dict[str, Any], ...] = (
        {"label": 1, "score": 0.9, "n": 40},
        {"label": 1, "score": 0.1, "n": 10},
        {"label": 0, "score": 0.9, "n": 30},
        {"label": 0, "score": 0.1, "n": 120},
    )

    def found(self, probability: float | None, **changes: Any) -> dict[str, Estimate]:  # noqa: ANN401
        """Return the metrics at a score threshold of 0.5."""
        point = OperatingPoint(threshold=0.5, threshold_probability=probability)
        return measured(list(self.rows), make_protocol(operating_point=point, **changes))

    def test_stated(self) -> None:
        """At a risk of 1 in 5 the odds are 1 to 4: 40/200 - 30/200/4, not 40/200 - 30/200."""
        found = self.found(0.2)
        assert found["net_benefit"].value == pytest.approx(0.1625)
        assert found["standardized_net_benefit"].value == pytest.approx(0.65)
        assert found["net_benefit"].note == "odds of the stated threshold probability 0.2"

    def test_interventions_avoided(self) -> None:
        """120 of 200 are spared, and 10 misses are worth 4 interventions each: 80 of 200."""
        one = self.found(0.2)["interventions_avoided"]
        assert one.value == pytest.approx(0.4)
        assert one.low is not None
        assert one.high is not None
        assert one.low < 0.4 < one.high

    def test_of_the_score_threshold(self) -> None:
        """Unstated, the score of 0.5 prices them one to one, and the document says so."""
        one = self.found(None)["net_benefit"]
        assert one.value == pytest.approx(0.05)
        assert one.note == "odds taken from the score threshold"

    def test_at_the_population(self) -> None:
        """At a tenth: 0.1 · 0.8 - 0.9 · 0.2 / 4; both notes stand there."""
        one = self.found(0.2)["net_benefit_at_prevalence"]
        assert one.value == pytest.approx(0.035)
        assert one.note == (
            "if sensitivity and specificity carry over; odds of the stated threshold "
            "probability 0.2"
        )

    def test_ranks(self) -> None:
        """Ranks have a net benefit where the odds are stated, and else the lacking key's name."""
        known = self.found(0.2, score_kind=ScoreKind.RANK)["net_benefit"]
        assert known.value == pytest.approx(0.1625)
        unknown = self.found(None, score_kind=ScoreKind.RANK)["net_benefit"]
        assert unknown.value is None
        assert "state [operating_point] threshold_probability" in str(unknown.undefined)

    def test_a_score_threshold_without_odds(self) -> None:
        """Flagging everybody from 0 on has a net benefit at a stated risk: 50/200 - 150/200/4."""
        point = OperatingPoint(threshold=0.0, threshold_probability=0.2)
        found = measured(list(self.rows), make_protocol(operating_point=point))
        assert found["net_benefit"].value == pytest.approx(0.0625)
        assert found["interventions_avoided"].value == pytest.approx(0.0)


class TestIsUtility:
    """Which metrics hang on the prevalence."""

    @pytest.mark.parametrize("key", ["expected_cost", "net_benefit_at_prevalence"])
    def test_costs_and_net_benefit(self, key: str) -> None:
        """Anything priced."""
        assert is_utility(key)

    @pytest.mark.parametrize("key", ["sensitivity", "cost_optimal_threshold"])
    def test_nothing_else(self, key: str) -> None:
        """A threshold is not a price."""
        assert not is_utility(key)


def test_attempt_gives_back_what_is_defined() -> None:
    """An estimate passes through unchanged, with its bounds."""
    one = Estimate(value=0.5, low=0.4, high=0.6)
    assert attempt(lambda: one) is one
    assert (one.bounds.value, one.bounds.low, one.bounds.high) == (0.5, 0.4, 0.6)
