"""Trail: its tables, how an event is appended, and how stored entries are checked.

Entries, the complete subtrees over them, the checkpoints that were signed and the lines of
witnesses are append-only and guarded by triggers (`registry.store.guards`). One row, the head,
knows the size and the right edge, so that appending reads one row and writes three. The words that
people wrote stand beside the entries, where they can be taken out and not changed.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    and_,
    bindparam,
    func,
    insert,
    or_,
    update,
)
from sqlmodel import Field, Session, col, select

from registry.domain import entries as entries_rules
from registry.domain import merkle, trail
from registry.domain.entries import SALT_BYTES
from registry.store.columns import Row, UtcInstant

_AT_ONCE = 50
_BIG = BigInteger().with_variant(Integer, "sqlite")


class EntryRow(Row, table=True):
    """One act, as the exact bytes that were hashed."""

    __tablename__ = "trail_entries"
    __table_args__ = (CheckConstraint("length(body) > 0", name="body"),)

    seq: int = Field(sa_column=Column(_BIG, primary_key=True, autoincrement=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    leaf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class TextRow(Row, table=True):
    """Words of an entry that are kept beside it; taken out, salt and text are empty."""

    __tablename__ = "trail_texts"

    seq: int = Field(sa_column=Column(_BIG, primary_key=True, autoincrement=False))
    path: str = Field(max_length=120, primary_key=True)
    salt: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    text: str | None = None


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


class CosignatureRow(Row, table=True):
    """A witness's line over a checkpoint, and the key by which it holds."""

    __tablename__ = "trail_cosignatures"

    size: int = Field(sa_column=Column(_BIG, primary_key=True, autoincrement=False))
    witness: str = Field(max_length=300, primary_key=True)
    line: str
    received_at: datetime = Field(sa_type=UtcInstant)


# Statements are built once: building them per call costs more than running them.
_HEAD = select(HeadRow.size, HeadRow.frontier).where(col(HeadRow.id) == 1).with_for_update()
_GROW = (
    update(HeadRow).where(col(HeadRow.id) == 1).values(size=bindparam("n"), frontier=bindparam("f"))
)
_ADD_ENTRY = insert(EntryRow)
_ADD_NODE = insert(NodeRow)
_ADD_TEXTS = insert(TextRow)


def append(session: Session, events: Sequence[trail.Event], *, at: datetime) -> range:
    """Append events as the last thing a transaction does; return their places.

    The head row is locked until the transaction ends, so places have no gap and no double.
    """
    connection = session.connection()
    size, packed = connection.execute(_HEAD).one()
    frontier = merkle.Frontier.from_bytes(size, packed)
    for event in events:
        entry = entries_rules.write(event, seq=frontier.size, at=at, salt=_salt)
        leaf = merkle.leaf_hash(entry.body)
        connection.execute(_ADD_ENTRY, {"seq": frontier.size, "body": entry.body, "leaf": leaf})
        if entry.texts:
            connection.execute(
                _ADD_TEXTS,
                [
                    {"seq": frontier.size, "path": one.path, "salt": one.salt, "text": one.text}
                    for one in entry.texts
                ],
            )
        # Parents are written with their children: the head may only grow one entry at a time.
        nodes = frontier.append(leaf)
        connection.execute(
            _ADD_NODE, [{"level": level, "index": index, "hash": h} for level, index, h in nodes]
        )
        connection.execute(_GROW, {"n": frontier.size, "f": frontier.to_bytes()})
    return range(size, frontier.size)


def _salt() -> bytes:
    """Return the salt of one text."""
    return os.urandom(SALT_BYTES)


def size_of(session: Session) -> int:
    """Return how many entries the trail has."""
    return session.exec(select(HeadRow.size).where(col(HeadRow.id) == 1)).one()


def entries(
    session: Session, *, start: int | None = None, limit: int | None = None
) -> Iterator[tuple[int, Any, Any]]:
    """Yield (seq, body, leaf) as stored, in order, whatever their storage type has become.

    Without `start` everything is there, also what stands where no entry can.
    """
    wanted = select(EntryRow.seq, EntryRow.body, EntryRow.leaf).order_by(col(EntryRow.seq))
    if start is not None:
        wanted = wanted.where(col(EntryRow.seq) >= start)
    if limit is not None:
        wanted = wanted.limit(limit)
    yield from session.exec(wanted)


def entry(session: Session, seq: int) -> EntryRow | None:
    """Return the entry at a place, or None."""
    return session.get(EntryRow, seq)


def texts(
    session: Session, *, start: int | None = None, stop: int | None = None
) -> Iterator[tuple[int, str, Any, Any]]:
    """Yield (seq, path, salt, text) of the words beside entries from `start` to before `stop`."""
    wanted = select(TextRow.seq, TextRow.path, TextRow.salt, TextRow.text).order_by(
        col(TextRow.seq), col(TextRow.path)
    )
    if start is not None:
        wanted = wanted.where(col(TextRow.seq) >= start)
    if stop is not None:
        wanted = wanted.where(col(TextRow.seq) < stop)
    yield from session.exec(wanted)


def texts_of(session: Session, seq: int) -> dict[str, str | None]:
    """Return the words beside one entry, by path; None where they were taken out."""
    return {path: text for _, path, _, text in texts(session, start=seq, stop=seq + 1)}


def forget(session: Session, seq: int, path: str) -> bool:
    """Take the words at a path of an entry out, with their salt; tell whether there were any."""
    done = session.connection().execute(
        update(TextRow)
        .where(col(TextRow.seq) == seq, col(TextRow.path) == path, col(TextRow.text).is_not(None))
        .values(salt=None, text=None)
    )
    return bool(done.rowcount)


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


def subtrees(session: Session, wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Return the hashes of a few dozen subtrees, in one query.

    Pairs in a list would make SQLite read the whole table; alternatives it looks up one by one.
    """
    if not wanted:
        return {}
    one_of = or_(
        *(and_(col(NodeRow.level) == level, col(NodeRow.index) == index) for level, index in wanted)
    )
    rows = session.exec(select(NodeRow.level, NodeRow.index, NodeRow.hash).where(one_of))
    return {(level, index): bytes(h) for level, index, h in rows}


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


def cosignatures(session: Session, size: int) -> list[CosignatureRow]:
    """Return the lines of witnesses over the checkpoint of a size."""
    query = select(CosignatureRow).where(CosignatureRow.size == size)
    return list(session.exec(query.order_by(col(CosignatureRow.witness))))


def cosigned(session: Session, row: CheckpointRow) -> str:
    """Return a checkpoint's note with the lines of its witnesses."""
    return row.note + "".join(one.line for one in cosignatures(session, row.size))


def witnesses(session: Session) -> list[str]:
    """Return the keys of every witness that co-signed a checkpoint."""
    return list(session.exec(select(CosignatureRow.witness).distinct().order_by("witness")))
