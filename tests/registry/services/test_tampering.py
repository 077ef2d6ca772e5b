"""Every way of tampering with the stored trail: found and said, on both databases, no crash.

What an owner of the database does here is covered up: the guards are off while it is done, and
stand again when it is looked for. What the guards themselves refuse stands in `test_audit`, what
PostgreSQL refuses to the registry's account in `tests/registry/store/test_roles.py`, and what is
done to bundles in `tests/registry/domain/bundles/test_checking.py`.
"""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Table, delete, insert, select, text
from sqlmodel import Session

from registry.domain import checkpoints, merkle
from registry.domain.checkpoints import Checkpoint
from registry.domain.trail import Act
from registry.services import audit
from registry.services.work import Workshop
from registry.store import guards, schema
from tests.registry.services.test_audit import OFFICER, TABLES, as_owner, checked, grow

Doing = Callable[[Session], None]
FOREIGN = Ed25519PrivateKey.from_private_bytes(bytes(32))


def run(*statements: str) -> Doing:
    """Return the doing of statements."""

    def doing(session: Session) -> None:
        for statement in statements:
            session.connection().execute(text(statement))

    return doing


def bodies(session: Session) -> list[bytes]:
    """Return the entries as they are stored."""
    found = session.connection().execute(text("SELECT body FROM trail_entries ORDER BY seq"))
    return [bytes(body) for (body,) in found]


def put(session: Session, seq: int, body: bytes, *, leaf: bool = False) -> None:
    """Exchange the bytes of an entry, and its hash with it where asked."""
    session.connection().execute(
        text("UPDATE trail_entries SET body = :body WHERE seq = :seq"), {"body": body, "seq": seq}
    )
    if leaf:
        session.connection().execute(
            text("UPDATE trail_entries SET leaf = :leaf WHERE seq = :seq"),
            {"leaf": merkle.leaf_hash(body), "seq": seq},
        )


def edited(old: bytes, new: bytes, *, leaf: bool = False) -> Doing:
    """Return the editing of entry 2."""

    def doing(session: Session) -> None:
        body = bodies(session)[2]
        assert old in body
        put(session, 2, body.replace(old, new, 1), leaf=leaf)

    return doing


def replaced(body: bytes, *, leaf: bool = True) -> Doing:
    """Return the exchange of entry 2 for other bytes."""
    return lambda session: put(session, 2, body, leaf=leaf)


def swap_bodies(session: Session) -> None:
    """Let two entries change places, their hashes with them."""
    every = bodies(session)
    put(session, 1, every[2], leaf=True)
    put(session, 2, every[1], leaf=True)


def rewrite(session: Session, *, keep: int | None = None) -> None:
    """Rewrite entry 2, or keep only the first entries, with tree and head: whole in itself."""
    connection = session.connection()
    every = bodies(session)[:keep]
    if keep is None:
        every[2] = every[2].replace(b"site 2", b"site X")
    run("DELETE FROM trail_entries", "DELETE FROM trail_nodes", "DELETE FROM trail_texts")(session)
    frontier = merkle.Frontier()
    for seq, body in enumerate(every):
        leaf = merkle.leaf_hash(body)
        connection.execute(
            text("INSERT INTO trail_entries (seq, body, leaf) VALUES (:seq, :body, :leaf)"),
            {"seq": seq, "body": body, "leaf": leaf},
        )
        for level, index, node in frontier.append(leaf):
            connection.execute(
                text('INSERT INTO trail_nodes (level, "index", hash) VALUES (:l, :i, :h)'),
                {"l": level, "i": index, "h": node},
            )
    connection.execute(
        text("UPDATE trail_head SET size = :n, frontier = :f"),
        {"n": frontier.size, "f": frontier.to_bytes()},
    )


def forged(change: Callable[[str], str]) -> Doing:
    """Return the exchange of the kept checkpoint's note."""

    def doing(session: Session) -> None:
        connection = session.connection()
        note = connection.execute(text("SELECT note FROM trail_checkpoints")).scalars().first()
        connection.execute(
            text("UPDATE trail_checkpoints SET note = :note"), {"note": change(str(note))}
        )

    return doing


def signed_by_another(note: str) -> str:
    """Return the same checkpoint under another key."""
    return checkpoints.sign(checkpoints.read(note), FOREIGN)


def of_another_root(note: str) -> str:
    """Return a checkpoint of another root under another key."""
    said = checkpoints.read(note)
    other = Checkpoint(origin=said.origin, size=said.size, root=bytes(32))
    return checkpoints.sign(other, FOREIGN)


TAMPERING: dict[str, Doing] = {
    "a word edited": edited(b"site 2", b"site X"),
    "a word and its hash edited": edited(b"site 2", b"site X", leaf=True),
    "the actor exchanged": edited(b"00000000-", b"10000000-", leaf=True),
    "the time moved": edited(b"T09:30", b"T08:30", leaf=True),
    "a reason's digest exchanged": edited(b'"sha256:', b'"sha256:0', leaf=True),
    "the schema exchanged": edited(b"cmr.event/2", b"cmr.event/3", leaf=True),
    "an older schema pretended": edited(b"cmr.event/2", b"cmr.event/1", leaf=True),
    "a key removed": edited(b'"before":null,', b"", leaf=True),
    "a blank inserted": edited(b'{"act"', b'{ "act"', leaf=True),
    "an entry of no JSON": replaced(b"{"),
    "an entry of no text": replaced(b"\xff\xfe\x00"),
    "an entry of one byte": replaced(b"0"),
    "an entry that nests without end": replaced(b"[" * 100_000),
    "an entry that is a list": replaced(b"[]", leaf=False),
    "a hash cut short": run("UPDATE trail_entries SET leaf = body WHERE seq = 2"),
    "an entry in the middle removed": run("DELETE FROM trail_entries WHERE seq = 2"),
    "the last entry removed": run("DELETE FROM trail_entries WHERE seq = 5"),
    "the first entry removed": run("DELETE FROM trail_entries WHERE seq = 0"),
    "all entries removed": run("DELETE FROM trail_entries"),
    "the tail cut": run("DELETE FROM trail_entries WHERE seq >= 3"),
    "an entry added": run(
        "INSERT INTO trail_entries SELECT 6, body, leaf FROM trail_entries WHERE seq = 4"
    ),
    "an entry added far away": run(
        "INSERT INTO trail_entries SELECT 999, body, leaf FROM trail_entries WHERE seq = 4"
    ),
    "an entry before the first": run(
        "INSERT INTO trail_entries SELECT -1, body, leaf FROM trail_entries WHERE seq = 4"
    ),
    "two places swapped": run(
        "UPDATE trail_entries SET seq = CASE seq WHEN 1 THEN -2 ELSE -1 END WHERE seq IN (1, 2)"
    ),
    "two entries swapped": swap_bodies,
    "a subtree edited": run(
        "UPDATE trail_nodes SET hash = (SELECT leaf FROM trail_entries WHERE seq = 0) "
        'WHERE level = 1 AND "index" = 1'
    ),
    "two subtrees swapped": run(
        'UPDATE trail_nodes SET "index" = "index" + 100 WHERE level = 1',
        'UPDATE trail_nodes SET "index" = 101 - "index" WHERE level = 1 AND "index" > 99 '
        'AND "index" < 102',
    ),
    "a subtree removed": run("DELETE FROM trail_nodes WHERE level = 1"),
    "a subtree added": run(
        "INSERT INTO trail_nodes SELECT 9, 9, leaf FROM trail_entries WHERE seq = 0"
    ),
    "the head shrunk": run("UPDATE trail_head SET size = 4"),
    "the head grown": run("UPDATE trail_head SET size = 40"),
    "the head's edge edited": run(
        "UPDATE trail_head SET frontier = (SELECT leaf FROM trail_entries WHERE seq = 0)"
    ),
    "the head's edge emptied": run("UPDATE trail_head SET frontier = ''"),
    "words edited": run("UPDATE trail_texts SET text = '\"kind\"' WHERE seq = 2"),
    "words removed": run("DELETE FROM trail_texts WHERE seq = 2"),
    "words emptied": run("UPDATE trail_texts SET salt = NULL, text = NULL WHERE seq = 2"),
    "words added": run("INSERT INTO trail_texts (seq, path, text) VALUES (3, 'after', '1')"),
    "words of an entry to come": run("INSERT INTO trail_texts (seq, path) VALUES (70, 'why')"),
    "words of no entry": run("INSERT INTO trail_texts (seq, path) VALUES (-3, 'why')"),
    "an entry rewritten with its whole tree": rewrite,
    "the tail cut with its whole tree": lambda session: rewrite(session, keep=3),
    "everything removed": lambda session: rewrite(session, keep=0),
    "a checkpoint's size edited": forged(lambda note: note.replace("\n5\n", "\n4\n")),
    "a checkpoint of another origin": forged(lambda note: note.replace("test-", "text-")),
    "a checkpoint by another key": forged(signed_by_another),
    "a checkpoint of another root": forged(of_another_root),
    "a checkpoint emptied": forged(lambda _: ""),
    "a checkpoint of nonsense": forged(lambda _: "\n\n\n\u2014 \n"),
}


def signed_trail(workshop: Workshop) -> str:
    """Make a trail of five acts, one of them with a reason, and return the note over it."""
    grow(workshop, 2)
    with workshop.begin(OFFICER) as work:
        work.record(Act.SITE_REGISTERED, subject="site 2", why="a new hospital")
    grow(workshop, 2)
    with workshop.begin(OFFICER) as work:
        return audit.sign_checkpoint(work)


def rows_of(connection: Connection) -> dict[Table, list[dict[str, Any]]]:
    """Return the rows of the trail's tables."""
    tables = [schema.metadata.tables[name] for name in (*TABLES, "trail_cosignatures")]
    return {
        table: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in tables
    }


def put_back(connection: Connection, rows: dict[Table, list[dict[str, Any]]]) -> None:
    """Let the trail's tables hold these rows again, and no others."""
    for table, every in rows.items():
        connection.execute(delete(table))
        if every:
            connection.execute(insert(table), every)


def test_every_kind_is_found(workshop: Workshop) -> None:
    """Each change is found and said by the registry itself; none makes it crash.

    The trail is put back between one kind and the next; the whole of them costs seconds so.
    """
    signed_trail(workshop)
    with workshop.engine.begin() as connection:
        whole = rows_of(connection)
    missed = []
    for kind, doing in TAMPERING.items():
        with as_owner(workshop) as session:
            put_back(session.connection(), whole)
            doing(session)
        found = checked(workshop)
        said = [one for one in found.findings if one and not one.startswith("the guard")]
        if found.intact or len(said) != len(found.findings):
            missed.append(kind)
    assert missed == []
    with as_owner(workshop) as session:
        put_back(session.connection(), whole)
    assert checked(workshop).intact
    assert len(TAMPERING) > 40


def test_bytes_turned_to_text_are_tampering(workshop: Workshop) -> None:
    """SQLite stores what it is given: a body that became text is reported, not a crash."""
    if workshop.engine.dialect.name != "sqlite":
        return  # PostgreSQL's column takes bytes only
    signed_trail(workshop)
    with as_owner(workshop) as session:
        run("UPDATE trail_entries SET body = CAST(body AS TEXT) WHERE seq = 1")(session)
    assert "entry 1 is no longer stored as bytes" in checked(workshop).findings


def test_guards_that_were_switched_off_are_missed(workshop: Workshop) -> None:
    """Nothing was changed yet, but somebody could."""
    signed_trail(workshop)
    with workshop.engine.begin() as connection:
        run(
            "DROP TRIGGER trail_entries_no_update"
            if connection.dialect.name == "sqlite"
            else "ALTER TABLE trail_entries DISABLE TRIGGER trail_entries_kept"
        )(Session(bind=connection))
        assert len(guards.absent(connection)) == 1
    (finding,) = checked(workshop).findings
    assert finding.startswith("the guard trail_entries_")


def test_a_rewritten_trail_is_found_by_a_checkpoint_kept_outside(workshop: Workshop) -> None:
    """Whoever rewrites everything, checkpoints too, is betrayed by a note that left the machine."""
    outside = signed_trail(workshop)
    with as_owner(workshop) as session:
        rewrite(session, keep=0)
        run("DELETE FROM trail_checkpoints")(session)
    grow(workshop, 6)
    assert checked(workshop).intact
    assert "the first 5 entries are not those that were signed" in (
        checked(workshop, outside).findings
    )


def test_a_foreign_note_is_a_finding(workshop: Workshop) -> None:
    """A note that our key did not sign proves nothing and is said."""
    grow(workshop, 1)
    assert "a checkpoint does not hold" in checked(workshop, "nonsense").findings[0]


def test_a_later_tail_loss_is_counted(workshop: Workshop) -> None:
    """A checkpoint over more entries than are stored says how many are missing."""
    note = signed_trail(workshop)
    with as_owner(workshop) as session:
        run("DELETE FROM trail_entries WHERE seq >= 2")(session)
    assert "a checkpoint covers 5 entries, only 2 are stored" in checked(workshop, note).findings
