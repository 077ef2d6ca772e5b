"""Facts about the word across every page."""

import base64
from xml.etree import ElementTree as ET

from reports.banners import image


def drawn(word: str) -> ET.Element:
    """Return the picture of a word."""
    return ET.fromstring(base64.b64decode(image(word).partition(",")[2]))  # noqa: S314 - our own


class TestImage:
    """Outlines, no text."""

    def test_holds_no_text(self) -> None:
        """A slanted word would be read out in the midst of the sentences that it crosses."""
        assert [child.tag.rpartition("}")[2] for child in drawn("DRAFT")] == ["path"]

    def test_is_as_wide_as_its_letters(self) -> None:
        """Five letters take less than nine."""
        widths = [
            float(drawn(word).attrib["viewBox"].split()[2]) for word in ("DRAFT", "SUSPENDED")
        ]
        assert widths[0] < widths[1]
