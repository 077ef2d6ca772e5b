"""Merging: how far a gap may lie from that of the scores before they were merged to cells."""

from collections.abc import Sequence

import numpy as np

from validation.fairness.parts import Part


def error_bound(parts: Sequence[Part], *, is_ratio: bool) -> float | None:
    r"""Return how far the gap between levels may lie from that of the scores as they were.

    Each level's number is known to lie between a low and a high end. The range over levels is
    the largest difference of any pair, so it lies between the largest of low less high and the
    largest of high less low, over pairs of different levels; lowest over highest likewise.

    Parameters
    ----------
    parts : sequence of Part
        Two levels or more.
    is_ratio : bool
        Whether the gap is lowest over highest, of numbers in 0 to 1.

    Returns
    -------
    float or None
        At least 0; None where every score of every level was kept as it is.
    """
    if all(part.bound is None for part in parts):
        return None
    values = np.array([part.value for part in parts])
    bounds = np.array([part.bound or 0.0 for part in parts])
    lows, highs = np.maximum(values - bounds, 0.0), np.minimum(values + bounds, 1.0)
    pairs = ~np.eye(values.size, dtype=np.bool_)
    if is_ratio:
        value = float(values.min() / values.max())
        # Nothing lies above a bound of 1, and a lowest that may be 0 says nothing of its pair.
        upper = np.divide(
            highs[:, None], lows[None, :], out=np.ones_like(pairs, dtype=np.float64),
            where=lows[None, :] > 0,
        )  # fmt: skip
        least = float((lows[:, None] / highs[None, :])[pairs].min())
        most = min(1.0, float(upper[pairs].min()))
    else:
        value = float(values.max() - values.min())
        least = max(0.0, float((lows[:, None] - highs[None, :])[pairs].max()))
        most = float((highs[:, None] - lows[None, :])[pairs].max())
    return max(most - value, value - least, 0.0)
