"""Checkpoints: a signed note over the trail's size and root, in the C2SP text format.

Anyone who keeps one can later tell whether the trail still begins as it did then.
Formats: C2SP signed-note and tlog-checkpoint (github.com/C2SP/C2SP).
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
_LINES = 3


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What a checkpoint says: whose trail, how many entries, which root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the body that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes by which a note names its key."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the signed note."""
    body = checkpoint.text()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    mark = key_id(checkpoint.origin, public) + key.sign(body.encode())
    return f"{body}\n\u2014 {checkpoint.origin} {base64.b64encode(mark).decode()}\n"


def verify(note: str, *, public: bytes) -> Checkpoint:
    """Return what a note says, once its signature has been found true.

    Raises
    ------
    ValueError
        When the note is malformed or no line of it is a signature by this key.
    """
    body, _, marks = note.partition("\n\n")
    lines = body.split("\n")
    if len(lines) != _LINES or not lines[1].isdecimal():
        raise ValueError("this is not a checkpoint: three lines and a signature are expected")
    try:
        checkpoint = Checkpoint(
            origin=lines[0], size=int(lines[1]), root=base64.b64decode(lines[2], validate=True)
        )
    except binascii.Error as error:
        raise ValueError("the checkpoint's root is not base64") from error
    for line in filter(None, marks.split("\n")):
        if _is_signed(line, checkpoint, public):
            return checkpoint
    raise ValueError(f"no signature by the key of {checkpoint.origin} holds over this checkpoint")


def _is_signed(line: str, checkpoint: Checkpoint, public: bytes) -> bool:
    """Tell whether one signature line is by `public` and holds."""
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "\u2014" or name != checkpoint.origin:
        return False
    try:
        mark = base64.b64decode(encoded, validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(mark[4:], checkpoint.text().encode())
    except (binascii.Error, InvalidSignature):
        return False
    return mark[:4] == key_id(name, public)
