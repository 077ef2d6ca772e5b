"""Scores: the cell of each score on a grid, by one multiplication and one look-up."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.tallies.content import EXACT
from validation.tallies.grids import RANK, Edges

Array = npt.NDArray[np.float64]

_FINEST: Final = 1 << 17  # one over the width of the narrowest dyadic cell
_MANTISSA: Final = 8  # bits that the cells of ranks keep of a float32's mantissa
_LARGEST: Final = np.float32(np.finfo(np.float32).max).view(np.int32)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Where the score cells of one view begin; exact, dyadic, or by rank.

    Attributes
    ----------
    grid : str
    edges : Edges or None
        Of a dyadic grid.
    thresholds : tuple of float
        Registered, for ranks.
    """

    grid: str
    edges: Edges | None = None
    thresholds: tuple[float, ...] = ()

    @property
    def is_grid(self) -> bool:
        """Whether its cells are known before any row is."""
        return self.edges is not None

    @property
    def size(self) -> int:
        """How many cells there are; 0 where that depends on the rows."""
        return 0 if self.edges is None else self.edges.lower.size

    @cached_property
    def values(self) -> Array:
        """The lower edge of each cell, and NaN for what has no score, shape (size + 1,)."""
        lower = np.zeros(0) if self.edges is None else self.edges.lower
        return np.append(lower, np.nan)

    @cached_property
    def _table(self) -> npt.NDArray[np.int32]:
        """The cell of each of the narrowest dyadic cells' lower edges, and of no score."""
        assert self.edges is not None  # noqa: S101  (asked only of grids)
        found = self.edges.place(np.arange(_FINEST + 1) / _FINEST)
        return np.append(found, self.size).astype(np.int32)

    @cached_property
    def _parted(self) -> npt.NDArray[np.bool_]:
        """Whether a registered threshold parts one of the narrowest dyadic cells."""
        assert self.edges is not None  # noqa: S101  (asked only of grids)
        parted = np.zeros(_FINEST + 2, dtype=np.bool_)
        scaled = np.array(self.edges.thresholds) * _FINEST
        inside = scaled[(scaled >= 0) & (scaled < _FINEST)]
        parted[np.floor(inside[inside != np.floor(inside)]).astype(np.int64)] = True
        return parted

    def place(self, scores: Array) -> npt.NDArray[np.int32]:
        """Return the cell of each score in [0, 1] on a dyadic grid; the last for no score."""
        assert self.edges is not None  # noqa: S101  (asked only of grids)
        missing = np.isnan(scores)
        scaled = np.where(missing, _FINEST + 1, scores * _FINEST).astype(np.int32)
        cell = self._table[scaled]
        close = np.flatnonzero(self._parted[scaled])
        if close.size:
            cell[close] = self.edges.place(scores[close])
        return cell

    def lowered(self, scores: Array) -> Array:
        """Return each score's lower edge; the score itself where scores are kept exactly."""
        if self.grid == EXACT:
            return scores + 0.0
        if self.grid == RANK:
            return ranked(scores, self.thresholds)
        return self.values[self.place(scores)]


def ranked(scores: Array, thresholds: tuple[float, ...]) -> Array:
    """Return the lower edge of each score's cell among those that keep the order of the scores.

    A cell holds the numbers that agree in sign, exponent and the first bits of the mantissa as
    float32; a registered threshold begins a cell of its own. Beyond float32's range, scores stand
    in its outermost cells, of which the lowest begins at the lowest of all numbers.
    """
    bound = float(np.finfo(np.float32).max)
    single = np.clip(scores + 0.0, -bound, bound).astype(np.float32)
    # A float32 may lie above the number it stands for: the cell must not begin above the score.
    above = single.astype(np.float64) > scores
    with np.errstate(over="ignore"):  # below the lowest float32 lies minus infinity
        single[above] = np.nextafter(single[above], np.float32(-np.inf))
    bits = single.view(np.int32)
    magnitude = bits & np.int32(0x7FFFFFFF)
    step = np.int32(1 << (23 - _MANTISSA))
    # Away from 0 for negative numbers, so that the edge is the lower one on either side.
    up = np.minimum(magnitude, _LARGEST) + (step - 1)
    rounded = np.where(bits < 0, up, magnitude) & ~(step - 1)
    size = rounded.astype(np.int32).view(np.float32).astype(np.float64)
    lower = np.where(bits < 0, -np.minimum(size, np.finfo(np.float64).max), size)
    edges = np.array(thresholds)
    if edges.size:
        place = np.searchsorted(edges, scores, side="right") - 1
        at = np.where(place >= 0, edges[np.maximum(place, 0)], -np.inf)
        lower = np.maximum(lower, at)
    return np.where(np.isnan(scores), np.nan, lower + 0.0)
