"""Trail: its tables, how an event is appended, and how stored entries are checked.

Three tables are append-only and guarded by triggers (see `GUARDS`): entries, the complete
subtrees over them, and the checkpoints that were signed. One row, the head, knows the size and
the right edge, so that appending reads one row and writes three.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    bindparam,
    func,
    insert,
    update,
)
from sqlmodel import Field, Session, col, select

from registry.domain import merkle, trail
from registry.store.columns import Row, UtcInstant

HASH = 32
_AT_ONCE = 50
_BIG = BigInteger().with_variant(Integer, "sqlite")


class EntryRow(Row, table=True):
    """One act, as the exact bytes that were hashed."""

    __tablename__ = "trail_entries"
    __table_args__ = (CheckConstraint("length(body) > 0", name="body"),)

    seq: int = Field(sa_column=Column(_BIG, primary_key=True, autoincrement=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    leaf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class NodeRow(Row, table=True):
    """One complete subtree over the entries."""

    __tablename__ = "trail_nodes"

    level: int = Field(primary_key=True)
    index: int = Field(sa_column=Column(_BIG, primary_key=True, autoincrement=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class HeadRow(Row, table=True):
    """The one row that knows how large the trail is; locking it orders the writers."""

    __tablename__ = "trail_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(default=1, primary_key=True)
    size: int = Field(sa_column=Column(_BIG, nullable=False))
    frontier: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CheckpointRow(Row, table=True):
    """A signed note over the trail as it stood."""

    __tablename__ = "trail_checkpoints"

    size: int = Field(sa_column=Column(_BIG, primary_key=True, autoincrement=False))
    note: str
    signed_at: datetime = Field(sa_type=UtcInstant)


# Statements are built once: building them per call costs more than running them.
_HEAD = select(HeadRow.size, HeadRow.frontier).where(col(HeadRow.id) == 1).with_for_update()
_GROW = (
    update(HeadRow).where(col(HeadRow.id) == 1).values(size=bindparam("n"), frontier=bindparam("f"))
)
_ADD_ENTRY = insert(EntryRow)
_ADD_NODE = insert(NodeRow)


def append(session: Session, events: Sequence[trail.Event], *, at: datetime) -> range:
    """Append events as the last thing a transaction does; return their places.

    The head row is locked until the transaction ends, so places have no gap and no double.
    """
    connection = session.connection()
    size, packed = connection.execute(_HEAD).one()
    frontier = merkle.Frontier.from_bytes(size, packed)
    for event in events:
        body = trail.body_of(event, seq=frontier.size, at=at)
        leaf = merkle.leaf_hash(body)
        connection.execute(_ADD_ENTRY, {"seq": frontier.size, "body": body, "leaf": leaf})
        # Parents are written with their children: the head may only grow one entry at a time.
        nodes = frontier.append(leaf)
        connection.execute(
            _ADD_NODE, [{"level": level, "index": index, "hash": h} for level, index, h in nodes]
        )
        connection.execute(_GROW, {"n": frontier.size, "f": frontier.to_bytes()})
    return range(size, frontier.size)


def size_of(session: Session) -> int:
    """Return how many entries the trail has."""
    return session.exec(select(HeadRow.size).where(col(HeadRow.id) == 1)).one()


def entries(
    session: Session, *, start: int = 0, limit: int | None = None
) -> Iterator[tuple[int, Any, Any]]:
    """Yield (seq, body, leaf) as stored, in order, whatever their storage type has become."""
    wanted = (
        select(EntryRow.seq, EntryRow.body, EntryRow.leaf)
        .where(col(EntryRow.seq) >= start)
        .order_by(col(EntryRow.seq))
    )
    if limit is not None:
        wanted = wanted.limit(limit)
    yield from session.exec(wanted)


def nodes(session: Session, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Return the hashes of the subtrees named, in one query per level."""
    by_level: dict[int, list[int]] = {}
    for level, index in wanted:
        by_level.setdefault(level, []).append(index)
    found: dict[tuple[int, int], bytes] = {}
    for level, indexes in by_level.items():
        rows = session.exec(
            select(NodeRow.index, NodeRow.hash).where(
                col(NodeRow.level) == level, col(NodeRow.index).in_(indexes)
            )
        )
        found.update({(level, index): bytes(h) for index, h in rows})
    return found


def surplus_nodes(session: Session, *, size: int) -> int:
    """Return how many subtrees are stored beyond the 2n - popcount(n) that n entries make."""
    stored = session.exec(select(func.count()).select_from(NodeRow)).one()
    return stored - (2 * size - size.bit_count())


def head(session: Session) -> tuple[int, bytes]:
    """Return the size of the trail and its root, from the head row."""
    size, packed = session.exec(
        select(HeadRow.size, HeadRow.frontier).where(col(HeadRow.id) == 1)
    ).one()
    return size, merkle.Frontier.from_bytes(size, packed).root()


def locked_head(session: Session) -> tuple[int, bytes]:
    """Return size and root, and let nobody append until the transaction ends."""
    size, packed = session.connection().execute(_HEAD).one()
    return size, merkle.Frontier.from_bytes(size, packed).root()


def add_checkpoint(session: Session, *, size: int, note: str, at: datetime) -> CheckpointRow:
    """Keep a signed checkpoint and return it."""
    row = CheckpointRow(size=size, note=note, signed_at=at)
    session.add(row)
    return row


def checkpoint_of(session: Session, size: int) -> CheckpointRow | None:
    """Return the checkpoint over the first `size` entries, or None."""
    return session.get(CheckpointRow, size)


def newest_checkpoint(session: Session) -> CheckpointRow | None:
    """Return the checkpoint over the most entries, or None while there is none."""
    return next(newest_checkpoints(session), None)


def newest_checkpoints(session: Session) -> Iterator[CheckpointRow]:
    """Yield checkpoints, the newest first, as far as anybody asks."""
    below: int | None = None
    while True:
        query = select(CheckpointRow).order_by(col(CheckpointRow.size).desc()).limit(_AT_ONCE)
        if below is not None:
            query = query.where(col(CheckpointRow.size) < below)
        rows = session.exec(query).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        below = rows[-1].size


def checkpoints(session: Session) -> list[CheckpointRow]:
    """Return every checkpoint, oldest first."""
    return list(session.exec(select(CheckpointRow).order_by(col(CheckpointRow.size))))
