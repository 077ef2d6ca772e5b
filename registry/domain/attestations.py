"""Attestations: a dossier and its signatures as DSSE over an in-toto Statement.

Public tools read it: the subject is the version's files by their SHA-256, the predicate the dossier
with every signature. The envelope is signed by the registry's key; what people signed is inside.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registry.domain.digests import canonical, document_digest
from registry.domain.proving import UnprovedError, registry_key
from registry.domain.signatures import key_name

PAYLOAD = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:cmr:review:1"


def statement(
    dossier: Mapping[str, Any],
    *,
    decision: Mapping[str, Any] | None,
    bundle: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the in-toto Statement of a dossier, its decision and its signatures."""
    return {
        "_type": STATEMENT,
        "subject": [
            {
                "name": one["path"],
                "digest": {"sha256": str(one["digest"]).removeprefix("sha256:")},
            }
            for one in dossier["version"]["artifacts"]
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "dossier": dict(dossier),
            "dossier_digest": document_digest(dossier),
            "decision": None if decision is None else dict(decision),
            "signatures": dict(bundle),
        },
    }


def envelope(document: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return a document in a DSSE envelope, signed by a key."""
    payload = canonical(document)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    mark = key.sign(before_signing(PAYLOAD, payload))
    return {
        "payloadType": PAYLOAD,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": key_name(public), "sig": base64.b64encode(mark).decode()}],
    }


def before_signing(kind: str, payload: bytes) -> bytes:
    """Return the bytes that DSSE signs (its "PAE").

    >>> before_signing("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    return b" ".join(
        (b"DSSEv1", str(len(kind)).encode(), kind.encode(), str(len(payload)).encode(), payload)
    )


def opened(found: Mapping[str, Any], *, trusted: str | None = None) -> dict[str, Any]:
    """Return the predicate of an envelope, having seen that the registry signed it whole.

    Raises
    ------
    UnprovedError
        When it was changed, or is not by the registry whose key it carries.
    """
    try:
        payload = base64.b64decode(found["payload"], validate=True)
        document = json.loads(payload)
        predicate: dict[str, Any] = document["predicate"]
        (mark,) = found["signatures"]
        public = registry_key(predicate["signatures"], trusted=trusted)
        signed = before_signing(str(found["payloadType"]), payload)
        Ed25519PublicKey.from_public_bytes(public).verify(
            base64.b64decode(mark["sig"], validate=True), signed
        )
        if mark["keyid"] != key_name(public):
            raise UnprovedError(f"the envelope names another key, {mark['keyid']}.")
        if predicate["dossier_digest"] != document_digest(predicate["dossier"]):
            raise UnprovedError("the dossier is not the one that its digest names.")
    except InvalidSignature as error:
        raise UnprovedError("the registry's key did not sign this envelope.") from error
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise UnprovedError(f"this is no envelope of a registry ({error}).") from error
    return predicate
