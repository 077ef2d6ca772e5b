"""Session: the engine for SQLite and PostgreSQL, and transactions upon it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.errors import LockNotAvailable, UniqueViolation
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from registry.domain.errors import BadInputError, BusyError, ConflictError, RegistryError

SETTING = "CMR_DATABASE_URL"


# Whoever works in a transaction names its kind from here: the SQL libraries stay in the store.
__all__ = ["Engine", "Session", "describe", "open_engine", "transaction"]

# journal_mode WAL lets readers go on while one writes; synchronous FULL loses nothing that was
# committed; recursive_triggers makes INSERT OR REPLACE fire the DELETE triggers of the trail;
# secure_delete overwrites what is taken out, so that redacted words do not linger in free pages.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "secure_delete=ON",
)


class DatabaseAwayError(RegistryError):
    """The database does not answer."""

    code = "database-away"


def open_engine(address: str) -> Engine:
    """Return the engine behind a database address.

    PostgreSQL is spoken to through psycopg 3 whatever driver the address names. On SQLite every
    transaction that writes begins with BEGIN IMMEDIATE: a plain BEGIN that later wants to write
    fails at once with "database is locked" when another has written in between.
    """
    url = _parsed(address)
    if url.get_backend_name() == "postgresql":
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    if url.database:
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)  # for whoever runs the registry alone
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def told(error: OperationalError) -> Exception:
    """Return what a failure of the database means to people, or the failure itself."""
    if isinstance(error.orig, LockNotAvailable) or "locked" in str(error.orig):
        return BusyError("The database is busy; try again in a moment.")
    if isinstance(error.orig, psycopg.OperationalError) and error.orig.sqlstate is None:
        said = str(error.orig).strip().split("\n")[0]
        return DatabaseAwayError(f"The database does not answer ({said}); is it running?")
    return error


def _parsed(address: str) -> URL:
    """Return an address of a kind of database that we know.

    Raises
    ------
    BadInputError
        When it is another kind, or no address.
    """
    remedy = "write postgresql://user@host/name or sqlite:////folder/registry.db."
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise BadInputError(f"this is not an address; {remedy}", field=SETTING) from error
    kind = url.get_backend_name()
    if kind == "postgres":  # as many hosts still write it
        return url.set(drivername="postgresql")
    if kind not in {"postgresql", "sqlite"}:
        raise BadInputError(f"“{kind}” is not spoken here; {remedy}", field=SETTING)
    return url


def describe(address: str) -> tuple[str, str]:
    """Return the kind of database behind an address, and the address without its password."""
    url = _parsed(address)
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
        raise told(error) from error
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation) or "UNIQUE constraint" in str(error.orig):
            raise ConflictError(
                "Somebody recorded the same thing at the same moment; look again and repeat."
            ) from error
        raise
