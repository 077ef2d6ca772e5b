"""Witnessing: somebody outside remembers the trail, and signs only what extends it.

A witness holds a key of its own and the last checkpoint that it saw. It co-signs a newer one once a
proof shows that the older trail is its beginning. A trail that shrank or forked is refused for
good: the memory is kept as it was, and both notes are the evidence.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from registry.domain import checkpoints, merkle, notes
from registry.domain.checkpoints import Checkpoint
from registry.domain.digests import canonical
from registry.domain.errors import ConflictError
from registry.domain.notes import Kind, PrivateKey, PublicKey

SCHEMA: Final = "cmr.witness/1"


class ForkError(ConflictError):
    """The trail is not the one that the witness saw before."""

    code = "fork"


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What a witness remembers of one trail.

    Attributes
    ----------
    key : PublicKey
        The registry's, as it was first seen.
    note : str
        The last checkpoint that was co-signed.
    """

    key: PublicKey
    note: str

    @property
    def seen(self) -> Checkpoint:
        """The checkpoint of the note."""
        return checkpoints.read(self.note)

    def document(self) -> bytes:
        """Return the memory as it is kept."""
        return canonical({"schema": SCHEMA, "key": self.key.text(), "note": self.note})

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Return a memory as it was kept.

        Raises
        ------
        ValueError
            When it is none of ours, or its note does not hold: it must not be guessed at.
        """
        kept = json.loads(content)
        if not isinstance(kept, dict) or kept.get("schema") != SCHEMA:
            raise ValueError(f"it does not say {SCHEMA}")
        key = notes.public_key(str(kept.get("key")))
        memory = cls(key=key, note=str(kept.get("note")))
        checkpoints.verify_by(memory.note, key)
        return memory


def require_witness(key: PrivateKey) -> PrivateKey:
    """Return a key that may co-sign.

    Raises
    ------
    ValueError
        When it is a key for notes: a co-signature under it would not be told from a checkpoint.
    """
    if key.kind is not Kind.COSIGNATURE:
        raise ValueError("this key signs notes; a witness needs one of its own, for co-signatures")
    return key


def first_seen(note: str, key: PublicKey) -> Memory:
    """Return the memory of a trail that was never seen before; its key is trusted from now on.

    Raises
    ------
    ForkError
        When the note does not hold under the key.
    """
    _verified(note, key)
    return Memory(key=key, note=note)


def needs_proof(memory: Memory, note: str) -> bool:
    """Tell whether a proof must lead from what was seen to a note."""
    return checkpoints.read(note).size > memory.seen.size


def extend(memory: Memory, note: str, proof: Sequence[bytes]) -> Memory:
    """Return the memory of a newer checkpoint, once the older trail was shown to be its beginning.

    Raises
    ------
    ForkError
        When the note does not hold, covers less than was seen, or does not extend it.
    """
    new, old = _verified(note, memory.key), memory.seen
    if new.size < old.size:
        raise ForkError(
            f"The trail of {new.origin} has SHRUNK: {old.size} entries were signed and seen, now "
            f"its newest checkpoint covers {new.size}. Nothing was co-signed."
        )
    if new.size == old.size and new.root == old.root:
        return memory
    if not merkle.verify_consistency(old.size, new.size, proof, old.root, new.root):
        raise ForkError(
            f"The trail of {new.origin} has FORKED: its {new.size} entries do not begin with the "
            f"{old.size} that were signed and seen. Nothing was co-signed."
        )
    return Memory(key=memory.key, note=note)


def _verified(note: str, key: PublicKey) -> Checkpoint:
    """Return what a note says; one that does not hold is no checkpoint of this trail."""
    try:
        return checkpoints.verify_by(note, key)
    except ValueError as error:
        raise ForkError(
            f"The checkpoint does not hold under the key that is known, {key.text()} ({error}). "
            "Nothing was co-signed."
        ) from None


def check_line(note: str, line: str, key: PublicKey) -> int:
    """Return when a witness co-signed a note, once its line is found to hold.

    Raises
    ------
    ValueError
        When it is not one line, or does not hold under the key.
    """
    if key.kind is not Kind.COSIGNATURE:
        raise ValueError(f"{key.name} is no witness's key")
    if line.count("\n") != 1 or not line.endswith("\n") or not line.startswith(notes.DASH):
        raise ValueError("a co-signature is one line, as cmr audit witness prints it")
    return notes.cosigned_at(note + line, key)


def described(memory: Memory) -> Mapping[str, Any]:
    """Return what a witness remembers, for people."""
    seen = memory.seen
    return {"origin": seen.origin, "size": seen.size, "root": seen.root.hex()}
