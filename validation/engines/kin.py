"""Kin: which exams are of one patient, as pairs of cells and as patients per stratum.

Rows are kept as (patient, cell) until the cells are final, in memory while they are few and on
disk, parted by patient, when they are many; so that what is sorted at once is bounded.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from typing import Protocol as Interface

import numpy as np
import numpy.typing as npt

from validation.engines.cube import refuse_overflow
from validation.engines.persons import Part, Tables
from validation.errors import TableError
from validation.tallies import Cells, Pairs, Persons
from validation.tallies.cells import SCALES, WEIGHT
from validation.tallies.content import Place

Whole = npt.NDArray[np.int64]

AT_ONCE: Final = 6_000_000  # rows that are held in memory
PARTS: Final = 64
MOST_PAIRS: Final = 100_000_000  # of the rows that are looked at together
_SCATTER: Final = np.uint64(0x9E3779B97F4A7C15)  # spreads neighbouring numbers over the parts


def kind_of_rows(*, weighted: bool, names_exams: bool) -> np.dtype[np.void]:
    """Return the fields of a row of an exam whose patient is known."""
    fields = [("patient", "<i8"), ("key", "<i8")]
    return np.dtype(fields + [("weight", "<f8")] * weighted + [("exam", "<i8")] * names_exams)


class Parts(Interface):
    """Rows of exams whose patients are known, parted by patient."""

    def parts(self) -> Iterator[npt.NDArray[np.void]]:
        """Yield all rows, those of one patient in the same part."""
        ...


class Kin:
    """The rows of all exams whose patient is known, while they are collected.

    Parameters
    ----------
    weighted : bool
        Whether rows have sampling weights.
    names_exams : bool
        Whether several rows may be of one exam, so that it must be known which are.
    at_once : int
        How many rows may be held in memory.
    """

    def __init__(
        self, *, weighted: bool = False, names_exams: bool = False, at_once: int = AT_ONCE
    ) -> None:
        self._kind = kind_of_rows(weighted=weighted, names_exams=names_exams)
        self._weighted, self._names_exams = weighted, names_exams
        self._at_once = at_once
        self._rows: list[npt.NDArray[np.void]] = []
        self._held = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def add(
        self,
        patient: Whole,
        key: Whole,
        *,
        weight: npt.NDArray[np.float64] | None = None,
        exam: Whole | None = None,
    ) -> None:
        """Add the rows of some exams; `key` names the cell that each falls into.

        Weights and exams are needed where they were announced, and ignored elsewhere.
        """
        rows = np.empty(patient.size, dtype=self._kind)
        rows["patient"], rows["key"] = patient, key
        if self._weighted:
            rows["weight"] = weight
        if self._names_exams:
            rows["exam"] = exam
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
            part = (mixed >> np.uint64(58)).astype(np.uint8)
            order = np.argsort(part, kind="stable")
            ends = np.cumsum(np.bincount(part, minlength=PARTS))
            for number, chosen in enumerate(np.split(order, ends[:-1])):
                with (Path(self._folder.name) / f"{number}").open("ab") as file:
                    rows[chosen].tofile(file)
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
            rows = np.fromfile(path, dtype=self._kind)
            if rows.size:
                yield rows

    def close(self) -> None:
        """Delete what was written."""
        if self._folder is not None:
            self._folder.cleanup()
        self._rows = []


def related(
    kin: Parts,
    cells: Cells,
    locate: Callable[[Whole], Whole],
    levels: Mapping[str, tuple[str, ...]],
    margins: Sequence[tuple[str, ...]],
    *,
    alone: tuple[Whole, Whole] | None = None,
) -> tuple[Pairs, dict[Place, Persons]]:
    """Return the pairs of exams of one patient, and the patients of each stratum.

    Parameters
    ----------
    kin : Parts
    cells : Cells
        The cells of the last view, in canonical order.
    locate : callable
        From the keys under which rows were added to the places of their cells.
    levels : mapping of str to tuple of str
    margins : sequence of tuple of str
        The attributes by which patients are counted; () for all of them.
    alone : pair of int array, optional
        Patients of one exam who are in no part: the places of cells, and how many are in each.

    Raises
    ------
    TableError
        When patients have so many exams that their pairs cannot be counted, or weights are so
        high that they cannot be added.
    """
    found: list[tuple[Whole, Whole]] = []
    tables = Tables(cells, levels, margins)
    for rows in kin.parts():
        part = _part_of(rows, locate)
        tables.add(part)
        found.append(_pairs_of(part, cells))
    if alone is not None:
        tables.add_alone(*alone)
    return _summed(found, len(cells)), tables.persons()


def _part_of(rows: npt.NDArray[np.void], locate: Callable[[Whole], Whole]) -> Part:
    cell = locate(rows["key"])
    order = np.argsort(rows["patient"], kind="stable")
    patient = rows["patient"][order]
    _refuse_crowds(patient)
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
    whose = np.empty(patient.size, dtype=np.int64)
    whose[order] = np.cumsum(np.diff(patient, prepend=patient[:1]) != 0)
    return Part(
        cell=np.asarray(cell, dtype=np.int64),
        patient=whose,
        one=np.concatenate([empty, *ones]),
        other=np.concatenate([empty, *others]),
        weight=_field(rows, "weight"),
        exam=_field(rows, "exam"),
    )


def _field(rows: npt.NDArray[np.void], name: str) -> Any:  # noqa: ANN401  (numbers of any kind)
    """Return a field of rows; None where they have none of that name."""
    return rows[name] if name in (rows.dtype.names or ()) else None


def _refuse_crowds(patient: Whole) -> None:
    """Refuse patients in order who have too many exams for their pairs to be counted."""
    ends = np.flatnonzero(np.diff(patient, append=patient[-1:] + 1))
    exams = np.diff(ends, prepend=-1)
    pairs = float((exams.astype(np.float64) * (exams - 1) / 2).sum())
    if pairs > MOST_PAIRS:
        raise too_many_pairs(int(exams.max()), pairs)


def too_many_pairs(most: int, pairs: float) -> TableError:
    """Return what is to be said where a patient has `most` exams and pairs cannot be counted."""
    return TableError(
        f"one patient has {most:,} exams, and there are {pairs:,.0f} pairs of "
        "exams of one patient, which are too many to be counted.",
        remedy="See whether the column really names patients, and whether a word for nobody "
        "stands in it; or take it out of the protocol.",
    )


def _pairs_of(part: Part, cells: Cells) -> tuple[Whole, Whole]:
    """Return the pairs of labelled exams of one finding and partition: keys and counts.

    The key of a pair tells its two cells, the lower times the number of cells plus the higher.
    """
    one, other = part.cell[part.one], part.cell[part.other]
    kept = (cells.label[one] >= 0) & (cells.label[other] >= 0)
    for name in ("finding", "partition"):
        kept &= cells.codes[name][one] == cells.codes[name][other]
    key = np.minimum(one, other)[kept] * len(cells) + np.maximum(one, other)[kept]
    count = np.ones(key.size, dtype=np.int64)
    if part.weight is not None:
        product = (
            part.weight[part.one[kept]] * part.weight[part.other[kept]] * float(1 << SCALES[WEIGHT])
        )
        refuse_overflow(float(product.sum()))
        count = np.rint(product).astype(np.int64)
    return _added(key, count)


def _added(key: Whole, count: Whole) -> tuple[Whole, Whole]:
    """Return the pairs in order, those alike added up."""
    order = np.argsort(key, kind="stable")
    key, count = key[order], count[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    if not starts.size:
        return key, count
    return key[starts], np.add.reduceat(count, starts)


def _summed(found: list[tuple[Whole, Whole]], size: int) -> Pairs:
    """Return the pairs of all parts, those alike added up; `found` is emptied on the way."""
    none = np.zeros(0, dtype=np.int64)
    key = np.concatenate([none, *(part[0] for part in found)])
    count = np.concatenate([none, *(part[1] for part in found)])
    found.clear()  # The parts need as much memory as what they are joined to.
    key, count = _added(key, count)
    first = (key // size).astype(np.int32)
    return Pairs(first=first, second=(key - first * np.int64(size)).astype(np.int32), count=count)
