"""Rows: figures that list sites, groups or measures, each with its interval."""

import json
import math
import textwrap
import unicodedata

from reports.content import Bound, Chart, Measure, Range, Tone, Unit
from reports.figures import legends
from reports.figures.layers import Axes, across, as_is, axis, decimals, layer, upright, vertical
from reports.figures.legends import Entry
from reports.figures.styles import (
    ACCENT,
    DOTS,
    INK,
    LINES,
    MUTED,
    POOLED,
    RULE,
    SHAPES,
    WIDTH,
    Json,
)

ROW = 13.5  # px that a row takes
_LABELS = (104, 164)  # px for the names of the rows, at least and at most
_SHORT = 24  # letters; a longer name is set smaller, and takes its room from the plot
_SIZES = (7.8, 7.2)  # px
_LETTER = 3.65  # px that a letter of a long name or of a reason takes on average
_AROUND = 58  # px for the legend and the axis
_LEAST = 3
_APART = 0.17  # of a row: between the two numbers that stand in one
_BOUND: Json = {"color": "#A8661A", "strokeWidth": 1.1, "strokeDash": [4, 1.5, 1, 1.5]}
_TITLES = {"sites": "AUROC", "groups": "Share of exams", "change": "Difference on the same exams"}
_TENTH = 0.1
_EDGES = 12  # px about the plot
_HALF = 0.46  # of a row
_STEPS = (0.02, 0.05, 0.1, 0.2, 0.5)
_TICKS = (5, 3)  # at most, and beside long names


def height(chart: Chart) -> float:
    """Return how high a figure of rows is, in px."""
    return _AROUND + ROW * max(_LEAST, len(labels(chart)))


def labels(chart: Chart) -> tuple[str, ...]:
    """Return the names of the rows, from top to bottom; numbers of one name share a row."""
    return tuple(dict.fromkeys(row.label for row in chart.rows))


def places(chart: Chart) -> tuple[float, ...]:
    """Return at which height of its rows every number stands, the uppermost being 0."""
    order = {label: i for i, label in enumerate(labels(chart))}
    paired = len({row.name for row in chart.rows}) > 1 and len(chart.rows) > len(order)
    shift = {"main": -_APART, "second": _APART} if paired else {}
    return tuple(order[row.label] + shift.get(row.style, 0.0) for row in chart.rows)


def layers(chart: Chart) -> list[Json]:
    """Return the layers of a figure, what lies below first."""
    axes, at = axes_of(chart), places(chart)
    drawn = [
        (row, y) for row, y in zip(chart.rows, at, strict=True) if row.measure.value is not None
    ]
    found: list[Json] = []
    if chart.kind == "change":
        found.append(vertical([{"x": 0}], {"color": INK, "strokeWidth": 0.8}, axes))
    found += [_across(chart, bound, axes) for bound in chart.bounds]
    low, high = axes.x["scale"]["domain"]
    ranges = [
        {"low": max(low, row.measure.low), "high": min(high, row.measure.high), "y": y,
         "colour": dot(chart, row)["stroke"]}
        for row, y in drawn
        if row.measure.low is not None and row.measure.high is not None
    ]  # fmt: skip
    if ranges:
        line = {"type": "rule", "strokeWidth": 1.3}
        found.append(across(ranges, line, axes, color=as_is("colour")))
    if drawn:
        rows = [{"x": row.measure.value, "y": y, **dot(chart, row)} for row, y in drawn]
        looks = {"shape": as_is("shape"), "stroke": as_is("stroke"), "fill": as_is("fill")}
        spot = {"type": "point", "size": 30, "opacity": 1, "strokeWidth": 1.1}
        found.append(layer(rows, spot, axes, **looks))
    return [*found, *_absent(chart, at, axes), *legends.strip(_legend(chart), left=-_named(chart))]


def dot(chart: Chart, row: Range) -> Json:
    """Return colour, shape and filling of the dot of a row.

    Of groups the shape says which rate it is, and what is open or too small is hollow.
    """
    if row.style == "baseline":
        return POOLED
    if chart.kind != "groups":
        return DOTS[row.tone]
    look = {**DOTS[row.tone], **SHAPES[row.style == "second", row.tone is Tone.BAD]}
    if row.tone is Tone.PLAIN:
        colour = LINES["second"]["color"] if row.style == "second" else ACCENT
        look |= {"stroke": colour, "fill": colour}
    return look


def _across(chart: Chart, bound: Bound, axes: Axes) -> Json:
    """Return a bound across the rows that it binds."""
    if not bound.rows:
        return vertical([{"x": bound.value}], _bound(bound.style), axes)
    ends = [
        {"x": bound.value, "low": i - _HALF, "high": i + _HALF}
        for i, label in enumerate(labels(chart))
        if label in bound.rows
    ]
    return upright(ends, {"type": "rule", **_bound(bound.style)}, axes)


def _bound(style: str) -> Json:
    return _BOUND if style == "main" else {**_BOUND, "color": RULE, "strokeDash": [2, 2]}


def axes_of(chart: Chart) -> Axes:
    """Return both axes; the rows are numbered from the top, and named by their labels."""
    names, named, long = labels(chart), _named(chart), _longest(chart) > _SHORT
    y: Json = axis("", (-0.7, max(_LEAST, len(names)) - 0.3))
    y["scale"]["reverse"] = True
    y["axis"] = {
        "values": list(range(len(names))),
        "labelExpr": f"{json.dumps(names, ensure_ascii=False)}[datum.value]",
        "grid": False,
        "ticks": False,
        "domain": False,
        "labelColor": INK,
        "labelFontSize": _SIZES[long],
        "labelLimit": named - 6,
        "labelPadding": 6,
        "minExtent": named,
        "maxExtent": named,
        "title": None,
    }
    low, high = _domain(chart)
    percent = {row.measure.unit for row in chart.rows} == {Unit.PERCENT}
    few = _TICKS[long]
    if chart.kind == "change":
        form = f"+.{decimals((low, high))}f"
        return Axes(x=axis(_TITLES[chart.kind], (low, high), format=form, tickCount=few), y=y)
    step = next((s for s in _STEPS if (high - low) / s < few + 0.1), _STEPS[-1])
    ticks = [round(high - step * i, 2) for i in range(int((high - low) / step + 1.01))][::-1]
    form = ".0%" if percent else ".2f" if step < _TENTH else ".1f"
    return Axes(x=axis(_TITLES[chart.kind], (low, high), format=form, values=ticks), y=y)


def _longest(chart: Chart) -> int:
    """Return how many letters the longest name of a row takes; one of Han takes two."""
    return max((sum(_letters(letter) for letter in name) for name in labels(chart)), default=0)


def _letters(letter: str) -> int:
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _named(chart: Chart) -> float:
    """Return what the names of the rows take, in px: as much as the longest asks."""
    low, high = _LABELS
    longest = _longest(chart)
    return low if longest <= _SHORT else min(high, max(low, _LETTER * longest + 12))


def _domain(chart: Chart) -> tuple[float, float]:
    """Return from where to where the numbers lie, on tenths; about nothing for differences."""
    ends = [bound.value for bound in chart.bounds]
    for row in chart.rows:
        ends += [
            end for end in (row.measure.value, row.measure.low, row.measure.high) if end is not None
        ]
    if chart.kind == "change":
        most = max([0.02, *map(abs, ends)])
        return -1.08 * most, 1.08 * most
    low = min([0.9, *ends])
    return max(0.0, math.floor(low / _TENTH) * _TENTH), 1.0


def _absent(chart: Chart, at: tuple[float, ...], axes: Axes) -> list[Json]:
    """Return the reasons of rows without any number, in the row."""
    low = axes.x["scale"]["domain"][0]
    known = {row.label for row in chart.rows if row.measure.value is not None}
    letters = int((WIDTH - _named(chart) - _EDGES) / _LETTER)
    rows = [
        {"x": low, "y": round(y), "text": _cut(row.measure.undefined or "undefined", letters)}
        for row, y in zip(chart.rows, at, strict=True)
        if row.label not in known and row.style != "second"
    ]
    if not rows:
        return []
    words = {"type": "text", "align": "left", "dx": 3, "fontSize": 7, "color": MUTED}
    return [layer(rows, words, axes, text={"field": "text", "type": "nominal"})]


def _cut(text: str, letters: int) -> str:
    """Return a reason that fits beside the name of its row, cut between words."""
    return textwrap.shorten(text, letters, placeholder="…")


def _legend(chart: Chart) -> list[Entry]:
    """Return what the dots and the lines across mean, of those that are there."""
    entries: list[Entry] = []
    names = list(dict.fromkeys((row.name, row.style) for row in chart.rows))
    if chart.kind == "groups":
        for name, style in names:
            own = Range(label="", name=name, measure=Measure(value=None), style=style)
            entries.append(Entry(text=name, dot=dot(chart, own)))
    else:
        shown = [row for row in chart.rows if row.style != "baseline" and row.word]
        words = dict.fromkeys((row.word, row.tone) for row in shown)
        entries = [Entry(text=word, dot=DOTS[tone]) for word, tone in words]
    for bound in chart.bounds:
        entries.append(Entry(text=bound.label, line=_bound(bound.style)))
    return entries
