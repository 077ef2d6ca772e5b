"""Facts about names in any writing."""

import pytest

from reports.fonts import FOLDER, east_asian_font
from reports.scripts import FALLBACKS, MAIN, held, marked, prepared, spelled

MARK = "\u200e"
ARABIC, HEBREW = "مستشفى الملك", "בית החולים"


class TestPrepared:
    """A text whose characters all have a glyph."""

    def test_usual_text_loads_nothing_more(self) -> None:
        """Latin, Greek and Cyrillic, and what clinicians write, stand in the main fonts."""
        page = "<p>Kovács Łódź Στέφανος Ильина ≥ ≤ − ± × ° µ ✓ ✗ → “x” – …\u00ad\u200b</p>"
        assert prepared(page).faces == {}
        assert prepared(page).html == page

    @pytest.mark.parametrize(
        ("text", "family"),
        [
            (ARABIC, "Card Arabic"),
            (HEBREW, "Card Hebrew"),
            ("अनिता शर्मा", "Card Devanagari"),
            ("น้ำใจ", "Card Thai"),
            ("北京协和医院", "Card East Asian"),
            ("臺灣", "Card East Asian"),
            ("さくら病院", "Card East Asian"),
            ("서울대학교병원", "Card East Asian"),
        ],
    )
    def test_each_script_loads_its_font_alone(self, text: str, family: str) -> None:
        """A name in Thai brings no Chinese font with it."""
        found = prepared(f"<p>Site {text} 0.91</p>")
        assert list(found.faces) == [family]
        assert text in found.html

    def test_what_no_font_holds_is_spelled_out(self) -> None:
        """By number and name, so that a card can always be made and nothing is an empty box."""
        page = prepared("<p>Seen 😀 and \ue000</p>").html
        assert page == "<p>Seen [U+1F600 grinning face] and [U+E000]</p>"

    def test_what_turns_text_around_is_spelled_out(self) -> None:
        """Nobody can write a name that makes what follows it read backwards."""
        assert "[U+202E right-to-left override]" in prepared("<p>safe\u202e ton</p>").html

    def test_what_joins_letters_stays(self) -> None:
        """Persian and Hindi are spelled with it."""
        joined = "می\u200cخواهم"
        assert joined in prepared(f"<p>{joined}</p>").html


class TestMarked:
    """Right to left, with numbers behind."""

    def test_a_mark_follows_a_name(self) -> None:
        """And no mark stands inside it, though it be of two words."""
        assert marked(f"<td>At {ARABIC} 0.91</td>") == f"<td>At {ARABIC}{MARK} 0.91</td>"

    def test_a_bracket_that_a_name_opened_is_part_of_it(self) -> None:
        """Otherwise it would be drawn at the wrong end."""
        assert marked(f"({ARABIC} ({HEBREW}), 12)") == f"({ARABIC} ({HEBREW}){MARK}, 12)"

    def test_numbers_part_two_names(self) -> None:
        """Each keeps its own numbers behind it."""
        text = marked(f"{ARABIC} 0.91 (0.88–0.93), {HEBREW} 0.85")
        assert text == f"{ARABIC}{MARK} 0.91 (0.88–0.93), {HEBREW}{MARK} 0.85"

    def test_tags_stay_as_they_are(self) -> None:
        """What stands in an attribute is not shown between other words."""
        assert marked(f'<h1 data-x="{ARABIC}">x</h1>') == f'<h1 data-x="{ARABIC}">x</h1>'


class TestHeld:
    """What fonts hold."""

    def test_every_font_is_there(self) -> None:
        """The main ones and one for each further script."""
        assert all(len(held(FOLDER / name)) > 500 for name in MAIN.values())
        assert all(len(held(fallback.find(FOLDER))) > 100 for fallback in FALLBACKS)

    def test_names_of_persons_are_whole(self) -> None:
        """Rare characters that people bear in their names are in the East Asian font."""
        assert set("龘𠮷髙﨑㔾퓨瓩") <= held(east_asian_font())


class TestSpelled:
    """One character in brackets."""

    def test_number_and_name(self) -> None:
        """So that it can be looked up."""
        assert spelled("⚕") == "[U+2695 staff of aesculapius]"
        assert spelled("\ue000") == "[U+E000]"
