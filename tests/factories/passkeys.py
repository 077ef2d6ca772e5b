"""Passkeys for tests: an authenticator in software, which can also be made to misbehave."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

from registry.domain.passkeys import challenge_of
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
