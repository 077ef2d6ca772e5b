"""Tests of what two views of the same exams would tell together."""

import numpy as np
import pytest

from tests.factories.tallies import make_protocol, subgroups
from tests.validation.federation.test_hiding import Rows, assert_silent, hidden


def rows_of(*groups: tuple[int, int, float, str, str]) -> Rows:
    """Return rows of (how many, label, score, sex, ward)."""
    return [
        {"site": "S", "label": label, "score": score, "sex": sex, "ward": ward}
        for n, label, score, sex, ward in groups
        for _ in range(n)
    ]


class TestReveals:
    """Two views by attributes."""

    def test_two_wards_are_all_women_but_three(self) -> None:
        """No single cell tells it, their union would: the wards are not told."""
        rows = rows_of(
            (12, 1, 0.7, "F", "b"), (12, 1, 0.7, "F", "c"), (3, 1, 0.7, "F", "a"),
            (20, 1, 0.7, "M", "a"), (20, 1, 0.7, "M", "d"),
            (30, 0, 0.7, "F", "a"), (40, 0, 0.7, "M", "a"),
        )  # fmt: skip
        told = hidden(rows)
        assert [view.attributes for view in told.views] == [(), ("sex",)]
        assert ("ward",) in [one.attributes for one in told.withheld]
        assert_silent(told, rows)


class TestOverallOf:
    """The overall view beside those by attributes."""

    @pytest.mark.parametrize(("few", "many"), [(0.2, 0.8), (0.8, 0.2)])
    def test_a_level_that_is_nearly_all_of_a_cell(self, few: float, many: float) -> None:
        """The ten of F lie in a cell of thirteen: three others would be told, so cells merge."""
        protocol = make_protocol(subgroups=subgroups("sex"))
        rows = rows_of(
            (10, 1, few, "F", "a"), (3, 1, few, "M", "a"), (30, 1, many, "M", "a"),
            (20, 0, few, "F", "a"), (20, 0, few, "M", "a"), (20, 0, many, "M", "a"),
        )  # fmt: skip
        told = hidden(rows, protocol=protocol)
        assert ("sex",) in [view.attributes for view in told.views]
        assert np.unique(told.views[0].cells.score).size == 1
        assert_silent(told, rows)
        alone = hidden([{**row, "sex": "F"} for row in rows], protocol=protocol)
        assert np.unique(alone.views[0].cells.score).size == 2
