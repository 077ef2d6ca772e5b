"""Figures: charts of a card as SVG text, drawn by Vega-Lite; the only file that knows vl_convert.

The same chart gives the same bytes in any process: clip paths, which Vega counts up as long as a
process lives, are renamed per figure, and coordinates are cut to two decimals in the attributes
that hold geometry, never in printed text.
"""

import base64
import functools
import re
from pathlib import Path
from typing import Any

import vl_convert

from reports.content import Chart, Series
from reports.errors import FigureError
from reports.fonts import FOLDER, font_folder

INK, MUTED, RULE, GRID = "#14202B", "#566571", "#9AA7B2", "#E9EDF0"
ACCENT, WARNING = "#0B5C7A", "#A8201A"
FONT = "Inter"
WIDTH, HEIGHT = 268, 208
VEGA_LITE = "6.4"

_STYLES: dict[str, dict[str, Any]] = {
    "main": {"color": ACCENT, "strokeWidth": 1.9},
    "second": {"color": "#5B8FA6", "strokeWidth": 1.2, "strokeDash": [5, 1.6]},
    "third": {"color": "#8A7650", "strokeWidth": 1.2, "strokeDash": [2.4, 1.6]},
    "fourth": {"color": "#7A8894", "strokeWidth": 1.2, "strokeDash": [1, 1.6]},
    "reference": {"color": "#6B7884", "strokeWidth": 1.1, "strokeDash": [4, 2]},
    "baseline": {"color": INK, "strokeWidth": 0.8},
}
_CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": None,
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 8,
        "titleFontSize": 8.5,
        "titleFontWeight": 500,
        "labelColor": MUTED,
        "titleColor": INK,
        "gridColor": GRID,
        "gridWidth": 0.6,
        "domainColor": RULE,
        "domainWidth": 0.7,
        "tickColor": RULE,
        "tickWidth": 0.7,
        "tickSize": 3,
        "labelPadding": 3,
        "titlePadding": 6,
    },
    "text": {"font": FONT, "fontSize": 8, "color": INK},
}
_SHARE = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
_TITLES = {
    "roc": ("1 − specificity (false alarms)", "Sensitivity (found)"),
    "calibration": ("Predicted probability", "Observed frequency"),
    "decision": ("Threshold probability", "Net benefit per exam"),
    "cost": ("Threshold", "Expected cost per 1,000 exams"),
}
_ROOM = 0.08  # of a free vertical scale, above and below its lines


def specification(chart: Chart) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart; its data are inline."""
    x, y = _scales(chart)
    layers = [_diagonal(x, y)] if chart.kind in {"roc", "calibration"} else []
    layers += [_band(series, x, y) for series in chart.series if series.band]
    layers += [_line(series, x, y) for series in chart.series if len(series.points) > 1]
    layers += _bins(chart, x, y)
    layers += _mark(chart, x, y)
    layers += _legend(chart)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": chart.description,
        "width": WIDTH,
        "height": HEIGHT,
        "autosize": {"type": "fit", "contains": "padding"},
        "config": _CONFIG,
        "layer": layers,
    }


def svg(chart: Chart, *, fonts: Path = FOLDER) -> str:
    """Draw a chart.

    Raises
    ------
    FigureError
        When Vega-Lite refuses it.
    """
    _register(str(font_folder(fonts)))
    try:
        drawn = vl_convert.vegalite_to_svg(specification(chart), vl_version=VEGA_LITE)
    except ValueError as error:
        raise FigureError(f"The figure “{chart.title}” could not be drawn: {error}") from error
    return normalised(str(drawn), prefix=chart.kind)


def data_uri(drawn: str) -> str:
    """Return SVG text as the source of an image."""
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


def normalised(drawn: str, *, prefix: str) -> str:
    """Return SVG text whose ids and coordinates depend on nothing but what is drawn."""
    names: dict[str, str] = {}

    def rename(found: re.Match[str]) -> str:
        return names.setdefault(found[0], f"{prefix}-{len(names)}")

    def cut(found: re.Match[str]) -> str:
        return found[1] + re.sub(r"-?\d+\.\d{3,}", _two_decimals, found[2]) + found[3]

    drawn = re.sub(r'(?<=[#"])(?:clip|gradient)[_\w]*\d+(?=[")])', rename, drawn)
    return re.sub(r'(\s(?:d|transform|x|y|x1|x2|y1|y2|width|height)=")([^"]*)(")', cut, drawn)


def _two_decimals(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}"


@functools.cache
def _register(folder: str) -> None:
    vl_convert.register_font_directory(folder)


def _scales(chart: Chart) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both axes; every layer is given the same two, or Vega would merge in a zero."""
    x_title, y_title = _TITLES[chart.kind]
    share: dict[str, Any] = {"type": "quantitative", "axis": _SHARE}
    fixed = {"domain": [0, 1], "nice": False}
    if chart.kind in {"roc", "calibration"}:
        return (
            {**share, "title": x_title, "scale": fixed},
            {**share, "title": y_title, "scale": fixed},
        )
    heights = [y for series in chart.series for _, y in series.points]
    if chart.mark is not None:
        heights.append(chart.mark.y)
    low, high = min([0.0, *heights]), max([0.0, *heights])
    if chart.kind == "decision":  # treating everybody falls without end: it may not set the scale
        low = max(low, -0.25 * (high or 1.0))
    room = _ROOM * ((high - low) or 1.0)
    domain = [0 if chart.kind == "cost" else low - room, high + 2 * room]
    axis = {"tickCount": 5, "format": ",.0f" if chart.kind == "cost" else ".2f"}
    y = {"type": "quantitative", "title": y_title, "axis": axis}
    return (
        {**share, "title": x_title, "scale": fixed},
        {**y, "scale": {"domain": domain, "nice": False, "zero": False}},
    )


def _diagonal(x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    style = {"type": "line", "strokeDash": [3, 3], "color": RULE, "strokeWidth": 0.8}
    return _layer([{"x": 0, "y": 0}, {"x": 1, "y": 1}], style, x, y)


def _line(series: Series, x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    rows = [{"x": a, "y": b, "order": i} for i, (a, b) in enumerate(series.points)]
    layer = _layer(rows, {"type": "line", "clip": True, **_STYLES[series.style]}, x, y)
    layer["encoding"]["order"] = {"field": "order", "type": "quantitative"}
    return layer


def _band(series: Series, x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    """Return where a line may lie; it never sets the scale, and is cut where it leaves it."""
    ends = zip(series.points, series.band, strict=True)
    rows = [{"x": a, "low": low, "high": high} for (a, _), (low, high) in ends]
    color = _STYLES[series.style]["color"]
    layer = _layer(rows, {"type": "area", "clip": True, "color": color, "opacity": 0.16}, x, y)
    layer["encoding"]["y"] = {**y, "field": "low"}
    layer["encoding"]["y2"] = {"field": "high"}
    return layer


def _bins(chart: Chart, x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    if not chart.bins:
        return []
    rows = [{"x": b.predicted, "y": b.observed, "low": b.low, "high": b.high} for b in chart.bins]
    whisker = _layer(rows, {"type": "rule", "color": ACCENT, "strokeWidth": 1}, x, y)
    whisker["encoding"]["y"] = {**y, "field": "low"}
    whisker["encoding"]["y2"] = {"field": "high"}
    dots = {"type": "point", "filled": True, "color": ACCENT, "size": 26, "opacity": 1}
    line = {"type": "line", "color": ACCENT, "strokeWidth": 1.2}
    return [whisker, _layer(rows, line, x, y), _layer(rows, dots, x, y)]


def _mark(chart: Chart, x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    if chart.mark is None:
        return []
    spot = [{"x": chart.mark.x, "y": chart.mark.y, "text": chart.mark.label}]
    dot = {"type": "point", "filled": True, "size": 46, "color": WARNING, "opacity": 1}
    right = chart.mark.x > 0.6  # noqa: PLR2004 - the label turns left where it would leave the frame
    words = {
        "type": "text",
        "align": "right" if right else "left",
        "dx": -8 if right else 8,
        "dy": 11 if chart.kind == "roc" else -9,
        "color": WARNING,
        "fontWeight": 500,
    }
    label = _layer(spot, words, x, y)
    label["encoding"]["text"] = {"field": "text", "type": "nominal"}
    halo = {**label, "mark": {**words, "stroke": "white", "strokeWidth": 3.2, "color": "white"}}
    layers = [_layer(spot, dot, x, y), halo, label]
    if chart.kind != "roc":
        rule = {"type": "rule", "color": WARNING, "strokeDash": [2, 2], "strokeWidth": 0.7}
        layers.insert(
            0, {"data": {"values": spot}, "mark": rule, "encoding": {"x": {**x, "field": "x"}}}
        )
    return layers


def _legend(chart: Chart) -> list[dict[str, Any]]:
    """Return the names of ROC curves, in the corner where none of them runs.

    The other figures name their lines in the caption: they leave no corner free for certain.
    """
    named = [series for series in chart.series if series.name] if chart.kind == "roc" else []
    step = 11
    layers: list[dict[str, Any]] = []
    for i, series in enumerate(named):
        y = {"expr": f"height - {8 + step * (len(named) - 1 - i)}"}
        stroke = {"type": "rule", **_STYLES[series.style]}
        start, end = {"expr": "width - 152"}, {"expr": "width - 136"}
        layers.append(_placed(stroke, start, y, x2={"value": end}))
        words: dict[str, Any] = {"type": "text", "align": "left", "baseline": "middle"}
        own = series.style == "main"
        words |= {"text": series.name, "fontSize": 7.4, "fontWeight": 600 if own else 400}
        layers.append(_placed(words | {"color": INK}, {"expr": "width - 132"}, y))
    return layers


def _layer(
    rows: list[dict[str, Any]], style: dict[str, Any], x: dict[str, Any], y: dict[str, Any]
) -> dict[str, Any]:
    return {
        "data": {"values": rows},
        "mark": style,
        "encoding": {"x": {**x, "field": "x"}, "y": {**y, "field": "y"}},
    }


def _placed(
    style: dict[str, Any], x: dict[str, Any], y: dict[str, Any], *, x2: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return a mark at a place of the frame that does not hang on the data."""
    encoding: dict[str, Any] = {"x": {"value": x}, "y": {"value": y}}
    if x2 is not None:
        encoding["x2"] = x2
    return {"data": {"values": [{}]}, "mark": style, "encoding": encoding}
