"""Clustering: what exams of one patient add to the variance of a sum over exams."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Slots = npt.NDArray[np.int32]

ROOM: Final = 16  # places for two slots per pair, up to which pairs are added up


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Influences summed over patients: their squares within each class, their product across."""

    positives: float = 0.0
    negatives: float = 0.0
    across: float = 0.0

    @property
    def total(self) -> float:
        """The square of the sum of both."""
        return self.positives + self.negatives + 2 * self.across

    def __add__(self, other: "Sums") -> "Sums":
        """Return both together."""
        return Sums(
            positives=self.positives + other.positives,
            negatives=self.negatives + other.negatives,
            across=self.across + other.across,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Clusters:
    """Which labelled exams of a stratum are of one patient.

    An exam's *slot* is its label and the place of its score among `edges`: slot
    ``label * (b + 1) + place``; the place of an unscored exam is b.

    Attributes
    ----------
    edges : float64 array, shape (b,)
        Lower edges of score cells, ascending, at which pairs are told apart.
    first, second : int32 array, shape (p,)
        Slots of the two exams.
    pairs : float64 array, shape (p,)
        Unordered pairs of exams of one patient; weighted if rows are.
    patients, with_positives, with_negatives : int
        Patients with a labelled exam; with a scored positive one; with a scored negative one.
    """

    edges: Array
    first: Slots
    second: Slots
    pairs: Array
    patients: int
    with_positives: int
    with_negatives: int

    @cached_property
    def _positives(self) -> npt.NDArray[np.int8]:
        """How many exams of each pair have the finding, shape (p,)."""
        size = self.edges.size + 1
        return (self.first >= size).astype(np.int8) + (self.second >= size)

    def sums(self, scores: Array, influences: Sequence[Array], *, mass: Sequence[Array]) -> Sums:
        """Return what pairs of exams of one patient add to sums of squares.

        Parameters
        ----------
        scores : float64 array, shape (k,)
            Cells at least as fine as `edges`; a coarser cell takes the mean of its finer ones.
        influences : two float64 arrays, shape (k + 1,)
            Of negatives and of positives, the last entry of unscored exams.
        mass : two float64 arrays, shape (k + 1,)
            How much each finer cell counts for in that mean.
        """
        size = self.edges.size + 1
        coarse = np.searchsorted(self.edges, scores, side="right") - 1
        place = np.append(np.maximum(coarse, 0), size - 1)
        of_slot = np.concatenate(
            [
                _mean_by(place, one, weights=weights, size=size)
                for one, weights in zip(influences, mass, strict=True)
            ]
        )
        product = of_slot[self.first]
        product *= of_slot[self.second]
        product *= self.pairs
        negatives, across, positives = np.bincount(self._positives, weights=product, minlength=3)
        return Sums(
            positives=2 * float(positives), negatives=2 * float(negatives), across=float(across)
        )

    def products(self, cell_of_slot: npt.NDArray[np.intp], *, size: int = 4) -> Array:
        """Return how many ordered pairs lie in each two of some cells, shape (size, size).

        Parameters
        ----------
        cell_of_slot : int array, shape (2 * (b + 1),)
            From 0 to `size` - 1, or `size` for slots of which no exam is asked for.
        size : int
            How many cells there are: the four of a decision, unless said otherwise.
        """
        wide = size + 1
        at = cell_of_slot[self.first] * wide + cell_of_slot[self.second]
        found = np.bincount(at, weights=self.pairs, minlength=wide * wide)
        found = found.reshape(wide, wide)[:size, :size]
        return np.asarray(found + found.T, dtype=np.float64)


def together(
    first: Slots, second: Slots, pairs: Array, *, slots: int
) -> tuple[Slots, Slots, Array]:
    """Return pairs of slots, those alike added up where there are many for so few slots.

    Of millions of pairs a few hundred thousand are left, for every sum over them. Where most two
    slots have no pair they are given back as they are.

    Parameters
    ----------
    first, second : int32 array, shape (p,)
        Below `slots`; which of the two is the first does not matter.
    pairs : float64 array, shape (p,)
    slots : int
    """
    if slots * slots > ROOM * pairs.size:
        return first, second, pairs
    place = np.minimum(first, second).astype(np.intp)
    place *= slots
    place += np.maximum(first, second)
    found = sum_by(place, pairs, size=slots * slots)
    kept = np.flatnonzero(found)
    low, high = np.divmod(kept, slots)
    return low.astype(np.int32), high.astype(np.int32), found[kept]


def sum_by(
    place: npt.NDArray[np.intp], amounts: npt.NDArray[np.float64], *, size: int
) -> npt.NDArray[np.float64]:
    """Return for each of `size` places the sum of the amounts that fall there."""
    return np.asarray(np.bincount(place, weights=amounts, minlength=size), dtype=np.float64)


def _mean_by(place: npt.NDArray[np.intp], amounts: Array, *, weights: Array, size: int) -> Array:
    """Return for each of `size` places the weighted mean of what falls there; 0 for nothing."""
    total = sum_by(place, weights, size=size)
    found = sum_by(place, amounts * weights, size=size)
    return np.asarray(np.divide(found, total, out=np.zeros(size), where=total > 0))
