"""Cells: how many exams share attributes, label and score, and sums over them.

A *cell* is a combination of a finding, a partition, a site, a level of each attribute that its
view keeps, a label, a score cell, and whatever else occurred together (comparators' scores,
readers' calls). Every sum over exams is kept as a whole number of fixed-point units, so that
neither the order of the rows nor the number of threads or machines can change a bit of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

MISSING: Final = "not recorded"  # the level of an attribute that a row leaves empty
UNLABELLED: Final = -1
INDETERMINATE: Final = -2  # the reference standard was applied and gave neither answer
NO_LABEL: Final = (UNLABELLED, INDETERMINATE)

SEVERITY: Final = "severity"  # the attribute of positives that says how grave the finding is

# Sums over the exams of a cell, in units of 2**-SCALE; each only where it says something.
SCORE, SCORE_SQUARED = "score", "score²"  # on grids that merge scores; times the weight, if any
WEIGHT, WEIGHT_SQUARED = "weight", "weight²"  # where rows are weighted
MISS, MISS_SQUARED = "miss", "miss²"  # what missing the exam would cost, where rows say so
ALARM, ALARM_SQUARED = "alarm", "alarm²"  # what a false alarm about it would cost, likewise
SCALES: Final[Mapping[str, int]] = {
    SCORE: 30, SCORE_SQUARED: 30, WEIGHT: 20, WEIGHT_SQUARED: 20,
    MISS: 20, MISS_SQUARED: 20, ALARM: 20, ALARM_SQUARED: 20,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """k cells as parallel arrays, in canonical order.

    Attributes
    ----------
    codes : mapping of str to int32 array, shape (k,)
        For "finding", "partition", "site" and each attribute that is kept: index into the
        tally's levels. A table without findings, partitions or sites has the one level "" there.
    label : int8 array, shape (k,)
        1, 0, `UNLABELLED` or `INDETERMINATE`.
    score : float64 array, shape (k,)
        The score itself where scores are kept exactly, else the lower edge of the score cell;
        NaN where the model gave none.
    comparators : mapping of str to float64 array, shape (k,)
        The comparators' scores on the same exams, likewise; NaN where there is none.
    readers : mapping of str to int8 array, shape (k,)
        What each reader said of the same exams: 1, 0, or `UNLABELLED`.
    exams : int64 array, shape (k,)
        How many exams fell into the cell; at least 1.
    sums : mapping of str to int64 array, shape (k,)
        Sums over the exams of the cell in units of 2**-SCALES[name].
    """

    codes: Mapping[str, npt.NDArray[np.int32]]
    label: npt.NDArray[np.int8]
    score: npt.NDArray[np.float64]
    comparators: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    readers: Mapping[str, npt.NDArray[np.int8]] = field(default_factory=dict)
    exams: npt.NDArray[np.int64]
    sums: Mapping[str, npt.NDArray[np.int64]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the cells."""
        return int(self.exams.size)

    def where(self, mask: npt.NDArray[Any]) -> "Cells":
        """Return some cells: those where a mask of shape (k,) is true, or of these indices."""
        return Cells(
            codes={name: codes[mask] for name, codes in self.codes.items()},
            label=self.label[mask],
            score=self.score[mask],
            comparators={name: scores[mask] for name, scores in self.comparators.items()},
            readers={name: calls[mask] for name, calls in self.readers.items()},
            exams=self.exams[mask],
            sums={name: amounts[mask] for name, amounts in self.sums.items()},
        )

    def bare(self, at: npt.NDArray[Any]) -> "Cells":
        """Return some cells without what else tells them apart than label and score."""
        return Cells(
            codes={},
            label=self.label[at],
            score=self.score[at],
            exams=self.exams[at],
            sums={name: amounts[at] for name, amounts in self.sums.items()},
        )

    def amount(self, name: str) -> npt.NDArray[np.float64]:
        """Return a sum over each cell's exams as a number, shape (k,).

        What is not kept is what it would be with one unit of it per exam: the weight is then the
        number of exams, and the sum of exact scores the score times their weight.
        """
        if name in self.sums:
            return np.asarray(self.sums[name] * 2.0 ** -SCALES[name], dtype=np.float64)
        if name in {WEIGHT, WEIGHT_SQUARED}:
            return self.exams.astype(np.float64)
        if name == SCORE:
            return self.amount(WEIGHT) * self.score
        if name == SCORE_SQUARED:
            return self.amount(WEIGHT) * self.score**2
        msg = f"the cells keep no sum “{name}”"
        raise KeyError(msg)


def in_order(cells: Cells) -> Cells:
    """Return the cells in canonical order.

    By finding, partition, site and the attributes in the order of their names, then label,
    score, the comparators' scores and the readers' calls in the order of theirs; what has no
    score stands last.
    """
    keys = _keys(cells)
    if not _is_in_order(keys):
        cells = cells.where(np.lexsort(keys[::-1]))  # the last key is the first to sort by
    return Cells(
        codes={name: cells.codes[name] for name in sorted_codes(cells.codes)},
        label=cells.label,
        score=cells.score,
        comparators={name: cells.comparators[name] for name in sorted(cells.comparators)},
        readers={name: cells.readers[name] for name in sorted(cells.readers)},
        exams=cells.exams,
        sums={name: cells.sums[name] for name in sorted(cells.sums)},
    )


def _keys(cells: Cells) -> list[npt.NDArray[Any]]:
    """Return what tells cells apart, the most telling first."""
    keys: list[npt.NDArray[Any]] = [cells.codes[name] for name in sorted_codes(cells.codes)]
    keys += [cells.label, cells.score]
    keys += [cells.comparators[name] for name in sorted(cells.comparators)]
    keys += [cells.readers[name] for name in sorted(cells.readers)]
    return keys


def sorted_codes(names: Mapping[str, object]) -> list[str]:
    """Return finding, partition and site, then the attributes by name."""
    first = ["finding", "partition", "site"]
    return first + sorted(set(names).difference(first))


def gathered(cells: Cells) -> Cells:
    """Return the cells in canonical order, those alike added up."""
    return located(cells)[0]


def located(cells: Cells) -> tuple[Cells, npt.NDArray[np.intp]]:
    """Return the cells in canonical order, those alike added up, and where each went.

    Returns
    -------
    cells : Cells
        m of them.
    places : int array, shape (k,)
        For each of the k cells given its place among the m.
    """
    order = np.lexsort(_keys(cells)[::-1])
    ordered = in_order(cells.where(order))
    places = np.zeros(len(cells), dtype=np.intp)
    if not len(cells):
        return ordered, places
    changes = np.zeros(len(ordered), dtype=np.bool_)
    changes[0] = True
    for key in _keys(ordered):
        same = key[1:] == key[:-1]
        if key.dtype.kind == "f":
            same |= np.isnan(key[1:]) & np.isnan(key[:-1])
        changes[1:] |= ~same
    starts = np.flatnonzero(changes)
    places[order] = np.cumsum(changes) - 1
    first = ordered.where(starts)
    added = Cells(
        codes=first.codes,
        label=first.label,
        score=first.score,
        comparators=first.comparators,
        readers=first.readers,
        exams=np.add.reduceat(ordered.exams, starts),
        sums={name: np.add.reduceat(amounts, starts) for name, amounts in ordered.sums.items()},
    )
    return added, places


def _is_in_order(keys: list[npt.NDArray[Any]]) -> bool:
    """Tell whether cells stand in order already: at their first difference, neighbours rise."""
    open_ = np.ones(max(keys[0].size - 1, 0), dtype=np.bool_)
    for key in keys:
        low, high = key[:-1], key[1:]
        falls, rises = low > high, low < high
        if key.dtype.kind == "f":  # what has no score stands last
            falls |= np.isnan(low) & ~np.isnan(high)
            rises |= ~np.isnan(low) & np.isnan(high)
        if bool((open_ & falls).any()):
            return False
        open_ &= ~rises
    return True
