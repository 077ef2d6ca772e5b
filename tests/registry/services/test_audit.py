"""The trail as a whole: what it refuses, and what checking it finds."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
import rfc8785
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from registry.domain.errors import ForbiddenError, RegistryError
from registry.domain.people import Actor, Role
from registry.domain.trail import Act
from registry.services import audit
from registry.services.work import Workshop
from registry.store import guards
from registry.store.audit import entries as entries_of

OFFICER = Actor(
    id=UUID(int=1),
    login="ada",
    name="Ada",
    roles=frozenset({Role.ADMINISTRATOR}),
    via="session",
)
TABLES = ("trail_entries", "trail_nodes", "trail_head", "trail_checkpoints", "trail_texts")


def grow(workshop: Workshop, entries: int) -> None:
    """Record so many acts."""
    with workshop.begin(OFFICER) as work:
        for number in range(entries):
            work.record(Act.SITE_REGISTERED, subject=f"site {number}")


def checked(workshop: Workshop, *notes: str) -> audit.Verification:
    """Return what checking the trail finds."""
    with workshop.begin(OFFICER, reads=True) as work:
        return audit.verify(work, notes=notes)


@contextmanager
def as_owner(workshop: Workshop) -> Iterator[Session]:
    """Give a session with the guards off, what the owner of a database can do; and cover it up."""
    with workshop.engine.begin() as connection:
        off, on = _switches(connection)
        for statement in off:
            connection.execute(text(statement))
        yield Session(bind=connection)
        for statement in on:
            connection.execute(text(statement))


def _switches(connection: Connection) -> tuple[list[str], list[str]]:
    """Return what switches all guards off and on again."""
    if connection.dialect.name != "sqlite":
        return (
            [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in TABLES],
            [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in TABLES],
        )
    made = list(
        connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    )
    return [f"DROP TRIGGER {name}" for name, _ in made], [str(sql) for _, sql in made]


class TestAppend:
    """Writing."""

    def test_places_have_no_gap(self, workshop: Workshop) -> None:
        """Acts of several transactions stand one after the other."""
        grow(workshop, 3)
        grow(workshop, 2)
        with workshop.begin(OFFICER, reads=True) as work:
            assert [event["seq"] for event in audit.read(work, start=0, limit=9)] == [0, 1, 2, 3, 4]

    def test_what_fails_leaves_no_entry(self, workshop: Workshop) -> None:
        """An act that was undone is not on the trail, and the next one takes its place."""
        grow(workshop, 1)
        with pytest.raises(rfc8785.CanonicalizationError), workshop.begin(OFFICER) as work:
            work.record(Act.SITE_REGISTERED, subject="never", after={"not JSON": object()})
        grow(workshop, 1)
        assert checked(workshop).entries == 2
        assert checked(workshop).intact

    def test_a_refusal_can_leave_a_trace(self, workshop: Workshop) -> None:
        """A wrong password is on the trail although what was begun is undone."""

        def refuse() -> None:
            with workshop.begin(OFFICER) as work:
                work.record(Act.SITE_REGISTERED, subject="never")
                raise work.kept(ForbiddenError("no"), act=Act.SIGNATURE_REFUSED, subject="ada")

        with pytest.raises(ForbiddenError):
            refuse()
        with workshop.begin(OFFICER, reads=True) as work:
            (event,) = audit.read(work, start=0, limit=9)
        assert (event["act"], event["subject"]) == ("signature.refused", "ada")

    def test_eight_writers_at_once(self, workshop: Workshop) -> None:
        """Eight threads, some of whose acts are undone, leave no gap; the root is that of all."""
        failures: list[BaseException] = []

        def write(number: int) -> None:
            try:
                for turn in range(6):
                    if (number + turn) % 5 == 0:
                        undo(workshop)
                    grow(workshop, 1)
            except BaseException as error:  # noqa: BLE001 -- handed to the test's own thread
                failures.append(error)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        found = checked(workshop)
        assert (found.entries, found.findings) == (48, ())
        with workshop.begin(OFFICER, reads=True) as work:
            every = [(seq, bytes(body)) for seq, body, _ in entries_of(work.session)]
        assert [seq for seq, _ in every] == list(range(48))
        assert root_of([body for _, body in every]).hex() == found.root


def undo(workshop: Workshop) -> None:
    """Record an act that is undone before it is written."""

    def refuse() -> None:
        with workshop.begin(OFFICER) as work:
            work.record(Act.SITE_REGISTERED, subject="undone")
            raise ForbiddenError("undone")

    with pytest.raises(ForbiddenError):
        refuse()


def root_of(bodies: list[bytes]) -> bytes:
    """Return the root over entries as RFC 6962 defines it, by recursion."""
    if len(bodies) == 1:
        return hashlib.sha256(b"\x00" + bodies[0]).digest()
    half = 1 << ((len(bodies) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + root_of(bodies[:half]) + root_of(bodies[half:])).digest()


ATTACKS: dict[str, str] = {
    "edit": "UPDATE trail_entries SET body = body WHERE seq = 2",
    "delete": "DELETE FROM trail_entries WHERE seq = 2",
    "insert far away": "INSERT INTO trail_entries VALUES (999, '{}', '{}')",
    "edit a subtree": "UPDATE trail_nodes SET hash = hash WHERE level = 1",
    "delete a subtree": "DELETE FROM trail_nodes WHERE level = 1",
    "shrink the head": "UPDATE trail_head SET size = size - 1",
    "leap ahead": "UPDATE trail_head SET size = size + 2",
    "delete the head": "DELETE FROM trail_head",
    "edit a checkpoint": "UPDATE trail_checkpoints SET note = ''",
    "delete a checkpoint": "DELETE FROM trail_checkpoints",
}


class TestGuards:
    """What the database itself refuses to the application's account."""

    @pytest.mark.parametrize("attack", sorted(ATTACKS))
    def test_refused(self, workshop: Workshop, attack: str) -> None:
        """Nothing on the trail is changed in place."""
        grow(workshop, 5)
        with workshop.begin(OFFICER) as work:
            audit.sign_checkpoint(work)
        with pytest.raises(DBAPIError), workshop.engine.begin() as connection:
            connection.execute(text(ATTACKS[attack]))
        assert checked(workshop).intact

    def test_replacing_and_emptying_are_refused(self, workshop: Workshop) -> None:
        """Neither SQLite's INSERT OR REPLACE nor PostgreSQL's TRUNCATE goes round the guards."""
        grow(workshop, 5)
        lite = workshop.engine.dialect.name == "sqlite"
        attacks = (
            ["INSERT OR REPLACE INTO trail_entries VALUES (2, x'00', x'00')"]
            if lite
            else [f"TRUNCATE {table}" for table in TABLES]
        )
        for attack in attacks:
            with pytest.raises(DBAPIError), workshop.engine.begin() as connection:
                connection.execute(text(attack))
        assert checked(workshop).intact

    def test_both_databases_guard_the_same_tables(self) -> None:
        """Every append-only table is named in the guards of either kind."""
        for table in guards.APPEND_ONLY:
            assert any(f"ON {table}" in line for line in guards.SQLITE)
            assert any(f"ON {table}" in line for line in guards.POSTGRESQL)


class TestCheckpoints:
    """Signing the trail as it stands."""

    def test_same_size_same_note(self, workshop: Workshop) -> None:
        """Nothing new, no new note: but signing is itself an act, so the next one covers it."""
        grow(workshop, 2)
        with workshop.begin(OFFICER) as work:
            first = audit.sign_checkpoint(work)
        with workshop.begin(OFFICER) as work:
            assert audit.newest_checkpoint(work) == first
            assert audit.sign_checkpoint(work) != first

    def test_nobody_reads_without_leave(self, workshop: Workshop) -> None:
        """Reading, checking and signing ask who is there."""
        with pytest.raises(RegistryError), workshop.begin(None) as work:
            audit.verify(work)
        with pytest.raises(RegistryError), workshop.begin(None) as work:
            audit.sign_checkpoint(work)
