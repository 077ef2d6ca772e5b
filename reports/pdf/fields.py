"""Fields: the places of signatures, made before anybody signs, each with its tag and its name.

WeasyPrint makes no signature fields. One is made here over every element with the attribute
`data-field`; its words are those of `data-signs`. A field that is added only when somebody signs
would be outside the tags, and a change that a seal forbids.
"""

from collections.abc import Iterator
from typing import Any

import pydyf

_PIXEL = 0.75  # points
_PRINTED, _LOCKED = 4, 128  # annotation flags: it is printed, and nobody moves it
_SIGNATURES = 1 | 2  # form flags: there are signature fields, and changes are appended


def add_fields(document: Any, pdf: Any) -> None:  # noqa: ANN401 - untyped library
    """Add an empty signature field over every element that asks for one."""
    places = list(_places(document))
    if not places:
        return
    objects = {o.reference: o for o in pdf.objects if isinstance(o, pydyf.Dictionary)}
    root = objects[pdf.catalog["StructTreeRoot"]]
    whole = objects[root["K"][0]]
    numbers = objects[root["ParentTree"]]["Nums"]
    following = max(numbers[0::2], default=-1) + 1
    fields = pydyf.Array()
    for page_number, element, rectangle in places:
        page = objects[pdf.page_references[page_number]]
        field = _field(pdf, element, page, rectangle, following)
        tag = _tag(pdf, element, page, whole, field)
        numbers.extend([following, tag.reference])
        page.setdefault("Annots", pydyf.Array()).append(field.reference)
        fields.append(field.reference)
        following += 1
    root["ParentTreeNextKey"] = following
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": fields, "SigFlags": _SIGNATURES})


def _places(document: Any) -> Iterator[tuple[int, Any, tuple[float, ...]]]:  # noqa: ANN401 - untyped
    """Yield page, element and rectangle of each place, in points from the bottom left."""
    seen = set()
    for number, page in enumerate(document.pages):
        height = page.height * _PIXEL
        for box in page._page_box.descendants():  # noqa: SLF001 - the engine has no other way
            name = None if box.element is None else box.element.get("data-field")
            if name is None or name in seen or not hasattr(box, "border_width"):
                continue
            seen.add(name)
            left, top = box.border_box_x() * _PIXEL, box.border_box_y() * _PIXEL
            right = left + box.border_width() * _PIXEL
            bottom = top + box.border_height() * _PIXEL
            yield number, box.element, (left, height - bottom, right, height - top)


def _field(
    pdf: Any,  # noqa: ANN401 - untyped library
    element: Any,  # noqa: ANN401 - likewise
    page: Any,  # noqa: ANN401 - likewise
    rectangle: tuple[float, ...],
    number: int,
) -> Any:  # noqa: ANN401 - likewise
    """Add the field and its look, which is nothing until somebody signs."""
    nothing = pydyf.Stream(
        [],
        {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array([0, 0, 1, 1])},
    )
    pdf.add_object(nothing)
    field = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(element.get("data-field")),
            "TU": pydyf.String(element.get("data-signs")),
            "F": _PRINTED | _LOCKED,
            "Rect": pydyf.Array([round(value, 2) for value in rectangle]),
            "P": page.reference,
            "StructParent": number,
            "AP": pydyf.Dictionary({"N": nothing.reference}),
        }
    )
    pdf.add_object(field)
    return field


def _tag(pdf: Any, element: Any, page: Any, whole: Any, field: Any) -> Any:  # noqa: ANN401 - untyped library
    """Add the tag by which a screen reader finds the field."""
    tag = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "P": whole.reference,
            "Pg": page.reference,
            "Alt": pydyf.String(element.get("data-signs")),
        }
    )
    pdf.add_object(tag)
    place = pydyf.Dictionary({"Type": "/OBJR", "Obj": field.reference, "Pg": page.reference})
    pdf.add_object(place)
    tag["K"] = place.reference  # not in a list: checkers of signatures look for it so
    whole["K"].append(tag.reference)
    return tag
