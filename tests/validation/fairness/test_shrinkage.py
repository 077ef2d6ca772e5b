"""Shrinkage: levels seen among the others."""

import pytest

from tests.factories.tallies import make_protocol, make_tally, subgroups
from tests.validation.test_judging import group
from validation.fairness import Shrunken, shrink_levels
from validation.protocols.shape import OperatingPoint, Protocol
from validation.strata import Strata

PROTOCOL = make_protocol(subgroups=subgroups("race", "sex"), intersections=(("race", "sex"),))
ROWS = [
    *group(90, 10, 10, 90, race="A", sex="F"),
    *group(70, 30, 12, 88, race="B", sex="F"),
    *group(40, 10, 4, 46, race="C", sex="M"),
    *group(2, 3, 1, 4, race="D", sex="M"),
]


def shrunken(
    rows: list[dict[str, object]], attribute: str = "race", protocol: Protocol = PROTOCOL
) -> dict[str, Shrunken]:
    """Return the entries by metric."""
    strata = Strata(make_tally(rows, protocol), protocol)
    found = shrink_levels(strata, protocol, protocol.findings[0], attribute)
    return {one.metric: one for one in found}


class TestShrinkLevels:
    """Four groups, one of ten exams."""

    found = shrunken(ROWS)["sensitivity"]

    def test_the_raw_value_stands_beside(self) -> None:
        """As observed."""
        assert self.found.levels["D"].raw == pytest.approx(0.4)

    def test_small_groups_are_drawn_most(self) -> None:
        """Five positives keep less of their own than a hundred."""
        levels = self.found.levels
        assert levels["D"].weight < levels["C"].weight < levels["B"].weight
        assert self.found.mean is not None
        assert 0.4 < levels["D"].value < self.found.mean

    def test_the_interval_holds_it(self) -> None:
        """For each level."""
        for one in self.found.levels.values():
            assert one.low < one.value < one.high

    def test_a_crossing(self) -> None:
        """Levels of crossed attributes are named as they are."""
        found = shrunken(ROWS, "race × sex")["sensitivity"]
        assert set(found.levels) == {"A × F", "B × F", "C × M", "D × M"}

    def test_two_levels_are_too_few(self) -> None:
        """Two cannot tell how far levels differ."""
        found = shrunken(ROWS, "sex")["auroc"]
        assert found.undefined == "2 levels with an estimate; shrinking needs three"
        assert found.levels == {}

    def test_without_a_class(self) -> None:
        """A group without positives has nothing to be drawn; it is named."""
        found = shrunken([*ROWS, *group(0, 0, 1, 9, race="E", sex="F")])
        assert found["sensitivity"].left_out == {"E": "no positive exam"}
        assert "E" in found["specificity"].levels

    def test_a_rate_of_one(self) -> None:
        """Half an exam is added, and it is said where."""
        found = shrunken([*ROWS, *group(8, 0, 1, 9, race="E", sex="F")])["sensitivity"]
        assert found.corrected == ("E",)
        assert found.levels["E"].raw == 1
        assert found.levels["E"].value < 1

    def test_without_an_operating_point(self) -> None:
        """No decision, nothing to draw."""
        protocol = make_protocol(subgroups=subgroups("race"), operating_point=OperatingPoint())
        found = shrunken(ROWS, protocol=protocol)
        assert found["sensitivity"].undefined is not None
        assert found["auroc"].undefined is None
