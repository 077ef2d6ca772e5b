"""Cards: from dossier, decision and standing to a PDF kept by its digest."""

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

__all__ = [
    "JOB",
    "Exported",
    "Issued",
    "StaleCardError",
    "abandon",
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
    "render",
    "tidy",
]
