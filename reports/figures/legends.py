"""Legends: what lines and dots mean, on a line above the frame, where no data lie."""

from dataclasses import dataclass

from reports.figures.layers import placed
from reports.figures.styles import HEAD, INK, Json

_SIZE = 7.6
_LETTER = 0.515 * _SIZE  # px that a letter of Inter takes on average
_SAMPLE, _GAP, _NEXT = 12, 4, 9


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A sample and what it means: of a line by its style, of a dot by its shape."""

    text: str
    line: Json | None = None
    dot: Json | None = None


def strip(entries: list[Entry], *, left: float = 0.0) -> list[Json]:
    """Return the legend above the frame, beginning at `left` px of its left edge."""
    layers, x = [], left
    y: Json = {"expr": f"{-HEAD / 2 - 1}"}
    for entry in entries:
        width = _SAMPLE if entry.line is not None else 7
        if entry.line is not None:
            stroke = {"type": "rule", **entry.line}
            layers.append(placed(stroke, _at(x), y, x2=_at(x + width)))
        elif entry.dot is not None:
            layers.append(
                placed({"type": "point", "size": 24, "opacity": 1, **entry.dot}, _at(x + 3), y)
            )
        words: Json = {"type": "text", "align": "left", "baseline": "middle", "fontSize": _SIZE}
        words |= {"text": entry.text, "color": INK}
        layers.append(placed(words, _at(x + width + _GAP), y))
        x += width + _GAP + _LETTER * len(entry.text) + _NEXT
    return layers


def corner(entries: list[Entry]) -> list[Json]:
    """Return the legend in the lower right of the frame, the first entry in bold."""
    layers, step = [], 11
    longest = max((len(entry.text) for entry in entries), default=0)
    width = min(210.0, 0.98 * _LETTER * longest + 24)
    for i, entry in enumerate(entries):
        y = {"expr": f"height - {8 + step * (len(entries) - 1 - i)}"}
        stroke = {"type": "rule", **(entry.line or {})}
        start, end = _from_right(width), _from_right(width - 16)
        layers.append(placed(stroke, start, y, x2=end))
        words: Json = {"type": "text", "align": "left", "baseline": "middle", "text": entry.text}
        words |= {"fontSize": 7.4, "fontWeight": 600 if i == 0 else 400, "color": INK}
        layers.append(placed(words, _from_right(width - 20), y))
    return layers


def _at(x: float) -> Json:
    return {"expr": f"{x:.1f}"}


def _from_right(x: float) -> Json:
    return {"expr": f"width - {x:.1f}"}
