"""Interactive: the same specification with a target over every dot, that says what it is."""

from reports.content import Chart
from reports.figures import planes, rows
from reports.figures.layers import layer
from reports.figures.readings import readings
from reports.figures.specification import ROWS, specification
from reports.figures.styles import Json

TARGETS = "targets"  # the name of the layer that a page adds


def interactive(chart: Chart) -> Json:
    """Return a figure's specification for the web: what print draws, and one layer of targets.

    The targets are the dots of the table beside the figure, in its order, unseen until a pointer
    or the slider is on one.
    """
    table, whole = readings(chart), specification(chart)
    axes = rows.axes_of(chart) if chart.kind in ROWS else planes.axes_of(chart)
    dots = [
        {"x": line.x, "y": line.y, "says": table.words(line)}
        for line in table.lines
        if line.x is not None and line.y is not None
    ]
    unseen = {"type": "point", "shape": "circle", "size": 60, "filled": True, "opacity": 0}
    says = {"field": "says", "type": "nominal"}
    targets = layer(dots, {**unseen, "clip": True}, axes, tooltip=says)
    return {**whole, "layer": [*whole["layer"], {"name": TARGETS, **targets}]}
