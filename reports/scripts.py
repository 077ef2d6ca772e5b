"""Scripts: names and free text in any writing, set honestly or spelled out.

The main fonts hold Latin, Greek and Cyrillic. For other scripts there is one font each, of which a
card loads those that it needs. What no font holds is spelled out by number and name, so that
nothing is ever drawn as an empty box or in a font of the machine. Behind text that runs from right
to left stands a mark, since otherwise the numbers after a name would change places: “0.91
(0.88–0.93)” would read “(0.93–0.88) 0.91”.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont

from reports.fonts import FOLDER, east_asian_font, font_folder

MAIN: Mapping[str, str] = {
    "Inter": "Inter-Regular.ttf",
    "Card Serif": "SourceSerif4-Regular.ttf",
    "Card Display": "SourceSerif4Display-Semibold.ttf",
    "Card Mono": "IBMPlexMono-Regular.ttf",
}
_TEXT = "Inter"  # its holes are filled by the fonts below
_MARK = "\u200e"  # left to right; unlike an isolate it holds where a line breaks in a name
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SILENT = frozenset(
    "\t\n\r\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff"
) | frozenset(map(chr, range(0xFE00, 0xFE10)))
_POINTS = "[\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f]"
_INSIDE = f"(?:{_POINTS}|[\\s'’\"“”\\-‐./()&])"  # what may stand inside a name
_PRIVATE = "Co"  # what a font draws there means something in that font alone
_OPENING, _CLOSING = "(", ")"


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """A font for what the main fonts lack: its family, and what finds its file."""

    family: str
    find: Callable[[Path], Path]


def _beside(name: str) -> Callable[[Path], Path]:
    """Return what finds a file in the folder of fonts."""
    return lambda folder: font_folder(folder) / name


FALLBACKS: tuple[Fallback, ...] = (
    Fallback(family="Card Arabic", find=_beside("NotoSansArabic-Regular.ttf")),
    Fallback(family="Card Hebrew", find=_beside("NotoSansHebrew-Regular.ttf")),
    Fallback(family="Card Devanagari", find=_beside("NotoSansDevanagari-Regular.ttf")),
    Fallback(family="Card Thai", find=_beside("NotoSansThai-Regular.ttf")),
    Fallback(family="Card East Asian", find=lambda _: east_asian_font()),
)
FAMILIES = frozenset(MAIN) | {fallback.family for fallback in FALLBACKS}


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A text whose characters all have a glyph, and the fonts beside the main ones that it needs.

    Attributes
    ----------
    html : str
        The text.
    faces : mapping of str to Path
        The file of each further family.
    """

    html: str
    faces: Mapping[str, Path]


def prepared(html: str, *, fonts: Path = FOLDER) -> Prepared:
    """Return a text ready to be set.

    Parameters
    ----------
    html : str
        A page; what stands between its tags may be in any script.
    fonts : Path
        The folder of fonts.

    Raises
    ------
    FontsMissingError
        When a font that it needs is not there.
    """
    left = {c for c in set(html) if not c.isascii()} - _SILENT - held(fonts / MAIN[_TEXT])
    if not left:
        return Prepared(html=html, faces={})
    faces: dict[str, Path] = {}
    for fallback in FALLBACKS:
        if left - _OVERRIDES and not left.isdisjoint(held(path := fallback.find(fonts))):
            faces[fallback.family] = path
            left -= held(path)
    return Prepared(html=marked(_spelled(html, left)), faces=faces)


def spelled(character: str) -> str:
    """Return a character that cannot be drawn, in brackets, by its number and name."""
    name = unicodedata.name(character, "").lower()
    return f"[U+{ord(character):04X}{' ' if name else ''}{name}]"


def marked(html: str) -> str:
    """Return a page whose names that run from right to left move nothing that stands after them."""
    strong = "".join(sorted(c for c in set(html) if unicodedata.bidirectional(c) in {"R", "AL"}))
    if not strong:
        return html
    run = re.compile(f"[{re.escape(strong)}](?:{_INSIDE}*[{re.escape(strong)}])*{_POINTS}*")
    parts = re.split(r"(<[^>]*>)", html)
    return "".join(part if part.startswith("<") else _marked(part, run) for part in parts)


@functools.cache
def held(font: Path) -> frozenset[str]:
    """Return the characters that a font has glyphs for."""
    with TTFont(font, lazy=True) as opened:
        found = map(chr, opened.getBestCmap())
    return frozenset(c for c in found if unicodedata.category(c) != _PRIVATE)


def _spelled(html: str, characters: Iterable[str]) -> str:
    return html.translate({ord(c): spelled(c) for c in characters})


def _marked(text: str, run: re.Pattern[str]) -> str:
    """Return a text with a mark behind its runs, and behind the brackets that they opened."""
    pieces, end = [], 0
    for found in run.finditer(text):
        stop = found.end()
        missing = found[0].count(_OPENING) - found[0].count(_CLOSING)
        while missing > 0 and text[stop : stop + 1] == _CLOSING:
            stop, missing = stop + 1, missing - 1
        pieces += [text[end:stop], _MARK]
        end = stop
    return "".join([*pieces, text[end:]])
