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
_RISES = 1.0  # mm: arrows that rise by more in all have their words under them
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


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a box stands, in mm from the left and the top."""

    box: _Box
    left: float
    top: float
    width: float

    @property
    def middle(self) -> float:
        """Return how high arrows reach it and leave it."""
        return self.top + self.box.height / 2

    @property
    def lane(self) -> bool:
        """Return whether nothing but an arrow is there."""
        return not self.box.node.name


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
    columns, edges = _lanes(_columns(nodes, edges), edges)
    gaps = min(_GAP * max(0, len(columns) - 1), WIDTH / 2)
    width = min(46.0, (WIDTH - gaps) / max(1, len(columns)))
    step = (WIDTH - width) / max(1, len(columns) - 1)
    boxes = [[_box(node, width) for node in column] for column in columns]
    heights = [sum(b.height + _BETWEEN for b in column) - _BETWEEN for column in boxes]
    height = max(heights, default=0.0)
    places: dict[str, _Place] = {}
    for i, column in enumerate(boxes):
        top = (height - heights[i]) / 2
        for box in column:
            places[box.node.key] = _Place(box=box, left=i * step, top=top, width=width)
            top += box.height + _BETWEEN
    drawn = [_arrow(places[e.start], places[e.end]) for e in edges]
    drawn += [_drawn(place) for place in places.values()]
    drawn += [_words(key, places, edges) for key in places]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}mm" height="{height + 1:.2f}mm" '
        f'viewBox="-0.5 -0.5 {WIDTH + 1:g} {height + 1:.2f}" font-family={quoteattr(families)}>'
        f"{''.join(drawn)}</svg>"
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


def _lanes(
    columns: list[list[Node]], edges: Sequence[Edge]
) -> tuple[list[list[Node]], tuple[Edge, ...]]:
    """Return the columns with a lane in each that an arrow passes, and the arrows in pieces."""
    at = {node.key: i for i, column in enumerate(columns) for node in column}
    upper = {node.key for column in columns for node in column[: (len(column) + 1) // 2]}
    pieces: list[Edge] = []
    for edge in edges:
        start = edge.start
        for i in range(at[edge.start] + 1, at[edge.end]):
            key = f"{edge.start}→{edge.end} {i}"
            if key not in at:
                at[key] = i
                lane = Node(key=key, sort="", name="")
                columns[i].insert(0 if edge.start in upper else len(columns[i]), lane)
            pieces.append(Edge(start=start, end=key, words=edge.words))
            start = key
        pieces.append(Edge(start=start, end=edge.end, words=edge.words))
    return columns, tuple(pieces)


def _depth(key: str, after: Mapping[str, Sequence[str]], seen: frozenset[str]) -> int:
    """Return how many arrows at most follow a node; an arrow back to where it came from ends."""
    onward = [k for k in after[key] if k not in seen and k != key]
    return max((1 + _depth(k, after, seen | {key}) for k in onward), default=0)


def _height(key: str, edges: Sequence[Edge], place: Mapping[str, float]) -> float:
    """Return how high a node should stand: amid those that it came out of."""
    before = [place[e.start] for e in edges if e.end == key]
    return sum(before) / len(before) if before else place[key]


def _box(node: Node, width: float) -> _Box:
    if not node.name:
        return _Box(node=node, name=(), note=(), height=0.0)
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


def _drawn(place: _Place) -> str:
    box, x, y, width = place.box, place.left, place.top, place.width
    if place.lane:
        return (
            f'<path d="M{x:.2f} {y:.2f}h{width:.2f}" fill="none" stroke="{_SOFT}" '
            'stroke-width="0.28"/>'
        )
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


def _arrow(start: _Place, end: _Place) -> str:
    """Return a curve from one place to another; its head where it reaches a box."""
    x1, y1, x2, y2 = start.left + start.width, start.middle, end.left, end.middle
    head = "" if end.lane else f'<path d="M{x2:.2f} {y2:.2f}l-1.9 -0.85l0 1.7z" fill="{_SOFT}"/>'
    x2 -= 0.0 if end.lane else 1.6
    bend = (x1 + x2) / 2
    curve = f"M{x1:.2f} {y1:.2f}C{bend:.2f} {y1:.2f} {bend:.2f} {y2:.2f} {x2:.2f} {y2:.2f}"
    return f'<path d="{curve}" fill="none" stroke="{_SOFT}" stroke-width="0.28"/>{head}'


def _words(key: str, places: Mapping[str, _Place], edges: Sequence[Edge]) -> str:
    """Return what the arrows of a box say, each word once, on white beside where they leave it.

    The words stand above, but under arrows that rise: none runs through them.
    """
    place, own = places[key], [edge for edge in edges if edge.start == key]
    if place.lane or not own:
        return ""
    letters = int((_GAP - 3) / (_SMALL * _LETTER))
    words = dict.fromkeys(edge.words for edge in own)
    lines = [line for one in words for line in textwrap.wrap(one, letters)]
    rise = sum(place.middle - places[edge.end].middle for edge in own)
    step = _LEADING * _SMALL
    x, y = place.left + place.width + 1.2, place.middle - 0.8 - step * (len(lines) - 1)
    if rise > _RISES:
        y = place.middle + 0.8 + 0.8 * _SMALL
    under = "".join(
        f'<rect x="{x - 0.4:.2f}" y="{y + step * i - 0.8 * _SMALL:.2f}" '
        f'width="{_LETTER * _SMALL * len(line):.2f}" height="{_SMALL:g}" fill="#ffffff"/>'
        for i, line in enumerate(lines)
    )
    return under + "".join(
        _text(line, x, y + step * i, _SMALL, _SOFT) for i, line in enumerate(lines)
    )


def _text(text: str, x: float, y: float, size: float, colour: str, weight: int = 400) -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" font-weight="{weight}" '
        f'fill="{colour}">{escape(text)}</text>'
    )
