"""Facts about styles: what differs by hue differs without it, too."""

import itertools

import pytest

from reports.content import Tone
from reports.figures.styles import DOTS, LINES, contrast, luminance

ENOUGH = 3.0  # WCAG 2.2, 1.4.11: graphics against what lies beside them


class TestContrast:
    """The measure itself."""

    def test_black_on_white(self) -> None:
        """The largest there is."""
        assert contrast("#000000", "#FFFFFF") == pytest.approx(21)

    def test_a_grey_from_the_definition(self) -> None:
        """((119 / 255 + 0.055) / 1.055) ** 2.4 = 0.1845, as W3C's formula has it."""
        assert luminance("#777777") == pytest.approx(0.1845, abs=1e-4)


class TestLines:
    """Lines of a figure."""

    @pytest.mark.parametrize("name", sorted(LINES))
    def test_seen_on_white(self, name: str) -> None:
        """Every line stands out from the paper, by lightness alone."""
        assert contrast(LINES[name]["color"], "#FFFFFF") >= ENOUGH  # type: ignore[index]

    def test_told_apart_in_greyscale(self) -> None:
        """No two lines share a dash, but for one that is half as thick."""
        for one, other in itertools.combinations(LINES.values(), 2):
            dashes = one.get("strokeDash"), other.get("strokeDash")
            widths = sorted((one["strokeWidth"], other["strokeWidth"]))
            assert dashes[0] != dashes[1] or widths[1] >= 2 * widths[0]


class TestDots:
    """Dots of a figure."""

    def test_seen_on_white(self) -> None:
        """The outline of every dot stands out from the paper."""
        assert all(contrast(dot["stroke"], "#FFFFFF") >= ENOUGH for dot in DOTS.values())

    def test_told_apart_in_greyscale(self) -> None:
        """No two verdicts share both shape and filling."""
        looks = {(dot["shape"], dot["fill"] == "#FFFFFF") for dot in DOTS.values()}
        assert len(looks) == len(Tone)
