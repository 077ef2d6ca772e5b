"""Signatures: the canonical statement a person signs, by what they prove who they are.

A statement names the signer, the role, the meaning and the digest of what was seen. A passkey signs
it itself (`registry.domain.passkeys`). The weaker kind is the registry's Ed25519 key, which
counter-signs it after the person's password was asked again; its method says so wherever it is
shown.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registry.domain.digests import canonical


@dataclass(frozen=True)
class Password:
    """The password of the person who signs, asked again; it shows in no message and no log."""

    secret: str = field(repr=False)


@dataclass(frozen=True)
class Rehearsal:
    """Nothing is proved yet: whoever signs by this learns the statement, and nothing is done."""


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """What a person's passkey answered to a statement that was shown to them.

    Attributes
    ----------
    assertion : mapping
        The browser's answer, as WebAuthn's `PublicKeyCredential.toJSON()` writes it.
    """

    assertion: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class FreshLogin:
    """A login at the hospital's provider of identities, made anew to sign once."""

    secret: str = field(repr=False)


Proof = Password | Rehearsal | Passkey | FreshLogin
"""By what a person proves, at the moment of signing, who they are."""


@dataclass(frozen=True, kw_only=True)
class Ceremony:
    """An act that is signed in two steps, so that its signer sees the very statement first.

    The act runs twice: once to learn the statement, undone at the point of signing, and once to be
    carried out, when the statement must come out the same.

    Attributes
    ----------
    proof : Proof
        Takes the place of the proof that the request would carry.
    at : datetime
        The time that both runs take for the present.
    shown : mapping or None
        The statement that was shown; None in the first run.
    """

    proof: Proof
    at: datetime
    shown: Mapping[str, Any] | None = None


class Rehearsed(Exception):  # noqa: N818 -- no error: it is what the first run is for
    """The first run of an act has come to the point of signing: here is the statement."""

    def __init__(self, statement: Mapping[str, Any]) -> None:
        self.statement = statement
        super().__init__("rehearsed")


SCHEMA = "cmr.statement/1"
METHOD = "password+server-key"
BY_LOGIN = "fresh-login+server-key"
BY_PASSKEY = "passkey"
WORDS: Mapping[str, str] = {
    BY_PASSKEY: "passkey",
    METHOD: "password again, counter-signed by the registry (weaker)",
    BY_LOGIN: "fresh login at the provider, counter-signed by the registry (weaker)",
}
"""Method → what people read where a signature is shown."""

SHORT: Mapping[str, str] = {
    BY_PASSKEY: "passkey",
    METHOD: "password (weaker)",
    BY_LOGIN: "login (weaker)",
}
"""Method → the same where there is little room."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A signed statement.

    Attributes
    ----------
    statement : mapping
        The document that was signed, as RFC 8785 JSON.
    signature : str
        By a password: base64 of the registry's 64-byte Ed25519 signature over the statement's
        canonical bytes. By a passkey: the digest of the artifact that holds its assertion.
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


def _marked(document: Mapping[str, Any], method: str) -> bytes:
    """Return the bytes that the registry's key signs: the statement, and any later method."""
    return canonical(document if method == METHOD else {**document, "method": method})


def sign(document: Mapping[str, Any], key: Ed25519PrivateKey, *, method: str = METHOD) -> Signature:
    """Return the signature of `key` over the canonical bytes of `document`.

    `method` says how the person was recognised; one other than by password is signed, too.
    """
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    mark = base64.b64encode(key.sign(_marked(document, method))).decode()
    return Signature(statement=document, signature=mark, key=key_name(public), method=method)


def holds(signature: Signature, *, public: bytes) -> bool:
    """Tell whether a signature is by the holder of `public` and its statement is unchanged."""
    if signature.key != key_name(public):
        return False
    try:
        mark = base64.b64decode(signature.signature, validate=True)
        signed = _marked(signature.statement, signature.method)
        Ed25519PublicKey.from_public_bytes(public).verify(mark, signed)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
