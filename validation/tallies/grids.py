"""Grids: where the cells begin in which neighbouring scores are counted together.

A dyadic grid has cells whose width is a power of two, so that every engine puts a score into the
same cell by one multiplication and one rounding down. Registered thresholds begin a cell of
their own: what is flagged at a registered threshold is known exactly, whatever the grid.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.tallies.content import EXACT

Array = npt.NDArray[np.float64]

FINE: Final = "dyadic-5632"
COARSE: Final = "dyadic-704"
RANK: Final = "float32-8"  # sign, exponent and 8 bits of the mantissa, for scores that only rank
# From where on, and how many cells there are to 1: fine near 0, where risks of rare diseases lie.
STEPS: Final = ((0.0, 1 << 17), (1 / 64, 1 << 14), (1 / 8, 1 << 11))
JOINED: Final = {FINE: 1, COARSE: 8}  # how many cells of the fine grid make one
RESOLUTION: Final = {EXACT: 0, FINE: 1, RANK: 1, COARSE: 2}  # the coarser, the higher


@lru_cache(maxsize=8)
def dyadic_edges(grid: str) -> Array:
    """Return the lower edges of a dyadic grid's cells on [0, 1], ascending, shape (k,)."""
    joined = JOINED[grid]
    ends = [start for start, _ in STEPS[1:]] + [1.0]
    parts = [
        np.arange(round(start * count), round(end * count), joined) / count
        for (start, count), end in zip(STEPS, ends, strict=True)
    ]
    edges = np.concatenate(parts)
    edges.setflags(write=False)
    return edges


@dataclass(frozen=True, kw_only=True, eq=False)
class Edges:
    """The lower edges of score cells, those of a grid and registered thresholds together.

    Attributes
    ----------
    grid : str
    thresholds : tuple of float
        Registered, ascending, each once; an exam at a threshold lies in the cell above it.
    """

    grid: str
    thresholds: tuple[float, ...]

    @property
    def lower(self) -> Array:
        """All lower edges, ascending; a threshold that is an edge of the grid stands twice."""
        return np.sort(np.concatenate([dyadic_edges(self.grid), self.thresholds]))

    def place(self, scores: Array) -> npt.NDArray[np.int64]:
        """Return for each score in [0, 1] its cell: how many edges lie at or below it, less one."""
        return np.asarray(np.searchsorted(self.lower, scores, side="right") - 1, dtype=np.int64)


def edges(grid: str, thresholds: Iterable[float]) -> Edges:
    """Return the edges of a grid with some registered thresholds."""
    return Edges(grid=grid, thresholds=tuple(sorted(set(thresholds))))


def coarsened(scores: Array, lower: Array) -> Array:
    """Return for each score the highest of some ascending lower edges that is not above it.

    What has no score has none afterwards.
    """
    place = np.searchsorted(lower, scores, side="right") - 1
    return np.where(np.isnan(scores), np.nan, lower[np.maximum(place, 0)])
