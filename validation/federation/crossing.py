"""Crossing: whether two views of the same exams tell, one less the other, of too few."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from validation.federation.differences import near_pair, small_difference
from validation.tallies import Cells
from validation.tallies.cells import gathered

Array = npt.NDArray[np.int64]
LABELS = (1, 0)


def blocks_of(*views: Cells) -> npt.NDArray[np.float64]:
    """Return where blocks of scores begin that no cell of any view crosses."""
    edges = [np.unique(view.score[~np.isnan(view.score)]) for view in views]
    common = edges[0]
    for other in edges[1:]:
        common = np.intersect1d(common, other)
    lowest = min((float(one[0]) for one in edges if one.size), default=0.0)
    return np.unique(np.concatenate([[lowest], common]))


def _atoms(
    cells: Cells, joins: Mapping[str, npt.NDArray[np.int32]], view: Cells,
    attributes: tuple[str, ...],
) -> npt.NDArray[np.intp]:  # fmt: skip
    """Return for each scored cell of the whole crossing in which cell of a view it is told."""
    begins = np.unique(view.score[~np.isnan(view.score)])
    keys = [joins[name][cells.codes[name]] for name in attributes]
    keys.append(np.searchsorted(begins, cells.score, side="right").astype(np.int32))
    return np.unique(np.stack(keys, axis=1), axis=0, return_inverse=True)[1].reshape(-1)


def _shared(
    exams: Array,
    first: npt.NDArray[np.intp],
    second: npt.NDArray[np.intp],
    at: npt.NDArray[np.bool_],
) -> Array:
    """Return how many of some exams each cell of one view shares with each of another."""
    rows, row = np.unique(first[at], return_inverse=True)
    columns, column = np.unique(second[at], return_inverse=True)
    shared = np.zeros((rows.size, columns.size), dtype=np.int64)
    np.add.at(shared, (row, column), exams[at])
    return shared


def reveals(
    cells: Cells,
    joins: Mapping[str, npt.NDArray[np.int32]],
    view: Cells,
    attributes: tuple[str, ...],
    other: Cells,
    others: tuple[str, ...],
    *,
    minimum: int,
) -> bool:
    """Say whether two views by attributes tell a small count by subtraction.

    Unions of levels are compared where both count the same scores, and single cells anywhere.
    """
    used = cells.where(~np.isnan(cells.score) & (cells.label >= 0))
    block = np.searchsorted(blocks_of(view, other), used.score, side="right")
    one, two = _atoms(used, joins, view, attributes), _atoms(used, joins, other, others)
    level_one = groups_of(_coded(used, joins, attributes), attributes)[0]
    level_two = groups_of(_coded(used, joins, others), others)[0]
    for label in LABELS:
        of_label = used.label == label
        if near_pair(_shared(used.exams, one, two, of_label), minimum=minimum):
            return True
        for each in np.unique(block[of_label]):
            shared = _shared(used.exams, level_one, level_two, of_label & (block == each))
            if small_difference(shared, minimum=minimum):
                return True
    return False


def _coded(
    cells: Cells, joins: Mapping[str, npt.NDArray[np.int32]], attributes: tuple[str, ...]
) -> Cells:
    return replace(cells, codes={name: joins[name][cells.codes[name]] for name in attributes})


def overall_of(
    cells: Cells,
    joins: Mapping[str, npt.NDArray[np.int32]],
    told: Mapping[tuple[str, ...], Cells],
    *,
    minimum: int,
) -> Cells:
    """Return the overall view, its cells merged where a view tells nearly all of one."""
    found = told[()]
    views = [(attributes, view) for attributes, view in told.items() if attributes]
    used = cells.where(~np.isnan(cells.score) & (cells.label >= 0))
    while (near := _near_whole(used, joins, found, views, minimum=minimum)) is not None:
        low, high = near
        score = found.score.copy()
        score[score == high] = low
        found = gathered(replace(found, score=score))
    return found


def _near_whole(
    used: Cells,
    joins: Mapping[str, npt.NDArray[np.int32]],
    found: Cells,
    views: Sequence[tuple[tuple[str, ...], Cells]],
    *,
    minimum: int,
) -> tuple[float, float] | None:
    """Return where two neighbouring cells begin that must be merged; None where none must.

    Within one cell of a view, each finer cell of the overall view is compared with all unions
    of levels.
    """
    begins = np.unique(found.score[~np.isnan(found.score)])
    fine = np.searchsorted(begins, used.score, side="right") - 1
    for attributes, view in views:
        block = np.searchsorted(blocks_of(found, view), used.score, side="right")
        level = groups_of(_coded(used, joins, attributes), attributes)[0]
        for each in np.unique(block):
            inside = block == each
            for one in np.unique(fine[inside]) if np.unique(fine[inside]).size > 1 else ():
                beside = (fine == one).astype(np.intp)
                if any(
                    small_difference(
                        _shared(used.exams, level, beside, inside & (used.label == label)),
                        minimum=minimum,
                    )
                    for label in LABELS
                ):
                    place = int(one)
                    last = place == int(fine[inside].max())
                    return (
                        (float(begins[place - 1]), float(begins[place]))
                        if last
                        else (float(begins[place]), float(begins[place + 1]))
                    )
    return None


def groups_of(cells: Cells, attributes: tuple[str, ...]) -> tuple[npt.NDArray[np.intp], int]:
    """Return for each cell which combination of levels it has, and how many there are."""
    if not attributes:
        return np.zeros(len(cells), dtype=np.intp), 1
    keys = np.stack([cells.codes[name] for name in attributes], axis=1)
    found, place = np.unique(keys, axis=0, return_inverse=True)
    return place.reshape(-1), len(found)
