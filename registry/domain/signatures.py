"""Signatures: the canonical statement a person signs, and how anyone checks it later.

A statement names the signer, the role, the meaning and the digest of what was seen; the
registry's Ed25519 key counter-signs it after the person's password was asked again. That is the
weaker kind of signature, and `METHOD` says so wherever it is shown.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registry.domain.digests import canonical


@dataclass(frozen=True)
class Password:
    """The password of the person who signs, asked again; it shows in no message and no log."""

    secret: str = field(repr=False)


Proof = Password
"""By what a person proves, at the moment of signing, who they are."""

SCHEMA = "cmr.statement/1"
METHOD = "password+server-key"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A signed statement.

    Attributes
    ----------
    statement : mapping
        The document that was signed, as RFC 8785 JSON.
    signature : str
        Base64 of the 64-byte Ed25519 signature over the statement's canonical bytes.
    key : str
        Name of the key: the first 16 hex digits of the SHA-256 of its public bytes.
    method : str
        How the person was recognised and who holds the key.
    """

    statement: Mapping[str, Any]
    signature: str
    key: str
    method: str = METHOD

    def document(self) -> dict[str, Any]:
        """Return the signature as JSON."""
        return {
            "statement": dict(self.statement),
            "signature": self.signature,
            "key": self.key,
            "method": self.method,
        }


def key_name(public: bytes) -> str:
    """Return the short name of a public key of 32 bytes."""
    return hashlib.sha256(public).hexdigest()[:16]


def statement(  # noqa: PLR0913 -- one argument for each thing that is stated
    *,
    signer: Mapping[str, str],
    role: str | None,
    meaning: str,
    subject: str,
    digest: str,
    reasons: str | None,
    policy: str | None,
    at: str,
    nonce: str,
) -> dict[str, Any]:
    """Return what is signed: by whom, as what, with what meaning and why, over which digest."""
    return {
        "schema": SCHEMA,
        "signer": dict(signer),
        "role": role,
        "meaning": meaning,
        "subject": subject,
        "digest": digest,
        "reasons": reasons,
        "policy": policy,
        "at": at,
        "nonce": nonce,
    }


def sign(document: Mapping[str, Any], key: Ed25519PrivateKey) -> Signature:
    """Return the signature of `key` over the canonical bytes of `document`."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    mark = base64.b64encode(key.sign(canonical(document))).decode()
    return Signature(statement=document, signature=mark, key=key_name(public))


def holds(signature: Signature, *, public: bytes) -> bool:
    """Tell whether a signature is by the holder of `public` and its statement is unchanged."""
    if signature.key != key_name(public):
        return False
    try:
        mark = base64.b64decode(signature.signature, validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(mark, canonical(signature.statement))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
