"""Passkeys for tests: an authenticator in software, which can also be made to misbehave."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from webauthn import verify_registration_response
from webauthn.helpers import bytes_to_base64url

from registry.domain import proving, signatures
from registry.domain.digests import document_digest
from registry.domain.passkeys import challenge_of, plain
from registry.domain.people import Role
from registry.services import passkeys, signings
from registry.services.signings import Caller
from tests.factories.people import Registry

PARTY = "localhost"
ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, SYNCED, HOLDS_KEY = 0x01, 0x04, 0x08, 0x40


@dataclass
class Authenticator:
    """One passkey, held in software.

    Attributes
    ----------
    verifies : bool
        Whether it verifies its user, by a fingerprint or a PIN.
    synced : bool
        Whether it says that its vendor may copy it.
    """

    secret: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential: bytes = b"credential of a test"
    verifies: bool = True
    synced: bool = False
    party: str = PARTY
    origin: str = ORIGIN

    @property
    def id(self) -> str:
        """Its id, base64url."""
        return bytes_to_base64url(self.credential)

    def _cose(self) -> bytes:
        """Return its public key as COSE."""
        point = self.secret.public_key().public_numbers()
        return cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        )

    def _seen(self, *, holds_key: bool) -> bytes:
        """Return what it saw: the party, and its own flags and count."""
        flags = PRESENT | VERIFIED * self.verifies | SYNCED * self.synced
        head = hashlib.sha256(self.party.encode()).digest()
        if not holds_key:
            return head + bytes([flags]) + bytes(4)
        key = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + self._cose()
        return head + bytes([flags | HOLDS_KEY]) + bytes(4) + key

    def _client(self, kind: str, challenge: bytes) -> bytes:
        """Return what the browser saw."""
        told = {
            "type": f"webauthn.{kind}",
            "challenge": bytes_to_base64url(challenge),
            "origin": self.origin,
            "crossOrigin": False,
        }
        return json.dumps(told).encode()

    def made(self, statement: Mapping[str, Any]) -> dict[str, Any]:
        """Return itself as a new passkey for a statement of enrolment."""
        seen = self._seen(holds_key=True)
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": seen})
        return {
            "id": self.id,
            "rawId": self.id,
            "type": "public-key",
            "response": {
                "clientDataJSON": bytes_to_base64url(
                    self._client("create", challenge_of(statement))
                ),
                "attestationObject": bytes_to_base64url(attested),
                "transports": ["internal"],
            },
        }

    def signed(self, statement: Mapping[str, Any]) -> dict[str, Any]:
        """Return its answer to a statement."""
        client = self._client("get", challenge_of(statement))
        seen = self._seen(holds_key=False)
        mark = self.secret.sign(seen + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return {
            "id": self.id,
            "response": {
                "clientDataJSON": bytes_to_base64url(client),
                "authenticatorData": bytes_to_base64url(seen),
                "signature": bytes_to_base64url(mark),
            },
        }


def make_passkey(registry: Registry, role: Role, **traits: Any) -> Authenticator:  # noqa: ANN401 -- any trait
    """Return a confirmed passkey of a role's person."""
    made = Authenticator(credential=f"passkey of the {role}".encode(), **traits)
    key = propose_passkey(registry, role, made)
    with registry.work(Role.ENROLLER) as work:
        passkeys.confirm(work, registry.people[role].login, key)
    return made


def propose_passkey(registry: Registry, role: Role, made: Authenticator) -> str:
    """Register a passkey as a role's person, and return its name; nobody has confirmed it yet."""
    with registry.work(role) as work:
        begun = signings.ask_passkey(work, passkeys.enrolment(work, "my badge"))
    caller = Caller(actor=None, secret=secret_of(begun))
    with registry.workshop.begin(None) as work:
        statement = signings.take_passkey(work, caller, begun["id"])
        return str(passkeys.propose(work, statement, made.made(statement))["key"])


def secret_of(begun: Mapping[str, Any]) -> str:
    """Return the secret in the link of a ceremony."""
    return str(begun["page"]).partition("#")[2]


REGISTRY_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
REGISTRY_PUBLIC = REGISTRY_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
SIGNER = {
    "id": "868053e2-dae4-46e8-b105-e4c07a2523cb",
    "login": "i.okafor",
    "name": "Ifeoma Okafor",
}


def make_statement(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part of a statement
    """Return a statement as one signs it, without a registry."""
    whole: dict[str, Any] = {
        "signer": SIGNER,
        "role": "independent validator",
        "meaning": "review",
        "subject": "heart-cad/2, dossier 2",
        "digest": document_digest({"schema": "cmr.dossier/1"}),
        "reasons": None,
        "policy": "standard/1",
        "at": "2026-11-23T10:40:06.000000Z",
        "nonce": "n",
    }
    return signatures.statement(**whole | changes)


def make_signatures() -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return a signature by password and one by passkey, and its assertion by digest."""
    held = Authenticator()
    made = held.made(make_statement())
    found = verify_registration_response(
        credential=made,
        expected_challenge=challenge_of(make_statement()),
        expected_rp_id=PARTY,
        expected_origin=ORIGIN,
    )
    public = found.credential_public_key
    enrolment = {
        "schema": "cmr.passkey/1",
        "person": {"id": SIGNER["id"], "name": SIGNER["name"]},
        "credential": held.id,
        "public_key": bytes_to_base64url(public),
        "key": signatures.key_name(public),
        "aaguid": found.aaguid,
        "synced": False,
        "proposed_at": "2026-11-20T09:00:00.000000Z",
        "confirmed_by": {"id": "1", "name": "Tom Okoye"},
        "confirmed_at": "2026-11-20T09:20:00.000000Z",
    }
    statement = make_statement(meaning="support", reasons="Seen.")
    proof = {
        "schema": "cmr.assertion/1",
        "assertion": plain(held.signed(statement)),
        "public_key": bytes_to_base64url(public),
        "party": {"id": PARTY, "origin": ORIGIN},
        "enrolment": signatures.sign(enrolment, REGISTRY_KEY).document(),
    }
    digest = document_digest(proof)
    by_passkey = {
        "statement": statement,
        "signature": digest,
        "key": enrolment["key"],
        "method": "passkey",
    }
    by_password = signatures.sign(make_statement(), REGISTRY_KEY).document()
    return [by_password, by_passkey], {digest: proof}


def make_bundle() -> dict[str, Any]:
    """Return a bundle of two signatures, without a registry."""
    found, proofs = make_signatures()
    return proving.bundle(
        found, origin="test-registry", public=REGISTRY_PUBLIC, assertion=proofs.__getitem__
    )
