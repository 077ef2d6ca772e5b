"""Lettering: the fonts of a page of figures, cut down to the letters that it uses."""

import base64
import functools
import io
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from reports.fonts import FOLDER, font_folder

_WEIGHTS = {400: "Inter-Regular.ttf", 500: "Inter-Medium.ttf", 600: "Inter-SemiBold.ttf"}
_ALWAYS = "".join(chr(code) for code in range(0x20, 0x7F)) + "–−…“”·≥≤×±"


def faces(texts: Iterable[str], *, fonts: Path = FOLDER) -> str:
    """Return the style rules that bring Inter in three weights, for the letters of some texts.

    Letters that Inter does not have are left to the reader's machine.

    Raises
    ------
    FontsMissingError
        When the fonts are not there.
    """
    letters = "".join(sorted({*_ALWAYS, *"".join(texts)}))
    folder = str(font_folder(fonts))
    return "\n".join(
        f"@font-face {{ font-family: Inter; font-weight: {weight}; "
        f"src: url(data:font/woff;base64,{_cut(f'{folder}/{name}', letters)}) format('woff'); }}"
        for weight, name in _WEIGHTS.items()
    )


@functools.lru_cache(maxsize=12)
def _cut(path: str, letters: str) -> str:
    """Return a font with those letters alone, as Base64 of WOFF; the same bytes every time."""
    options = subset.Options(layout_features=["tnum"], notdef_outline=True, hinting=False)
    options.drop_tables += ["GPOS", "GDEF"]
    with TTFont(path, recalcTimestamp=False, lazy=True) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=letters)
        cutter.subset(font)
        font.flavor = "woff"
        kept = io.BytesIO()
        font.save(kept)
    return base64.b64encode(kept.getvalue()).decode()
