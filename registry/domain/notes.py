"""Notes: signed text in the C2SP format, its keys, and the co-signatures of witnesses.

A note is a text, an empty line, and a line for each signature. Formats: C2SP signed-note and
tlog-cosignature (github.com/C2SP/C2SP), as the Go toolchain and public witnesses use them.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

KEY_BYTES = 32
ID_BYTES = 4
TIME_BYTES = 8
DASH = "\u2014"
PRIVATE = "PRIVATE+KEY+"
_NAME = re.compile(r"[^\s+]+")
_ID = re.compile(r"[0-9a-f]{8}")


class Kind(IntEnum):
    """What a key signs; the number is the byte that C2SP gives it."""

    NOTE = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """The public half of a named key: 32 bytes of Ed25519."""

    name: str
    raw: bytes
    kind: Kind = Kind.NOTE

    def text(self) -> str:
        """Return the key as one word, `name+id+base64`, as verifiers take it."""
        packed = base64.b64encode(bytes([self.kind]) + self.raw).decode()
        return f"{self.name}+{key_id(self.name, self.raw, self.kind).hex()}+{packed}"


@dataclass(frozen=True, kw_only=True)
class PrivateKey:
    """The private half of a named key."""

    name: str
    key: Ed25519PrivateKey
    kind: Kind = Kind.NOTE

    def public(self) -> PublicKey:
        """Return the public half."""
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return PublicKey(name=self.name, raw=raw, kind=self.kind)

    def text(self) -> str:
        """Return the key as one word; whoever reads it can sign."""
        seed = self.key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        packed = base64.b64encode(bytes([self.kind]) + seed).decode()
        named = key_id(self.name, self.public().raw, self.kind).hex()
        return f"{PRIVATE}{self.name}+{named}+{packed}"


def key_id(name: str, public: bytes, kind: Kind = Kind.NOTE) -> bytes:
    """Return the four bytes by which a note names its key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:ID_BYTES]


def public_key(text: str) -> PublicKey:
    """Return the public key that one word describes.

    Raises
    ------
    ValueError
        When it is no such word, or its id is not that of its name and bytes.
    """
    name, kind, raw = _unpacked(text)
    key = PublicKey(name=name, raw=raw, kind=kind)
    if key.text() != text:
        raise ValueError(f"the id in the key of {name} is not that of its name and bytes")
    return key


def private_key(text: str) -> PrivateKey:
    """Return the private key that one word describes.

    Raises
    ------
    ValueError
        When it is no such word, or its id is not that of its name and bytes.
    """
    if not text.startswith(PRIVATE):
        raise ValueError("a private key begins with PRIVATE+KEY+")
    name, kind, seed = _unpacked(text.removeprefix(PRIVATE))
    key = PrivateKey(name=name, key=Ed25519PrivateKey.from_private_bytes(seed), kind=kind)
    if key.text() != text:
        raise ValueError(f"the id in the key of {name} is not that of its name and bytes")
    return key


def _unpacked(text: str) -> tuple[str, Kind, bytes]:
    """Return name, kind and 32 bytes of a key in words."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]) or not _ID.fullmatch(parts[1]):  # noqa: PLR2004 -- name, id, key
        raise ValueError("a key is written name+8 hex digits+base64, the name without blanks")
    try:
        packed = base64.b64decode(parts[2], validate=True)
        kind = Kind(packed[0])
    except (binascii.Error, IndexError, ValueError) as error:
        raise ValueError(f"the key of {parts[0]} is not an Ed25519 key for notes") from error
    if len(packed) != 1 + KEY_BYTES:
        raise ValueError(f"the key of {parts[0]} has not {KEY_BYTES} bytes")
    return parts[0], kind, packed[1:]


def require_name(name: str) -> str:
    """Return a name that a key may have.

    Raises
    ------
    ValueError
        When it is empty or has a blank or a plus sign.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"“{name}” names no key: it needs a word without blanks and plus signs")
    return name


def sign(text: str, key: PrivateKey) -> str:
    """Return a note over a text that ends in a line feed, signed by one key."""
    return f"{text}\n{_line(key, key.key.sign(text.encode()))}"


def cosign(note: str, key: PrivateKey, *, at: int) -> str:
    """Return the line by which a witness co-signs a note at a time, in seconds since 1970."""
    message = _cosigned(text_of(note), at)
    return _line(key, at.to_bytes(TIME_BYTES, "big") + key.key.sign(message))


def text_of(note: str) -> str:
    """Return the text of a note, its last line feed included; nothing is verified.

    Raises
    ------
    ValueError
        When it has no text or no signature.
    """
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not text or not lines.endswith("\n"):
        raise ValueError("this is no signed note: text, an empty line and signatures are expected")
    return text + "\n"


def marks_by(note: str, key: PublicKey) -> list[bytes]:
    """Return what the lines of a note under a key's name and id hold behind the id."""
    found = []
    for line in note.rpartition("\n\n")[2].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != DASH or name != key.name:
            continue
        try:
            mark = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            continue
        if mark[:ID_BYTES] == key_id(key.name, key.raw, key.kind):
            found.append(mark[ID_BYTES:])
    return found


def verify(note: str, key: PublicKey) -> str:
    """Return the text of a note, once a signature by the key has been found true.

    Raises
    ------
    ValueError
        When it is no note, or no line of it is a signature by this key.
    """
    text = text_of(note)
    if any(_holds(key, mark, text.encode()) for mark in marks_by(note, key)):
        return text
    raise ValueError(f"no signature by the key of {key.name} holds over this note")


def cosigned_at(note: str, key: PublicKey) -> int:
    """Return when a witness co-signed a note, in seconds since 1970.

    Raises
    ------
    ValueError
        When no line of it is a co-signature by this key.
    """
    text = text_of(note)
    for mark in marks_by(note, key):
        at = int.from_bytes(mark[:TIME_BYTES], "big")
        if _holds(key, mark[TIME_BYTES:], _cosigned(text, at)):
            return at
    raise ValueError(f"no co-signature by {key.name} holds over this note")


def separate(text: str) -> list[str]:
    """Return the notes that stand one after the other in a text, as an append-only file has them.

    A note ends with its last signature; empty lines between notes are passed over.
    """
    found, body = [], list[str]()
    signed = False
    for line in text.splitlines(keepends=True):
        if signed and not line.startswith(DASH):
            found.append("".join(body))
            body, signed = [], False
        if body or line.strip():
            body.append(line)
            signed = line.startswith(DASH)
    if body:
        found.append("".join(body))
    return found


def _cosigned(text: str, at: int) -> bytes:
    """Return what a witness signs: that it saw this text at that time."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _line(key: PrivateKey, mark: bytes) -> str:
    """Return the line of a signature."""
    named = key_id(key.name, key.public().raw, key.kind)
    return f"{DASH} {key.name} {base64.b64encode(named + mark).decode()}\n"


def _holds(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Tell whether a signature is the key's over a message."""
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
