"""Protocols: the pre-specified plan of an evaluation, read, checked and known by its digest."""

from validation.protocols.documents import digest, document, measure_digest
from validation.protocols.reading import from_document, read
from validation.protocols.rules import resolve_threshold
from validation.protocols.shape import Protocol

__all__ = [
    "Protocol",
    "digest",
    "document",
    "from_document",
    "measure_digest",
    "read",
    "resolve_threshold",
]
