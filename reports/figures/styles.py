"""Styles: how figures look; lines differ by dash and lightness, dots by shape, before by hue."""

from typing import Any

from reports.content import LineStyle, Tone

Json = dict[str, Any]

FONT = "Inter"
WIDTH, HEIGHT = 268, 184
INK, MUTED, RULE, GRID = "#14202B", "#566571", "#6B7884", "#E9EDF0"
ACCENT, WARNING, UNSURE, GOOD = "#0B5C7A", "#A8201A", "#8F4600", "#1B6B45"
BARS = "#D3DCE2"
HEAD = 15  # px above the frame, where the legend stands

LINES: dict[LineStyle, Json] = {
    "main": {"color": ACCENT, "strokeWidth": 1.9},
    "second": {"color": "#4F8299", "strokeWidth": 1.3, "strokeDash": [5, 1.6]},
    "third": {"color": "#80693F", "strokeWidth": 1.3, "strokeDash": [2.4, 1.6]},
    "fourth": {"color": "#76848F", "strokeWidth": 1.3, "strokeDash": [1, 1.6]},
    "reference": {"color": RULE, "strokeWidth": 1.1, "strokeDash": [4, 2]},
    "baseline": {"color": INK, "strokeWidth": 0.8},
}
DOTS: dict[Tone, Json] = {
    Tone.GOOD: {"stroke": GOOD, "fill": GOOD, "shape": "square"},
    Tone.BAD: {"stroke": WARNING, "fill": WARNING, "shape": "triangle-down"},
    Tone.UNSURE: {"stroke": UNSURE, "fill": "#FFFFFF", "shape": "square"},
    Tone.PLAIN: {"stroke": RULE, "fill": RULE, "shape": "circle"},
}
SHAPES: dict[tuple[bool, bool], Json] = {  # of groups: the second rate of a row, and not met
    (False, False): {"shape": "circle"},
    (True, False): {"shape": "diamond"},
    (False, True): {"shape": "triangle-down"},
    (True, True): {"shape": "triangle-up"},
}
POOLED: Json = {"stroke": INK, "fill": INK, "shape": "diamond"}

CONFIG: Json = {
    "aria": False,  # the figure as a whole has its alternative text, and the table beside it
    "font": FONT,
    "background": None,
    "padding": {"left": 2, "right": 5, "top": 2, "bottom": 2},
    "view": {"stroke": None},
    "axis": {
        "labelFlush": False,
        "labelOverlap": False,  # every text costs a measurement: ticks are few enough not to meet
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 8,
        "titleFontSize": 8.5,
        "titleFontWeight": 500,
        "labelColor": MUTED,
        "titleColor": INK,
        "gridColor": GRID,
        "gridWidth": 0.6,
        "domainColor": "#9AA7B2",
        "domainWidth": 0.7,
        "tickColor": "#9AA7B2",
        "tickWidth": 0.7,
        "tickSize": 3,
        "labelPadding": 3,
        "titlePadding": 6,
    },
    "text": {"font": FONT, "fontSize": 8, "color": INK},
}


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as ``#0B5C7A``, from 0 (black) to 1.

    References
    ----------
    W3C, Web Content Accessibility Guidelines 2.2, “relative luminance”.
    """
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 -- sRGB
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return how far two colours stand apart in lightness, from 1 (not at all) to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
