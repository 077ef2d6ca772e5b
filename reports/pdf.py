"""PDF: HTML to a tagged, archivable PDF with its documents attached.

The only file that knows WeasyPrint. What it makes declares PDF/A-3a and PDF/UA-1. The same HTML
and attachments give the same bytes: dates come from the content, the file's identifier from a
digest of it, and nothing is fetched but the card's own fonts.
"""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

import pydyf
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from reports.content import CardContent
from reports.errors import LayoutError, TooLongError
from reports.fonts import FOLDER, font_folder

PAGES = 4  # each with a part of its own, so that one more means that a part ran over
_PIXEL = 0.75  # points
_MILLIMETRE = 96 / 25.4  # pixels
_BOTTOM = 16  # millimetres; the margin in card.css
_KIND: dict[str, Any] = {"pdf_variant": "pdf/a-3a", "pdf_tags": True}
NAMESPACE = "https://clinical-model-registry.org/ns/model-card/1/"


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A document that travels inside the PDF."""

    name: str
    content: bytes
    description: str
    relationship: Literal["Data", "Source", "Supplement"] = "Data"


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
    with _no_complaint():
        document = _document(html, font_folder(fonts))
    return Laid(html=html, document=document, parts=_extents(document))


def write_pdf(laid: Laid, content: CardContent, *, attachments: Sequence[Attached] = ()) -> bytes:
    """Return the bytes of a card that is laid out; the same for the same arguments, anywhere.

    Parameters
    ----------
    laid : Laid
        The whole card.
    content : CardContent
        Gives the metadata: model, version, digest, time.
    attachments : sequence of Attached
        Documents to embed, in this order.

    Raises
    ------
    LayoutError
        When the layout engine warns of anything.
    TooLongError
        When it takes more than four pages.
    """
    if laid.pages > PAGES:
        raise TooLongError(laid.pages, most=PAGES)
    identifier = _identifier(laid.html, attachments)
    attached = [_attachment(item, content.issued_at) for item in attachments]
    _declare(laid.document, content)
    with _no_complaint():
        made = laid.document.write_pdf(
            finisher=_finish, pdf_identifier=identifier, attachments=attached, **_KIND
        )
    return bytes(made)


def render_pdf(
    html: str,
    content: CardContent,
    *,
    attachments: Sequence[Attached] = (),
    fonts: Path = FOLDER,
) -> bytes:
    """Lay a whole card out and return its bytes; raises what `lay_out` and `write_pdf` raise."""
    return write_pdf(lay_out(html, fonts=fonts), content, attachments=attachments)


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


def _document(html: str, folder: Path) -> Any:  # noqa: ANN401 - untyped library
    source = weasyprint.HTML(
        string=html, base_url=folder.resolve().as_uri() + "/", url_fetcher=_OnlyFonts(folder)
    )
    return source.render(font_config=FontConfiguration(), **_KIND)


def _identifier(html: str, attachments: Sequence[Attached]) -> str:
    digest = hashlib.sha256(html.encode())
    for item in attachments:
        digest.update(hashlib.sha256(item.content).digest())
    return digest.hexdigest()[:32]


def _attachment(item: Attached, moment: datetime) -> Any:  # noqa: ANN401 - untyped library
    return weasyprint.Attachment(
        string=item.content,
        name=item.name,
        description=item.description,
        relationship=item.relationship,
        created=moment,
        modified=moment,
    )


class _OnlyFonts(URLFetcher):  # type: ignore[misc]  # the library is untyped
    """Fetches what lies in the folder of fonts and images that stand in the text; nothing else."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols={"file", "data"})
        self._folder = folder.resolve()

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - untyped library
        """Return what stands behind an address, or refuse."""
        if url.startswith("file:"):
            path = Path(url.removeprefix("file://")).resolve()
            if path.parent != self._folder:
                raise ValueError(f"A card may not read {url}.")
        return super().fetch(url, headers)


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.sentences: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.sentences.append(record.getMessage())


@contextmanager
def _no_complaint() -> Iterator[None]:
    """Turn what the layout engine would only log into an error."""
    heard = _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(heard)
    try:
        yield
    finally:
        logger.removeHandler(heard)
    if heard.sentences:
        raise LayoutError("The card could not be laid out cleanly: " + " ".join(heard.sentences))


def _declare(document: Any, content: CardContent) -> None:  # noqa: ANN401 - untyped library
    """Add PDF/UA-1 and our own identification to the metadata that WeasyPrint writes."""
    write = document.metadata.generate_rdf_metadata
    extra = _metadata(content).encode() + b"</rdf:RDF>"

    def declared(*args: Any, **keywords: Any) -> bytes:  # noqa: ANN401 - passed on as they came
        return bytes(write(*args, **keywords)).replace(b"</rdf:RDF>", extra)

    document.metadata.generate_rdf_metadata = declared


_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
_EXTENSION = (
    'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
    'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"'
)


def _metadata(content: CardContent) -> str:
    """Return the XMP that PDF/A-3 allows only together with a description of its own schemas."""
    ua = "http://www.aiim.org/pdfua/ns/id/"
    named = {
        "model": (content.model, "Model name"),
        "version": (str(content.version), "Model version"),
        "dossier": (content.dossier_digest, "Digest of the dossier that the card renders"),
    }
    values = " ".join(f"mc:{name}={quoteattr(value)}" for name, (value, _) in named.items())
    own = [_property(name, "Text", "external", words) for name, (_, words) in named.items()]
    part = [_property("part", "Integer", "internal", "PDF/UA part")]
    schemas = _schema("PDF/UA identification", ua, "pdfuaid", part)
    schemas += _schema("Model card", NAMESPACE, "mc", own)
    return (
        f'<rdf:Description rdf:about="" {_RDF} xmlns:pdfuaid="{ua}" pdfuaid:part="1"/>'
        f'<rdf:Description rdf:about="" {_RDF} xmlns:mc="{NAMESPACE}" {values}/>'
        f'<rdf:Description rdf:about="" {_RDF} {_EXTENSION}>'
        f"<pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas>"
        "</rdf:Description>"
    )


def _schema(title: str, uri: str, prefix: str, properties: Sequence[str]) -> str:
    return (
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaSchema:schema>{title}</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{uri}</pdfaSchema:namespaceURI>"
        f"<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{''.join(properties)}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li>"
    )


def _property(name: str, kind: str, category: str, words: str) -> str:
    return (
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        f"<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>"
        f"<pdfaProperty:category>{category}</pdfaProperty:category>"
        f"<pdfaProperty:description>{words}</pdfaProperty:description>"
        "</rdf:li>"
    )


def _finish(_document: Any, pdf: Any) -> None:  # noqa: ANN401 - untyped library
    """Give header cells their scope and figures their place, which WeasyPrint leaves out."""
    objects = {o.reference: o for o in pdf.objects if isinstance(o, pydyf.Dictionary)}
    for element in [o for o in objects.values() if o.get("Type") == "/StructElem"]:
        if element["S"] == "/TH":
            element["A"]["Scope"] = _scope(element, objects)
        elif element["S"] == "/Figure" and "A" in element:
            height = objects[element["Pg"]]["MediaBox"][3]
            x1, y1, x2, y2 = (value * _PIXEL for value in element["A"]["BBox"])
            corners = (x1, height - y2, x2, height - y1)
            element["A"]["BBox"] = pydyf.Array([round(value, 2) for value in corners])


def _scope(cell: Any, objects: dict[Any, Any]) -> str:  # noqa: ANN401 - untyped library
    """Return whether a header cell heads a column or a row."""
    parent = cell
    while parent["S"] not in {"/THead", "/TBody", "/TFoot", "/Table"}:
        parent = objects[parent["P"]]
    return "/Column" if parent["S"] == "/THead" else "/Row"
