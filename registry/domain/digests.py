"""Digests: canonical JSON (RFC 8785) and SHA-256 names of bytes."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import rfc8785

from registry.domain.errors import BadInputError

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the RFC 8785 bytes of a JSON document: the bytes that are hashed and signed."""
    return rfc8785.dumps(dict(document))


def canonical_with(document: Mapping[str, Any], known: Mapping[str, bytes]) -> bytes:
    """Return the canonical bytes of a document and further parts whose own are known, by key."""
    parts = {key: rfc8785.dumps(value) for key, value in document.items()} | dict(known)
    order = sorted(parts, key=lambda key: key.encode("utf-16be"))
    return b"{%b}" % b",".join(b"%b:%b" % (rfc8785.dumps(key), parts[key]) for key in order)


def digest_of(content: bytes) -> str:
    """Return "sha256:" and the 64 hex digits of the SHA-256 of `content`."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def document_digest(document: Mapping[str, Any]) -> str:
    """Return the digest of a document's canonical bytes."""
    return digest_of(canonical(document))


def require_digest(text: str, *, field: str) -> str:
    """Return `text` if it is a digest as we write them.

    Raises
    ------
    BadInputError
        Where it is not "sha256:" and 64 lower-case hex digits.
    """
    if not DIGEST.fullmatch(text):
        raise BadInputError(
            f"“{text[:80]}” is not a digest; write sha256: and 64 hex digits.", field=field
        )
    return text
