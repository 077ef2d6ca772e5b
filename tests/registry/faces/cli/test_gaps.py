"""Gaps: the tables of how far groups lie apart."""

from typing import Any

from registry.faces.cli.gaps import gaps
from registry.faces.cli.grids import Grid


def gap(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a test needs
    """Return a gap of sensitivities between the sexes."""
    return {
        "by": {},
        "finding": None,
        "attribute": "sex",
        "metric": "equal_opportunity_difference",
        "basis": "crude",
        "value": 0.3,
        "low": 0.1,
        "high": 0.5,
        "expected_by_chance": 0.06,
        "worst": "F",
        "best": "M",
        "left_out": {},
        "sites_left_out": {},
    } | changes


WITHIN = gap(basis="site-standardised", value=0.2, low=0.0, expected_by_chance=0.08)


def grids(*found: dict[str, Any]) -> list[Grid]:
    """Return the tables of some gaps."""
    return list(gaps({"fairness": found}))


class TestGaps:
    """A table per attribute, a row per gap."""

    def test_both_bases_in_one_row(self) -> None:
        """So that a reader sees what goes when hospitals are compared with themselves."""
        (grid,) = grids(gap(), WITHIN)
        assert grid.columns == (
            *("Gap in", "As they are", "By chance"),
            *("Within sites", "By chance there", "Worst", "Best"),
        )
        crude, within = "0.300 (0.100–0.500)", "0.200 (0.000–0.500)"
        assert grid.rows == (("Sensitivity", crude, "0.060", within, "0.080", "F", "M"),)

    def test_without_sites(self) -> None:
        """Where nothing is within sites there is no column of it."""
        (grid,) = grids(gap())
        assert grid.columns == ("Gap in", "As they are", "By chance", "Worst", "Best")

    def test_attributes_and_findings_apart(self) -> None:
        """Each has a table with its name."""
        titles = [grid.title for grid in grids(gap(), gap(finding="mass"), gap(attribute="age"))]
        assert titles == [
            "Between groups · sex", "Between groups · sex · mass", "Between groups · age",
        ]  # fmt: skip

    def test_ratios_and_single_sites_stand_in_the_assessment(self) -> None:
        """They would make the tables longer, and say no more."""
        assert grids(gap(metric="auroc_ratio"), gap(by={"site": "Oslo"})) == []

    def test_who_is_left_out(self) -> None:
        """A group once, with all the gaps that it is missing from."""
        few = {"X": "below the minimum"}
        (grid,) = grids(
            gap(left_out=few),
            gap(metric="auroc_difference", left_out=few),
            gap(basis="site-standardised", left_out=few),
        )
        assert grid.notes == ("X is left out of Sensitivity, AUROC: below the minimum.",)

    def test_why_there_is_none(self) -> None:
        """The reason stands below, and a dash in the table."""
        none = {"value": None, "worst": None, "best": None, "expected_by_chance": None}
        (grid,) = grids(
            gap(**none, undefined="one group"),
            gap(**none, basis="site-standardised", undefined="no site holds both"),
        )
        assert grid.rows == (("Sensitivity", "—", "—", "—", "—", "—", "—"),)
        assert grid.notes == (
            "Undefined, Sensitivity: one group.",
            "Undefined within sites, Sensitivity: no site holds both.",
        )

    def test_sites_without_a_group_are_counted(self) -> None:
        """They may be hundreds."""
        (one,) = grids(gap(), WITHIN | {"sites_left_out": {"Oslo": "no exam of F"}})
        assert one.notes == ("Within sites, 1 site lacks a group and is left out of Sensitivity.",)
        many = {f"H{i}": "no exam of F" for i in range(12)}
        (two,) = grids(gap(), WITHIN | {"sites_left_out": many})
        assert two.notes == (
            "Within sites, 12 sites lack a group and are left out of Sensitivity.",
        )
