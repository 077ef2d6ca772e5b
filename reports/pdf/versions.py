"""Versions: the software that sets a card; another version may break its lines elsewhere."""

import ctypes
import functools
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from weasyprint.text.ffi import pango

_PARTS: Final = (
    "clinical-model-registry",
    "weasyprint",
    "pydyf",
    "fonttools",
    "vl-convert-python",
)


@functools.cache
def renderer() -> tuple[tuple[str, str], ...]:
    """Return each part that decides the bytes of a card, with its version."""
    libraries = (("pango", _pango()), ("harfbuzz", _harfbuzz()))
    return (*((part, _installed(part)) for part in _PARTS), *libraries)


def _installed(part: str) -> str:
    try:
        return version(part)
    except PackageNotFoundError:
        return "not installed as a package"


def _pango() -> str:
    """Return the version of the system's Pango, which shapes and breaks every line."""
    whole = int(pango.pango_version())
    return f"{whole // 10000}.{whole // 100 % 100}.{whole % 100}"


def _harfbuzz() -> str:
    """Return the version of the system's HarfBuzz, which picks and subsets every glyph."""
    try:
        told = ctypes.CDLL("libharfbuzz.so.0").hb_version_string
    except (OSError, AttributeError):
        return "of unknown version"
    told.restype = ctypes.c_char_p
    return bytes(told()).decode()
