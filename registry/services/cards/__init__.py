"""Cards: from dossier, decision and standing to a PDF kept by its digest."""

from registry.services.cards.issuing import (
    JOB,
    Issued,
    StaleCardError,
    abandon,
    asked_by,
    cancelled,
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
    "Issued",
    "StaleCardError",
    "abandon",
    "asked_by",
    "cancelled",
    "issue",
    "leave",
    "listed",
    "newest",
    "numbered",
    "render",
    "tidy",
]
