"""Cards: from dossier, decision and standing to a PDF kept by its digest."""

from registry.services.cards.issuing import (
    JOB,
    Issued,
    StaleCardError,
    abandon,
    issue,
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
    "issue",
    "listed",
    "newest",
    "numbered",
    "render",
    "tidy",
]
