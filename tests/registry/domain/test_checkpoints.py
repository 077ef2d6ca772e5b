"""Signed notes over the trail."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registry.domain import checkpoints
from registry.domain.checkpoints import Checkpoint

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
CHECKPOINT = Checkpoint(origin="test-registry", size=7, root=bytes(32))


class TestSign:
    """The text of a note."""

    def test_text_is_the_published_format(self) -> None:
        """Origin, size, base64 root, a blank line, then an em dash, the name and the signature."""
        lines = checkpoints.sign(CHECKPOINT, KEY).split("\n")
        assert lines[:4] == ["test-registry", "7", base64.b64encode(bytes(32)).decode(), ""]
        assert lines[4].startswith("— test-registry ")
        assert lines[5:] == [""]


class TestVerify:
    """What is believed."""

    def test_round_trip(self) -> None:
        """A note says what was signed."""
        assert checkpoints.verify(checkpoints.sign(CHECKPOINT, KEY), public=PUBLIC) == CHECKPOINT

    def test_cosigned_note_is_believed(self) -> None:
        """Another witness's line before ours does not disturb."""
        body, _, mark = checkpoints.sign(CHECKPOINT, KEY).partition("\n\n")
        both = f"{body}\n\n— witness {base64.b64encode(bytes(68)).decode()}\n{mark}"
        assert checkpoints.verify(both, public=PUBLIC) == CHECKPOINT

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("\n7\n", "\n8\n"),
            ("\n7\n", "\nseven\n"),
            ("test-registry\n7", "other\n7"),
            ("AAAA", "!!!!"),
            ("— test-registry ", "— test-registry A"),
            ("— test-registry ", "- test-registry "),
        ],
    )
    def test_any_change_is_refused(self, old: str, new: str) -> None:
        """A changed size, origin, root or signature is not believed."""
        note = checkpoints.sign(CHECKPOINT, KEY).replace(old, new, 1)
        with pytest.raises(ValueError, match="checkpoint"):
            checkpoints.verify(note, public=PUBLIC)

    def test_another_key_is_refused(self) -> None:
        """A note holds for one key only."""
        other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
        public = other.public_bytes(Encoding.Raw, PublicFormat.Raw)
        with pytest.raises(ValueError, match="no signature by the key"):
            checkpoints.verify(checkpoints.sign(CHECKPOINT, KEY), public=public)
