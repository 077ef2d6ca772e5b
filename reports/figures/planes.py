"""Planes: figures with two measured axes; curves, calibration, scores."""

from reports.content import Chart, Series
from reports.figures import legends, thinning
from reports.figures.layers import TICKS, Axes, across, axis, decimals, layer, upright, vertical
from reports.figures.legends import Entry
from reports.figures.styles import (
    ACCENT,
    BARS,
    LINES,
    RULE,
    WARNING,
    Json,
)

_SHARES = [0, 0.25, 0.5, 0.75, 1]
_PERCENT: Json = {"format": ".0%", "values": _SHARES}
_SCORE: Json = {"format": ".2f", "tickCount": TICKS}
_TITLES = {
    "roc": ("1 − specificity (false alarms)", "Sensitivity (found)"),
    "calibration": ("Predicted probability", "Observed frequency"),
    "decision": ("Threshold probability", "Net benefit per exam"),
    "cost": ("Threshold", "Expected cost per 1,000 exams"),
    "thresholds": ("Threshold", "Share of exams"),
    "scores": ("Score", "Share of each class"),
}
_ROOM = 0.08  # of a free vertical scale, above and below its lines
_LEFT = 30  # px that the labels of the left axis take at least: frames in a row stand in line
_LOW = 0.14  # of the frame: how high the bars of a calibration plot rise
_FOOT = 0.08  # of the height: a spot lower than it has its label above, off the axis
_TURN = 0.6  # of the width: beyond it a label stands to the left of its spot


def layers(chart: Chart) -> list[Json]:
    """Return the layers of a figure, what lies below first."""
    axes = axes_of(chart)
    main_last = sorted(chart.series, key=lambda one: one.style == "main")
    found = _diagonal(axes) if chart.kind in {"roc", "calibration"} else []
    found += _bars(chart, axes)
    found += [_band(series, axes) for series in main_last if series.band]
    found += [_line(series, axes) for series in main_last if len(series.points) > 1]
    found += _bins(chart, axes)
    found += _mark(chart, axes)
    return found + _legend(chart)


def axes_of(chart: Chart) -> Axes:
    """Return both axes of a figure."""
    x_title, y_title = _TITLES[chart.kind]
    if chart.kind in {"roc", "calibration"}:
        share = (0.0, 1.0)
        return Axes(x=axis(x_title, share, **_PERCENT), y=_left(y_title, share, **_PERCENT))
    x = axis(x_title, chart.domain, **_SCORE)
    if chart.kind == "thresholds":
        return Axes(x=x, y=_left(y_title, (0.0, 1.0), **_PERCENT))
    if chart.kind == "scores":
        highest = max((bar.share for bar in chart.bars), default=1.0)
        y = _left(y_title, (0.0, 1.08 * highest), format=".0%", tickCount=5)
        return Axes(x=x, y=y)
    heights = _heights(chart)
    form = ",.0f" if chart.kind == "cost" else f".{decimals(heights)}f"
    return Axes(x=x, y=_left(y_title, heights, format=form, tickCount=TICKS))


def _left(title: str, domain: tuple[float, float], **changes: object) -> Json:
    return axis(title, domain, minExtent=_LEFT, **changes)


def _heights(chart: Chart) -> tuple[float, float]:
    """Return from where to where a free vertical scale goes."""
    inside = [
        y for one in chart.series for x, y in one.points if chart.domain[0] <= x <= chart.domain[1]
    ]
    if chart.mark is not None:
        inside.append(chart.mark.y)
    low, high = min([0.0, *inside]), max([0.0, *inside])
    if chart.kind == "decision":  # flagging everybody falls without end: it may not set the scale
        low = max(low, -0.25 * (high or 1.0))
    room = _ROOM * ((high - low) or 1.0)
    return (0.0 if chart.kind == "cost" else low - room, high + 2 * room)


def _diagonal(axes: Axes) -> list[Json]:
    style = {"type": "line", "strokeDash": [3, 3], "color": RULE, "strokeWidth": 0.8}
    return [layer([{"x": 0, "y": 0}, {"x": 1, "y": 1}], style, axes)]


def _bars(chart: Chart, axes: Axes) -> list[Json]:
    """Return bars of scores: low and grey under a calibration plot, else as high as they are."""
    if not chart.bars:
        return []
    highest = max(bar.share for bar in chart.bars) or 1.0
    scale = _LOW / highest if chart.kind == "calibration" else 1.0
    found: list[Json] = []
    for name in dict.fromkeys(bar.name for bar in chart.bars):
        own = [bar for bar in chart.bars if bar.name == name]
        rows = [{"x": b.low, "high": b.high, "y": scale * b.share} for b in own if b.share > 0]
        if chart.kind == "calibration" or own[0].style == "main":
            fill = BARS if chart.kind == "calibration" else ACCENT
            style = {"type": "rect", "color": fill, "opacity": 1 if fill == BARS else 0.32}
            found.append(_columns(rows, style, axes))
        if chart.kind == "scores":
            found.append(_steps(own[0].style, [(b.low, b.high, b.share) for b in own], axes))
    return found


def _columns(rows: list[Json], style: Json, axes: Axes) -> Json:
    found = layer(rows, style, axes, x2={"field": "high"}, y2={"datum": 0})
    found["encoding"]["x"] = {**axes.x, "field": "x"}
    return found


def _steps(style: str, bars: list[tuple[float, float, float]], axes: Axes) -> Json:
    """Return the outline of bars: it is told apart where they overlap, and without colour."""
    corners = [(bars[0][0], 0.0)]
    for low, high, share in bars:
        corners += [(low, share), (high, share)]
    corners.append((bars[-1][1], 0.0))
    line = Series(name="", points=tuple(corners), style="main" if style == "main" else "third")
    return _line(line, axes)


def _line(series: Series, axes: Axes) -> Json:
    """Return a line, with as many of its points as draw it."""
    on_paper = [axes.pixels(x, y) for x, y in series.points]
    chosen = [series.points[i] for i in thinning.kept(on_paper)]
    rows = [{"x": x, "y": y, "order": i} for i, (x, y) in enumerate(chosen)]
    mark = {"type": "line", "clip": True, **LINES[series.style]}
    return layer(rows, mark, axes, order={"field": "order", "type": "quantitative"})


def _band(series: Series, axes: Axes) -> Json:
    """Return where a line may lie; it never sets the scale, and is cut where it leaves it."""
    ends = list(zip(series.points, series.band, strict=True))
    chosen: set[int] = set()
    for side in (0, 1):
        chosen |= set(thinning.kept([axes.pixels(x, band[side]) for (x, _), band in ends]))
    rows = [
        {"x": ends[i][0][0], "low": ends[i][1][0], "high": ends[i][1][1]} for i in sorted(chosen)
    ]
    colour = LINES[series.style]["color"]
    return upright(rows, {"type": "area", "clip": True, "color": colour, "opacity": 0.16}, axes)


def _bins(chart: Chart, axes: Axes) -> list[Json]:
    if not chart.bins:
        return []
    rows = [{"x": b.predicted, "y": b.observed, "low": b.low, "high": b.high} for b in chart.bins]
    dots = {"type": "point", "filled": True, "color": ACCENT, "size": 26, "opacity": 1}
    found = [upright(rows, {"type": "rule", "color": ACCENT, "strokeWidth": 1}, axes)]
    if not chart.series:
        found.append(layer(rows, {"type": "line", "color": ACCENT, "strokeWidth": 1.2}, axes))
    return [*found, layer(rows, dots, axes)]


def _mark(chart: Chart, axes: Axes) -> list[Json]:
    """Return the operating point: where it may lie, the spot itself, and its label."""
    mark = chart.mark
    if mark is None:
        return []
    spot = [{"x": mark.x, "y": mark.y, "text": mark.label}]
    found: list[Json] = []
    if chart.kind != "roc":
        found.append(
            vertical(spot, {"color": WARNING, "strokeDash": [2, 2], "strokeWidth": 0.8}, axes)
        )
    whisker = {"type": "rule", "color": WARNING, "strokeWidth": 1.1, "clip": True}
    if mark.across is not None:
        ends = {"low": mark.across[0], "high": mark.across[1], "y": mark.y}
        found.append(across([ends], whisker, axes))
    if mark.along is not None:
        ends = {"low": mark.along[0], "high": mark.along[1], "x": mark.x}
        found.append(upright([ends], whisker, axes))
    if chart.kind in {"roc", "decision", "cost"}:
        dot = {"type": "point", "filled": True, "size": 46, "color": WARNING, "opacity": 1}
        found.append(layer(spot, dot, axes))
    return found + _label(chart, spot, axes)


def _label(chart: Chart, spot: list[Json], axes: Axes) -> list[Json]:
    """Return the label of the operating point, on white, so that no line runs through it."""
    left, right = chart.domain if chart.kind != "roc" else (0.0, 1.0)
    turned = (spot[0]["x"] - left) / (right - left) > _TURN
    words: Json = {
        "type": "text",
        "align": "right" if turned else "left",
        "dx": -8 if turned else 8,
        "dy": 11 if chart.kind == "roc" and spot[0]["y"] > _FOOT else -9,
        "color": WARNING,
        "fontWeight": 500,
    }
    text = {"field": "text", "type": "nominal"}
    on_top = chart.kind in {"thresholds", "scores"}
    if on_top:  # no dot lies on the line: its label stands under the legend
        words |= {"dx": -4 if turned else 4, "dy": 0, "baseline": "top"}
    white = {"stroke": "white", "strokeWidth": 3.2, "color": "white"}
    found = [layer(spot, {**words, **white}, axes, text=text), layer(spot, words, axes, text=text)]
    for one in found if on_top else ():
        one["encoding"]["y"] = {"value": 2}
    return found


def _legend(chart: Chart) -> list[Json]:
    """Return what the lines are; of ROC curves in the corner where none of them runs."""
    named = [one for one in chart.series if one.name]
    entries = [Entry(text=f"{one.name} {one.note}".strip(), line=LINES[one.style]) for one in named]
    if chart.kind == "roc":
        return legends.corner(entries)
    if chart.kind == "scores":
        first = dict.fromkeys((bar.name, bar.style) for bar in chart.bars)
        entries = [
            Entry(text=name, line=LINES["main" if style == "main" else "third"])
            for name, style in first
        ]
    return legends.strip(entries)
