"""Specification: the one Vega-Lite description of a figure, for print and for the web."""

from reports.content import Chart
from reports.figures import planes, rows
from reports.figures.styles import CONFIG, HEAD, HEIGHT, WIDTH, Json

ROWS = frozenset({"sites", "groups", "change"})
_BARE = frozenset({"roc", "calibration"})
_PLAIN = 2  # px above a frame without a legend


def specification(chart: Chart) -> Json:
    """Return the Vega-Lite specification of a figure; its data are inline."""
    of_rows = chart.kind in ROWS
    layers = rows.layers(chart) if of_rows else planes.layers(chart)
    padding = {**CONFIG["padding"], "top": _PLAIN if chart.kind in _BARE else HEAD}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": chart.description,
        "width": WIDTH,
        "height": rows.height(chart) if of_rows else HEIGHT,
        "autosize": {"type": "fit", "contains": "padding"},
        "config": {**CONFIG, "padding": padding},
        "layer": layers,
    }
