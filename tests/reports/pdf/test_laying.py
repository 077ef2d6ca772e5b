"""Facts about laying pages out: which fonts are used, and that the machine's are not."""

from datetime import UTC, datetime

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
