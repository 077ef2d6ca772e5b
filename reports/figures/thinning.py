"""Thinning: a line with the fewest of its points that draw it alike at the size it has."""

from collections.abc import Sequence

Points = Sequence[tuple[float, float]]

TOLERANCE = 0.15  # px, a twentieth of a millimetre in print: less than the line is thick


def kept(points: Points, *, tolerance: float = TOLERANCE) -> tuple[int, ...]:
    """Return which points of a line to draw: those left out lie on it, but for the tolerance.

    Parameters
    ----------
    points : sequence of (float, float)
        In px, in the order in which the line runs.
    tolerance : float
        The most that a point may lie beside the line drawn without it, in px.

    References
    ----------
    Douglas DH, Peucker TK. Algorithms for the reduction of the number of points required to
    represent a digitized line or its caricature. Cartographica 1973;10(2):112-122.
    """
    if len(points) <= 2:  # noqa: PLR2004 -- a line has two ends
        return tuple(range(len(points)))
    wanted, open_parts = {0, len(points) - 1}, [(0, len(points) - 1)]
    while open_parts:
        start, end = open_parts.pop()
        far, place = 0.0, start
        for i in range(start + 1, end):
            apart = _distance(points[i], points[start], points[end])
            if apart > far:
                far, place = apart, i
        if far > tolerance:
            wanted.add(place)
            open_parts += [(start, place), (place, end)]
    return tuple(sorted(wanted))


def _distance(
    point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    """Return how far a point lies from the stretch between two others."""
    along, up = end[0] - start[0], end[1] - start[1]
    length = along * along + up * up
    share = 0.0
    if length:
        share = ((point[0] - start[0]) * along + (point[1] - start[1]) * up) / length
        share = min(1.0, max(0.0, share))
    aside, above = point[0] - start[0] - share * along, point[1] - start[1] - share * up
    return float((aside * aside + above * above) ** 0.5)
