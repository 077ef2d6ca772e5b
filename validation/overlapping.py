"""Overlapping: score cells of several sites, each on edges of its own.

Two sites that tell nothing of fewer than ten exams rarely cut the scores at the same places. Which
of two exams of different sites scores higher is known where their cells lie apart, and bounded
where they overlap; brought to the few edges that all sites have, far less would be known.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.tallies.cells import SCALES, SCORE, WEIGHT, Cells
from validation.tallies.grids import coarsened

Array = npt.NDArray[np.float64]

MOST: Final = 2000  # cells, beyond which what overlaps counts half without a look at its means
AT_A_TIME: Final = 1_000_000  # pairs of cells looked at together
PLACES: Final = ("finding", "partition")


@dataclass(frozen=True, kw_only=True, eq=False)
class Spans:
    """k score cells that may overlap, and what is known of the exams in them.

    Attributes
    ----------
    lower, upper : float64 array, shape (k,)
        Every score of a cell is at least its lower end and below its upper one, which may be
        infinite.
    positives, negatives : float64 array, shape (k,)
        What the exams of either class count for.
    mean_of_positives, mean_of_negatives : float64 array, shape (k,)
        Their mean scores; NaN where there are none.
    slack : float
        By how much a difference of two means may be off, as sums are kept in fixed point.
    """

    lower: Array
    upper: Array
    positives: Array
    negatives: Array
    mean_of_positives: Array
    mean_of_negatives: Array
    slack: float

    @cached_property
    def wins(self) -> "Wins":
        """How often positives score above negatives, worked out once."""
        return wins(self)

    def within(self, positives: Array, negatives: Array) -> float:
        """Return what the AUROC varies by because exams of one cell differ.

        Parameters
        ----------
        positives, negatives : float64 array, shape (k,)
            Sums of the squares of what the exams of each cell count for.
        """
        of_positives = float(positives @ self.wins.within_positives)
        of_negatives = float(negatives @ self.wins.within_negatives)
        return (
            of_positives / float(self.positives.sum()) ** 2
            + of_negatives / float(self.negatives.sum()) ** 2
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Wins:
    """How often an exam scores above those of the other class, ties counting half.

    Attributes
    ----------
    of_positives : float64 array, shape (k,)
        For a positive exam of each cell: the share of negatives below it, in the middle of
        what is possible.
    of_negatives : float64 array, shape (k,)
        For a negative exam of each cell: the share of positives above it, likewise.
    within_positives, within_negatives : float64 array, shape (k,)
        The variance of these shares among the exams of one cell, if they lie evenly between none
        and all of what overlaps.
    bound : float
        How far the share of all pairs may lie from the middle.
    """

    of_positives: Array
    of_negatives: Array
    within_positives: Array
    within_negatives: Array
    bound: float


def wins(spans: Spans) -> Wins:
    r"""Return how often positives score above negatives, as far as their cells tell.

    Where two cells lie apart it is known. Where they overlap, Markov's inequality bounds it: with
    the means :math:`\mu_1` of the positives of a cell :math:`[a, b)` and :math:`\mu_0` of the
    negatives of :math:`[c, d)`, no difference X - Y is above b - c, so that

    .. math:: P(X > Y) \ge \frac{\mu_1 - \mu_0}{b - c}, \qquad
              P(Y > X) \ge \frac{\mu_0 - \mu_1}{d - a}.

    The middle of what is left counts, and half of its width is the bound. Beyond 2,000 cells means
    are not looked at, and what overlaps counts half.

    Parameters
    ----------
    spans : Spans
        With exams of both classes.
    """
    m, n = float(spans.positives.sum()), float(spans.negatives.sum())
    sure, most = _counted(spans)
    of_positives, of_negatives = ((low + high) / 2 for low, high in zip(sure, most, strict=True))
    width = float(spans.positives @ (most[0] - sure[0]))
    if spans.lower.size <= MOST:
        of_positives, of_negatives, width = _compared(spans)
    return Wins(
        of_positives=of_positives / n,
        of_negatives=of_negatives / m,
        within_positives=((most[0] - sure[0]) / n) ** 2 / 12,
        within_negatives=((most[1] - sure[1]) / m) ** 2 / 12,
        bound=width / 2 / (m * n),
    )


def _counted(spans: Spans) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return what an exam of each cell wins surely, and at most: positives', then negatives'."""
    up, down, whole = spans.positives, spans.negatives, float(spans.positives.sum())
    sure = _up_to(spans.upper, down, spans.lower, side="right")
    most = _up_to(spans.lower, down, spans.upper, side="left")
    surely_above = whole - _up_to(spans.lower, up, spans.upper, side="left")
    above_at_most = whole - _up_to(spans.upper, up, spans.lower, side="right")
    return (sure, surely_above), (most, above_at_most)


def _compared(spans: Spans) -> tuple[Array, Array, float]:
    """Return what is won by each cell, and the pairs of which it is not known, cell by cell."""
    up, down = np.flatnonzero(spans.positives > 0), np.flatnonzero(spans.negatives > 0)
    of_positives, of_negatives = np.zeros(spans.lower.size), np.zeros(spans.lower.size)
    width, step = 0.0, max(1, AT_A_TIME // max(down.size, 1))
    for start in range(0, up.size, step):
        some = up[start : start + step]
        low, high = _possible(spans, some, down)
        middle = (low + high) / 2
        of_positives[some] = middle @ spans.negatives[down]
        of_negatives[down] += spans.positives[some] @ middle
        width += float(spans.positives[some] @ (high - low) @ spans.negatives[down])
    return of_positives, of_negatives, width


def _possible(
    spans: Spans, up: npt.NDArray[np.intp], down: npt.NDArray[np.intp]
) -> tuple[Array, Array]:
    """Return how often positives of some cells are above negatives of others, at least and at most.

    Both have the shape (positives' cells, negatives' cells).
    """
    bottom, top = spans.lower[up][:, None], spans.upper[up][:, None]
    apart = spans.mean_of_positives[up][:, None] - spans.mean_of_negatives[down]
    above, below = bottom >= spans.upper[down], top <= spans.lower[down]
    one = np.ones_like(apart)
    overlap = ~(above | below)
    reach_up = np.where(overlap, top - spans.lower[down], one)
    reach_down = np.where(overlap, spans.upper[down] - bottom, one)
    low = np.clip((apart - spans.slack) / reach_up, 0.0, 1.0)
    high = 1 - np.clip((-apart - spans.slack) / reach_down, 0.0, 1.0)
    low, high = (np.where(above, 1.0, np.where(below, 0.0, each)) for each in (low, high))
    return low, high


def _up_to(ends: Array, mass: Array, at: Array, *, side: str) -> Array:
    """Return what lies below some places ("left"), or at or below them ("right")."""
    order = np.argsort(ends)
    total = np.concatenate([[0.0], np.cumsum(mass[order])])
    place = np.searchsorted(ends[order], at, side="left" if side == "left" else "right")
    return np.asarray(total[place])


def corners(cells: Cells) -> list[npt.NDArray[np.intp]]:
    """Return the scored cells of each finding and partition, as places."""
    scored = np.flatnonzero(~np.isnan(cells.score))
    keys = np.stack([cells.codes[name][scored] for name in PLACES], axis=1)
    _, corner = np.unique(keys, axis=0, return_inverse=True)
    corner = corner.reshape(-1)
    return [scored[corner == each] for each in range(int(corner.max(initial=-1)) + 1)]


def on_common_edges(cells: Cells) -> Array:
    """Return the scores on the edges that all sites of a finding and partition have, shape (k,).

    Where a site's first cell begins no exam of it lies below, so that lower edges are its, too.
    """
    score = cells.score.copy()
    site = cells.codes["site"]
    for here in corners(cells):
        common = np.unique(score[here])
        for each in np.unique(site[here]):
            own = np.unique(cells.score[here[site[here] == each]])
            common = common[np.isin(common, own) | (common <= own[0])]
        score[here] = coarsened(score[here], common)
    return score


def upper_ends(cells: Cells, *, highest: float) -> Array:
    """Return where each cell ends: at the next edge of its site, finding and partition, shape (k,).

    Parameters
    ----------
    cells : Cells
        All of one view.
    highest : float
        What no score reaches: where the last cell ends.
    """
    found = np.full(len(cells), np.nan)
    site = cells.codes["site"]
    for here in corners(cells):
        for each in np.unique(site[here]):
            at = here[site[here] == each]
            own = np.append(np.unique(cells.score[at]), highest)
            found[at] = own[np.searchsorted(own, cells.score[at]) + 1]
    return found


def spans_of(cells: Cells, place: npt.NDArray[np.intp], upper: Array, *, size: int) -> Spans:
    """Return labelled and scored cells as spans, those of one place added up.

    Parameters
    ----------
    cells : Cells
        With the sums of their scores.
    place : int array, shape (k,)
        Which span each cell belongs to.
    upper : float64 array, shape (k,)
    size : int
        How many spans there are.
    """
    mass, total = cells.amount(WEIGHT), cells.amount(SCORE)
    lower_of, upper_of = np.zeros(size), np.zeros(size)
    lower_of[place], upper_of[place] = cells.score, upper

    def of(label: int, amounts: Array) -> Array:
        chosen = cells.label == label
        found = np.bincount(place[chosen], weights=amounts[chosen], minlength=size)
        return found.astype(np.float64)

    def mean(label: int) -> Array:
        counted = of(label, mass)
        unknown = np.full(size, np.nan)
        np.divide(of(label, total), counted, out=unknown, where=counted > 0)
        return unknown

    unit = 2.0 ** -SCALES[SCORE]
    if WEIGHT in cells.sums:  # weights are rounded, too: by half a unit an exam
        lightest = max(float((mass / cells.exams).min(initial=1.0)), 2.0**-40)
        unit += 2.0 ** -SCALES[WEIGHT] * float(np.abs(cells.score).max(initial=0.0) + 1) / lightest
    return Spans(
        lower=lower_of, upper=upper_of, positives=of(1, mass), negatives=of(0, mass),
        mean_of_positives=mean(1), mean_of_negatives=mean(0), slack=unit,
    )  # fmt: skip
