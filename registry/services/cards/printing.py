"""Printing: the PDF of a card, with the documents that travel inside it."""

import functools
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from registry.domain.digests import canonical
from registry.services.cards import attached
from registry.services.cards.documents import CardDocuments
from registry.services.cards.exports import record_of
from registry.services.cards.fitting import fitted
from reports.content import CardContent
from reports.exports import chai, to_json
from reports.pdf import Attached, undisturbed, write_pdf


def printed(
    documents: CardDocuments, templates: Path, bundle: Mapping[str, Any] | None = None
) -> tuple[CardContent, bytes]:
    """Return what a card says and its bytes, with as much room as leaves page 1 one page.

    Parameters
    ----------
    documents : CardDocuments
        What it renders.
    templates : Path
        Where the card's template lies.
    bundle : mapping or None
        The signatures in the documents as a ``cmr.signature_bundle/1``, to be attached.

    Raises
    ------
    TooLongError
        When page 1 does not fit even with the least room.
    """
    with undisturbed():
        content, laid = fitted(documents, environment(templates))
        record = record_of(documents)
        return content, write_pdf(
            laid,
            content,
            attachments=attachments(documents, content, chai.to_xml(record), bundle),
            information={
                chai.INFO_KEY: chai.to_information(record),
                chai.SOFTWARE_KEY: chai.SOFTWARE,
            },
        )


@functools.lru_cache(maxsize=4)
def environment(templates: Path) -> Environment:
    """Return the environment that finds the card's template and escapes what people typed."""
    return Environment(loader=FileSystemLoader(templates), autoescape=True)


def attachments(
    documents: CardDocuments,
    content: CardContent,
    card: bytes,
    bundle: Mapping[str, Any] | None = None,
) -> list[Attached]:
    """Return the documents that travel inside the PDF, so that a reader needs only the file."""
    signed = {"schema": "cmr.signatures/1", "signoffs": list(documents.signoffs)}
    made: dict[str, Callable[[], bytes]] = {
        attached.DOSSIER: lambda: documents.frozen,
        attached.DECISION: lambda: canonical(documents.decision or {}),
        attached.STANDING: lambda: canonical(documents.standing or {}),
        attached.SIGNATURES: lambda: canonical(signed),
        attached.BUNDLE: lambda: canonical(bundle or {}),
        attached.CHAI: lambda: card,
        attached.CARD: lambda: to_json(content),
    }
    for evidence in documents.dossier["evidence"]:
        made[attached.assessment(evidence)] = partial(canonical, evidence["assessment"])
    return [
        Attached(
            name=name,
            content=made[name](),
            description=description,
            relationship=attached.RELATIONSHIPS.get(name, "Data"),
        )
        for name, description in attached.listed(documents)
        if bundle is not None or name != attached.BUNDLE
    ]
