"""Facts about the word across every page."""

import base64
from xml.etree import ElementTree as ET

import pytest

from registry.services.cards.printing import environment
from reports.banners import image
from reports.html import render_html
from reports.pdf import lay_out
from tests.factories.cards import TEMPLATES, make_content
from tests.factories.documents import make_decision, make_dossier, make_standing


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

    @pytest.mark.parametrize("word", ["DRAFT", "DECLINED", "SUPERSEDED", "SUSPENDED", "LAPSED"])
    def test_every_word_that_a_card_may_bear(self, word: str) -> None:
        """Its letters are all in the font."""
        (path,) = drawn(word)
        assert path.attrib["d"].count("M") >= len(word)


def test_stands_on_every_page() -> None:
    """No page of a card that is suspended can be taken for one that holds."""
    dossier = make_dossier()
    decision, standing = make_decision(dossier), make_standing("suspended")
    content = make_content(dossier, decision=decision, standing=standing)
    assert content.banner == "SUSPENDED"
    pages = lay_out(render_html(content, environment(TEMPLATES))).document.pages
    assert len(pages) > 3
    for page in pages:
        marks = [
            box.element.get("class")
            for box in page._page_box.descendants()  # noqa: SLF001 -- the engine has no other way
            if box.element is not None
        ]
        assert "banner" in marks
