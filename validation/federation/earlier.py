"""Earlier: what a tally that was sent before told of one finding, partition and site."""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.tallies import Cells, Tally
from validation.tallies.content import EXACT

CLASSES: Final = {1: "positives", 0: "negatives"}


def part_of(tally: Tally, where: tuple[str, str, str]) -> Tally | None:
    """Return a tally's cells of one corner; None where it has none."""
    views = []
    for view in tally.views:
        chosen = np.ones(len(view.cells), dtype=np.bool_)
        for name, level in zip(("finding", "partition", "site"), where, strict=True):
            known = tally.levels[name]
            code = known.index(level) if level in known else -1
            chosen &= view.cells.codes[name] == code
        views.append(replace(view, cells=view.cells.where(chosen)))
    return replace(tally, views=tuple(views)) if any(len(v.cells) for v in views) else None


def exams_sent(tally: Tally, label: int, *, scored: bool = True) -> int | None:
    """Return how many exams of a class an earlier tally told; None where it hid some."""
    words = {word for found in tally.hidden.values() for word in found}
    word = CLASSES[label] if scored else "unscored" if label >= 0 else "unlabelled"
    if word in words:
        return None
    cells = tally.views[0].cells
    chosen = (cells.label == label) & ((~np.isnan(cells.score)) == scored)
    return int(cells.exams[chosen].sum())


def levels_sent(before: Tally, name: str) -> dict[str, tuple[int, int]] | None:
    """Return what an earlier tally told of the levels of an attribute; None where nothing."""
    view = next((v for v in before.views if name in v.attributes and len(v.cells)), None)
    if view is None:
        return None
    scored = ~np.isnan(view.cells.score)
    found = {}
    for code in np.unique(view.cells.codes[name]):
        at = (view.cells.codes[name] == code) & scored
        of_label = [int(view.cells.exams[at & (view.cells.label == y)].sum()) for y in CLASSES]
        found[before.levels[name][code]] = (of_label[0], of_label[1])
    return found


def cells_sent(before: Tally, attributes: tuple[str, ...]) -> Cells | None:
    """Return what an earlier tally told by some attributes at the finest; None if nothing."""
    view = next((v for v in before.views if set(attributes) <= set(v.attributes)), None)
    return None if view is None or not len(view.cells) else view.cells


def edges_sent(before: Tally, attributes: tuple[str, ...]) -> npt.NDArray[np.float64] | None:
    """Return where an earlier tally's score cells began; None where they bind nothing."""
    cells = cells_sent(before, attributes)
    if cells is None or (before.views[0].grid == EXACT and before.minimum_cell == 1):
        return None
    return np.unique(cells.score[~np.isnan(cells.score)])
