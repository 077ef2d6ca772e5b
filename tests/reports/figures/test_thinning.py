"""Facts about thinning: fewer points, the same line."""

import itertools
import math

from reports.figures.thinning import kept


class TestKept:
    """Which points are drawn."""

    def test_straight_lines_keep_their_ends(self) -> None:
        """What lies on the line between its neighbours adds nothing."""
        assert kept([(0, 0), (1, 1), (2, 2), (9, 9)]) == (0, 3)

    def test_steps_keep_their_corners(self) -> None:
        """A step is no slope."""
        assert kept([(0, 0), (0, 5), (0, 9), (4, 9), (9, 9)]) == (0, 2, 4)

    def test_nothing_lies_further_off_than_allowed(self) -> None:
        """Every point left out is within the tolerance of the line that is drawn."""
        points = [(x, 90 + 15 * math.sin(x / 30)) for x in range(269)]
        chosen = kept(points, tolerance=0.3)
        assert len(chosen) < 40
        for start, end in itertools.pairwise(chosen):
            (x0, y0), (x1, y1) = points[start], points[end]
            for x, y in points[start:end]:
                assert abs(y - (y0 + (y1 - y0) * (x - x0) / (x1 - x0))) < 0.34

    def test_few_points(self) -> None:
        """A line of two points is those two."""
        assert kept([(0, 0), (3, 3)]) == (0, 1)
        assert kept([]) == ()
