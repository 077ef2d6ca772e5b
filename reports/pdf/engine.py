"""Engine: WeasyPrint, shown our own fonts alone and left undisturbed.

What fonts a machine has, and by which rules it replaces one by another, would otherwise decide how
a card looks. So fontconfig reads a configuration of ours, which knows one font, and style sheets
declare the others. Settings that were found are read once for each set of fonts and kept.
"""

import gc
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from weasyprint.text.fonts import FontConfiguration

from reports.fonts import font_folder

_VARIABLE = "FONTCONFIG_FILE"
_ALONE = "IBMPlexMono-Regular.ttf"  # fontconfig complains where it finds no font at all
_HEADING = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
_KEPT = 8  # settings, one for each set of fonts; a card that needs another drops the oldest
_LOCK = threading.Lock()
_local = threading.local()


@contextmanager
def _our_fonts_alone(fonts: Path) -> Iterator[None]:
    """Let fontconfig read our configuration, as long as this lasts."""
    folder = font_folder(fonts).resolve()
    with _LOCK, tempfile.TemporaryDirectory(prefix="cmr-fonts-") as kept:
        path, before = Path(kept) / "fonts.conf", os.environ.get(_VARIABLE)
        path.write_text(
            f"{_HEADING}<fontconfig><dir>{escape(str(folder))}</dir>"
            f"<cachedir>{escape(kept)}</cachedir><selectfont>"
            f"<acceptfont><glob>*/{_ALONE}</glob></acceptfont>"
            "<rejectfont><glob>*</glob></rejectfont></selectfont></fontconfig>",
            encoding="utf-8",
        )
        os.environ[_VARIABLE] = str(path)
        try:
            yield
        finally:
            if before is None:
                del os.environ[_VARIABLE]
            else:
                os.environ[_VARIABLE] = before


def configuration(fonts: Path, faces: str) -> Any:  # noqa: ANN401 - untyped library
    """Return the engine's settings for a document that declares certain faces.

    They are kept for each thread, since the libraries below are not safe to share, and for each
    set of faces: what an earlier document declared must not change how the next is set.

    Parameters
    ----------
    fonts : Path
        The folder of the main fonts.
    faces : str
        Every ``@font-face`` of the document.

    Raises
    ------
    FontsMissingError
        When the main fonts are not there.
    """
    kept: dict[tuple[Path, str], Any] = _local.__dict__.setdefault("kept", {})
    key = (fonts, faces)
    if key not in kept:
        while len(kept) >= _KEPT:
            del kept[next(iter(kept))]
        with _our_fonts_alone(fonts):
            kept[key] = FontConfiguration()
    return kept[key]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let no collector of garbage look, a hundred times, at pages that are all still in use."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
