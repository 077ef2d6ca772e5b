"""Stamps: what is printed in the place of a signature.

Set in IBM Plex Mono and embedded, as PDF/A asks: its widths are in thousandths of an em, which
the signing library takes for granted.
"""

import io
from dataclasses import dataclass
from typing import Any, Final

from fontTools.ttLib import TTFont
from pyhanko.pdf_utils.font.api import FontEngine, FontEngineFactory
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    InnerScaling,
    Margins,
    SimpleBoxLayoutRule,
)
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStampStyle, StaticStampStyle, TextStampStyle

from reports.fonts import font_folder

FONT: Final = "IBMPlexMono-Regular.ttf"
_SIZE = 7  # points
_LEADING = 9


@dataclass(frozen=True)
class _Font(FontEngineFactory):
    """The font of stamps, read once: the library's own way leaves its file open."""

    content: bytes

    def create_font_engine(self, writer: BasePdfFileWriter, obj_stream: Any = None) -> FontEngine:  # noqa: ANN401 - as the library has it
        """Return what measures text and embeds the glyphs that are used."""
        return GlyphAccumulator(
            writer, io.BytesIO(self.content), font_size=_SIZE, obj_stream=obj_stream
        )


def stamp_style(lines: tuple[str, ...]) -> BaseStampStyle:
    """Return how lines are printed in a signature's place; nothing is printed without any."""
    if not lines:
        return StaticStampStyle(border_width=0, background=None)
    text = "\n".join(_printable(line) for line in lines)
    left = SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MIN,
        y_align=AxisAlignment.ALIGN_MID,
        margins=Margins(left=1, right=1, top=1, bottom=1),
        inner_content_scaling=InnerScaling.SHRINK_TO_FIT,
    )
    return TextStampStyle(
        border_width=0,
        stamp_text=text.replace("%", "%%"),
        text_box_style=TextBoxStyle(
            font=_Font(content=(font_folder() / FONT).read_bytes()),
            font_size=_SIZE,
            leading=_LEADING,
            box_layout_rule=SimpleBoxLayoutRule(
                x_align=AxisAlignment.ALIGN_MIN,
                y_align=AxisAlignment.ALIGN_MID,
                margins=Margins(left=0, right=0, top=0, bottom=0),
            ),
        ),
        inner_content_layout=left,
    )


def _printable(line: str) -> str:
    """Return a line with a question mark for every character that the font lacks."""
    with TTFont(font_folder() / FONT, lazy=True) as font:
        known = font.getBestCmap()
    return "".join(one if ord(one) in known else "?" for one in line)
