"""Lineage: what came out of what, drawn from left to right as boxes and arrows.

The drawing is a picture of the edges that the description says in words; it is laid out here and
needs nothing but the card's own fonts.
"""

import textwrap
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from reports.content import Edge, Lineage, Node, Tone

WIDTH = 180.0  # mm: the measure of the page
_GAP = 27.0  # mm between two columns, where the arrows and their words are
_BETWEEN, _PAD = 2.6, 2.0  # mm: under a box, and inside it
_MOST = 12  # nodes alike in all but their names; the rest is counted in one
_NAME, _SMALL = 2.55, 2.15  # mm: the sizes of the letters
_LEADING = 1.32  # of the size
_LETTER = 0.57  # of the size: how wide a letter is on average
_NAME_LINES, _NOTE_LINES = 3, 2
_INK, _SOFT, _RULE = "#14202b", "#566571", "#b5c3cc"
_ACCENT, _TINT, _BAD = "#0b5c7a", "#eef5f8", "#a8201a"


@dataclass(frozen=True, kw_only=True)
class _Box:
    """A node with its words in lines, and how high that makes it, in mm."""

    node: Node
    name: tuple[str, ...]
    note: tuple[str, ...]
    height: float


def data_uri(lineage: Lineage, families: str = "Inter") -> str:
    """Return the drawing as an image that stands in the text."""
    return "data:image/svg+xml;base64," + b64encode(svg(lineage, families).encode()).decode()


def svg(lineage: Lineage, families: str = "Inter") -> str:
    """Return the drawing, 180 mm wide and as high as its fullest column asks.

    Parameters
    ----------
    lineage : Lineage
        Nodes, and edges between them; what runs in a circle is drawn, too.
    families : str
        The fonts of its words, in the order in which they are asked for a letter.
    """
    nodes, edges = _few(lineage)
    columns = _columns(nodes, edges)
    gaps = min(_GAP * max(0, len(columns) - 1), WIDTH / 2)
    width = min(46.0, (WIDTH - gaps) / max(1, len(columns)))
    step = (WIDTH - width) / max(1, len(columns) - 1)
    boxes = [[_box(node, width) for node in column] for column in columns]
    heights = [sum(b.height + _BETWEEN for b in column) - _BETWEEN for column in boxes]
    height = max(heights, default=0.0)
    left: dict[str, float] = {}
    middle: dict[str, float] = {}
    drawn: list[str] = []
    for i, column in enumerate(boxes):
        top = (height - heights[i]) / 2
        for box in column:
            left[box.node.key], middle[box.node.key] = i * step, top + box.height / 2
            drawn.append(_drawn(box, x=i * step, y=top, width=width))
            top += box.height + _BETWEEN
    arrows = [
        _arrow(
            (left[e.start] + width, middle[e.start]), (left[e.end], middle[e.end]), words=e.words
        )
        for e in edges
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}mm" height="{height + 1:.2f}mm" '
        f'viewBox="-0.5 -0.5 {WIDTH + 1:g} {height + 1:.2f}" font-family={quoteattr(families)}>'
        f"{''.join(arrows)}{''.join(drawn)}</svg>"
    )


def _few(lineage: Lineage) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Return what is drawn: of nodes alike in sort and arrows so many, and the rest as one."""
    alike: dict[object, list[Node]] = {}
    for node in lineage.nodes:
        out = tuple((e.end, e.words) for e in lineage.edges if e.start == node.key)
        into = tuple((e.start, e.words) for e in lineage.edges if e.end == node.key)
        alike.setdefault((node.sort, node.own, out, into), []).append(node)
    merged: dict[str, str] = {}
    counted: dict[str, Node] = {}
    for nodes in alike.values():
        first, rest = nodes[:_MOST], nodes[_MOST:]
        if rest:
            last = first[-1]
            words = f"and {len(rest) + 1} more"
            counted[last.key] = Node(key=last.key, sort=last.sort, name=words)
            merged |= {node.key: last.key for node in rest}
    kept = tuple(counted.get(n.key, n) for n in lineage.nodes if n.key not in merged)
    edges = (
        Edge(start=merged.get(e.start, e.start), end=merged.get(e.end, e.end), words=e.words)
        for e in lineage.edges
    )
    return kept, tuple(dict.fromkeys(edges))


def _columns(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[Node]]:
    """Return the nodes by column: each before what came out of it, and as late as may be."""
    after: dict[str, list[str]] = {node.key: [] for node in nodes}
    for edge in edges:
        after[edge.start].append(edge.end)
    depth = {node.key: _depth(node.key, after, frozenset()) for node in nodes}
    deepest = max(depth.values(), default=-1)
    columns: list[list[Node]] = [[] for _ in range(deepest + 1)]
    for node in nodes:
        columns[deepest - depth[node.key]].append(node)
    place = {node.key: float(i) for column in columns for i, node in enumerate(column)}
    for column in columns:
        column.sort(key=lambda node: (not node.own, _height(node.key, edges, place)))
        place |= {node.key: float(i) for i, node in enumerate(column)}
    return columns


def _depth(key: str, after: Mapping[str, Sequence[str]], seen: frozenset[str]) -> int:
    """Return how many arrows at most follow a node; an arrow back to where it came from ends."""
    onward = [k for k in after[key] if k not in seen and k != key]
    return max((1 + _depth(k, after, seen | {key}) for k in onward), default=0)


def _height(key: str, edges: Sequence[Edge], place: Mapping[str, float]) -> float:
    """Return how high a node should stand: amid those that it came out of."""
    before = [place[e.start] for e in edges if e.end == key]
    return sum(before) / len(before) if before else place[key]


def _box(node: Node, width: float) -> _Box:
    name = _lines(node.name, width, _NAME, _NAME_LINES)
    note = _lines(node.note, width, _SMALL, _NOTE_LINES)
    words = _SMALL * (1 + len(note)) + _NAME * len(name)
    return _Box(node=node, name=name, note=note, height=round(2 * _PAD + _LEADING * words, 2))


def _lines(text: str, width: float, size: float, most: int) -> tuple[str, ...]:
    """Return a text in lines that fit a box; what does not is cut, and ends in an ellipsis."""
    letters = max(1, int((width - 2 * _PAD) / (size * _LETTER)))
    lines = textwrap.wrap(text, letters)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][: letters - 1]}…"]
    return tuple(lines)


def _drawn(box: _Box, *, x: float, y: float, width: float) -> str:
    own, bad = box.node.own, box.node.tone is Tone.BAD
    line = _ACCENT if own else _BAD if bad else _RULE
    frame = (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{box.height:.2f}" rx="0.8" '
        f'fill="{_TINT if own else "#ffffff"}" stroke="{line}" '
        f'stroke-width="{0.5 if own or bad else 0.25}"/>'
    )
    parts = [frame]
    at = y + _PAD
    rows = [(box.node.sort, _SMALL, 400, _SOFT)]
    rows += [(line, _NAME, 600, _INK) for line in box.name]
    rows += [(line, _SMALL, 400, _BAD if bad else _SOFT) for line in box.note]
    for text, size, weight, colour in rows:
        parts.append(_text(text, x + _PAD, at + 0.95 * size, size, colour, weight))
        at += _LEADING * size
    return "".join(parts)


def _arrow(start: tuple[float, float], end: tuple[float, float], *, words: str) -> str:
    """Return a curved arrow with its words near its start, where few others run."""
    (x1, y1), (x2, y2) = start, end
    x2 -= 1.6
    bend = (x2 - x1) / 2
    curve = f"M{x1:.2f} {y1:.2f}C{x1 + bend:.2f} {y1:.2f} {x2 - bend:.2f} {y2:.2f} "
    curve += f"{x2:.2f} {y2:.2f}"
    head = f"M{x2 + 1.6:.2f} {y2:.2f}l-1.9 -0.85l0 1.7z"
    letters = int((_GAP - 3) / (_SMALL * _LETTER))
    lines = textwrap.wrap(words, letters)[:2]
    step = _LEADING * _SMALL
    top = y1 + step if y2 < y1 else y1 - 0.8 - step * (len(lines) - 1)
    texts = [_text(line, x1 + 1.2, top + step * i, _SMALL, _SOFT) for i, line in enumerate(lines)]
    return (
        f'<path d="{curve}" fill="none" stroke="{_SOFT}" stroke-width="0.28"/>'
        f'<path d="{head}" fill="{_SOFT}"/>{"".join(texts)}'
    )


def _text(text: str, x: float, y: float, size: float, colour: str, weight: int = 400) -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" font-weight="{weight}" '
        f'fill="{colour}">{escape(text)}</text>'
    )
