"""The cell of each score in SQL: what `scores.Scale` works out in arrays, for engines elsewhere.

Every step is exact in double precision (multiplications by powers of two, whole parts,
comparisons), so that an engine that computes with IEEE numbers puts each score into the same cell.
"""

from typing import Final

import numpy as np

from validation.engines.scores import Scale
from validation.tallies.content import EXACT
from validation.tallies.grids import JOINED, RANK, STEPS

_BITS: Final = 8  # of a float32's mantissa that the cells of ranks keep
_SMALLEST: Final = -126  # the exponent below which float32 has no more leading bit
_BEYOND: Final = 2.0**128  # from here on there is no float32
_HIGHEST: Final = float(np.finfo(np.float64).max)


def number(value: float) -> str:
    """Return a number as an SQL literal of double precision.

    >>> number(0.1)
    '0.1e0'
    >>> number(1e-05)
    '1e-05'
    """
    text = repr(float(value))
    return text if "e" in text else f"{text}e0"


def lowered(scale: Scale, score: str) -> str:
    """Return the SQL of each score's lower edge; of the score itself where it is kept exactly.

    `score` is the SQL of a number in double precision. Where there is none, there is none.
    """
    if scale.grid == EXACT:
        return f"({score} + 0e0)"  # one way to write zero
    if scale.grid == RANK:
        return _begun(_ranked(score), score, scale.thresholds)
    edges = scale.edges
    assert edges is not None  # noqa: S101  (grids have edges)
    return _begun(_on_grid(edges.grid, score), score, edges.thresholds)


def _begun(lower: str, score: str, thresholds: tuple[float, ...]) -> str:
    """Return the higher of an edge and of the highest threshold that is not above the score."""
    if not thresholds:
        return lower
    met = " ".join(
        f"WHEN {score} >= {number(edge)} THEN {number(edge)}" for edge in reversed(thresholds)
    )
    reached = f"CASE {met} END"
    return (
        f"CASE WHEN {score} >= {number(thresholds[0])} THEN greatest({lower}, {reached}) "
        f"ELSE {lower} END"
    )


def _on_grid(grid: str, score: str) -> str:
    """Return the lower edge of a score's cell on a dyadic grid without thresholds."""
    starts = [start for start, _ in STEPS[1:]]
    counts = [float(count // JOINED[grid]) for _, count in STEPS]

    def below(count: float) -> str:
        return f"CAST(floor({score} * {number(count)}) AS DOUBLE)"

    cases = [
        f"WHEN {score} < {number(start)} THEN {below(count)} / {number(count)}"
        for start, count in zip(starts, counts[:-1], strict=True)
    ]
    last = counts[-1]  # whose highest cell holds 1 as well
    return (
        f"CASE WHEN {score} IS NULL THEN NULL {' '.join(cases)} "
        f"ELSE least({below(last)}, {number(last - 1)}) / {number(last)} END"
    )


def _ranked(score: str) -> str:
    """Return the lower edge of a score's cell among those of float32s with a short mantissa."""
    size = f"least(abs({score}), {number(_BEYOND)})"
    guessed = f"CAST(floor(log2({size})) AS INTEGER)"
    # A logarithm may be off by its last bit; powers of two are exact.
    exponent = (
        f"({guessed} - CASE WHEN power(2e0, {guessed}) > {size} THEN 1 ELSE 0 END "
        f"+ CASE WHEN power(2e0, {guessed} + 1) <= {size} THEN 1 ELSE 0 END)"
    )
    step = f"power(2e0, greatest({exponent}, {_SMALLEST}) - {_BITS})"
    down = f"CAST(floor({size} / {step}) AS DOUBLE) * {step}"
    up = f"CAST(ceil({size} / {step}) AS DOUBLE) * {step}"
    highest = number((2.0 - 2.0**-_BITS) * 2.0**127)
    return (
        f"CASE WHEN {score} IS NULL THEN NULL WHEN {score} = 0e0 THEN 0e0 "
        f"WHEN {score} > 0e0 THEN least({down}, {highest}) "
        f"WHEN {size} > {highest} THEN -{number(_HIGHEST)} ELSE -({up}) END"
    )
