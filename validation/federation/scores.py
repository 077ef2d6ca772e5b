"""Scores: the cells of a view with scores merged until every count may be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from validation.federation.crossing import blocks_of, groups_of
from validation.federation.earlier import CLASSES, cells_sent, edges_sent
from validation.federation.margins import OTHER
from validation.federation.partitions import Units, best_runs, weights_of
from validation.tallies import Cells, Tally
from validation.tallies.cells import gathered
from validation.tallies.grids import coarsened

Array = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Corner:
    """The exams of one finding, partition and site, and where their score cells may begin.

    Attributes
    ----------
    where : tuple of str
        Finding, partition, site.
    cells : Cells
    levels : mapping of str to tuple of str
    hard, registered : tuple of float
        Thresholds of decisions, and all that are registered.
    grid : str
    before : tuple of Tally
        What was sent earlier of this finding, partition and site: tallies of its cells alone.
    """

    where: tuple[str, str, str]
    cells: Cells
    levels: Mapping[str, tuple[str, ...]]
    hard: tuple[float, ...]
    registered: tuple[float, ...]
    grid: str
    before: tuple[Tally, ...] = ()


def merged(
    corner: Corner, found: Cells, attributes: tuple[str, ...], *, minimum: int
) -> Cells | None:
    """Return the cells with scores merged until every count may be told; None if none may."""
    scored = ~np.isnan(found.score)
    used = found.where(scored)
    if not len(used):
        return found
    lower, unit = np.unique(used.score, return_inverse=True)
    group, size = groups_of(used, attributes)
    told = np.zeros((lower.size, size * 2), dtype=np.int64)
    np.add.at(told, (unit, group * 2 + used.label), used.exams)
    cuts, begins = _cuts(corner, lower, first=not attributes)
    told_before = [
        _before(one, used, attributes, corner, group, size, begins) for one in corner.before
    ]
    differences = [told - before for before in told_before if before is not None]
    may_begin = np.ones(lower.size, dtype=np.bool_)
    for one in corner.before:
        edges = edges_sent(one, attributes)
        if edges is not None:
            at = np.searchsorted(edges, lower, side="right") - 1
            nearest = edges[np.maximum(at, 0)]
            fits = nearest == lower
            if not attributes:
                # Within a gap of the same grid no exam lies between the two edges.
                same = one.views[0].grid == corner.grid
                known = same | np.isin(nearest, corner.registered)
                fits |= known & (at >= 0) & (nearest > np.concatenate([[-np.inf], lower[:-1]]))
            begins = np.where(fits & ~np.isin(begins, edges), nearest, begins)
            may_begin &= fits
    may_begin[0] = True
    block = np.cumsum(may_begin) - 1
    starts = np.flatnonzero(may_begin)
    units = Units(
        told=np.add.reduceat(np.hstack([told, *differences]), starts, axis=0),
        positives=np.bincount(block, told[:, 1::2].sum(axis=1)).astype(np.int64),
        negatives=np.bincount(block, told[:, 0::2].sum(axis=1)).astype(np.int64),
        hard=np.bincount(block, cuts[0] * may_begin).astype(np.int64),
        soft=np.bincount(block, cuts[1] * may_begin).astype(np.float64),
    )
    runs = best_runs(units, minimum=minimum)
    if runs is None:
        return None
    first = starts[runs]
    place = np.searchsorted(first, unit, side="right") - 1
    score = found.score.copy()
    score[scored] = begins[first][place]
    return gathered(replace(found, score=score))


def within(found: Cells, coarser: Sequence[Cells]) -> Cells:
    """Return the cells with scores no finer than some views have them.

    Where each view's edges are also those of the views before it, the exams between two edges
    are never told by subtracting cells of different views.
    """
    return replace(found, score=coarsened(found.score, blocks_of(*coarser)))


def _cuts(
    corner: Corner, lower: npt.NDArray[np.float64], *, first: bool
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return how many thresholds begin with each unit, hard and soft, and where it is told to.

    A unit that is the first at or above a threshold begins there, a threshold of decisions
    before one of curves and the heaviest of these, so that the reader knows it for an edge. After
    the first view the edges are given.
    """
    counts = np.zeros((2, lower.size))
    begins = lower.copy()
    soft = [t for t in corner.registered if t not in corner.hard]
    weighed = [
        (1, list(zip(soft, weights_of(len(soft)), strict=True))),
        (0, [(threshold, 1.0) for threshold in corner.hard]),
    ]
    for row, thresholds in weighed:
        for threshold, weight in sorted(thresholds, key=lambda one: (one[1], one[0])):
            place = int(np.searchsorted(lower, threshold))
            if place < lower.size and (first or lower[place] == threshold):
                counts[row, place] += weight
                begins[place] = threshold
    return counts, begins


def _before(
    before: Tally,
    used: Cells,
    attributes: tuple[str, ...],
    corner: Corner,
    group: npt.NDArray[np.intp],
    size: int,
    begins: npt.NDArray[np.float64],
) -> Array | None:
    """Return what an earlier tally told per unit, level and label, shape (k, 2 * levels)."""
    cells = cells_sent(before, attributes)
    if cells is None:
        return None
    cells = cells.where(~np.isnan(cells.score) & (cells.label >= 0))
    names: dict[tuple[str, ...], int] = {}
    for index, place in enumerate(group):
        key = tuple(corner.levels[name][used.codes[name][index]] for name in attributes)
        names[key] = int(place)
    kept = {name: {key[i] for key in names} for i, name in enumerate(attributes)}
    told = np.zeros((begins.size, size * 2), dtype=np.int64)
    unit = np.maximum(np.searchsorted(begins, cells.score, side="right") - 1, 0)
    for index in range(len(cells)):
        key = tuple(
            level if (level := before.levels[name][cells.codes[name][index]]) in kept[name]
            else OTHER
            for name in attributes
        )  # fmt: skip
        if key in names:
            told[unit[index], names[key] * 2 + cells.label[index]] += cells.exams[index]
    for label, word in CLASSES.items():
        if any(word in words for words in before.hidden.values()):
            told[:, label::2] = 0
    return told
