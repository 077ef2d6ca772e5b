"""Layers: the pieces that figures are put together from, as Vega-Lite has them."""

import math
from dataclasses import dataclass

from reports.figures.styles import HEIGHT, WIDTH, Json

TICKS = 5  # about so many on an axis


@dataclass(frozen=True, kw_only=True)
class Axes:
    """Both axes of a figure; every layer is given the same two, or Vega would merge in a zero."""

    x: Json
    y: Json

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """Return about where a point lies in a frame that fills the figure, in px."""
        left, right = self.x["scale"]["domain"]
        low, high = self.y["scale"]["domain"]
        return WIDTH * (x - left) / (right - left), HEIGHT * (y - low) / (high - low)


def axis(title: str, domain: tuple[float, float], **changes: object) -> Json:
    """Return one axis that begins and ends where it is told to."""
    scale: Json = {"domain": list(domain), "nice": False, "zero": False}
    return {"type": "quantitative", "title": title, "axis": changes, "scale": scale}


def decimals(domain: tuple[float, float]) -> int:
    """Return how many decimals tell the ticks of an axis apart: at least two."""
    step = (domain[1] - domain[0]) / TICKS
    return 2 if step <= 0 else max(2, math.ceil(-math.log10(step)))


def layer(rows: list[Json], mark: Json, axes: Axes, **encoding: Json) -> Json:
    """Return a mark drawn from rows that hold ``x`` and ``y``."""
    return {
        "data": {"values": rows},
        "mark": mark,
        "encoding": {"x": {**axes.x, "field": "x"}, "y": {**axes.y, "field": "y"}, **encoding},
    }


def across(rows: list[Json], mark: Json, axes: Axes, **encoding: Json) -> Json:
    """Return a mark that runs from ``low`` to ``high`` along the x axis."""
    found = layer(rows, mark, axes, x2={"field": "high"}, **encoding)
    found["encoding"]["x"] = {**axes.x, "field": "low"}
    return found


def upright(rows: list[Json], mark: Json, axes: Axes, **encoding: Json) -> Json:
    """Return a mark that runs from ``low`` to ``high`` along the y axis."""
    found = layer(rows, mark, axes, y2={"field": "high"}, **encoding)
    found["encoding"]["y"] = {**axes.y, "field": "low"}
    return found


def vertical(rows: list[Json], mark: Json, axes: Axes) -> Json:
    """Return lines from the bottom to the top of the frame, at ``x``."""
    encoding = {"x": {**axes.x, "field": "x"}}
    return {"data": {"values": rows}, "mark": {"type": "rule", **mark}, "encoding": encoding}


def placed(mark: Json, x: Json, y: Json, *, x2: Json | None = None) -> Json:
    """Return a mark at a place of the frame that does not hang on the data."""
    encoding: Json = {"x": {"value": x}, "y": {"value": y}}
    if x2 is not None:
        encoding["x2"] = {"value": x2}
    return {"data": {"values": [{}]}, "mark": mark, "encoding": encoding}


def as_is(field: str) -> Json:
    """Return an encoding that takes a colour or a shape as the row names it."""
    return {"field": field, "type": "nominal", "scale": None}
