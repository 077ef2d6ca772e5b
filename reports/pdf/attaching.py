"""Attaching: the documents that travel inside a PDF."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import weasyprint


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A document that travels inside the PDF."""

    name: str
    content: bytes
    description: str
    relationship: Literal["Data", "Source", "Supplement"] = "Data"


def attachment(item: Attached, moment: datetime) -> Any:  # noqa: ANN401 - untyped library
    """Return a document as the engine embeds it; dated by the content, never by the clock."""
    return weasyprint.Attachment(
        string=item.content,
        name=item.name,
        description=item.description,
        relationship=item.relationship,
        created=moment,
        modified=moment,
    )
