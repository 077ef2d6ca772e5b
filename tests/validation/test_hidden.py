"""Hidden: what too few exams do not let be told."""

from dataclasses import replace

import pytest

from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.estimates import Estimate
from validation.fairness import find_gaps, find_standardised_gaps, shrink_levels
from validation.measures import among_prevalences, measure, measure_one
from validation.protocols.shape import OperatingPoint, Protocol
from validation.sites.spread import spread_between_sites
from validation.strata import Strata, Stratum

PROTOCOL = make_protocol()
ROWS = [
    {"label": label, "score": score, "n": n}
    for label, score, n in [(1, 0.75, 40), (1, 0.25, 12), (0, 0.25, 60), (0, 0.5, 11)]
]


def stratum(
    *hidden: str, minimum: int = 10, protocol: Protocol = PROTOCOL, rows: int = 4
) -> Stratum:
    """Return the overall stratum of a tally that hides some counts."""
    tally = replace(
        make_tally(ROWS[:rows], protocol),
        minimum_cell=minimum,
        hidden={("", "", ()): hidden} if hidden else {},
    )
    found = Strata(tally, protocol).find(protocol.findings[0], None, {})
    assert found is not None
    return found


class TestHiddenClasses:
    """A class of which fewer than ten are there."""

    @pytest.mark.parametrize("key", ["specificity", "auroc", "ppv", "prevalence", "net_benefit"])
    def test_what_rests_on_it_is_undefined(self, key: str) -> None:
        """With the reason; a count of 0 never passes for none."""
        found = measure_one(key, stratum("negatives"), PROTOCOL, level=0.95)
        assert found.value is None
        assert found.undefined == "hidden by the minimum cell: fewer than 10 negatives"

    def test_what_rests_on_the_other_class_stands(self) -> None:
        """Forty of 52 positives are flagged, whoever the negatives are."""
        found = measure_one("sensitivity", stratum("negatives"), PROTOCOL, level=0.95)
        assert found.value == pytest.approx(40 / 52)

    def test_costs_elsewhere_are_hidden_too(self) -> None:
        """At no prevalence is a cost known without the false alarms."""
        found = among_prevalences(
            "expected_cost", stratum("negatives"), PROTOCOL, {"here": 0.1}, level=0.95
        )
        assert found["here"].undefined == "hidden by the minimum cell: fewer than 10 negatives"

    def test_unscored_exams_that_are_hidden_are_named(self) -> None:
        """Rates as deployed go without them, and say so; ranks never had them."""
        found = measure(stratum("unscored"), PROTOCOL, level=0.95)
        said = "without the exams that have no score: they are fewer than 10 and not told"
        assert found["sensitivity"].note == said
        assert said in (found["ppv_at_prevalence"].note or "")
        assert found["auroc"].note is None

    def test_nothing_hidden(self) -> None:
        """Nothing is undefined for it."""
        found = measure(stratum(minimum=1), PROTOCOL, level=0.95)
        assert not any("hidden" in (one.undefined or "") for one in found.values())


class TestMergedThresholds:
    """A threshold inside a cell that was merged to hold enough."""

    @staticmethod
    def sensitivity(threshold: float, *, minimum: int = 10) -> Estimate:
        """Return the sensitivity at a threshold of cells that begin at 0.25, 0.5 and 0.75."""
        protocol = make_protocol(operating_point=OperatingPoint(threshold=threshold))
        found = stratum(minimum=minimum, protocol=protocol)
        return measure_one("sensitivity", found, protocol, level=0.95)

    @pytest.mark.parametrize("threshold", [0.25, 0.5, 0.75])
    def test_at_an_edge_it_is_known(self, threshold: float) -> None:
        """A cell begins there."""
        assert self.sensitivity(threshold).value is not None

    def test_below_all_cells_it_is_known(self) -> None:
        """Everything is flagged."""
        assert self.sensitivity(0.1).value == 1

    @pytest.mark.parametrize("threshold", [0.6, 0.9])
    def test_inside_a_cell_it_is_not(self, threshold: float) -> None:
        """How many of the cell's exams are flagged nobody can say; nor of the last cell's."""
        found = self.sensitivity(threshold)
        assert found.undefined is not None
        assert "the threshold lies inside a score cell" in found.undefined

    def test_scores_that_were_not_merged(self) -> None:
        """Where nothing was hidden the cells are the scores themselves."""
        assert self.sensitivity(0.6, minimum=1).value == pytest.approx(40 / 52)

    def test_above_is_an_edge_of_its_own(self) -> None:
        """Flagging above 0.5 begins just after it, where no cell does."""
        protocol = make_protocol(operating_point=OperatingPoint(threshold=0.5, positive_when=">"))
        found = measure_one("sensitivity", stratum(protocol=protocol), protocol, level=0.95)
        assert found.value is None

    def test_no_threshold_and_no_exam(self) -> None:
        """There is nothing to split."""
        protocol = make_protocol(operating_point=OperatingPoint(threshold=None))
        found = measure_one("sensitivity", stratum(protocol=protocol), protocol, level=0.95)
        assert found.undefined == "the protocol declares no operating point"
        empty = stratum("positives", "negatives", rows=0)
        assert measure_one("flag_rate", empty, PROTOCOL, level=0.95).value is None


class TestWhatRestsOnSeveral:
    """Gaps and spreads leave out what is hidden, and never take it for equal."""

    @staticmethod
    def strata() -> tuple[Strata, Protocol]:
        """Return two sites and sexes whose scores were merged across the threshold of 0.5."""
        protocol = make_protocol(subgroups=subgroups("sex"))
        rows = [
            {"label": label, "score": score, "sex": sex, "site": site, "n": 20}
            for sex in "FM" for site in ("A", "B") for label in (0, 1) for score in (0.0, 0.3)
        ]  # fmt: skip
        return Strata(replace(make_tally(rows, protocol), minimum_cell=10), protocol), protocol

    @pytest.mark.parametrize(
        "metric", ["equal_opportunity_difference", "false_positive_rate_ratio"]
    )
    def test_gap_of_decisions(self, metric: str) -> None:
        """Where nobody knows who is flagged, no gap of 0 is found."""
        strata, protocol = self.strata()
        found = find_gaps(strata, protocol, protocol.findings[0], "sex", by={})
        gap = next(one for one in found if one.metric == metric)
        assert gap.value is None
        assert set(gap.left_out) == {"F", "M"}
        assert "the threshold lies inside a score cell" in gap.left_out["F"]

    def test_gap_within_sites(self) -> None:
        """Nor within sites, where the order of the scores is known all the same."""
        strata, protocol = self.strata()
        found = find_standardised_gaps(strata, protocol, protocol.findings[0], "sex")
        known = {gap.metric for gap in found if gap.value is not None}
        assert known == {"auroc_difference", "auroc_ratio", "calibration_gap"}

    def test_gap_of_scores(self) -> None:
        """A class that is hidden is not one that is absent."""
        strata, protocol = self.strata()
        tally = replace(strata.tally, hidden={("", "", (("sex", "F"),)): ("negatives",)})
        found = find_gaps(Strata(tally, protocol), protocol, protocol.findings[0], "sex", by={})
        gap = next(one for one in found if one.metric == "auroc_difference")
        assert gap.left_out == {"F": "hidden by the minimum cell: fewer than 10 negatives"}

    def test_sites(self) -> None:
        """Sensitivities that are not known are not pooled; ranks are."""
        strata, protocol = self.strata()
        found = spread_between_sites(strata, protocol, protocol.findings[0])
        by_metric = {one.metric: one for one in found}
        assert set(by_metric["sensitivity"].left_out) == {"A", "B"}
        assert by_metric["auroc"].k == 2

    def test_shrunken(self) -> None:
        """Nor are they drawn towards each other."""
        strata, protocol = self.strata()
        found = shrink_levels(strata, protocol, protocol.findings[0], "sex")
        of = next(one for one in found if one.metric == "specificity")
        assert set(of.left_out) == {"F", "M"}
