"""Tests of the cells of a view while rows are added: where each row goes, and what is kept."""

import numpy as np
import pytest

from validation.engines.cube import Cube, Room
from validation.engines.rows import Batch, Levels
from validation.engines.scores import Scale
from validation.tallies import Cells
from validation.tallies.content import EXACT
from validation.tallies.grids import COARSE, edges

LEVELS: Levels = {"finding": ("",), "partition": ("",), "site": ("N", "S")}
SCALES = {"exact": Scale(grid=EXACT), "grid": Scale(grid=COARSE, edges=edges(COARSE, [0.5]))}


def batch(*rows: tuple[int, int, float]) -> Batch:
    """Return rows, each of a site, a label and a score."""
    site, label, score = (np.array(values) for values in zip(*rows, strict=True))
    none = np.zeros(len(rows), dtype=np.int32)
    return Batch(codes={"finding": none, "partition": none, "site": site}, label=label, score=score)


def cube(scale: Scale, *, dense: int = 0, pending: int) -> Cube:
    """Return an empty cube that knows where rows went."""
    return Cube(
        [], LEVELS, scale, comparators={}, sums=(), keeps_places=True,
        room=Room(dense=dense, pending=pending),
    )  # fmt: skip


def held(one: Cube) -> int:
    """Return the bytes of all arrays that a cube keeps."""
    parts = [vars(value) if isinstance(value, Cells) else {"": value}
             for value in (*vars(one).values(), *one._parts)]  # fmt: skip  # noqa: SLF001
    return sum(v.nbytes for part in parts for v in part.values() if isinstance(v, np.ndarray))


class TestSettle:
    """Where rows go."""

    @pytest.mark.parametrize("pending", [0, 2, 3, 100])
    @pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
    def test_each_row_is_found(self, scale: Scale, pending: int) -> None:
        """A key leads to the cell of its row, though the cell moved when others were joined."""
        batches = [
            batch((1, 1, 0.75), (1, 0, 0.25)),
            batch((0, 1, 0.5), (1, 1, 0.75), (0, 0, 0.0)),
            batch((1, 0, 0.25)),
            batch((0, 0, 0.5), (0, 1, 0.5)),
        ]
        one = cube(scale, pending=pending)
        keys = [key for rows in batches for key in one.add(rows, {})]
        keys += one.settle()
        assert [key.size for key in keys] == [len(rows) for rows in batches]
        cells = one.view().cells
        for rows, key in zip(batches, keys, strict=True):
            at = one.locate(key)
            assert cells.codes["site"][at].tolist() == rows.codes["site"].tolist()
            assert cells.label[at].tolist() == rows.label.tolist()
            assert cells.score[at].tolist() == scale.lowered(rows.score).tolist()

    def test_waits(self) -> None:
        """Up to a number of rows they wait, and come to rest together."""
        one = cube(SCALES["exact"], pending=2)
        rows = batch((0, 1, 0.5))
        assert [len(one.add(rows, {})) for _ in range(4)] == [0, 0, 3, 0]
        assert [len(one.settle()), len(one.settle())] == [1, 0]

    @pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
    def test_nothing_is_kept_of_a_row(self, scale: Scale) -> None:
        """A hundred times as many rows in the same cells take not a byte more."""
        one = cube(scale, pending=50)
        rows = batch(*[(i % 2, i % 2, (i % 8) / 8) for i in range(60)])
        one.add(rows, {})
        few = held(one)
        for _ in range(100):
            one.add(rows, {})
        assert held(one) == few > 0
