"""Groups: exams told apart by group, tabled once for every comparison of two groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from validation.clustering import sum_by
from validation.tallies.cells import SCORE, WEIGHT, Cells

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

SCORE_BINS = 10  # of the stability index
MODEL_BINS = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Groups:
    """Exams of several groups, g of them; every exam counts as one.

    Attributes
    ----------
    cells : Cells
        k of them.
    group : intp array, shape (k,)
        The group of each cell.
    size : int
        How many groups there are.
    attributes : mapping of str to int
        Whose shifts are asked for, and how many levels each has.
    probability : bool
        Whether scores may be read as probabilities.
    """

    cells: Cells
    group: Places
    size: int
    attributes: Mapping[str, int]
    probability: bool

    def tabled(self, places: Places, size: int, where: npt.NDArray[np.bool_]) -> Array:
        """Return the exams of each group at each of `size` places, shape (g, size)."""
        flat = self.group[where] * size + places[where]
        found = sum_by(flat, self.amounts[where], size=self.size * size)
        return found.reshape(self.size, size)

    @cached_property
    def amounts(self) -> Array:
        """The exams of each cell, shape (k,)."""
        return self.cells.exams.astype(np.float64)

    @cached_property
    def everywhere(self) -> npt.NDArray[np.bool_]:
        """Every cell, shape (k,)."""
        return np.ones(len(self.cells), dtype=np.bool_)

    @cached_property
    def scored(self) -> npt.NDArray[np.bool_]:
        """Which cells have a score, shape (k,)."""
        return ~np.isnan(self.cells.score)

    @cached_property
    def labelled(self) -> npt.NDArray[np.bool_]:
        """Which cells have a label, shape (k,)."""
        return self.cells.label >= 0

    @cached_property
    def exams(self) -> Array:
        """The exams of each group, shape (g, 1)."""
        return self.tabled(np.zeros(len(self.cells), dtype=np.intp), 1, self.everywhere)

    @cached_property
    def by_level(self) -> dict[str, Array]:
        """The exams of each group at each level of each attribute, shape (g, l)."""
        return {
            name: self.tabled(self.cells.codes[name].astype(np.intp), levels, self.everywhere)
            for name, levels in self.attributes.items()
        }

    @cached_property
    def by_label(self) -> Array:
        """The negatives and the positives of each group, shape (g, 2)."""
        return self.tabled(self.cells.label.astype(np.intp), 2, self.labelled)

    @cached_property
    def mean_scores(self) -> Array:
        """The mean score of each cell, shape (k,); NaN where there is none."""
        return self.cells.amount(SCORE) / self.cells.amount(WEIGHT)

    @cached_property
    def ranks(self) -> tuple[Array, Places]:
        """The distinct scores, ascending, and the place among them of each cell (0 if none)."""
        distinct, found = np.unique(self.cells.score[self.scored], return_inverse=True)
        places = np.zeros(len(self.cells), dtype=np.intp)
        places[self.scored] = found
        return distinct, places

    def of_scores(self, group: int) -> Array:
        """Return the exams of a group at each distinct score, shape (d,)."""
        chosen = self.scored & (self.group == group)
        distinct, places = self.ranks
        return sum_by(places[chosen], self.amounts[chosen], size=distinct.size)

    @cached_property
    def all_scores(self) -> Array:
        """The exams of all groups at each distinct score, shape (d,)."""
        distinct, places = self.ranks
        return sum_by(places[self.scored], self.amounts[self.scored], size=distinct.size)

    def bins(self, count: int) -> Places:
        """Return the bin of each cell among so many of about equal mass, shape (k,)."""
        middle = np.cumsum(self.all_scores) - self.all_scores / 2
        bins = (middle * count / max(1.0, self.all_scores.sum())).astype(np.intp)
        return bins[self.ranks[1]] if bins.size else np.zeros(len(self.cells), dtype=np.intp)

    @cached_property
    def by_score_bin(self) -> Array:
        """The exams of each group in each tenth of all scores, shape (g, 10)."""
        return self.tabled(self.bins(SCORE_BINS), SCORE_BINS, self.scored)

    @cached_property
    def inner(self) -> bool:
        """Whether scores are probabilities strictly between 0 and 1, with finite log-odds."""
        scores = self.mean_scores[self.scored]
        return self.probability and bool(((scores > 0) & (scores < 1)).all())

    @cached_property
    def predictor(self) -> Array:
        """The linear predictor of each cell, shape (k,): the log-odds, else the score itself."""
        scores = np.where(self.scored, self.mean_scores, 0.5)
        return np.log(scores) - np.log1p(-scores) if self.inner else scores

    @cached_property
    def powers(self) -> Array:
        """Scored exams of each group, the sum of their predictors and of squares, shape (g, 3)."""
        exams = self.amounts * self.scored
        return np.stack(
            [
                sum_by(self.group, exams * self.predictor**power, size=self.size)
                for power in (0, 1, 2)
            ],
            axis=1,
        )

    @cached_property
    def patterns(self) -> tuple[Array, Places, npt.NDArray[np.bool_]]:
        """What the membership model may use.

        Returns
        -------
        tuple
            The distinct patterns of levels, label and predictor, shape (u, c); the pattern of
            each cell, shape (k,); and which cells have one: labelled and scored ones.
        """
        used = self.scored & self.labelled
        bins = self.bins(MODEL_BINS)
        keys = [(self.cells.codes[name], levels) for name, levels in self.attributes.items()]
        key = self.cells.label[used] * MODEL_BINS + bins[used]
        for codes, levels in keys:
            key = key * levels + codes[used]
        _, first, found = np.unique(key, return_index=True, return_inverse=True)
        at = np.flatnonzero(used)[first]
        place = np.zeros(len(self.cells), dtype=np.intp)
        place[used] = found
        exams = self.amounts[used]
        mass = sum_by(bins[used], exams, size=MODEL_BINS)
        total = sum_by(bins[used], exams * self.predictor[used], size=MODEL_BINS)
        columns: list[npt.NDArray[Any]] = [
            codes[at, None] == np.arange(1, levels) for codes, levels in keys
        ]
        means = total / np.maximum(mass, 1)
        columns += [self.cells.label[at, None] == 1, means[bins[at], None]]
        return np.hstack(columns).astype(np.float64), place, used

    def of_patterns(self, group: int) -> Array:
        """Return the exams of a group with each pattern, shape (u,)."""
        design, place, used = self.patterns
        chosen = used & (self.group == group)
        return sum_by(place[chosen], self.amounts[chosen], size=len(design))

    @cached_property
    def all_patterns(self) -> Array:
        """The exams of all groups with each pattern, shape (u,)."""
        design, place, used = self.patterns
        return sum_by(place[used], self.amounts[used], size=len(design))
