"""Kin: which exams are of one patient, as pairs of cells and as patients per stratum.

Rows are kept as (patient, cell) until the cells are final, in memory while they are few and on
disk, parted by patient, when they are many; so that what is sorted at once is bounded.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.tallies import Cells, Pairs, Persons
from validation.tallies.cells import SEVERITY
from validation.tallies.content import Place

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

AT_ONCE: Final = 12_000_000  # rows that are sorted in memory
PARTS: Final = 64
_ROW: Final = np.dtype([("patient", "<i8"), ("key", "<i8"), ("weight", "<f8"), ("first", "?")])
_SCATTER: Final = np.uint64(0x9E3779B97F4A7C15)  # spreads neighbouring numbers over the parts


class Kin:
    """The rows of all exams whose patient is known, while they are collected."""

    def __init__(self, *, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._rows: list[npt.NDArray[np.void]] = []
        self._held = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def add(
        self,
        patient: Whole,
        key: Whole,
        *,
        weight: npt.NDArray[np.float64] | None,
        first: Mask | None,
    ) -> None:
        """Add the rows of some exams; `key` names the cell that each falls into."""
        rows = np.empty(patient.size, dtype=_ROW)
        rows["patient"], rows["key"] = patient, key
        rows["weight"] = 1.0 if weight is None else weight
        rows["first"] = True if first is None else first
        self._rows.append(rows)
        self._held += rows.size
        if self._held > self._at_once:
            self._spill()

    def _spill(self) -> None:
        """Write what is held to the disk, the rows of one patient into one file."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="cmr-kin-")
        for rows in self._rows:
            mixed = rows["patient"].astype(np.uint64) * _SCATTER
            part = (mixed >> np.uint64(58)).astype(np.intp)
            for number in range(PARTS):
                with (Path(self._folder.name) / f"{number}").open("ab") as file:
                    rows[part == number].tofile(file)
        self._rows, self._held = [], 0

    def parts(self) -> Iterator[npt.NDArray[np.void]]:
        """Yield all rows, those of one patient in the same part."""
        if self._folder is None:
            if self._rows:
                yield np.concatenate(self._rows)
            return
        self._spill()
        for number in range(PARTS):
            path = Path(self._folder.name) / f"{number}"
            rows = np.fromfile(path, dtype=_ROW)
            if rows.size:
                yield rows

    def close(self) -> None:
        """Delete what was written."""
        if self._folder is not None:
            self._folder.cleanup()
        self._rows = []


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    """Some rows with all the exams of their patients, and every pair of them.

    Attributes
    ----------
    cell, one, other : int array
        The cell of each row, shape (n,); the rows of each pair, shape (p,), the earlier first.
    """

    cell: Whole
    one: Whole
    other: Whole
    weight: npt.NDArray[np.float64]
    first: Mask


def related(
    kin: Kin,
    cells: Cells,
    locate: Callable[[Whole], Whole],
    levels: Mapping[str, tuple[str, ...]],
    margins: Sequence[tuple[str, ...]],
    *,
    weighted: bool,
) -> tuple[Pairs, dict[Place, Persons]]:
    """Return the pairs of exams of one patient, and the patients of each stratum.

    Parameters
    ----------
    kin : Kin
    cells : Cells
        The cells of the last view, in canonical order.
    locate : callable
        From the keys under which rows were added to the places of their cells.
    levels : mapping of str to tuple of str
    margins : sequence of tuple of str
        The attributes by which patients are counted; () for all of them.
    weighted : bool
        Whether pairs count as the product of their weights.
    """
    firsts, seconds, counts = [], [], []
    tables = _Tables(cells, levels, margins)
    for rows in kin.parts():
        part = _part_of(rows, locate)
        tables.add(part)
        pair = _pairs_of(part, cells, weighted=weighted)
        for found, all_found in zip(pair, (firsts, seconds, counts), strict=True):
            all_found.append(found)
    return _summed(firsts, seconds, counts, len(cells)), tables.persons()


def _part_of(rows: npt.NDArray[np.void], locate: Callable[[Whole], Whole]) -> _Part:
    cell = locate(rows["key"])
    order = np.argsort(rows["patient"], kind="stable")
    patient = rows["patient"][order]
    ones, others = [], []
    at = np.arange(max(patient.size - 1, 0))
    lag = 1
    while at.size:
        at = at[at + lag < patient.size]
        at = at[patient[at] == patient[at + lag]]
        ones.append(order[at])
        others.append(order[at + lag])
        lag += 1
    empty = np.zeros(0, dtype=np.int64)
    return _Part(
        cell=np.asarray(cell, dtype=np.int64),
        one=np.concatenate([empty, *ones]),
        other=np.concatenate([empty, *others]),
        weight=rows["weight"],
        first=rows["first"],
    )


def _pairs_of(part: _Part, cells: Cells, *, weighted: bool) -> tuple[Whole, Whole, Whole]:
    """Return the pairs of labelled exams of one finding and partition: cells and counts."""
    one, other = part.cell[part.one], part.cell[part.other]
    kept = (cells.label[one] >= 0) & (cells.label[other] >= 0)
    for name in ("finding", "partition"):
        kept &= cells.codes[name][one] == cells.codes[name][other]
    low, high = np.minimum(one, other)[kept], np.maximum(one, other)[kept]
    count = np.ones(low.size, dtype=np.int64)
    if weighted:
        product = part.weight[part.one[kept]] * part.weight[part.other[kept]]
        count = np.floor(product * (1 << 20)).astype(np.int64)
    return _added(low, high, count, len(cells))


def _added(low: Whole, high: Whole, count: Whole, size: int) -> tuple[Whole, Whole, Whole]:
    """Return the pairs in order, those alike added up."""
    key = low * size + high
    order = np.argsort(key, kind="stable")
    key, count = key[order], count[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    if not starts.size:
        return low, high, count
    low, high = np.divmod(key[starts], size)
    return low, high, np.add.reduceat(count, starts)


def _summed(
    firsts: Sequence[Whole], seconds: Sequence[Whole], counts: Sequence[Whole], size: int
) -> Pairs:
    empty = np.zeros(0, dtype=np.int64)
    low, high, count = _added(
        np.concatenate([empty, *firsts]),
        np.concatenate([empty, *seconds]),
        np.concatenate([empty, *counts]),
        max(size, 1),
    )
    return Pairs(first=low.astype(np.int32), second=high.astype(np.int32), count=count)


class _Tables:
    """Patients per stratum, summed over parts."""

    def __init__(
        self,
        cells: Cells,
        levels: Mapping[str, tuple[str, ...]],
        margins: Sequence[tuple[str, ...]],
    ) -> None:
        self._levels, self._cells = levels, cells
        findings = [("finding", "partition")]
        if len(levels["finding"]) > 1:  # once more, whatever the finding
            findings.append(("partition",))
        self._keys = [(*head, *margin) for head in findings for margin in margins]
        if SEVERITY in levels:  # the positives of a level stand beside all negatives
            grave = [level for level in levels[SEVERITY] if level]
            self._keys += [(*head, f"{SEVERITY}={level}") for head in findings for level in grave]
        self._sizes = {key: [len(levels[name]) for name in _named(key)] for key in self._keys}
        self._codes = {key: self._code(key) for key in self._keys}
        self._found = {
            key: np.zeros((4, int(np.prod(self._sizes[key]))), dtype=np.int64) for key in self._keys
        }

    def _inside(self, key: tuple[str, ...]) -> Mask | None:
        """Return which cells a count is of, where it is not of all."""
        name, _, level = key[-1].partition("=")
        if not level:
            return None
        code = self._levels[name].index(level)
        return np.asarray((self._cells.codes[name] == code) | (self._cells.label == 0))

    def _code(self, key: tuple[str, ...]) -> Whole:
        """Return for each cell its combination of levels as one number."""
        code = np.zeros(len(self._cells), dtype=np.int64)
        for name, size in zip(_named(key), self._sizes[key], strict=True):
            code = code * size + self._cells.codes[name]
        return code

    def add(self, part: _Part) -> None:
        """Count the patients of a part."""
        scored = ~np.isnan(self._cells.score)
        classes = [scored & (self._cells.label == label) for label in (1, 0)]
        of_one, of_other = part.one, part.other
        for key in self._keys:
            code = self._codes[key][part.cell]
            counted = part.first if key[0] != "finding" else np.ones(code.size, dtype=np.bool_)
            inside = self._inside(key)
            if inside is not None:
                counted = counted & inside[part.cell]
                of_class = [chosen[part.cell] & inside[part.cell] for chosen in classes]
            else:
                of_class = [chosen[part.cell] for chosen in classes]
            together = np.flatnonzero(code[of_one] == code[of_other])
            one, other = of_one[together], of_other[together]
            found, size = self._found[key], self._found[key].shape[1]
            for place, chosen in ((0, counted), (2, of_class[0]), (3, of_class[1])):
                both = chosen[one] & chosen[other]
                again = np.zeros(code.size, dtype=np.bool_)
                again[other[both]] = True
                found[place] += np.bincount(code[chosen & ~again], minlength=size)
                if place == 0:
                    several = np.zeros(code.size, dtype=np.bool_)
                    several[one[both]] = True
                    found[1] += np.bincount(code[several & chosen & ~again], minlength=size)

    def persons(self) -> dict[Place, Persons]:
        """Return the patients of every stratum that has any."""
        persons: dict[Place, Persons] = {}
        for key in self._keys:
            found = self._found[key]
            for combined in np.flatnonzero(found[0]):
                place = self._place(key, int(combined))
                counted = [int(n) for n in found[:, combined]]
                persons[place] = Persons(
                    patients=counted[0],
                    repeated=counted[1],
                    with_positives=counted[2],
                    with_negatives=counted[3],
                )
        return persons

    def _place(self, key: tuple[str, ...], combined: int) -> Place:
        named: dict[str, str] = {}
        for name, size in zip(_named(key)[::-1], self._sizes[key][::-1], strict=True):
            combined, code = divmod(combined, size)
            named[name] = self._levels[name][code]
        name, _, level = key[-1].partition("=")
        if level:
            named[name] = level
        finding, partition = named.pop("finding", ""), named.pop("partition")
        return finding, partition, tuple(sorted(named.items()))


def _named(key: tuple[str, ...]) -> tuple[str, ...]:
    """Return the attributes of a key that are told apart by their code."""
    return tuple(name for name in key if "=" not in name)
