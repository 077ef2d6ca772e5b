"""Sealing: a site's signature on the tally that it sends, and whether it holds."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from registry.domain.digests import canonical
from registry.domain.errors import BadInputError
from registry.domain.signatures import key_name

SCHEMA = "cmr.seal/1"


@dataclass(frozen=True, kw_only=True)
class KeyPair:
    """A site's key: the private half as PEM, the public half as PEM, and its short name."""

    private: bytes
    public: bytes
    name: str


def new_pair() -> KeyPair:
    """Return a new Ed25519 key pair."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    return KeyPair(
        private=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        public=public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        name=key_name(public.public_bytes(Encoding.Raw, PublicFormat.Raw)),
    )


def public_bytes(pem: bytes) -> bytes:
    """Return the 32 bytes of a public key.

    Raises
    ------
    BadInputError
        When it is not the public half of an Ed25519 key.
    """
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise BadInputError(
            "This is not the public half of an Ed25519 key; `cmr site key new` makes one.",
            field="key",
        )
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def seal(
    private: bytes, *, site: str, tally: str, table: str, measure: str, producer: str
) -> dict[str, Any]:
    """Return the signature of a site over its tally's and its table's digest, as JSON.

    Raises
    ------
    BadInputError
        When `private` is not the private half of an Ed25519 key.
    """
    try:
        key = load_pem_private_key(private, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInputError(
            "This is not the private half of an Ed25519 key; `cmr site key new` makes one.",
            field="key",
        )
    statement = {
        "schema": SCHEMA,
        "site": site,
        "tally": tally,
        "table": table,
        "measure": measure,
        "producer": producer,
    }
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    mark = base64.b64encode(key.sign(canonical(statement))).decode()
    return {"statement": statement, "key": key_name(public), "signature": mark}


def seal_holds(found: Mapping[str, Any] | None, *, public: bytes, tally: str, table: str) -> bool:
    """Tell whether a signature is that of a key's holder, over this very tally and table."""
    statement = (found or {}).get("statement")
    if found is None or not isinstance(statement, Mapping):
        return False
    if statement.get("schema") != SCHEMA or found.get("key") != key_name(public):
        return False
    if (statement.get("tally"), statement.get("table")) != (tally, table):
        return False
    try:
        mark = base64.b64decode(str(found.get("signature")), validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(mark, canonical(dict(statement)))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
