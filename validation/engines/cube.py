"""Cube: rows added up into the cells of a view, in whichever order they come.

Where there are few enough possible cells, each has its place in one dense array from the start:
a row is then a handful of multiplications and additions. Otherwise the batches are sorted and
alike cells joined. Both give the same cells: all sums are whole numbers.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from validation.engines.rows import Array, Batch, Levels
from validation.engines.scores import Scale
from validation.errors import TableError
from validation.tallies import Cells, View
from validation.tallies.cells import (
    ALARM,
    ALARM_SQUARED,
    MISS,
    MISS_SQUARED,
    SCALES,
    SCORE,
    SCORE_SQUARED,
    WEIGHT,
    WEIGHT_SQUARED,
    located,
    sorted_codes,
)
from validation.tallies.content import EXACT
from validation.tallies.grids import RANK

Whole = npt.NDArray[np.int64]

MOST: Final = float(1 << 62)  # what a sum may come to, in its units
LOWEST_LABEL: Final = -2
LABELS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Room:
    """What the cells of one view may take while rows are added.

    Attributes
    ----------
    dense : int
        Bytes of the arrays in which every possible cell has its place.
    pending : int
        Rows that wait to be joined.
    """

    dense: int = 256 << 20
    pending: int = 4_000_000


PLENTY: Final = Room()


class Cube:
    """The cells of one view while rows are added.

    Parameters
    ----------
    attributes : sequence of str
        What exams are told apart by besides finding, partition and site.
    levels : mapping of str to tuple of str
    scale : Scale
        Where the score cells of the view begin.
    comparators : mapping of str to Scale
        Likewise for the comparators' scores that are kept; empty where none is.
    sums : sequence of str
        Which sums each cell keeps.
    keeps_readers : bool
    keeps_places : bool
        Whether it must be known afterwards into which cell each row fell.
    room : Room
    """

    def __init__(
        self,
        attributes: Sequence[str],
        levels: Levels,
        scale: Scale,
        *,
        comparators: Mapping[str, Scale],
        sums: Sequence[str],
        keeps_readers: bool = False,
        keeps_places: bool = False,
        room: Room = PLENTY,
    ) -> None:
        self.attributes = tuple(sorted(attributes))
        self._names = sorted_codes(dict.fromkeys(["finding", "partition", "site", *attributes]))
        self._sizes = [max(len(levels[name]), 1) for name in self._names]
        self._scale, self._comparators = scale, dict(sorted(comparators.items()))
        self.sums = tuple(sums)
        self._keeps_readers, self._keeps_places = keeps_readers, keeps_places
        places = math.prod(self._sizes) * LABELS * (scale.size + 1)
        fits = places * 8 * (1 + len(self.sums)) <= room.dense
        self.is_dense = fits and scale.is_grid and not comparators and not keeps_readers
        if self.is_dense:
            self._exams: Whole = np.zeros(places, dtype=np.int64)
            self._amounts = {name: np.zeros(places, dtype=np.int64) for name in self.sums}
        self._parts: list[Cells] = []
        self._numbers: Whole = np.zeros(0, dtype=np.int64)  # of the cells that are joined
        self._waiting: list[int] = []  # rows of the parts that are not
        self._pending = room.pending
        self._found: Whole = np.zeros(0, dtype=np.int64)
        self._loses = False  # whether a score that only ranks is not the one its cell begins at

    @property
    def grid(self) -> str:
        """How finely scores are kept; cells of ranks that each hold one score lose nothing."""
        return EXACT if self._scale.grid == RANK and not self._loses else self._scale.grid

    def keys(self, batch: Batch, cell: npt.NDArray[np.integer]) -> Whole:
        """Return the place of each row in the dense array, shape (n,)."""
        key = np.zeros(len(batch), dtype=np.int64)
        for name, size in zip(self._names, self._sizes, strict=True):
            if size > 1:
                key *= size
                key += batch.codes[name]
        key *= LABELS
        key += batch.label
        key -= LOWEST_LABEL
        key *= self._scale.size + 1
        key += cell
        return key

    def add(self, batch: Batch, amounts: Mapping[str, Whole]) -> list[Whole]:
        """Add rows with the amounts that each brings; return the keys of rows now in their cells.

        There is an array of keys for each batch that came to rest, in the order in which they
        were added. What waits to be joined comes to rest with a later batch, or in `settle`.
        """
        if not self.is_dense:
            self._parts.append(self._rows(batch, amounts))
            self._waiting.append(len(batch))
            return self.settle() if sum(self._waiting) > self._pending else []
        key = self.keys(batch, self._scale.place(batch.score))
        np.add.at(self._exams, key, 1)
        for name in self.sums:
            np.add.at(self._amounts[name], key, amounts[name])
        return [key]

    def settle(self) -> list[Whole]:
        """Put into cells what still waits for it; return the keys, batch by batch.

        A key is the number that a cell was given when it was first met, so that nothing need be
        kept of a row.
        """
        if not self._waiting:
            return []
        ends, self._waiting = np.cumsum(self._waiting), []
        joined_before = self._numbers.size
        cells, places = located(joined(self._parts))
        self._parts = [cells]
        numbers = np.full(len(cells), -1, dtype=np.int64)
        numbers[places[:joined_before]] = self._numbers
        new = np.flatnonzero(numbers < 0)
        numbers[new] = np.arange(joined_before, len(cells))
        self._numbers = numbers
        return np.split(numbers[places[joined_before:]], ends[:-1])

    def locate(self, key: Whole) -> Whole:
        """Return the place among the view's cells of rows with some keys."""
        return self._found[key]

    def _rows(self, batch: Batch, amounts: Mapping[str, Whole]) -> Cells:
        """Return each row as a cell of its own."""
        return Cells(
            codes={name: batch.codes[name].astype(np.int32) for name in self._names},
            label=batch.label.astype(np.int8),
            score=self._lowered(self._scale, batch.score),
            comparators={
                name: self._lowered(scale, batch.comparators[name])
                for name, scale in self._comparators.items()
            },
            readers=dict(batch.readers) if self._keeps_readers else {},
            exams=np.ones(len(batch), dtype=np.int64),
            sums={name: amounts[name] for name in self.sums},
        )

    def _lowered(self, scale: Scale, scores: Array) -> Array:
        """Return where the cells of some scores begin, and note whether that loses anything."""
        lower = scale.lowered(scores)
        if scale.grid == RANK and not self._loses:
            self._loses = bool(((lower != scores) & ~np.isnan(scores)).any())
        return lower

    def view(self) -> View:
        """Return the view with its cells in canonical order."""
        if not self.is_dense:
            self.settle()
            self._found = np.argsort(self._numbers)
            return View(attributes=self.attributes, grid=self.grid, cells=self._parts[0])
        place = np.flatnonzero(self._exams)
        if self._keeps_places:
            self._found = np.cumsum(self._exams > 0) - 1
        rest, cell = np.divmod(place, self._scale.size + 1)
        rest, label = np.divmod(rest, LABELS)
        codes: dict[str, Any] = {}
        for name, size in zip(self._names[::-1], self._sizes[::-1], strict=True):
            rest, code = np.divmod(rest, size)
            codes[name] = code.astype(np.int32)
        cells = Cells(
            codes={name: codes[name] for name in self._names},
            label=(label + LOWEST_LABEL).astype(np.int8),
            score=self._scale.values[cell],
            exams=self._exams[place],
            sums={name: self._amounts[name][place] for name in sorted(self.sums)},
        )
        return View(attributes=self.attributes, grid=self.grid, cells=cells)


def joined(parts: Sequence[Cells]) -> Cells:
    """Return the cells of several parts, one after the other."""
    first = parts[0]

    def chained(pick: str) -> dict[str, Any]:
        names = getattr(first, pick)
        return {
            name: np.concatenate([getattr(part, pick)[name] for part in parts]) for name in names
        }

    return Cells(
        codes=chained("codes"),
        label=np.concatenate([part.label for part in parts]),
        score=np.concatenate([part.score for part in parts]),
        comparators=chained("comparators"),
        readers=chained("readers"),
        exams=np.concatenate([part.exams for part in parts]),
        sums=chained("sums"),
    )


def fixed(values: npt.NDArray[np.float64], name: str) -> Whole:
    """Return numbers in the whole units of a sum, the nearest."""
    units = np.rint(values * float(1 << SCALES[name]))
    refuse_overflow(float(units.max(initial=0.0)))
    return units.astype(np.int64)


def refuse_overflow(total: float) -> None:
    """Refuse amounts that, in their units, are too large for a whole number of 64 bits.

    Raises
    ------
    TableError
        With what to do.
    """
    if not total < MOST:
        raise TableError(
            "the weights or costs are so high that they cannot be added exactly.",
            remedy="Divide all weights by one number, which changes no estimate, or give costs in "
            "a larger unit.",
        )


def amounts_of(batch: Batch, sums: Sequence[str]) -> dict[str, Whole]:
    """Return what each row brings to the sums, shape (n,) each; nothing where it does not count."""
    amounts: dict[str, Whole] = {}
    if SCORE in sums:
        score = np.nan_to_num(batch.score)
        weight = 1.0 if batch.weight is None else batch.weight
        amounts[SCORE] = fixed(score * weight, SCORE)
        amounts[SCORE_SQUARED] = fixed(score * score * weight, SCORE_SQUARED)
    if batch.weight is not None:
        amounts[WEIGHT] = fixed(batch.weight, WEIGHT)
        amounts[WEIGHT_SQUARED] = fixed(batch.weight**2, WEIGHT_SQUARED)
    for values, label, plain, squared in (
        (batch.miss, 1, MISS, MISS_SQUARED),
        (batch.alarm, 0, ALARM, ALARM_SQUARED),
    ):
        if plain in sums:
            cost = np.zeros(len(batch)) if values is None else np.nan_to_num(values)
            cost = np.where(batch.label == label, cost, 0.0)
            if batch.weight is not None:
                cost = cost * batch.weight
            amounts[plain], amounts[squared] = fixed(cost, plain), fixed(cost * cost, squared)
    return amounts
