"""Flow: which exams are in no figure, and when the others were made."""

from typing import Any

from registry.faces.cli.flow import MOST, flow
from registry.faces.cli.grids import Grid


def grids(**found: list[dict[str, Any]]) -> list[Grid]:
    """Return the tables of an assessment of which only these lists are known."""
    return list(flow({"left_out": [], "periods": []} | found))


def left_out(because: str, exams: int, site: str = "", **words: str) -> dict[str, Any]:
    """Return exams that were left out at one site."""
    return {
        "finding": "",
        "partition": "",
        "site": site,
        "because": because,
        "exams": exams,
    } | words


def period(site: str, first: str, last: str, partition: str = "") -> dict[str, Any]:
    """Return when the exams of a site were made."""
    return {"partition": partition, "site": site, "first": first, "last": last}


class TestLeftOut:
    """Exams that are in no figure."""

    def test_nothing_was(self) -> None:
        """A table of nothing is not printed."""
        assert grids() == []

    def test_sites_are_added_up(self) -> None:
        """The most first, with how many sites they are of."""
        (grid,) = grids(
            left_out=[
                left_out("duplicate", 2, "Oslo"),
                left_out("too old", 3, "Oslo"),
                left_out("too old", 4, "Bern"),
            ]
        )
        assert grid.rows == (("too old", "all rows", "7", "2"), ("duplicate", "all rows", "2", "1"))

    def test_findings_and_partitions_stay_apart(self) -> None:
        """And a table without sites is one site."""
        found = [
            left_out("too old", 3, finding="effusion", partition="development"),
            left_out("too old", 5, partition="development"),
        ]
        (grid,) = grids(left_out=found)
        assert [row[1:] for row in grid.rows] == [
            ("development", "5", "1"),
            ("effusion · development", "3", "1"),
        ]

    def test_many_reasons_are_counted(self) -> None:
        """Free text may give a reason an exam."""
        (grid,) = grids(left_out=[left_out(f"reason {i}", 100 - i) for i in range(MOST + 2)])
        assert len(grid.rows) == MOST
        assert grid.notes == ("159 more for other reasons: --out FILE.",)


class TestPeriods:
    """When exams were made."""

    def test_one_site(self) -> None:
        """From when to when, and no sum of one."""
        (grid,) = grids(periods=[period("Oslo", "2026-01-02", "2026-03-04")])
        assert grid.rows == (("all rows", "Oslo", "2026-01-02", "2026-03-04"),)

    def test_all_sites_first(self) -> None:
        """From the first of all to the last."""
        found = [
            period("Oslo", "2026-01-02", "2026-03-04", "monitoring"),
            period("Bern", "2025-05-06", "2025-07-08", "monitoring"),
        ]
        (grid,) = grids(periods=found)
        assert grid.rows[0] == ("monitoring", "all sites", "2025-05-06", "2026-03-04")
        assert len(grid.rows) == 3

    def test_many_sites_are_summed_up(self) -> None:
        """More than a person looks through are one row."""
        found = [period(f"H{i}", "2026-01-02", "2026-03-04") for i in range(MOST + 1)]
        (grid,) = grids(periods=found)
        assert grid.rows == (("all rows", "all sites", "2026-01-02", "2026-03-04"),)

    def test_without_sites(self) -> None:
        """A table without sites is all of them."""
        (grid,) = grids(periods=[period("", "2026-01-02", "2026-03-04")])
        assert grid.rows[0][1] == "all sites"
