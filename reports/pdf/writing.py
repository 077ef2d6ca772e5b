"""Writing: pages that are laid out, as the bytes of a PDF."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pydyf

from reports.content import CardContent
from reports.errors import TooLongError
from reports.fonts import FOLDER
from reports.pdf.attaching import Attached, attachment
from reports.pdf.complaints import no_complaint
from reports.pdf.engine import undisturbed
from reports.pdf.finishing import finish
from reports.pdf.laying import KIND, Laid, lay_out
from reports.pdf.metadata import Described, declare, described

FRONT = "summary"  # the part that must take one page; all that comes after it flows


def write_pdf(
    laid: Laid,
    content: CardContent,
    *,
    attachments: Sequence[Attached] = (),
    information: Mapping[str, str] | None = None,
) -> bytes:
    """Return the bytes of a card that is laid out; the same for the same arguments, anywhere.

    Parameters
    ----------
    laid : Laid
        The whole card.
    content : CardContent
        Gives the metadata: model, version, digest, time.
    attachments : sequence of Attached
        Documents to embed, in this order.
    information : mapping
        What the file's information dictionary says beside its standard entries.

    Raises
    ------
    LayoutError
        When the layout engine warns of anything.
    TooLongError
        When page 1 runs over.
    """
    if FRONT in laid.parts and laid.parts[FRONT].pages > 1:
        raise TooLongError(laid.parts[FRONT].pages)
    about = described(content)
    return write_document(laid, about, attachments=attachments, information=information)


def write_document(
    laid: Laid,
    about: Described,
    *,
    attachments: Sequence[Attached] = (),
    information: Mapping[str, str] | None = None,
) -> bytes:
    """Return the bytes of any document that is laid out; the same for the same arguments.

    Parameters
    ----------
    laid : Laid
        Its pages.
    about : Described
        What its metadata say of it.
    attachments : sequence of Attached
        Documents to embed, in this order.
    information : mapping
        What the file's information dictionary says beside its standard entries.

    Raises
    ------
    LayoutError
        When the layout engine warns of anything.
    """

    def finished(document: Any, pdf: Any) -> None:  # noqa: ANN401 - untyped library
        finish(document, pdf)
        for key, text in (information or {}).items():
            pdf.info[key] = pydyf.String(text)

    attached = [attachment(item, about.moment) for item in attachments]
    declare(laid.document, about)
    with no_complaint(), undisturbed():
        made = laid.document.write_pdf(
            finisher=finished,
            pdf_identifier=_identifier(laid.html, attachments),
            attachments=attached,
            **KIND,
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


def _identifier(html: str, attachments: Sequence[Attached]) -> str:
    digest = hashlib.sha256(html.encode())
    for item in attachments:
        digest.update(hashlib.sha256(item.content).digest())
    return digest.hexdigest()[:32]
