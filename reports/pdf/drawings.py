"""Drawings: words inside a figure, shaped and ordered as words anywhere else on the page.

WeasyPrint sets the words of an SVG letter by letter, from left to right: a name in Arabic or Hebrew
would be read backwards, and no letter of Arabic or Devanagari would join the next.
"""

import functools
from collections.abc import Iterator
from typing import Any

import weasyprint.svg

from reports.scripts import marked

_APART = ("x", "y", "dx", "dy", "rotate")  # where an SVG gives each letter a place of its own


class _Whole(str):
    """A text that whoever goes through its letters gets in one piece."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        """Yield all of it."""
        yield str(self)


@functools.cache
def set_words_whole() -> None:
    """Have WeasyPrint set the words of an SVG in one piece, unless their letters stand apart."""
    one_by_one = weasyprint.svg.text

    def in_one_piece(svg: Any, node: Any, font_size: float) -> None:  # noqa: ANN401 - untyped library
        places = (str(node.attrib.get(name, "")).split() for name in _APART)
        if node.text and all(len(place) <= 1 for place in places):
            node._etree_node.text = _Whole(marked(node.text))  # noqa: SLF001 - the text has no setter
        one_by_one(svg, node, font_size)

    kinds = [tag for tag, draw in weasyprint.svg.TAGS.items() if draw is one_by_one]
    weasyprint.svg.TAGS.update(dict.fromkeys(kinds, in_one_piece))
    weasyprint.svg.text = in_one_piece
