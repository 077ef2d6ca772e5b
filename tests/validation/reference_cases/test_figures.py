"""Tests of what is known of the made tables: no figure twice, each with its source."""

from validation.reference_cases.figures import FIGURES
from validation.reference_cases.tables import TABLES


class TestFigures:
    """The figures."""

    def test_each_once(self) -> None:
        """No two figures have the same name."""
        assert len({one.id for one in FIGURES}) == len(FIGURES)

    def test_enough(self) -> None:
        """There are at least forty, every table has one, and each names its source."""
        assert len(FIGURES) >= 40
        assert {one.table.name for one in FIGURES} == {one.name for one in TABLES}
        assert all(one.source for one in FIGURES)

    def test_tolerances(self) -> None:
        """No figure may be farther off than half of its last printed digit."""
        assert {one.tolerance for one in FIGURES} <= {1e-9, 1e-8, 5e-5}
