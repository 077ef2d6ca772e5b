"""Choosing: which entries of a trail concern one subject."""

import re
from collections.abc import Iterable
from typing import Any

from registry.domain.trail import Act
from registry.domain.words import taken_out


def concerning(events: Iterable[dict[str, Any]], subject: str) -> list[int]:
    """Return the places of the entries that concern a subject, such as ``heart-cad/2``.

    That are those whose subject names it as a whole word, those about evidence that was handed in
    for it, and those that took words out of one of these.
    """
    named = naming(subject)
    evidence: set[str] = set()
    chosen: dict[int, None] = {}
    for event in events:
        about = event["subject"] if isinstance(event["subject"], str) else ""
        after = event["after"] if isinstance(event["after"], dict) else {}
        if event["act"] == Act.TABLE_UPLOADED and after.get("version") == subject:
            evidence.add(about)
        if (
            named.search(about)
            or about in evidence
            or (event["act"] == Act.TEXT_REDACTED and taken_out(event)[0] in chosen)
        ):
            chosen[event["seq"]] = None
    return list(chosen)


def naming(subject: str) -> re.Pattern[str]:
    """Return what finds a subject as a whole word: ``heart-cad/2`` is not ``heart-cad/21``."""
    return re.compile(rf"(?<![\w./-]){re.escape(subject)}(?![\w/-]|\.\w)")
