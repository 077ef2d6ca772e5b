"""Proving: that an entry is on the trail, and that the trail of today extends an older one."""

from dataclasses import dataclass

from registry.domain import merkle, notes
from registry.domain.errors import BadInputError, IntegrityError
from registry.domain.merkle import NodeAt
from registry.domain.people import Action
from registry.services.work import Work, Workshop
from registry.store import audit


@dataclass(frozen=True, kw_only=True)
class Inclusion:
    """Hashes that lead from one entry to the root over the first `size` entries."""

    seq: int
    size: int
    body: bytes
    hashes: list[bytes]
    root: bytes
    note: str | None


@dataclass(frozen=True, kw_only=True)
class Consistency:
    """Hashes that show the first `old` entries to be the beginning of the first `new` ones."""

    old: int
    new: int
    hashes: list[bytes]
    old_root: bytes
    new_root: bytes


def inclusion(work: Work, seq: int, *, size: int | None = None) -> Inclusion:
    """Return the proof that an entry is among the first `size`.

    Without a size it leads to the newest checkpoint that covers the entry, or else to the head.

    Raises
    ------
    BadInputError
        When the trail is shorter, or the entry lies beyond.
    IntegrityError
        When stored hashes are missing.
    """
    work.require(Action.TRAIL_READ)
    end = audit.size_of(work.session)
    if size is None:
        newest = audit.newest_checkpoint(work.session)
        size = newest.size if newest is not None and newest.size > seq else end
    _require(end, size, field="size")
    row = audit.entry(work.session, seq)
    if row is None or not 0 <= seq < size:
        raise BadInputError(
            f"entry {seq} is not among the first {size}; they are 0 to {size - 1}.", field="seq"
        )
    node_at = _nodes(
        work,
        lambda at: (merkle.inclusion_proof(at, seq, size), merkle.root(at, size)),
    )
    kept = audit.checkpoint_of(work.session, size)
    return Inclusion(
        seq=seq,
        size=size,
        body=bytes(row.body),
        hashes=merkle.inclusion_proof(node_at, seq, size),
        root=merkle.root(node_at, size),
        note=None if kept is None else audit.cosigned(work.session, kept),
    )


def consistency(work: Work, old: int, *, new: int | None = None) -> Consistency:
    """Return the proof that the trail of `new` entries begins as that of `old` did.

    Without `new` it is the trail of now.

    Raises
    ------
    BadInputError
        When the trail is shorter, or the sizes are in the wrong order.
    IntegrityError
        When stored hashes are missing.
    """
    work.require(Action.TRAIL_READ)
    end = audit.size_of(work.session)
    later = end if new is None else new
    _require(end, later, field="to")
    if not 0 < old <= later:
        raise BadInputError(f"it lies between 1 and “to” ({later}).", field="from")
    node_at = _nodes(
        work,
        lambda at: (
            merkle.consistency_proof(at, old, later),
            merkle.root(at, old),
            merkle.root(at, later),
        ),
    )
    return Consistency(
        old=old,
        new=later,
        hashes=merkle.consistency_proof(node_at, old, later),
        old_root=merkle.root(node_at, old),
        new_root=merkle.root(node_at, later),
    )


def public_key(workshop: Workshop) -> notes.PublicKey:
    """Return the public key of the registry's checkpoints; it is no secret."""
    return notes.PublicKey(name=workshop.settings.origin, raw=workshop.keys.public())


def _require(end: int, size: int, *, field: str) -> None:
    """Refuse a size that the trail does not have."""
    if not 0 < size <= end:
        raise BadInputError(f"the trail has {end} entries.", field=field)


def _nodes(work: Work, walk: merkle.Walk) -> NodeAt:
    """Return the hashes that a proof asks for, fetched in one query."""
    wanted = merkle.needed(walk)
    found = audit.subtrees(work.session, wanted)
    missing = [place for place in wanted if place not in found]
    if missing:
        level, index = missing[0]
        raise IntegrityError(
            f"The stored hash over entries {index << level} to {((index + 1) << level) - 1} is "
            "missing; `cmr audit verify` says what else is."
        )
    return lambda level, index: found[level, index]
