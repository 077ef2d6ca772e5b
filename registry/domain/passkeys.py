"""Passkeys: which count as a person's, and how one signs a statement (WebAuthn).

The challenge that a passkey answers is the SHA-256 of the statement's RFC 8785 bytes, so that its
assertion is a signature over the statement: anyone can check it later, with nothing but the
statement, the assertion and the public key.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from registry.domain.digests import canonical
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, RuleBrokenError
from registry.domain.signatures import key_name

ENROLMENT = "cmr.enrolment/1"
ASSERTION = "cmr.assertion/1"
NAME = "Clinical model registry"
LARGEST = 20_000  # bytes of an assertion, with what vouches for its passkey
# ES256 and EdDSA; RS256 because that is what many hospitals' own machines hold.
ALGORITHMS = (
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)


class PasskeyState(StrEnum):
    """Where a passkey stands; only a confirmed one signs."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class Party:
    """What a passkey is bound to: the registry's host name, and the page's origin."""

    id: str
    origin: str


@dataclass(frozen=True, kw_only=True)
class NewPasskey:
    """A passkey as its authenticator presented it.

    Attributes
    ----------
    credential : str
        Its id, base64url.
    public_key : str
        Its public key as COSE, base64url.
    name : str
        First 16 hex digits of the SHA-256 of the public key.
    aaguid : str
        Which kind of authenticator it says it is; zeros where it says nothing.
    synced : bool
        Whether it may leave its device, copied by a vendor to others.
    backed_up : bool
        Whether it has been copied.
    transports : tuple of str
        How a browser reaches it.
    sign_count : int
        How often it says it has signed; many always say 0.
    """

    credential: str
    public_key: str
    name: str
    aaguid: str
    synced: bool
    backed_up: bool
    transports: tuple[str, ...]
    sign_count: int


def party_of(address: str) -> Party:
    """Return what passkeys are bound to when browsers reach the registry at `address`.

    Raises
    ------
    BadInputError
        When it is no plain address of a host by its name.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    secure = parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")
    named = any(letter.isalpha() for letter in host) and ":" not in host
    if not secure or not named or parts.path.strip("/") or parts.query or parts.fragment:
        raise BadInputError(
            f"“{address}” is not where browsers can sign by passkey; write https:// and the "
            "registry's host name, or http://localhost:8000 on one's own machine.",
            field="CMR_PUBLIC_URL",
        )
    port = "" if parts.port is None else f":{parts.port}"
    return Party(id=host, origin=f"{parts.scheme}://{host}{port}")


def challenge_of(statement: Mapping[str, Any]) -> bytes:
    """Return the 32 bytes that a passkey answers: the SHA-256 of the canonical statement."""
    return hashlib.sha256(canonical(statement)).digest()


def enrolment(*, person: Mapping[str, str], label: str, at: str, nonce: str) -> dict[str, Any]:
    """Return what a passkey answers when it is registered: whose it would be, and when."""
    return {
        "schema": ENROLMENT,
        "person": dict(person),
        "label": label,
        "at": at,
        "nonce": nonce,
    }


def creation_options(
    statement: Mapping[str, Any], *, party: Party, known: tuple[str, ...]
) -> dict[str, Any]:
    """Return what a browser needs to make a passkey, as `parseCreationOptionsFromJSON` reads it.

    `known` are the ids of the passkeys that the person has: none is made twice.
    """
    person = statement["person"]
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=NAME,
        user_id=UUID(person["id"]).bytes,
        user_name=person["login"],
        user_display_name=person["name"],
        challenge=challenge_of(statement),
        authenticator_selection=AuthenticatorSelectionCriteria(
            user_verification=UserVerificationRequirement.REQUIRED,
            resident_key=ResidentKeyRequirement.PREFERRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
        ],
        supported_pub_key_algs=list(ALGORITHMS),
    )
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


def register(
    credential: Mapping[str, Any],
    statement: Mapping[str, Any],
    *,
    party: Party,
    synced_allowed: bool,
) -> NewPasskey:
    """Return the passkey that a browser made for `statement`.

    Raises
    ------
    BadInputError
        When the answer is no passkey, or was made for something else.
    RuleBrokenError
        When it may be copied between devices and this registry refuses that.
    """
    try:
        found = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge_of(statement),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=list(ALGORITHMS),
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"this is not the passkey that was asked for ({error}).") from error
    synced = found.credential_device_type is CredentialDeviceType.MULTI_DEVICE
    if synced and not synced_allowed:
        raise RuleBrokenError(
            "This passkey may be copied to other devices, which this registry refuses; use a "
            "security key, or a passkey that stays on its device."
        )
    transports = credential["response"].get("transports")
    public = found.credential_public_key
    return NewPasskey(
        credential=bytes_to_base64url(found.credential_id),
        public_key=bytes_to_base64url(public),
        name=key_name(public),
        aaguid=found.aaguid,
        synced=synced,
        backed_up=found.credential_backed_up,
        transports=tuple(str(one)[:20] for one in transports or ()),
        sign_count=found.sign_count,
    )


def plain(assertion: Mapping[str, Any]) -> dict[str, Any]:
    """Return of an assertion only what is needed to check it.

    Raises
    ------
    BadInputError
        When it is none.
    """
    try:
        response = assertion["response"]
        return {
            "id": str(assertion["id"]),
            "rawId": str(assertion["id"]),
            "type": "public-key",
            "response": {
                part: str(response[part])
                for part in ("clientDataJSON", "authenticatorData", "signature")
            },
        }
    except (KeyError, TypeError) as error:
        raise BadInputError("this is not what a passkey answers.", field="assertion") from error


def check(
    assertion: Mapping[str, Any], statement: Mapping[str, Any], *, public_key: str, party: Party
) -> int:
    """Return a passkey's count of signatures, having seen that it signed `statement`.

    Raises
    ------
    ForbiddenError
        When it signed something else, at another address, or without having verified its user.
    """
    try:
        found = verify_authentication_response(
            credential=plain(assertion),
            expected_challenge=challenge_of(statement),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=0,  # many authenticators never count
            require_user_verification=True,
        )
    except (WebAuthnException, BadInputError, ValueError, KeyError, TypeError) as error:
        raise ForbiddenError(
            f"The passkey did not sign this statement ({error}); nothing was signed."
        ) from error
    return found.new_sign_count


def require_confirmable(
    name: str, state: PasskeyState, *, person: UUID, enrolled_by: UUID | None, by: UUID
) -> None:
    """Refuse that a passkey is confirmed by anybody who could have registered it themselves.

    Raises
    ------
    ConflictError
        When it is confirmed or revoked already.
    RuleBrokenError
        When it is one's own, or its person's who was enrolled, with a first password, by oneself.
    """
    if state is not PasskeyState.PROPOSED:
        raise ConflictError(f"The passkey {name} is {state.value} already.")
    if person == by:
        raise RuleBrokenError("Nobody confirms their own passkey; ask an enroller.")
    if enrolled_by == by:
        raise RuleBrokenError(
            "You enrolled this person, and so chose their first password; another enroller must "
            "confirm the passkey, having asked the person for its name face to face."
        )


def require_revocable(name: str, state: PasskeyState) -> None:
    """Refuse to revoke a passkey twice.

    Raises
    ------
    ConflictError
        When it is revoked already.
    """
    if state is PasskeyState.REVOKED:
        raise ConflictError(f"The passkey {name} is revoked already.")
