"""Cards: from dossier, decision and standing to a PDF kept by its digest, sealed and signed."""

from registry.services.cards.exporting import Exported, cover, export, formats
from registry.services.cards.issuing import (
    JOB,
    Issued,
    StaleCardError,
    abandon,
    asked_by,
    cancelled,
    figures_page,
    issue,
    leave,
    listed,
    newest,
    numbered,
    render,
    tidy,
)
from registry.services.cards.places import Place, place
from registry.services.cards.signing import add as add_signature
from registry.services.cards.verifying import Verified, verify

__all__ = [
    "JOB",
    "Exported",
    "Issued",
    "Place",
    "StaleCardError",
    "Verified",
    "abandon",
    "add_signature",
    "asked_by",
    "cancelled",
    "cover",
    "export",
    "figures_page",
    "formats",
    "issue",
    "leave",
    "listed",
    "newest",
    "numbered",
    "place",
    "render",
    "tidy",
    "verify",
]
