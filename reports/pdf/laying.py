"""Laying: HTML laid out on pages, with our own fonts and nothing else."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import weasyprint
from weasyprint.urls import URLFetcher

from reports.fonts import FOLDER, font_folder
from reports.pdf.complaints import no_complaint
from reports.pdf.drawings import set_words_whole
from reports.pdf.engine import configuration, undisturbed
from reports.scripts import Prepared, prepared

KIND: dict[str, Any] = {"pdf_variant": "pdf/a-3a", "pdf_tags": True}
_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_MILLIMETRE = 96 / 25.4  # pixels
_BOTTOM = 16  # millimetres; the margin in card.css


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How many pages a part of a card takes, and how much height is left on its last, in mm."""

    pages: int
    left: float


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A card whose pages are laid out but not yet written: what fits is seen at half the cost."""

    html: str
    document: Any
    parts: Mapping[str, Extent]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self.document.pages)


def lay_out(html: str, *, fonts: Path = FOLDER) -> Laid:
    """Return a card, or some of its parts, laid out on pages.

    Parameters
    ----------
    html : str
        What `reports.html.render_html` returned.
    fonts : Path
        The folder of fonts.

    Raises
    ------
    LayoutError
        When the layout engine warns of anything: a card with a missing font or image is none.
    FontsMissingError
        When the fonts are not there.
    """
    ready = prepared(html, fonts=font_folder(fonts))
    set_words_whole()
    with no_complaint(), undisturbed():
        document = _document(ready, fonts)
    return Laid(html=html, document=document, parts=_extents(document))


def _extents(document: Any) -> dict[str, Extent]:  # noqa: ANN401 - untyped library
    """Read off the anchors ``part-NAME`` and ``end-NAME`` where each part lies."""
    pages: dict[str, int] = {}
    left: dict[str, float] = {}
    for page in document.pages:
        for anchor, (_, top, _, _) in page.anchors.items():
            kind, _, name = anchor.partition("-")
            if kind == "part":
                pages[name] = pages.get(name, 0) + 1
            elif kind == "end":
                left[name] = (page.height - top) / _MILLIMETRE - _BOTTOM
    return {name: Extent(pages=number, left=left[name]) for name, number in pages.items()}


def _document(ready: Prepared, folder: Path) -> Any:  # noqa: ANN401 - untyped library
    further = "".join(
        f'@font-face {{ font-family: "{family}"; src: url({path.resolve().as_uri()}) }}'
        for family, path in ready.faces.items()
    )
    fetcher = _OnlyFonts(folder, ready.faces.values())
    settings = configuration(folder, "".join([*_FACE.findall(ready.html), further]))
    source = weasyprint.HTML(
        string=ready.html, base_url=folder.resolve().as_uri() + "/", url_fetcher=fetcher
    )
    sheet = weasyprint.CSS(string=further, font_config=settings, url_fetcher=fetcher)
    return source.render(font_config=settings, stylesheets=[sheet], **KIND)


class _OnlyFonts(URLFetcher):  # type: ignore[misc]  # the library is untyped
    """Fetches our fonts and images that stand in the text; nothing else."""

    def __init__(self, folder: Path, further: Iterable[Path]) -> None:
        super().__init__(allowed_protocols={"file", "data"})
        self._folder = folder.resolve()
        self._further = {path.resolve() for path in further}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - untyped library
        """Return what stands behind an address, or refuse."""
        if url.startswith("file:"):
            path = Path(unquote(url.removeprefix("file://"))).resolve()
            if path.parent != self._folder and path not in self._further:
                raise ValueError(f"A card may not read {url}.")
        return super().fetch(url, headers)
