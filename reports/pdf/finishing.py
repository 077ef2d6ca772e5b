"""Finishing: what WeasyPrint leaves out of a PDF's tags, added before the bytes are written.

Header cells get their scope, figures their place, and a list of terms (``dl`` whose rows stand in
a ``div`` each) becomes what PDF/UA-1 asks of a list: items with a label and a body.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pydyf

from reports.errors import LayoutError
from reports.pdf.fields import add_fields
from reports.scripts import FAMILIES

_PIXEL = 0.75  # points
_SENTENCE = "The card's fonts hold no glyph for {texts}; the layout fell back to {font}."
_IN_LISTS = {"/LI", "/L", "/Caption"}
_TABLE = {"/THead", "/TBody", "/TFoot", "/Table"}


def finish(document: Any, pdf: Any) -> None:  # noqa: ANN401 - untyped library
    """Complete the tags of a PDF, having seen that its fonts are ours.

    Raises
    ------
    LayoutError
        When another font was used, or a character has no glyph.
    """
    _see_fonts(document.fonts.values())
    objects = {o.reference: o for o in pdf.objects if isinstance(o, pydyf.Dictionary)}
    for element in [o for o in objects.values() if o.get("Type") == "/StructElem"]:
        if element["S"] == "/TH":
            element["A"]["Scope"] = _scope(element, objects)
        elif element["S"] == "/Figure" and "A" in element:
            element["A"]["BBox"] = _place(element, objects)
        elif element["S"] == "/L":
            _itemise(element, objects)
    add_fields(document, pdf)


def _see_fonts(fonts: Iterable[Any]) -> None:
    """Refuse a font of the machine and a character that none has: neither is ever silent."""
    for font in fonts:
        foreign = font.family not in FAMILIES
        texts = list(font.to_unicode.values()) if foreign else [chr(c) for c in font.missing]
        if texts:
            named = ", ".join(map(_named, texts))
            raise LayoutError(_SENTENCE.format(texts=named, font=font.family))


def _named(text: str) -> str:
    return f"“{text}” ({' '.join(f'U+{ord(c):04X}' for c in text)})"


def _place(figure: Any, objects: Mapping[bytes, Any]) -> Any:  # noqa: ANN401 - untyped library
    """Return where a figure lies, in points from the bottom left; tags give pixels from the top."""
    height = objects[figure["Pg"]]["MediaBox"][3]
    x1, y1, x2, y2 = (value * _PIXEL for value in figure["A"]["BBox"])
    return pydyf.Array([round(v, 2) for v in (x1, height - y2, x2, height - y1)])


def _scope(cell: Any, objects: Mapping[bytes, Any]) -> str:  # noqa: ANN401 - untyped library
    """Return whether a header cell heads a column or a row."""
    parent = cell
    while parent["S"] not in _TABLE:
        parent = objects[parent["P"]]
    return "/Column" if parent["S"] == "/THead" else "/Row"


def _kids(element: Any, objects: Mapping[bytes, Any]) -> list[Any]:  # noqa: ANN401 - untyped library
    """Return the elements below one, in their order; marked content is none."""
    found = [objects[kid] for kid in element["K"] if kid in objects]
    return [kid for kid in found if kid.get("Type") == "/StructElem"]


def _itemise(listed: Any, objects: Mapping[bytes, Any]) -> None:  # noqa: ANN401 - untyped library
    """Leave nothing in a list but items.

    WeasyPrint makes an item of each term and of each description, whatever stands around them,
    and leaves the space between two of them loose, which no list may hold.
    """
    rows = [_inmost(kid, objects) for kid in _kids(listed, objects)]
    for row in rows:
        row["P"] = listed.reference
        if row["S"] == "/Div":
            _item(row, objects)
    listed["K"] = pydyf.Array([row.reference for row in rows])
    items = [kid for kid in _kids(listed, objects) if kid["S"] in _IN_LISTS]
    bodies = {item.reference: (_kids(item, objects) or [item])[-1] for item in items}
    _take_in(listed, items, bodies, objects)


def _inmost(row: Any, objects: Mapping[bytes, Any]) -> Any:  # noqa: ANN401 - untyped library
    """Return what lies in the boxes that a row set as a table has around it."""
    kids = _kids(row, objects)
    while row["S"] == "/Div" and len(kids) == 1 and kids[0]["S"] == "/Div":
        row, kids = kids[0], _kids(kids[0], objects)
    return row


def _item(row: Any, objects: Mapping[bytes, Any]) -> None:  # noqa: ANN401 - untyped library
    """Make one item of a row of terms: the first its label, what follows its body."""
    terms = [kid for kid in _kids(row, objects) if kid["S"] == "/LI"]
    if not terms:
        return
    row["S"] = "/LI"
    for number, term in enumerate(terms):
        term["S"] = "/Lbl" if number == 0 and len(terms) > 1 else "/LBody"
        for part in _kids(term, objects):
            part["S"] = "/NonStruct"
    _take_in(row, terms, {term.reference: term for term in terms}, objects)


def _take_in(
    parent: Any,  # noqa: ANN401 - untyped library
    kept: Sequence[Any],
    holders: Mapping[bytes, Any],
    objects: Mapping[bytes, Any],
) -> None:
    """Keep some of an element's kids; each other goes into what holds for the kept one before."""
    if not kept:
        return
    holder = holders[kept[0].reference]
    for kid in _kids(parent, objects):
        if kid.reference in holders:
            holder = holders[kid.reference]
        else:
            kid["P"] = holder.reference
            holder["K"].append(kid.reference)
    parent["K"] = pydyf.Array([kid.reference for kid in kept])
