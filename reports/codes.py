"""Codes: the address at which a reader checks a card, as a square that a camera reads."""

import base64
import functools
import io

import segno

_QUIET = 2  # modules of white around it; the paper around is white as well


@functools.cache
def qr(address: str) -> str:
    """Return an address as a QR code: the address of an image, the same for the same text.

    A quarter of it may be smudged before it reads no more (error correction Q).
    """
    drawn = io.BytesIO()
    segno.make(address, error="q", micro=False, boost_error=False).save(
        drawn, kind="svg", xmldecl=False, omitsize=True, border=_QUIET, dark="#14202b"
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()
