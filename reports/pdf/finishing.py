"""Finishing: what WeasyPrint leaves out of a PDF's tags, added before the bytes are written."""

from typing import Any

import pydyf

_PIXEL = 0.75  # points


def finish(_document: Any, pdf: Any) -> None:  # noqa: ANN401 - untyped library
    """Give header cells their scope and figures their place."""
    objects = {o.reference: o for o in pdf.objects if isinstance(o, pydyf.Dictionary)}
    for element in [o for o in objects.values() if o.get("Type") == "/StructElem"]:
        if element["S"] == "/TH":
            element["A"]["Scope"] = _scope(element, objects)
        elif element["S"] == "/Figure" and "A" in element:
            element["A"]["BBox"] = _place(element, objects)


def _place(figure: Any, objects: dict[Any, Any]) -> Any:  # noqa: ANN401 - untyped library
    """Return where a figure lies, in points from the bottom left; tags give pixels from the top."""
    height = objects[figure["Pg"]]["MediaBox"][3]
    x1, y1, x2, y2 = (value * _PIXEL for value in figure["A"]["BBox"])
    return pydyf.Array([round(v, 2) for v in (x1, height - y2, x2, height - y1)])


def _scope(cell: Any, objects: dict[Any, Any]) -> str:  # noqa: ANN401 - untyped library
    """Return whether a header cell heads a column or a row."""
    parent = cell
    while parent["S"] not in {"/THead", "/TBody", "/TFoot", "/Table"}:
        parent = objects[parent["P"]]
    return "/Column" if parent["S"] == "/THead" else "/Row"
