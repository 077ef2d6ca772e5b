"""Counts: what one stratum is reduced to before anything is measured on it."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from validation.clustering import Array, Clusters, Sums, sum_by
from validation.confusion import Confusion
from validation.grouping import Ranks, ranks_of
from validation.masses import Moments, RowCosts, Weights, moments_of, row_costs_of, weights_of
from validation.overlapping import Spans, spans_of
from validation.tallies.cells import INDETERMINATE, MISS, SCORE, UNLABELLED, WEIGHT, Cells

__all__ = [
    "Clusters",
    "Confusion",
    "Moments",
    "RowCosts",
    "ScoreCounts",
    "Sums",
    "Weights",
    "count_apart",
    "count_scores",
    "remembered",
    "sum_by",
]

Asked = ParamSpec("Asked")
Given = TypeVar("Given")


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreCounts:
    """One stratum: labelled exams per distinct score, and those that no score or label has.

    Attributes
    ----------
    scores : float64 array, shape (k,)
        The distinct scores, ascending; on a grid the lower edges of the cells.
    positives, negatives : float64 array, shape (k,)
        Labelled exams with that score; whole numbers.
    unscored_positives, unscored_negatives : int
        Labelled exams without a score.
    unlabelled : int
        Exams without a label; they count as exams and in no metric.
    indeterminate : int
        Exams on which the reference standard gave no answer; likewise.
    moments : Moments or None
        None where every score is kept as it is.
    weights : Weights or None
        None where every exam counts as one.
    row_costs : RowCosts or None
    clusters : Clusters or None
        None where exams are independent, or not known to be otherwise.
    effects : mapping of str to float
        Design effects per metric, stated by whoever held the rows; used where there are no
        clusters.
    hidden : tuple of str
        Which of "positives", "negatives", "unscored" and "unlabelled" are too few to be told;
        those exams are not among the counts.
    apart : ScoreCounts or None
        The same exams in the cells that each site told, ascending by their mean scores, which may
        overlap; None where all cells are on the same edges to begin with.
    spans : Spans or None
        Where such cells begin and end; of `apart` alone.
    ranked : bool
        Whether scores that only rank were merged into cells; of those no moments are kept.
    memory : dict
        What was worked out once, by `remembered`.
    """

    scores: Array
    positives: Array
    negatives: Array
    unscored_positives: int = 0
    unscored_negatives: int = 0
    unlabelled: int = 0
    indeterminate: int = 0
    moments: Moments | None = None
    weights: Weights | None = None
    row_costs: RowCosts | None = None
    clusters: Clusters | None = None
    effects: Mapping[str, float] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    apart: "ScoreCounts | None" = None
    spans: Spans | None = None
    ranked: bool = False
    memory: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def is_merged(self) -> bool:
        """Whether a score may be another than the one its cell begins at."""
        return self.ranked or self.moments is not None

    @property
    def finest(self) -> "ScoreCounts":
        """The same exams in the finest cells there are, for figures that need no common edges."""
        return self if self.apart is None else self.apart

    @property
    def means(self) -> Array:
        """The mean score of each cell, shape (k,)."""
        return self.scores if self.moments is None else self.moments.means

    @property
    def mass_of_positives(self) -> Array:
        """What the positives of each cell count for: their weights, else one each, shape (k,)."""
        return self.positives if self.weights is None else self.weights.positives[:-1]

    @property
    def mass_of_negatives(self) -> Array:
        """What the negatives of each cell count for, likewise."""
        return self.negatives if self.weights is None else self.weights.negatives[:-1]

    @cached_property
    def kind(self) -> str:
        """What intervals had to heed, as their methods' names end: "-clustered", "-weighted"."""
        clustered = "-clustered" if self.clusters is not None or self.effects else ""
        return clustered + ("" if self.weights is None else "-weighted")

    @cached_property
    def by_label(self) -> tuple[Array, Array]:
        """What exams of a label count for per cell, shape (k + 1,): negatives, then positives."""
        if self.weights is not None:
            return self.weights.negatives, self.weights.positives
        return (
            np.append(self.negatives, self.unscored_negatives),
            np.append(self.positives, self.unscored_positives),
        )

    @cached_property
    def squared_by_label(self) -> tuple[Array, Array]:
        """The sums of the squares of what exams count for, likewise."""
        if self.weights is not None:
            return self.weights.negatives_squared, self.weights.positives_squared
        return self.by_label

    def sums(self, of_positives: Array, of_negatives: Array) -> Sums:
        """Return what influences add up to by patient, squared and crossed between the classes.

        Parameters
        ----------
        of_positives, of_negatives : float64 array, shape (k,) or (k + 1,)
            What one exam of a cell adds, per unit of its weight; the last entry is that of
            exams without a score, 0 where it is left out.
        """
        size = self.scores.size
        squares = [
            float(amounts[: one.size] @ np.square(one))
            for amounts, one in zip(
                self.squared_by_label, (of_negatives, of_positives), strict=True
            )
        ]
        alone = Sums(negatives=squares[0], positives=squares[1])
        if self.clusters is None:
            return alone
        influences = tuple(
            one if one.size > size else np.append(one, 0.0) for one in (of_negatives, of_positives)
        )
        return alone + self.clusters.sums(self.scores, influences, mass=self.by_label)

    def variance(self, metric: str, of_positives: Array, of_negatives: Array) -> float:
        """Return the variance of a sum of influences over the labelled exams.

        Exams of one patient vary together where the table says which they are; where only a
        design effect is stated for the metric, it multiplies the variance of independent exams.

        Parameters
        ----------
        metric : str
            Under whose name a design effect may be stated.
        of_positives, of_negatives : float64 array, shape (k,) or (k + 1,)
            As in `sums`.

        References
        ----------
        Binder DA. On the variances of asymptotically normal estimators from complex surveys.
        Int Stat Rev 1983;51(3):279-292. doi:10.2307/1402588
        """
        found = self.sums(of_positives, of_negatives)
        return max(0.0, found.total) * self.stated_effect(metric)

    def design_effect(self, metric: str, of_positives: Array, of_negatives: Array) -> float:
        """Return how many times larger `variance` is than if exams were independent.

        Weights are no part of it; it is 1 where nothing varies.
        """
        if self.clusters is None:
            return self.stated_effect(metric)
        alone = replace(self, clusters=None).sums(of_positives, of_negatives).total
        return self.variance(metric, of_positives, of_negatives) / alone if alone > 0 else 1.0

    def stated_effect(self, metric: str) -> float:
        """Return the design effect stated for a metric: 1 where none is, or the pairs are known."""
        return self.effects.get(metric, 1.0) if self.clusters is None else 1.0

    def largest_effect(self, *metrics: str) -> float:
        """Return the largest design effect stated for some metrics; of all, if for none of them.

        For numbers of which no effect is stated: it is 1 where the pairs are known.
        """
        if self.clusters is not None:
            return 1.0
        named = [self.effects[metric] for metric in metrics if metric in self.effects]
        return max(named or self.effects.values(), default=1.0)

    @cached_property
    def scored_positives(self) -> int:
        """Exams with the finding and a score."""
        return int(self.positives.sum())

    @cached_property
    def scored_negatives(self) -> int:
        """Exams without the finding and with a score."""
        return int(self.negatives.sum())

    @cached_property
    def scored(self) -> int:
        """Labelled exams with a score."""
        return self.scored_positives + self.scored_negatives

    @cached_property
    def unscored(self) -> int:
        """Labelled exams without a score."""
        return self.unscored_positives + self.unscored_negatives

    @cached_property
    def all_positives(self) -> int:
        """Exams with the finding, scored or not."""
        return self.scored_positives + self.unscored_positives

    @cached_property
    def all_negatives(self) -> int:
        """Exams without the finding, scored or not."""
        return self.scored_negatives + self.unscored_negatives

    @cached_property
    def labelled(self) -> int:
        """Exams with a label."""
        return self.scored + self.unscored

    @property
    def exams(self) -> int:
        """Exams, labelled or not."""
        return self.labelled + self.unlabelled + self.indeterminate


def remembered(
    function: Callable[Concatenate[ScoreCounts, Asked], Given],
) -> Callable[Concatenate[ScoreCounts, Asked], Given]:
    """Return a function of counts that works out once what several metrics rest on.

    What it is called with besides the counts has to be hashable; a reason why there is nothing to
    give back is raised anew each time.
    """

    @wraps(function)
    def ask(counts: ScoreCounts, /, *args: Asked.args, **asked: Asked.kwargs) -> Given:
        place = (function, args, tuple(asked.items()))
        if place not in counts.memory:
            counts.memory[place] = function(counts, *args, **asked)
        found: Given = counts.memory[place]
        return found

    return ask


def count_scores(cells: Cells, *, ranks: Ranks | None = None) -> ScoreCounts:
    """Return the counts of some cells of a tally, summed over everything but label and score.

    Parameters
    ----------
    cells : Cells
    ranks : Ranks, optional
        Those of the cells, where they are known already.
    """
    ranks = ranks_of(cells) if ranks is None else ranks
    has_score = ranks.of_cell < ranks.scores.size
    at = np.flatnonzero((cells.label >= 0) & has_score)
    used = cells if at.size == len(cells) else cells.bare(at)
    scores, places = ranks.among(at)
    place = places[ranks.of_cell[at]]
    exams = used.exams.astype(np.float64)
    by_label = sum_by(place + (used.label == 1) * scores.size, exams, size=2 * scores.size)
    by_label = by_label.reshape(2, scores.size)

    # Exams that no metric of scores rests on are few: found once, told apart by their label.
    rest = np.flatnonzero((cells.label < 0) | ~has_score)
    labels, exams_of_rest = cells.label[rest], cells.exams[rest]

    def of_label(value: int) -> int:
        return int(exams_of_rest[labels == value].sum())

    return ScoreCounts(
        scores=scores,
        positives=by_label[1],
        negatives=by_label[0],
        unscored_positives=of_label(1),
        unscored_negatives=of_label(0),
        unlabelled=of_label(UNLABELLED),
        indeterminate=of_label(INDETERMINATE),
        moments=moments_of(used, place, size=scores.size) if SCORE in cells.sums else None,
        weights=weights_of(cells, scores) if WEIGHT in cells.sums else None,
        row_costs=row_costs_of(cells, scores) if MISS in cells.sums else None,
    )


def count_apart(cells: Cells, upper: Array) -> ScoreCounts:
    """Return the counts of cells that sites told on edges of their own, and where they end.

    Parameters
    ----------
    cells : Cells
        With the sums of their scores.
    upper : float64 array, shape (k,)
        Where each cell ends; NaN where it has no score.
    """
    used = np.flatnonzero((cells.label >= 0) & ~np.isnan(cells.score))
    keys = np.stack([cells.codes["site"][used].astype(np.float64), cells.score[used]], axis=1)
    place = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
    size = int(place.max(initial=-1)) + 1
    told = cells.where(used)
    means = sum_by(place, told.amount(SCORE), size=size) / sum_by(
        place, told.amount(WEIGHT), size=size
    )
    rank = np.empty(size, dtype=np.intp)
    rank[np.argsort(means, kind="stable")] = np.arange(size)
    score = cells.score.copy()
    score[used] = rank[place]
    spans = spans_of(told, rank[place], upper[used], size=size)
    return replace(count_scores(replace(cells, score=score)), scores=spans.lower, spans=spans)
