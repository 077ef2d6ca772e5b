"""Verifier: one HTML file that checks a release bundle in a browser, without any network.

Its parts lie in ``templates/verifier``: a page, a style and small scripts, which are joined here in
their order. A policy in the page forbids every connection and any script but this very one.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from reports.verifier.lettering import faces

SCRIPTS: Final = (
    "bytes",
    "zip",
    "keys",
    "notes",
    "report",
    "given",
    "lists",
    "trails",
    "cards",
    "signing",
    "decisions",
    "evidence",
    "checking",
    "page",
)
"""The scripts in the order in which they are joined: each rests on those before it."""


def page(templates: Path, catalogue: Mapping[str, Any], *, made: str, fonts: Path) -> bytes:
    """Return the page, the same bytes for the same parts.

    Parameters
    ----------
    templates : Path
        The folder that holds ``verifier``.
    catalogue : mapping
        Every sentence, path and limit that the page and the program share, as JSON.
    made : str
        What made it, such as the program's name and release.
    fonts : Path
        Where the fonts lie; the page does with those of the reader's machine where there are none.
    """
    return _page(templates / "verifier", json.dumps(catalogue, ensure_ascii=True), made, fonts)


@cache
def _page(folder: Path, catalogue: str, made: str, fonts: Path) -> bytes:
    """Return the page, put together once."""
    read = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("page.*")}
    style = f"{faces(fonts)}\n{read['page.css']}"
    script = _script(folder / "script", catalogue)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_named(script)}'",
            f"style-src '{_named(style)}'",
            "font-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    whole = read["page.html"]
    for place, text in {
        "[[policy]]": policy,
        "[[made]]": made,
        "[[style]]": style,
        "[[script]]": script,
    }.items():
        whole = whole.replace(place, text)
    return whole.encode()


def _script(folder: Path, catalogue: str) -> str:
    """Return the scripts as one, whose names are nobody else's."""
    parts = [(folder / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    told = catalogue.replace("</", "<\\/")  # nothing in it may end the script
    whole = "\n".join((f"const CATALOGUE = {told};", *parts))
    return f'\n(() => {{\n"use strict";\n{whole}}})();\n'


def _named(text: str) -> str:
    """Return the digest by which a policy lets a script or style be used."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
