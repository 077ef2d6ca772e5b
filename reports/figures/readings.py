"""Readings: the numbers of a figure, for the table beside it and for whoever points at a dot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.content import Chart, ChartKind, Unit
from reports.figures import rows
from reports.formatting import NONE, interval, number, point
from validation.rounding import fixed

_MEASURED = {"Threshold", "Score"}  # columns whose numbers say nothing without their name


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One line of a table, and where in the figure its dot lies, if it has one there."""

    cells: tuple[str, ...]
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, kw_only=True)
class Readings:
    """A table: the names of its columns, the first being a heading of the line, and its lines."""

    columns: tuple[str, ...]
    lines: tuple[Reading, ...]

    def words(self, line: Reading) -> str:
        """Return a line as one sentence: ``Threshold 0.50; sensitivity 93.1%``."""
        told = [
            f"{name} {cell}"
            for name, cell in zip(self.columns, line.cells, strict=True)
            if cell not in {"", NONE}
        ]
        first = told[0] if self.columns[0] in _MEASURED else line.cells[0]
        return "; ".join([first, *(one[:1].lower() + one[1:] for one in told[1:])])


def readings(chart: Chart) -> Readings:
    """Return every number that a figure draws, as printed."""
    return _KINDS[chart.kind](chart)


def _roc(chart: Chart) -> Readings:
    lines = []
    if chart.mark is not None:
        mark = chart.mark
        lines.append(
            Reading(
                cells=(mark.label.capitalize(), "", _rate(mark.y, mark.along),
                       _rate(mark.x, mark.across)),
                x=mark.x,
                y=mark.y,
            )
        )  # fmt: skip
    for series in chart.series:
        at = series.at or (None,) * len(series.points)
        for (x, y), threshold in zip(series.points, at, strict=True):
            cells = (series.name, _threshold(threshold), _rate(y), _rate(x))
            lines.append(Reading(cells=cells, x=x, y=y))
    return Readings(
        columns=("Curve", "Threshold", "Sensitivity", "False alarms"), lines=tuple(lines)
    )


def _calibration(chart: Chart) -> Readings:
    lines = [
        Reading(
            cells=("Dot", _rate(b.predicted), _rate(b.observed, (b.low, b.high)), f"{b.exams:,}"),
            x=b.predicted,
            y=b.observed,
        )
        for b in chart.bins
    ]
    for series in chart.series:
        for (x, y), ends in zip(series.points, series.band, strict=True):
            cells = ("Flexible curve", _rate(x), _rate(y, ends), "")
            lines.append(Reading(cells=cells, x=x, y=y))
    for bar in chart.bars:
        between = f"{_rate(bar.low)} to {_rate(bar.high)}"
        lines.append(Reading(cells=("Grey bar", between, "", f"{_rate(bar.share)} of all")))
    return Readings(columns=("Drawn as", "Predicted", "Observed", "Exams"), lines=tuple(lines))


def _decision(chart: Chart) -> Readings:
    return _curves(chart, "Threshold", lambda y: fixed(y, 3))


def _cost(chart: Chart) -> Readings:
    """Return the version's costs; the straight line of doing without it has one value."""
    own = chart.series[:1]
    found = _curves(chart, "Threshold", lambda y: fixed(y, 0), of=len(own))
    straight = [(one.name, one.points[-1]) for one in chart.series[1:]]
    lines = [Reading(cells=(name, fixed(y, 0)), x=x, y=y) for name, (x, y) in straight]
    return Readings(columns=("Threshold", "Cost per 1,000 exams"), lines=(*lines, *found.lines))


def _thresholds(chart: Chart) -> Readings:
    return _curves(chart, "Threshold", _rate)


def _curves(
    chart: Chart, first: str, printed: Callable[[float], str], of: int | None = None
) -> Readings:
    """Return lines over the same thresholds side by side; the dot is that of the first."""
    series = chart.series[:of]
    if not series:
        return Readings(columns=(first,), lines=())
    lines = []
    for i, (x, y) in enumerate(series[0].points):
        cells = [_threshold(x)]
        for one in series:
            text = printed(one.points[i][1])
            if one.band:
                text += f" ({printed(one.band[i][0])} to {printed(one.band[i][1])})"
            cells.append(text)
        lines.append(Reading(cells=tuple(cells), x=x, y=y))
    return Readings(columns=(first, *(one.name for one in series)), lines=tuple(lines))


def _scores(chart: Chart) -> Readings:
    names = tuple(dict.fromkeys(bar.name for bar in chart.bars))
    steps = dict.fromkeys((bar.low, bar.high) for bar in chart.bars)
    shares = {(bar.name, bar.low): bar.share for bar in chart.bars}
    lines = [
        Reading(
            cells=(
                f"{_threshold(low)} to {_threshold(high)}",
                *(_rate(shares[name, low]) for name in names),
            ),
            x=(low + high) / 2,
            y=max(shares[name, low] for name in names),
        )
        for low, high in steps
    ]
    return Readings(columns=("Score", *names), lines=tuple(lines))


def _sites(chart: Chart) -> Readings:
    return _rows(chart, ("Site", "AUROC", "Interval", "Verdict", "Evidence"))


def _groups(chart: Chart) -> Readings:
    return _rows(chart, ("Group", "Rate", "Interval", "Verdict", "Of"), named=True)


def _change(chart: Chart) -> Readings:
    return _rows(chart, ("Of", "Difference", "Interval", "Shown", "On"))


def _rows(chart: Chart, columns: tuple[str, ...], *, named: bool = False) -> Readings:
    """Return one line for every number; of what has none the reason stands in its place."""
    lines = []
    for row, y in zip(chart.rows, rows.places(chart), strict=True):
        label = f"{row.label}, {row.name[:1].lower()}{row.name[1:]}" if named else row.label
        value = point(row.measure)
        if row.measure.value is None:
            value = f"undefined: {row.measure.undefined or 'not computed'}"
        elif chart.kind == "change":
            value = _signed(row.measure.value)
        between = interval(row.measure)
        if between and chart.kind == "change":
            between = f"{_signed(row.measure.low or 0.0)} to {_signed(row.measure.high or 0.0)}"
        cells = (label, value, between, row.word, row.note)
        lines.append(Reading(cells=cells, x=row.measure.value, y=y))
    for bound in chart.bounds:
        form = Unit.SCORE if chart.kind == "sites" else Unit.PERCENT
        lines.append(
            Reading(cells=(bound.label.capitalize(), number(bound.value, form), "", "", ""))
        )
    return Readings(columns=columns, lines=tuple(lines))


def _rate(value: float, ends: tuple[float, float] | None = None) -> str:
    text = number(value, Unit.PERCENT)
    if ends is None:
        return text
    return f"{text} ({'–'.join(number(end, Unit.PERCENT) for end in ends)})"


def _threshold(value: float | None) -> str:
    return "" if value is None else fixed(value, 3)


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


_KINDS: Mapping[ChartKind, Callable[[Chart], Readings]] = {
    "roc": _roc,
    "calibration": _calibration,
    "decision": _decision,
    "cost": _cost,
    "thresholds": _thresholds,
    "scores": _scores,
    "sites": _sites,
    "groups": _groups,
    "change": _change,
}
