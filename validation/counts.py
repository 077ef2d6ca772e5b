"""Counts: what one stratum is reduced to before anything is measured on it."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from validation.clustering import Array, Clusters, Sums, sum_by
from validation.confusion import FN, FP, TN, TP, Confusion, Spread
from validation.grouping import Ranks, ranks_of
from validation.masses import Moments, RowCosts, Weights, moments_of, row_costs_of, weights_of
from validation.protocols.shape import OperatingPoint
from validation.tallies.cells import INDETERMINATE, MISS, SCORE, UNLABELLED, WEIGHT, Cells

__all__ = [
    "Clusters",
    "Confusion",
    "Moments",
    "RowCosts",
    "ScoreCounts",
    "Sums",
    "Weights",
    "confusion_among_scored",
    "confusion_as_deployed",
    "confusion_within",
    "count_scores",
    "flags",
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
    memory: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

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


def flags(
    scores: npt.NDArray[np.float64], *, threshold: float, point: OperatingPoint
) -> npt.NDArray[np.bool_]:
    """Return for each score whether it is flagged; a missing score takes the fail-safe."""
    above = scores >= threshold if point.positive_when == ">=" else scores > threshold
    return np.where(np.isnan(scores), point.unscored == "positive", above)


def confusion_among_scored(
    counts: ScoreCounts, *, threshold: float, point: OperatingPoint
) -> Confusion:
    """Return the confusion counts of the exams that have a score."""
    flagged = flags(counts.scores, threshold=threshold, point=point)
    tp = int(counts.positives[flagged].sum())
    fp = int(counts.negatives[flagged].sum())
    return Confusion(
        tp=tp,
        fp=fp,
        fn=counts.scored_positives - tp,
        tn=counts.scored_negatives - fp,
        spread=_spread(counts, threshold, point, unscored=False),
    )


def confusion_within(
    counts: ScoreCounts, *, threshold: float, point: OperatingPoint, low: float, high: float
) -> Confusion:
    """Return the confusion counts of the exams whose score is at most `low` or at least `high`."""

    def chosen(scores: Array) -> npt.NDArray[np.bool_]:
        return np.asarray((scores <= low) | (scores >= high))

    flagged = flags(counts.scores, threshold=threshold, point=point)
    inside = chosen(counts.scores)

    def exams(of_class: Array, which: npt.NDArray[np.bool_]) -> int:
        return int(of_class[inside & which].sum())

    return Confusion(
        tp=exams(counts.positives, flagged),
        fp=exams(counts.negatives, flagged),
        fn=exams(counts.positives, ~flagged),
        tn=exams(counts.negatives, ~flagged),
        spread=_spread(counts, threshold, point, unscored=False, chosen=chosen),
    )


def confusion_as_deployed(
    counts: ScoreCounts, *, threshold: float, point: OperatingPoint
) -> Confusion:
    """Return the confusion counts of all labelled exams, unscored ones taking the fail-safe."""
    scored = confusion_among_scored(counts, threshold=threshold, point=point)
    flagged = point.unscored == "positive"
    return Confusion(
        tp=scored.tp + (counts.unscored_positives if flagged else 0),
        fp=scored.fp + (counts.unscored_negatives if flagged else 0),
        fn=scored.fn + (0 if flagged else counts.unscored_positives),
        tn=scored.tn + (0 if flagged else counts.unscored_negatives),
        spread=_spread(counts, threshold, point, unscored=True),
    )


def _spread(
    counts: ScoreCounts,
    threshold: float,
    point: OperatingPoint,
    *,
    unscored: bool,
    chosen: Callable[[Array], npt.NDArray[np.bool_]] | None = None,
) -> Spread | None:
    """Return how decisions vary; None where exams are independent and count as one each.

    Exams without a score count if `unscored`, those with one if their score is `chosen`.
    """
    if not counts.kind:
        return None
    left_out = 4  # the place of what is in no cell

    def cells_of(scores: Array) -> npt.NDArray[np.intp]:
        """Return the cell of negatives, then positives of each score, the unscored last."""
        flagged = flags(np.append(scores, np.nan), threshold=threshold, point=point)
        cells = np.concatenate([np.where(flagged, FP, TN), np.where(flagged, TP, FN)])
        if not unscored:
            cells[[scores.size, -1]] = left_out
        if chosen is not None:
            outside = np.flatnonzero(~chosen(scores))
            cells[outside] = cells[outside + scores.size + 1] = left_out
        return cells

    def four(amounts: tuple[Array, Array]) -> Array:
        """Return what negatives and positives of each score have, summed by cell."""
        return sum_by(cells_of(counts.scores), np.concatenate(amounts), size=5)[:4]

    def products() -> Array:
        alone = np.diag(four(counts.squared_by_label))
        if counts.clusters is None:
            return alone
        return alone + counts.clusters.products(cells_of(counts.clusters.edges))

    return Spread(
        weigh=lambda: four(counts.by_label),
        form=products,
        effects=counts.effects if counts.clusters is None else {},
        kind=counts.kind,
    )
