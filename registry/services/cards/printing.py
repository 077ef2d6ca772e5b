"""Printing: the PDF of a card, with the documents that travel inside it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from registry.domain.digests import canonical
from registry.services.cards.documents import CardDocuments
from registry.services.cards.exports import record_of
from registry.services.cards.fitting import fitted
from reports.content import CardContent
from reports.exports import chai, to_json
from reports.pdf import Attached, write_pdf


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
    found = [
        Attached(
            name="dossier.json",
            content=canonical(documents.dossier),
            description="The dossier: all that the decision rests on",
        )
    ]
    if documents.decision is not None:
        found.append(
            Attached(
                name="decision.json",
                content=canonical(documents.decision),
                description="The decision over the dossier, its conditions as they stand",
            )
        )
    if documents.standing is not None:
        found.append(
            Attached(
                name="standing.json",
                content=canonical(documents.standing),
                description="How the version stands",
            )
        )
    signed = {"schema": "cmr.signatures/1", "signoffs": list(documents.signoffs)}
    found.append(
        Attached(
            name="signatures.json",
            content=canonical(signed),
            description="Every sign-off with the statement that was signed",
        )
    )
    if bundle is not None:
        found.append(
            Attached(
                name="signature-bundle.json",
                content=canonical(bundle),
                description="Sign-offs and decision with all that proves them",
            )
        )
    found += [
        Attached(
            name=f"assessment-{evidence['number']}.json",
            content=canonical(evidence["assessment"]),
            description=f"The assessment of evidence {evidence['number']}: every number",
        )
        for evidence in documents.dossier["evidence"]
    ]
    found.append(
        Attached(
            name="chai.xml",
            content=card,
            description="The CHAI Applied Model Card of this version",
            relationship="Supplement",
        )
    )
    found.append(
        Attached(
            name="card.json",
            content=to_json(content),
            description="What the pages say, for machines",
            relationship="Source",
        )
    )
    return found
