"""Printing: the PDF of a safety case, with the documents that travel inside it."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from registry.domain.digests import canonical
from registry.services.safety_cases.content import content_of
from registry.services.safety_cases.documents import CaseDocuments
from reports.pdf import Attached
from reports.safety_case import CaseContent
from reports.safety_case.writing import to_json, write_case


def printed(documents: CaseDocuments, templates: Path) -> tuple[CaseContent, bytes]:
    """Return what a report says and its bytes; the same for the same documents."""
    content = content_of(documents)
    environment = Environment(loader=FileSystemLoader(templates), autoescape=True)
    return content, write_case(content, environment, attachments=attachments(documents, content))


def attachments(documents: CaseDocuments, content: CaseContent) -> list[Attached]:
    """Return the documents that travel inside the PDF, so that a reader needs only the file."""
    given: list[tuple[str, Any, str]] = [
        ("safety-case.json", documents.case, "The safety case: what is signed"),
        ("dossier.json", documents.dossier, "The dossier that it was written over"),
        ("hazard-log.json", documents.log, "The issue of the hazard log that it rests on"),
        ("site-dossier.json", documents.site_dossier, "The site dossier that it rests on"),
    ]
    found = [
        Attached(name=name, content=canonical(document), description=words)
        for name, document, words in given
        if document is not None
    ]
    if documents.signatures is not None:
        found.append(
            Attached(
                name="signatures.json",
                content=canonical(documents.signatures),
                description="The signature over the case, with the statement and the public key",
            )
        )
    report = Attached(
        name="report.json",
        content=to_json(content),
        description="What the pages say, for machines",
        relationship="Source",
    )
    return [*found, report]
