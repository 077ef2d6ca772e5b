"""Safety cases: written by people over what the records say, and signed by the safety officer."""

from registry.services.safety_cases.files import (
    JOB,
    StaleCaseFileError,
    abandon,
    ask,
    asked_by,
    cancelled,
    leave,
    newest,
    render,
    tidy,
)
from registry.services.safety_cases.reading import document_bytes, listed, outline, show
from registry.services.safety_cases.signing import sign
from registry.services.safety_cases.writing import write

__all__ = [
    "JOB",
    "StaleCaseFileError",
    "abandon",
    "ask",
    "asked_by",
    "cancelled",
    "document_bytes",
    "leave",
    "listed",
    "newest",
    "outline",
    "render",
    "show",
    "sign",
    "tidy",
    "write",
]
