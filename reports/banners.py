"""Banners: the word across every page of a card that is not a standing approval.

It is drawn as outlines, not set as text: letters at a slant would be read out in the midst of the
sentences they cross. The same word stands as text in the headline and in every running line.
"""

import base64
import functools
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from reports.fonts import FOLDER, font_folder

FONT = "Inter-Bold.ttf"
COLOUR, OPACITY = "#a8201a", 0.085
_SPACING = 0.08  # of an em, between letters


@functools.cache
def image(word: str, fonts: Path = FOLDER) -> str:
    """Return a word as the address of an image, as wide as its letters."""
    font = TTFont(font_folder(fonts) / FONT)
    glyphs, names, size = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
    pen, x = SVGPathPen(glyphs), 0.0
    for letter in word:
        glyph = glyphs[names[ord(letter)]]
        glyph.draw(TransformPen(pen, (1, 0, 0, -1, x, size)))
        x += glyph.width + _SPACING * size
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {x:.0f} {1.3 * size:.0f}">'
        f'<path fill="{COLOUR}" fill-opacity="{OPACITY}" d="{pen.getCommands()}"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()
