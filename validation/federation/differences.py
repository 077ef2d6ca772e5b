"""Differences: what too few exams could be found by subtracting one published count from another.

Two views count the same exams twice, by different attributes. Where some cells of the one lie
wholly within some cells of the other, the difference of their sums is a count, too, and it must
not be small. Whether they do is asked of the exams themselves, as if the reader knew it.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.int64]

MOST_LEVELS: Final = 12  # unions of more are not enumerated: 4,096 are


def small_difference(shared: Matrix, *, minimum: int) -> bool:
    """Say whether subtracting sums of rows and of columns can tell a count below the minimum.

    Parameters
    ----------
    shared : int64 array, shape (v, w)
        How many exams cell i of one view shares with cell j of the other, all of one label and
        from one block of scores. Of the smaller side all unions are asked; where both have more
        than `MOST_LEVELS` cells, single cells and all but one.
    minimum : int

    Returns
    -------
    bool
        Whether some union A of one side lies within a union B of the other, and B without A
        holds at least 1 exam and fewer than `minimum`.
    """
    used = shared[shared.any(axis=1)][:, shared.any(axis=0)]
    if used.shape[0] > used.shape[1]:
        used = used.T
    if not used.size:
        return False
    chosen = _unions(used.shape[0])
    of_rows = chosen @ used.sum(axis=1)
    touched = chosen.astype(np.int64) @ (used > 0).astype(np.int64)
    around = (touched > 0).astype(np.int64) @ used.sum(axis=0) - of_rows
    untouched = (~chosen).astype(np.int64) @ (used > 0).astype(np.int64) == 0
    within = of_rows - untouched.astype(np.int64) @ used.sum(axis=0)
    found = np.concatenate([around, within])
    return bool(((found > 0) & (found < minimum)).any())


def near_pair(shared: Matrix, *, minimum: int) -> bool:
    """Say whether one cell lies within one of the other view that has few exams more.

    Parameters
    ----------
    shared : int64 array, shape (v, w)
        As for `small_difference`; only single cells are asked of.
    minimum : int
    """
    rows, columns = shared.sum(axis=1)[:, None], shared.sum(axis=0)[None, :]
    within = (shared > 0) & ((shared == rows) | (shared == columns))
    apart = np.abs(rows - columns)
    return bool((within & (apart > 0) & (apart < minimum)).any())


def _unions(size: int) -> npt.NDArray[np.bool_]:
    """Return the unions that are asked of, as rows: all, or single ones and all but one."""
    if size <= MOST_LEVELS:
        return np.asarray((np.arange(1, 1 << size)[:, None] >> np.arange(size)) & 1 == 1)
    single = np.eye(size, dtype=np.bool_)
    return np.vstack([single, ~single])
