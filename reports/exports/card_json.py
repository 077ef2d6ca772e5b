"""Exports: a card's content as JSON, for machines and for comparing two cards."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from reports.content import CardContent
from reports.formatting import stamp

SCHEMA = "cmr.card/2"
NOT_CARRIED = (
    "numbers that the card does not print; the CSV has every one",
    "statements as they were signed, and the signatures that prove them",
    "requirements of the policy that are met",
    "protocols and datasets whole; the dossier has them",
)


def to_json(content: CardContent) -> bytes:
    """Return the content as JSON: sorted keys, two spaces, UTF-8, a line feed at the end."""
    document: dict[str, Any] = {"schema": SCHEMA, **asdict(content)}
    text = json.dumps(
        document, default=_plain, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True
    )
    return text.encode() + b"\n"


def _plain(value: object) -> str:
    """Return times as printed for machines; nothing else in a card needs help."""
    if isinstance(value, datetime):
        return stamp(value)
    raise TypeError(f"A card holds no {type(value).__name__}.")
