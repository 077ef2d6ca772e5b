"""Checkpoints: a signed note over the trail's size and root, in the C2SP text format.

Anyone who keeps one can later tell whether the trail still begins as it did then.
Formats: C2SP signed-note and tlog-checkpoint (github.com/C2SP/C2SP).
"""

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.domain import notes
from registry.domain.notes import PrivateKey, PublicKey

ROOT_BYTES = 32
_LINES = 4  # origin, size, root, and what follows the last line feed
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What a checkpoint says: whose trail, how many entries, which root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the body that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the signed note."""
    return notes.sign(checkpoint.text(), PrivateKey(name=checkpoint.origin, key=key))


def read(note: str) -> Checkpoint:
    """Return what a note says; no signature is verified.

    Raises
    ------
    ValueError
        When the note is no checkpoint.
    """
    lines = notes.text_of(note).split("\n")
    if len(lines) != _LINES or not _SIZE.fullmatch(lines[1]):
        raise ValueError("this is not a checkpoint: three lines and a signature are expected")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error as error:
        raise ValueError("the checkpoint's root is not base64") from error
    if len(root) != ROOT_BYTES:
        raise ValueError(f"the checkpoint's root has not {ROOT_BYTES} bytes")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def verify(note: str, *, public: bytes) -> Checkpoint:
    """Return what a note says, once its signature has been found true.

    Raises
    ------
    ValueError
        When the note is malformed or no line of it is a signature by this key.
    """
    checkpoint = read(note)
    try:
        notes.verify(note, PublicKey(name=checkpoint.origin, raw=public))
    except ValueError:
        raise ValueError(
            f"no signature by the key of {checkpoint.origin} holds over this checkpoint"
        ) from None
    return checkpoint


def verify_by(note: str, key: PublicKey) -> Checkpoint:
    """Return what a note says, once it is found to be of this key's trail and signed by it.

    Raises
    ------
    ValueError
        When the note is malformed, of another trail, or not signed by the key.
    """
    checkpoint = read(note)
    if checkpoint.origin != key.name:
        raise ValueError(f"the checkpoint is of {checkpoint.origin}, not of {key.name}")
    return verify(note, public=key.raw)
