"""Exports: a card's content as JSON, for machines and for comparing two cards."""

from dataclasses import asdict

from reports.content import CardContent
from reports.formatting import written

SCHEMA = "cmr.card/2"
NOT_CARRIED = (
    "numbers that the card does not print; the CSV has every one",
    "statements as they were signed, and the signatures that prove them",
    "requirements of the policy that are met",
    "protocols and datasets whole; the dossier has them",
)


def to_json(content: CardContent) -> bytes:
    """Return the content as JSON; the same bytes for the same content."""
    return written({"schema": SCHEMA, **asdict(content)})
