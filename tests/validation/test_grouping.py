"""Grouping: cells and pairs by the runs that share all attributes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.grouping import chosen_runs, couples_of, ranks_of, runs_of, spread_out
from validation.protocols.shape import Columns
from validation.tallies import Cells

PROTOCOL = make_protocol(
    columns=Columns(site="site", severity="severity"), subgroups=subgroups("sex")
)
TALLY = make_tally(
    [
        {"site": "AB"[i % 2], "sex": "FM"[i // 2 % 2], "label": [1, 0, None][i % 3],
         "score": None if i == 5 else i % 7 / 10, "severity": ["mild", "grave"][i // 3 % 2]}
        for i in range(40)
    ],
    PROTOCOL,
)  # fmt: skip
CELLS = TALLY.base.cells


def code(attribute: str, level: str) -> int | None:
    """Return the code of a level."""
    levels = TALLY.levels[attribute]
    return levels.index(level) if level in levels else None


class TestRuns:
    """Runs of cells that share all attributes."""

    def test_every_cell_is_in_one(self) -> None:
        """They follow each other without a gap, and within one all codes are the same."""
        runs = runs_of(CELLS)
        assert runs.starts[0] == 0
        assert runs.ends.tolist() == [*runs.starts[1:].tolist(), len(CELLS)]
        for attribute, codes in CELLS.codes.items():
            assert (codes == runs.first.codes[attribute][runs.of_cell]).all()

    def test_no_cell(self) -> None:
        """Nothing has no run."""
        assert runs_of(CELLS.where(np.zeros(len(CELLS), dtype=np.bool_))).starts.size == 0

    @pytest.mark.parametrize(
        "by",
        [(), (("site", "A"),), (("sex", "M"), ("site", "B")), (("severity", "grave"),),
         (("severity", "grave"), ("site", "A")), (("sex", "other"),), (("severity", "other"),)],
    )  # fmt: skip
    def test_a_stratum_is_some_of_them(self, by: tuple[tuple[str, str], ...]) -> None:
        """The same cells as looked at one by one; a severity takes the negatives along."""
        expected = np.ones(len(CELLS), dtype=np.bool_)
        for attribute, level in by:
            wanted = code(attribute, level)
            has = CELLS.codes[attribute] == (-1 if wanted is None else wanted)
            if attribute == "severity" and wanted is not None:
                has |= CELLS.label == 0
            expected &= has
        runs = runs_of(CELLS)
        found = runs.cells(chosen_runs(runs, by, code))
        assert found.tolist() == np.flatnonzero(expected).tolist()


class TestSpreadOut:
    """Ranges one after another."""

    def test_by_hand(self) -> None:
        """Two to four and seven; an empty one between adds nothing."""
        found = spread_out(np.array([2, 5, 7]), np.array([5, 5, 8]))
        assert found.tolist() == [2, 3, 4, 7]


class TestCouples:
    """Pairs by the runs of their cells."""

    @given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30), st.data())
    @settings(max_examples=60, deadline=None)
    def test_those_within_are_found(
        self, pairs: list[tuple[int, int]], data: st.DataObject
    ) -> None:
        """The same as looked at one by one."""
        cells = CELLS.where(np.arange(20))
        runs = runs_of(cells)
        chosen = np.array(
            data.draw(st.lists(st.booleans(), min_size=runs.starts.size, max_size=runs.starts.size))
        )
        first, second = (np.array([pair[i] for pair in pairs], dtype=np.int32) for i in (0, 1))
        found = couples_of(first, second, runs).within(chosen)
        inside = chosen[runs.of_cell]
        expected = np.flatnonzero(inside[first] & inside[second])
        assert sorted(found.tolist()) == expected.tolist()


class TestRanks:
    """Distinct scores."""

    def test_what_has_no_score_comes_last(self) -> None:
        """Its rank is the number of scores."""
        cells = Cells(
            codes={}, label=np.zeros(4, np.int8), score=np.array([0.5, np.nan, 0.1, 0.5]),
            exams=np.ones(4, np.int64),
        )  # fmt: skip
        ranks = ranks_of(cells)
        assert ranks.scores.tolist() == [0.1, 0.5]
        assert ranks.of_cell.tolist() == [1, 2, 0, 1]

    def test_among_some_cells(self) -> None:
        """Only scores that these have, and where each is among them."""
        ranks = ranks_of(CELLS)
        at = np.flatnonzero(CELLS.score > 0.25)
        scores, place = ranks.among(at)
        assert scores.tolist() == np.unique(CELLS.score[at]).tolist()
        assert (scores[place[ranks.of_cell[at]]] == CELLS.score[at]).all()
        assert place[-1] == scores.size
