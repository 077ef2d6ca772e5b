"""Merkle: the hash tree of the trail, its proofs, and how anyone checks them (RFC 6962).

Complete subtrees are addressed as (level, index): the hash over the 2**level leaves that start
at leaf index * 2**level.

References
----------
Laurie B, Langley A, Kasper E. Certificate Transparency. RFC 6962 (2013). doi:10.17487/RFC6962
Laurie B, Messeri E, Stradling R. Certificate Transparency Version 2.0. RFC 9162 (2021).
doi:10.17487/RFC9162
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

NodeAt = Callable[[int, int], bytes]
Walk = Callable[[NodeAt], object]
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(body: bytes) -> bytes:
    """Return the 32-byte hash of one entry."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(kw_only=True)
class Frontier:
    """The right edge of a growing tree: enough to append and to know the root.

    Attributes
    ----------
    size : int
        How many leaves the tree has.
    hashes : list of bytes
        One hash per complete subtree on the right edge, largest first.
    """

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> "Frontier":
        """Read a frontier back from its stored form."""
        return cls(size=size, hashes=[packed[at : at + 32] for at in range(0, len(packed), 32)])

    def to_bytes(self) -> bytes:
        """Return the stored form: the hashes one after the other."""
        return b"".join(self.hashes)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add one leaf; return the complete subtrees that it finished, as (level, index, hash)."""
        finished = [(0, self.size, leaf)]
        level, index, joined = 0, self.size, leaf
        while index & 1:
            joined = node_hash(self.hashes.pop(), joined)
            level, index = level + 1, index >> 1
            finished.append((level, index, joined))
        self.hashes.append(joined)
        self.size += 1
        return finished

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        if not self.hashes:
            return EMPTY_ROOT
        joined = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            joined = node_hash(left, joined)
        return joined


def _split(leaves: int) -> int:
    """Return the largest power of two smaller than `leaves` (at least 2)."""
    return 1 << ((leaves - 1).bit_length() - 1)


def _subtree(node_at: NodeAt, low: int, high: int) -> bytes:
    """Return the hash over leaves [low, high)."""
    leaves = high - low
    if leaves & (leaves - 1) == 0 and low % leaves == 0:
        return node_at(leaves.bit_length() - 1, low // leaves)
    middle = low + _split(leaves)
    return node_hash(_subtree(node_at, low, middle), _subtree(node_at, middle, high))


def root(node_at: NodeAt, size: int) -> bytes:
    """Return the root over the first `size` leaves."""
    return EMPTY_ROOT if size == 0 else _subtree(node_at, 0, size)


def inclusion_proof(node_at: NodeAt, index: int, size: int) -> list[bytes]:
    """Return the hashes that lead from leaf `index` to the root over `size` leaves.

    Raises
    ------
    ValueError
        When the leaf lies outside the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not among the first {size} entries")
    low, high, path = 0, size, list[bytes]()
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_subtree(node_at, middle, high))
            high = middle
        else:
            path.append(_subtree(node_at, low, middle))
            low = middle
    return path[::-1]


def consistency_proof(node_at: NodeAt, old: int, new: int) -> list[bytes]:
    """Return the hashes that show the tree of `old` leaves to be a beginning of that of `new`.

    Raises
    ------
    ValueError
        When `old` is 0 or larger than `new`.
    """
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from {old} to {new} entries")
    low, high, whole, path = 0, new, True, list[bytes]()
    while old - low != high - low:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_subtree(node_at, middle, high))
            high = middle
        else:
            path.append(_subtree(node_at, low, middle))
            low, whole = middle, False
    if not whole:
        path.append(_subtree(node_at, low, high))
    return path[::-1]


def needed(walk: Walk) -> list[tuple[int, int]]:
    """Return the subtrees that a proof or root asks for, so that they are fetched at once.

    Parameters
    ----------
    walk : callable
        Makes the proof, such as ``lambda node_at: inclusion_proof(node_at, 3, 7)``.
    """
    asked: dict[tuple[int, int], None] = {}

    def note(level: int, index: int) -> bytes:
        asked[level, index] = None
        return EMPTY_ROOT

    walk(note)
    return list(asked)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], top: bytes
) -> bool:
    """Tell whether `proof` leads from `leaf` at `index` to the root `top` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, last, joined = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            joined = node_hash(step, joined)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            joined = node_hash(joined, step)
        first, last = first >> 1, last >> 1
    return last == 0 and joined == top


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_top: bytes, new_top: bytes
) -> bool:
    """Tell whether the tree of `new` leaves extends that of `old` (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_top == new_top
    if not 0 < old < new or not proof:
        return False
    path = [old_top, *proof] if old & (old - 1) == 0 else list(proof)
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old_joined = new_joined = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old_joined, new_joined = node_hash(step, old_joined), node_hash(step, new_joined)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new_joined = node_hash(new_joined, step)
        first, last = first >> 1, last >> 1
    return last == 0 and old_joined == old_top and new_joined == new_top
