"""Lettering: the house's fonts inside the page, cut down to the letters of Europe's languages."""

import base64
import io
from functools import cache
from pathlib import Path
from typing import Final

from fontTools import subset

_FACES: Final = (
    ("Inter", 400, "Inter-Regular.ttf"),
    ("Inter", 600, "Inter-SemiBold.ttf"),
    ("Card Display", 600, "SourceSerif4Display-Semibold.ttf"),
    ("Card Mono", 400, "IBMPlexMono-Regular.ttf"),
)
_LETTERS: Final = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2027),
    *(0x2032, 0x2033, 0x20AC, 0x2192, 0x2212, 0x2264, 0x2265, 0x2713, 0x2717, 0xFFFD),
)


@cache
def faces(fonts: Path) -> str:
    """Return the fonts that lie in a folder as CSS; nothing of those that do not."""
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f'src: url("data:font/woff2;base64,{_packed(fonts / name)}") format("woff2"); }}'
        for family, weight, name in _FACES
        if (fonts / name).is_file()
    )


def _packed(path: Path) -> str:
    """Return a font, cut down, as base64; the same for the same font."""
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "liga", "tnum", "ccmp", "mark", "locl"]
    options.hinting = False
    options.recalc_timestamp = False
    font = subset.load_font(str(path), options)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=_LETTERS)
    cut.subset(font)
    packed = io.BytesIO()
    subset.save_font(font, packed, options)
    font.close()
    return base64.b64encode(packed.getvalue()).decode()
