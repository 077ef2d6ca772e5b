"""Fitting: every page of a card set by itself, as generously as four pages allow."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jinja2 import Environment

from registry.services.cards.content import CardDocuments, content_of
from registry.services.cards.room import CURVES, FRONTS, GROUPS, RECORDS, Room
from reports.content import CardContent
from reports.html import PARTS, Setting, render_html, spread
from reports.pdf import PAGES, Extent, Laid, lay_out

_LADDERS: Mapping[str, tuple[str, tuple[Any, ...]]] = {
    "summary": ("front", FRONTS),
    "performance": ("curves", CURVES),
    "groups": ("groups", GROUPS),
    "provenance": ("records", RECORDS),
}


def fitted(documents: CardDocuments, jinja: Environment) -> tuple[CardContent, Laid]:
    """Return what a card says and its pages, with the most room that leaves it four of them.

    The pages that can give way are set first. One that runs over is set again, alone, tighter
    and tighter; what height stays free is then shared out. Where even the tightest runs over, so
    does the answer.
    """
    room = Room()
    _, laid = _set(documents, room, jinja, parts=tuple(_LADDERS))
    left = {part: extent.left for part, extent in laid.parts.items() if extent.pages == 1}
    for part in _LADDERS:
        if part not in left:
            room, left[part] = _fit(documents, room, part, jinja)
    content, aired = _set(documents, room, jinja, left=left)
    if aired.pages <= PAGES:
        return content, aired
    return _set(documents, room, jinja)


def _fit(documents: CardDocuments, room: Room, part: str, jinja: Environment) -> tuple[Room, float]:
    """Return the most generous room in which a part takes one page, and the height it leaves.

    The next to the roomiest is tried first, since most that does not fit there fits here; then
    by halving: what is tighter takes no more height.
    """
    field, ladder = _LADDERS[part]
    low, high, left, middle = 1, len(ladder) - 1, 0.0, 1
    while low < high:
        extent = _extent(documents, replace(room, **{field: ladder[middle]}), part, jinja)
        if extent.pages == 1:
            high, left = middle, extent.left
        else:
            low = middle + 1
        middle = (low + high) // 2
    return replace(room, **{field: ladder[low]}), left


def _extent(documents: CardDocuments, room: Room, part: str, jinja: Environment) -> Extent:
    """Return how much a part takes when it is set alone."""
    _, laid = _set(documents, room, jinja, parts=(part,))
    return laid.parts[part]


def _set(
    documents: CardDocuments,
    room: Room,
    jinja: Environment,
    *,
    parts: tuple[str, ...] = PARTS,
    left: Mapping[str, float] | None = None,
) -> tuple[CardContent, Laid]:
    """Return what a card says in a room, and its pages, with the free heights shared out."""
    content = content_of(documents, room)
    dense = frozenset(p for p, (field, _) in _LADDERS.items() if getattr(room, field).dense)
    air = spread(content, left or {})
    return content, lay_out(render_html(content, jinja, Setting(parts=parts, dense=dense, air=air)))
