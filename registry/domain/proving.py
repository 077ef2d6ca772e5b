"""Bundles: signatures with all that anyone needs to check them, without the registry.

A bundle holds each statement, what proves it and the registry's public key. What must be known from
elsewhere is that key's name alone: it stands on every card and checkpoint, and at `/api/v1/keys`.
"""

import base64
import binascii
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.domain import passkeys, signatures
from registry.domain.digests import document_digest
from registry.domain.errors import BadInputError, ForbiddenError
from registry.domain.passkeys import Party
from registry.domain.signatures import BY_PASSKEY, Signature, key_name

SCHEMA = "cmr.signature_bundle/1"
PARTS = frozenset({"statement", "signature", "key", "method"})


class UnprovedError(BadInputError):
    """A signature that does not hold: says why."""

    code = "unproved"


@dataclass(frozen=True, kw_only=True)
class Proved:
    """A signature that holds: what it states, and by whose word.

    Attributes
    ----------
    statement : mapping
        What was signed.
    method : str
        By what.
    key : str
        Name of the key.
    confirmed_by : str or None
        Who confirmed that the passkey is the signer's.
    """

    statement: Mapping[str, Any]
    method: str
    key: str
    confirmed_by: str | None


def found_in(document: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- any JSON
    """Yield every signature of a person that stands anywhere in a document, each once."""
    seen: set[str] = set()
    for one in _anywhere(document):
        if one["signature"] not in seen:
            seen.add(one["signature"])
            yield one


def _anywhere(document: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- any JSON
    """Yield what looks like a person's signature, wherever it stands."""
    if isinstance(document, Mapping):
        statement = document.get("statement")
        if document.keys() >= PARTS and _is_statement(statement):
            yield {part: document[part] for part in (*sorted(PARTS), "proof") if part in document}
        else:
            for inner in document.values():
                yield from _anywhere(inner)
            return
        for name in document.keys() - PARTS - {"proof"}:
            yield from _anywhere(document[name])
    elif isinstance(document, Sequence) and not isinstance(document, str):
        for inner in document:
            yield from _anywhere(inner)


def _is_statement(found: Any) -> bool:  # noqa: ANN401 -- any JSON
    """Tell whether something is what a person signs."""
    return isinstance(found, Mapping) and found.get("schema") == signatures.SCHEMA


def bundle(
    found: Sequence[Mapping[str, Any]],
    *,
    origin: str,
    public: bytes,
    assertion: Callable[[str], Mapping[str, Any]],
) -> dict[str, Any]:
    """Return signatures with what proves each.

    Parameters
    ----------
    found : sequence of mapping
        Each with `statement`, `signature`, `key` and `method`.
    origin : str
        Name of the registry.
    public : bytes
        The 32 public bytes of its key.
    assertion : callable
        Digest of an assertion → its document.
    """
    return {
        "schema": SCHEMA,
        "registry": {
            "origin": origin,
            "key": key_name(public),
            "public": base64.b64encode(public).decode(),
        },
        "signatures": [
            {**{part: one[part] for part in sorted(PARTS)}, **_proof(one, assertion)}
            for one in found
        ],
    }


def _proof(one: Mapping[str, Any], assertion: Callable[[str], Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a passkey answered; a password's proof is the signature itself."""
    if one["method"] != BY_PASSKEY:
        return {}
    return {"proof": dict(one.get("proof") or assertion(str(one["signature"])))}


def registry_key(found: Mapping[str, Any], *, trusted: str | None) -> bytes:
    """Return the registry's public key that a bundle carries.

    Raises
    ------
    UnprovedError
        When it is no key, is not the one it is called, or not the one that is trusted.
    """
    try:
        public = base64.b64decode(found["registry"]["public"], validate=True)
        named = found["registry"]["key"]
    except (KeyError, TypeError, ValueError) as error:
        raise UnprovedError("the bundle carries no key of a registry.") from error
    if named != key_name(public):
        raise UnprovedError(f"the registry's key is not the one it is called, {named}.")
    if trusted is not None and trusted != named:
        raise UnprovedError(f"it is by the registry's key {named}, not by {trusted}.")
    return public


def verified(one: Mapping[str, Any], *, public: bytes) -> Proved:
    """Return what a signature of a bundle states, having seen that it holds.

    Parameters
    ----------
    one : mapping
        The signature with its proof.
    public : bytes
        The registry's public key, which one trusts.

    Raises
    ------
    UnprovedError
        When anything of it was changed or is missing.
    """
    try:
        signature = Signature(**{part: one[part] for part in PARTS})
        if signature.method == BY_PASSKEY:
            confirmed = _by_passkey(signature, one["proof"], public)
        elif signature.method in signatures.WORDS and signatures.holds(signature, public=public):
            confirmed = None
        else:
            raise UnprovedError("the registry's key did not sign this statement.")
    except (KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise UnprovedError(
            f"a part of it is missing or no part of a signature: {error}."
        ) from error
    return Proved(
        statement=signature.statement,
        method=signature.method,
        key=signature.key,
        confirmed_by=confirmed,
    )


def _by_passkey(signature: Signature, proof: Mapping[str, Any], public: bytes) -> str:
    """Return who confirmed the passkey that signed a statement."""
    if document_digest(proof) != signature.signature:
        raise UnprovedError("the proof is not the one that the signature names.")
    enrolment = proof["enrolment"]
    passkey = enrolment["statement"]
    if not signatures.holds(Signature(**enrolment), public=public):
        raise UnprovedError("the registry does not vouch for this passkey.")
    if passkey["public_key"] != proof["public_key"] or passkey["key"] != signature.key:
        raise UnprovedError("the passkey is not the one that the registry vouches for.")
    if passkey["person"]["id"] != signature.statement["signer"]["id"]:
        raise UnprovedError("the passkey is another person's.")
    if passkey["confirmed_by"] is None:
        raise UnprovedError("nobody confirmed the passkey.")
    try:
        passkeys.check(
            proof["assertion"],
            signature.statement,
            public_key=proof["public_key"],
            party=Party(**proof["party"]),
        )
    except ForbiddenError as error:
        raise UnprovedError(f"{error}") from error
    return str(passkey["confirmed_by"]["name"])


def verified_all(found: Mapping[str, Any], *, trusted: str | None = None) -> list[Proved]:
    """Return what every signature of a bundle states, having seen that each holds.

    Raises
    ------
    UnprovedError
        When the file is no bundle, one signature does not hold, or a document that it brings is
        not one that was signed; names which.
    """
    if found.get("schema") != SCHEMA or not isinstance(found.get("signatures"), list):
        raise UnprovedError(f"this is no bundle of signatures ({SCHEMA}).")
    public = registry_key(found, trusted=trusted)
    proved = []
    for number, one in enumerate(found["signatures"], start=1):
        try:
            proved.append(verified(one, public=public))
        except UnprovedError as error:
            raise UnprovedError(f"signature {number}: {error}") from error
    _require_signed(found.get("documents", []), {one.statement["digest"] for one in proved})
    return proved


def _require_signed(documents: Any, signed: Collection[str]) -> None:  # noqa: ANN401 -- any JSON
    """Refuse a bundle's documents where one of them is not among what was signed."""
    if not isinstance(documents, list):
        raise UnprovedError("its documents are no list.")
    for number, document in enumerate(documents, start=1):
        if not isinstance(document, Mapping) or document_digest(document) not in signed:
            kind = document.get("schema") if isinstance(document, Mapping) else None
            raise UnprovedError(f"document {number} ({kind}) is not what anybody here signed.")
