"""Counter-signed statements."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registry.domain import signatures

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
STATEMENT = signatures.statement(
    signer={"id": "1", "name": "Ana Sá"},
    role="clinical safety officer",
    meaning="support",
    subject="heart-cad/2",
    digest="sha256:" + "0" * 64,
    reasons="Seen and understood.",
    policy="standard/1",
    at="2026-11-23T09:30:00.000000Z",
    nonce="n",
)


class TestHolds:
    """Whether a signature is believed."""

    signed = signatures.sign(STATEMENT, KEY)

    def test_round_trip(self) -> None:
        """What was signed holds, and its document says by which method."""
        assert signatures.holds(self.signed, public=PUBLIC)
        assert self.signed.document()["method"] == "password+server-key"

    @pytest.mark.parametrize("part", sorted(STATEMENT))
    def test_any_change_of_the_statement_voids_it(self, part: str) -> None:
        """Every part of the statement is covered."""
        changed = replace(self.signed, statement={**STATEMENT, part: "other"})
        assert not signatures.holds(changed, public=PUBLIC)

    def test_another_key_does_not_hold(self) -> None:
        """A signature names its key and holds for no other."""
        assert not signatures.holds(self.signed, public=bytes(32))
        renamed = replace(self.signed, key=signatures.key_name(bytes(32)))
        assert not signatures.holds(renamed, public=bytes(32))

    @pytest.mark.parametrize("mark", ["", "not base64!", "AAAA"])
    def test_malformed_signature_does_not_hold(self, mark: str) -> None:
        """Bytes that are no signature are refused, not a crash."""
        assert not signatures.holds(replace(self.signed, signature=mark), public=PUBLIC)
