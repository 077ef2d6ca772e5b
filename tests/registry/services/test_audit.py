"""The trail as a whole: what it refuses, and what checking it finds."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
import rfc8785
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from registry.domain.errors import ForbiddenError, RegistryError
from registry.domain.people import Actor, Role
from registry.domain.trail import Act
from registry.services import audit
from registry.services.work import Workshop
from registry.store import guards

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
    """Give a session with the guards off: what the owner of a database can do."""
    with workshop.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            names = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in list(names):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in TABLES:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield Session(bind=connection)


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

    def test_many_writers_at_once(self, workshop: Workshop) -> None:
        """Four threads of ten acts make forty entries, and the tree is whole."""
        failures: list[BaseException] = []

        def write() -> None:
            try:
                for _ in range(10):
                    grow(workshop, 1)
            except BaseException as error:  # noqa: BLE001 -- handed to the test's own thread
                failures.append(error)

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert (checked(workshop).entries, checked(workshop).findings) == (40, ())


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


def edit_body(session: Session) -> None:
    """Change one word of an entry."""
    body = session.connection().execute(text("SELECT body FROM trail_entries WHERE seq = 2"))
    changed = bytes(body.scalar_one()).replace(b"site 2", b"site X")
    session.connection().execute(
        text("UPDATE trail_entries SET body = :body WHERE seq = 2"), {"body": changed}
    )


def edit_with_leaf(session: Session) -> None:
    """Change an entry and its stored hash with it."""
    edit_body(session)
    from registry.domain.merkle import leaf_hash

    body = session.connection().execute(text("SELECT body FROM trail_entries WHERE seq = 2"))
    session.connection().execute(
        text("UPDATE trail_entries SET leaf = :leaf WHERE seq = 2"),
        {"leaf": leaf_hash(bytes(body.scalar_one()))},
    )


def run(statement: str) -> Callable[[Session], None]:
    """Return the doing of one statement."""

    def doing(session: Session) -> None:
        session.connection().execute(text(statement))

    return doing


TAMPERING: dict[str, Callable[[Session], None]] = {
    "a word edited": edit_body,
    "a word and its hash edited": edit_with_leaf,
    "an entry in the middle removed": run("DELETE FROM trail_entries WHERE seq = 2"),
    "the last entry removed": run("DELETE FROM trail_entries WHERE seq = 4"),
    "the first entry removed": run("DELETE FROM trail_entries WHERE seq = 0"),
    "all entries removed": run("DELETE FROM trail_entries"),
    "an entry added": run(
        "INSERT INTO trail_entries SELECT 6, body, leaf FROM trail_entries WHERE seq = 4"
    ),
    "two entries swapped": run(
        "UPDATE trail_entries SET seq = CASE seq WHEN 1 THEN -2 ELSE -1 END WHERE seq IN (1, 2)"
    ),
    "a body emptied of sense": run("UPDATE trail_entries SET body = leaf WHERE seq = 1"),
    "a subtree edited": run(
        "UPDATE trail_nodes SET hash = (SELECT leaf FROM trail_entries WHERE seq = 0) "
        'WHERE level = 1 AND "index" = 1'
    ),
    "a subtree removed": run("DELETE FROM trail_nodes WHERE level = 1"),
    "a subtree added": run(
        "INSERT INTO trail_nodes SELECT 9, 9, leaf FROM trail_entries WHERE seq = 0"
    ),
    "the head shrunk": run("UPDATE trail_head SET size = 4"),
    "the head's edge edited": run(
        "UPDATE trail_head SET frontier = (SELECT leaf FROM trail_entries WHERE seq = 0)"
    ),
}


class TestVerify:
    """What checking finds after an owner of the database tampered."""

    @pytest.mark.parametrize("kind", sorted(TAMPERING))
    def test_found(self, workshop: Workshop, kind: str) -> None:
        """Every kind of change is found and said; none makes the check crash."""
        grow(workshop, 5)
        with workshop.begin(OFFICER) as work:
            audit.sign_checkpoint(work)
        with as_owner(workshop) as session:
            TAMPERING[kind](session)
        found = checked(workshop)
        assert not found.intact
        assert all(finding and finding == finding.strip() for finding in found.findings)

    def test_bytes_turned_to_text_are_tampering(self, workshop: Workshop) -> None:
        """SQLite stores what it is given: a body that became text is reported, not a crash."""
        if workshop.engine.dialect.name != "sqlite":
            return  # PostgreSQL's column takes bytes only
        grow(workshop, 3)
        with as_owner(workshop) as session:
            run("UPDATE trail_entries SET body = CAST(body AS TEXT) WHERE seq = 1")(session)
        assert "entry 1 is no longer stored as bytes" in checked(workshop).findings

    def test_a_rewritten_trail_is_found_by_a_checkpoint_kept_outside(
        self, workshop: Workshop
    ) -> None:
        """Whoever rewrites everything consistently is betrayed by a note that left the machine."""
        grow(workshop, 4)
        with workshop.begin(OFFICER) as work:
            outside = audit.sign_checkpoint(work)
        with as_owner(workshop) as session:
            run("DELETE FROM trail_entries")(session)
            run("DELETE FROM trail_nodes")(session)
            run("DELETE FROM trail_checkpoints")(session)
            session.connection().execute(
                text("UPDATE trail_head SET size = 0, frontier = :none"), {"none": b""}
            )
        with workshop.begin(OFFICER) as work:
            for number in range(5):
                work.record(Act.SITE_REGISTERED, subject=f"invented {number}")
        assert checked(workshop).intact
        assert "the first 4 entries are not those that were signed" in (
            checked(workshop, outside).findings
        )

    def test_a_foreign_note_is_a_finding(self, workshop: Workshop) -> None:
        """A note that our key did not sign proves nothing and is said."""
        grow(workshop, 1)
        assert "a checkpoint does not hold" in checked(workshop, "nonsense").findings[0]

    def test_a_later_tail_loss_is_counted(self, workshop: Workshop) -> None:
        """A checkpoint over more entries than are stored says how many are missing."""
        grow(workshop, 4)
        with workshop.begin(OFFICER) as work:
            note = audit.sign_checkpoint(work)
        with as_owner(workshop) as session:
            run("DELETE FROM trail_entries WHERE seq >= 2")(session)
        assert (
            "a checkpoint covers 4 entries, only 2 are stored" in checked(workshop, note).findings
        )


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
