"""Facts about laying pages out: which fonts are used, and that the machine's are not."""

import io
from base64 import b64encode
from datetime import UTC, datetime

import pikepdf
import pytest

from reports.errors import LayoutError
from reports.pdf import Described, lay_out, write_document

ABOUT = Described(moment=datetime(2026, 11, 23, tzinfo=UTC), facts=())
FACE = "@font-face { font-family: Inter; src: url(Inter-Regular.ttf) } html { font-family: Inter }"


def made(body: str, style: str = FACE) -> bytes:
    """Return a page with a text."""
    page = f'<html lang="en"><title>x</title><style>{style}</style><p>{body}</p>'
    return write_document(lay_out(page), ABOUT)


class TestFonts:
    """What a text is set in."""

    def test_a_font_of_the_machine_is_no_font(self) -> None:
        """A family that the card does not bring is an error, wherever it may be installed."""
        with pytest.raises(LayoutError, match=r"hold no glyph for “W”.* fell back to IBM Plex"):
            made("W", "html { font-family: 'DejaVu Sans', serif }")

    def test_a_character_that_slips_through_is_named(self) -> None:
        """What the text hides from us, by an entity, still never becomes an empty box."""
        with pytest.raises(LayoutError, match=r"no glyph for “😀” \(U\+1F600\)"):
            made("&#x1F600;")

    def test_what_came_before_changes_nothing(self) -> None:
        """A card is the same after another whose names needed further fonts."""
        first = made("Site 12 ✓")
        assert made("مستشفى 北京") != first
        assert made("Site 12 ✓") == first


def glyphs(pdf: bytes) -> list[bytes]:
    """Return what a page or a drawing on it shows, glyph after glyph."""
    shown: list[bytes] = []
    with pikepdf.open(io.BytesIO(pdf)) as file:
        forms = [
            o
            for o in file.objects
            if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Form"
        ]
        for one in (*forms, *file.pages):
            for drawn in pikepdf.parse_content_stream(one, "TJ"):
                parts = drawn.operands[0]
                shown += [bytes(part) for part in parts if isinstance(part, pikepdf.String)]
    return [bytes([a, b]) for text in shown for a, b in zip(text[::2], text[1::2], strict=True)]


class TestDrawings:
    """Words inside a figure."""

    @pytest.mark.parametrize("name", ["مستشفى الملك", "בית החולים", "डॉ. अनिता शर्मा", "Site"])
    def test_are_set_as_on_the_page(self, name: str) -> None:
        """A name is shaped and ordered as in the table, and moves no number behind it."""
        text = f"{name} 0.91 (0.88–0.93)"
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="20">'
            f'<text x="5" y="15" font-size="12" font-family="Inter">{text}</text></svg>'
        )
        source = b64encode(svg.encode()).decode()
        drawn = glyphs(made(f'<img alt="{text}" src="data:image/svg+xml;base64,{source}">'))
        assert drawn
        assert drawn == glyphs(made(text))
