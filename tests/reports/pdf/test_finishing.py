"""Facts about the tags that are completed before a PDF is written."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest

from reports.pdf import Described, lay_out, write_document

STYLE = """<style>@font-face { font-family: Inter; src: url(Inter-Regular.ttf) }
html { font: 400 9pt Inter }</style>"""


STYLES = {
    "block": "div, dt, dd { display: block }",
    "inline": "div, dt, dd { display: inline }",
    "table": "div { display: table } dt, dd { display: table-cell }",
}


@pytest.fixture(params=STYLES)
def listed(request: pytest.FixtureRequest) -> Iterator[pikepdf.Dictionary]:
    """Yield the list that two rows of terms become, set below each other, in a line, as tables."""
    rows = "<div><dt>Site</dt> <dd>North</dd></div>\n<div><dt>Also</dt><dd>East</dd></div>"
    style = f"<style>{STYLES[request.param]}</style>"
    page = f'<html lang="en"><title>x</title>{STYLE}{style}<dl>\n{rows}</dl>'
    about = Described(moment=datetime(2026, 11, 23, tzinfo=UTC), facts=())
    with pikepdf.open(io.BytesIO(write_document(lay_out(page), about))) as file:
        found = [o for o in file.objects if isinstance(o, pikepdf.Dictionary)]
        yield next(o for o in found if o.get("/S") == "/L")


class TestFinish:
    """Lists of terms; header cells and figures are looked at in whole cards."""

    def test_each_row_is_an_item(self, listed: pikepdf.Dictionary) -> None:
        """The term is its label and what it means its body, and nothing lies loose between."""
        assert [str(item.S) for item in listed.K] == ["/LI", "/LI"]
        for item in listed.K:
            assert [str(part.S) for part in item.K] == ["/Lbl", "/LBody"]

    def test_every_part_knows_its_parent(self, listed: pikepdf.Dictionary) -> None:
        """A reader that walks upwards comes to the list."""
        waiting: list[tuple[Any, Any]] = [(listed, kid) for kid in listed.K]
        assert waiting
        while waiting:
            parent, kid = waiting.pop()
            assert kid.P.objgen == parent.objgen
            waiting += [(kid, k) for k in kid.K if isinstance(k, pikepdf.Dictionary)]
