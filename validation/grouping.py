"""Grouping: where the cells and pairs of a stratum stand, found without looking at each.

Cells in canonical order stand in runs that share all attributes. A stratum is some of these
runs, so that a tally of a million cells is cut into hundreds of strata by a few comparisons each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from validation.tallies.cells import SEVERITY, Cells

Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Runs:
    """The runs of neighbouring cells that share all attributes, and being negative or not.

    Attributes
    ----------
    starts, ends : int array, shape (g,)
        Where in the cells each run begins, and where it ends, itself not included.
    first : Cells
        The first cell of each run, g of them.
    """

    starts: Indices
    ends: Indices
    first: Cells

    @cached_property
    def of_cell(self) -> npt.NDArray[np.int32]:
        """The run of each cell, shape (k,)."""
        return np.repeat(np.arange(self.starts.size, dtype=np.int32), self.ends - self.starts)

    def cells(self, chosen: Mask) -> Indices:
        """Return the places of the cells of some runs, ascending."""
        return spread_out(self.starts[chosen], self.ends[chosen])


def runs_of(cells: Cells) -> Runs:
    """Return the runs of cells that share all attributes.

    Whether a cell is of the negatives is told apart only where severity is, for which a
    stratum's negatives are looked up by it.
    """
    changes = np.zeros(len(cells), dtype=np.bool_)
    changes[:1] = True
    keys: list[npt.NDArray[np.generic]] = list(cells.codes.values())
    if SEVERITY in cells.codes:
        keys.append(cells.label == 0)
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    starts = np.flatnonzero(changes)
    return Runs(
        starts=starts,
        ends=np.append(starts[1:], len(cells))[: starts.size],
        first=cells.where(starts),
    )


def spread_out(starts: Indices, ends: Indices) -> Indices:
    """Return all whole numbers from each start up to its end, one range after another."""
    sizes = ends - starts
    before = np.cumsum(sizes) - sizes
    return np.asarray(np.repeat(starts - before, sizes) + np.arange(int(sizes.sum())))


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranks:
    """The distinct scores of some cells, and which of them each cell has.

    Attributes
    ----------
    scores : float64 array, shape (b,)
        Ascending.
    of_cell : int array, shape (k,)
        The place of the cell's score among them; b where it has none.
    """

    scores: npt.NDArray[np.float64]
    of_cell: Indices

    def where(self, at: Indices) -> "Ranks":
        """Return the ranks of some cells, among all the scores."""
        return Ranks(scores=self.scores, of_cell=self.of_cell[at])

    def among(self, at: Indices) -> tuple[npt.NDArray[np.float64], Indices]:
        """Return the scores that some cells have, ascending, and where each rank is among them.

        The latter has shape (b + 1,); its last entry, of no score, is the number of those scores;
        entries of ranks that do not occur mean nothing.
        """
        occurs = np.zeros(self.scores.size + 1, dtype=np.bool_)
        occurs[self.of_cell[at]] = True
        used = np.flatnonzero(occurs[:-1])
        place = np.zeros(self.scores.size + 1, dtype=np.intp)
        place[used] = np.arange(used.size)
        place[-1] = used.size
        return self.scores[used], place


def ranks_of(cells: Cells) -> Ranks:
    """Return the distinct scores of some cells, and which of them each cell has."""
    scores, of_cell = np.unique(cells.score, return_inverse=True)
    return Ranks(scores=scores[~np.isnan(scores)], of_cell=of_cell)


@dataclass(frozen=True, kw_only=True, eq=False)
class Couples:
    """Pairs of cells, by the runs in which their two cells lie.

    Attributes
    ----------
    order : int array, shape (p,)
        The pairs, those of the same two runs together.
    starts, ends : int array, shape (c,)
        Where in `order` each combination of runs begins and ends.
    one, other : int array, shape (c,)
        The two runs.
    """

    order: Indices
    starts: Indices
    ends: Indices
    one: Indices
    other: Indices

    def within(self, chosen: Mask) -> Indices:
        """Return the pairs of which both cells lie in some runs."""
        kept = chosen[self.one] & chosen[self.other]
        return self.order[spread_out(self.starts[kept], self.ends[kept])]


def couples_of(first: npt.NDArray[np.int32], second: npt.NDArray[np.int32], runs: Runs) -> Couples:
    """Return pairs of cells by the runs in which they lie."""
    size = max(runs.starts.size, 1)
    key = runs.of_cell[first].astype(np.int64) * size + runs.of_cell[second]
    order = np.argsort(key, kind="stable")
    combinations, starts = np.unique(key[order], return_index=True)
    return Couples(
        order=order,
        starts=starts,
        ends=np.append(starts[1:], key.size)[: starts.size],
        one=combinations // size,
        other=combinations % size,
    )


def chosen_runs(
    runs: Runs, by: Sequence[tuple[str, str]], code_of: Callable[[str, str], int | None]
) -> Mask:
    """Return which runs share the levels in `by`.

    A severity takes the negatives along: they are no less negative for how grave others are.

    Parameters
    ----------
    runs : Runs
    by : sequence of tuple of str
        Attribute and level.
    code_of : callable
        Gives the code of a level; None where no cell has it.
    """
    chosen = np.ones(runs.starts.size, dtype=np.bool_)
    for attribute, level in by:
        code = code_of(attribute, level)
        has = runs.first.codes[attribute] == (-1 if code is None else code)
        if attribute == SEVERITY and code is not None:
            has |= runs.first.label == 0
        chosen &= has
    return chosen
