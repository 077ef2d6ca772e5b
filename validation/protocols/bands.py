"""Bands: the levels into which a numeric attribute is cut, and their names."""

from collections.abc import Sequence
from itertools import pairwise


def band_names(edges: Sequence[float]) -> tuple[str, ...]:
    """Return the names of the bands between ascending edges, in their order.

    Every band holds its lower edge and not its upper one, except the last, which holds both.

    >>> band_names([0, 45, 55, 120])
    ('0 to <45', '45 to <55', '55 to 120')
    """
    bands = list(pairwise(edges))
    return tuple(
        f"{_plain(low)} to {'' if index == len(bands) - 1 else '<'}{_plain(high)}"
        for index, (low, high) in enumerate(bands)
    )


def _plain(edge: float) -> str:
    """Return an edge without a needless decimal point."""
    return str(int(edge)) if float(edge).is_integer() else repr(float(edge))
