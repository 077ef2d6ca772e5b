"""Session: the engine for SQLite and PostgreSQL, and transactions upon it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.errors import LockNotAvailable, UniqueViolation
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from registry.domain.errors import BusyError, ConflictError

# Whoever works in a transaction names its kind from here: the SQL libraries stay in the store.
__all__ = ["Engine", "Session", "describe", "open_engine", "transaction"]

# journal_mode WAL lets readers go on while one writes; synchronous FULL loses nothing that was
# committed; recursive_triggers makes INSERT OR REPLACE fire the DELETE triggers of the trail.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
)


def open_engine(address: str) -> Engine:
    """Return the engine behind a database address.

    PostgreSQL is spoken to through psycopg 3 whatever driver the address names. On SQLite every
    transaction that writes begins with BEGIN IMMEDIATE: a plain BEGIN that later wants to write
    fails at once with "database is locked" when another has written in between.
    """
    url = make_url(address)
    if url.get_backend_name() == "postgresql":
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def describe(address: str) -> tuple[str, str]:
    """Return the kind of database behind an address, and the address without its password."""
    url = make_url(address)
    return url.get_backend_name(), url.render_as_string(hide_password=True)


def _set_up_sqlite(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    """Give a new SQLite connection our settings; transactions are begun by us."""
    del record
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once, unless the transaction only reads."""
    reads = connection.get_execution_options().get("cmr_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine, *, reads: bool = False) -> Iterator[Session]:
    """Yield a session; commit at the end, or undo everything when something is raised.

    Raises
    ------
    BusyError
        When the database stayed locked for ten seconds.
    ConflictError
        When two recorded what only one can, such as a name or a number, at the same moment.
    """
    bind = engine.execution_options(cmr_reads=True) if reads else engine
    try:
        with Session(bind, expire_on_commit=False) as session, session.begin():
            yield session
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable) or "locked" in str(error.orig):
            raise BusyError("The database is busy; try again in a moment.") from error
        raise
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation) or "UNIQUE constraint" in str(error.orig):
            raise ConflictError(
                "Somebody recorded the same thing at the same moment; look again and repeat."
            ) from error
        raise
