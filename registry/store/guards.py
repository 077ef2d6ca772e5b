"""Guards: triggers that keep the trail append-only, on SQLite and on PostgreSQL.

They stop accidents and the application's own account; whoever owns the database can drop them.
What an owner did is still found: entries are checked against checkpoints that left the machine.
"""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, text

APPEND_ONLY = ("trail_entries", "trail_nodes", "trail_checkpoints")

SQLITE = (
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE deletes without asking the DELETE trigger unless recursive_triggers is on.
    (
        "CREATE TRIGGER trail_entries_gapless BEFORE INSERT ON trail_entries "
        "WHEN typeof(NEW.body) <> 'blob' "
        "OR NEW.seq IS NOT (SELECT size FROM trail_head WHERE id = 1) "
        "BEGIN SELECT RAISE(ABORT, 'an entry must be bytes and come next'); END"
    ),
    (
        "CREATE TRIGGER trail_nodes_once BEFORE INSERT ON trail_nodes WHEN EXISTS (SELECT 1 FROM "
        'trail_nodes WHERE level = NEW.level AND "index" = NEW."index") '
        "BEGIN SELECT RAISE(ABORT, 'this subtree is already known'); END"
    ),
    (
        "CREATE TRIGGER trail_checkpoints_once BEFORE INSERT ON trail_checkpoints "
        "WHEN EXISTS (SELECT 1 FROM trail_checkpoints WHERE size = NEW.size) "
        "BEGIN SELECT RAISE(ABORT, 'there is a checkpoint of this size'); END"
    ),
    (
        "CREATE TRIGGER trail_head_grows BEFORE UPDATE ON trail_head WHEN NEW.size <> OLD.size + 1 "
        "BEGIN SELECT RAISE(ABORT, 'the head grows by one'); END"
    ),
    (
        "CREATE TRIGGER trail_head_stays BEFORE DELETE ON trail_head "
        "BEGIN SELECT RAISE(ABORT, 'the head stays'); END"
    ),
    (
        "CREATE TRIGGER trail_head_single BEFORE INSERT ON trail_head "
        "WHEN EXISTS (SELECT 1 FROM trail_head) BEGIN SELECT RAISE(ABORT, 'there is one head'); END"
    ),
)

POSTGRESQL = (
    (
        "CREATE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'insufficient_privilege'; END $$"
    ),
    (
        "CREATE FUNCTION trail_head_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.size <> OLD.size + 1 THEN RAISE EXCEPTION 'the head grows by one'; END IF; "
        "RETURN NEW; END $$"
    ),
    (
        "CREATE FUNCTION trail_gapless() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.seq IS DISTINCT FROM (SELECT size FROM trail_head WHERE id = 1) THEN "
        "RAISE EXCEPTION 'an entry must come next'; END IF; RETURN NEW; END $$"
    ),
    *(
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION trail_refuse()"
        for table in APPEND_ONLY
    ),
    *(
        f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()"
        for table in (*APPEND_ONLY, "trail_head")
    ),
    (
        "CREATE TRIGGER trail_head_grows BEFORE UPDATE ON trail_head "
        "FOR EACH ROW EXECUTE FUNCTION trail_head_grows()"
    ),
    (
        "CREATE TRIGGER trail_head_stays BEFORE DELETE ON trail_head "
        "FOR EACH ROW EXECUTE FUNCTION trail_refuse()"
    ),
    (
        "CREATE TRIGGER trail_entries_gapless BEFORE INSERT ON trail_entries "
        "FOR EACH ROW EXECUTE FUNCTION trail_gapless()"
    ),
)

POSTGRESQL_FUNCTIONS = ("trail_refuse", "trail_head_grows", "trail_gapless")


def statements(dialect: str) -> tuple[str, ...]:
    """Return what sets the guards up on one kind of database."""
    return SQLITE if dialect == "sqlite" else POSTGRESQL


TEXTS_SQLITE = (
    (
        "CREATE TRIGGER trail_texts_forgets BEFORE UPDATE ON trail_texts WHEN NEW.seq <> OLD.seq "
        "OR NEW.path <> OLD.path OR NEW.salt IS NOT NULL OR NEW.text IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'words are taken out, never changed'); END"
    ),
    (
        "CREATE TRIGGER trail_texts_no_delete BEFORE DELETE ON trail_texts "
        "BEGIN SELECT RAISE(ABORT, 'words are taken out, and their place stays'); END"
    ),
    (
        "CREATE TRIGGER trail_texts_next BEFORE INSERT ON trail_texts "
        "WHEN NEW.seq IS NOT (SELECT size FROM trail_head WHERE id = 1) "
        "BEGIN SELECT RAISE(ABORT, 'words are written with their entry'); END"
    ),
)

TEXTS_POSTGRESQL = (
    (
        "CREATE FUNCTION trail_texts_forgets() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.seq <> OLD.seq OR NEW.path <> OLD.path OR NEW.salt IS NOT NULL "
        "OR NEW.text IS NOT NULL THEN RAISE EXCEPTION 'words are taken out, never changed'; "
        "END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER trail_texts_forgets BEFORE UPDATE ON trail_texts "
        "FOR EACH ROW EXECUTE FUNCTION trail_texts_forgets()"
    ),
    (
        "CREATE TRIGGER trail_texts_kept BEFORE DELETE ON trail_texts "
        "FOR EACH ROW EXECUTE FUNCTION trail_refuse()"
    ),
    (
        "CREATE TRIGGER trail_texts_whole BEFORE TRUNCATE ON trail_texts "
        "FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()"
    ),
    (
        "CREATE TRIGGER trail_texts_next BEFORE INSERT ON trail_texts "
        "FOR EACH ROW EXECUTE FUNCTION trail_gapless()"
    ),
)


def texts(dialect: str) -> tuple[str, ...]:
    """Return what guards the words beside the entries on one kind of database."""
    return TEXTS_SQLITE if dialect == "sqlite" else TEXTS_POSTGRESQL


def append_only(table: str, dialect: str) -> tuple[str, ...]:
    """Return what makes one more table append-only on one kind of database."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        )
    refuse = "EXECUTE FUNCTION trail_refuse()"
    return (
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}",
        f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
    )


def no_longer_append_only(table: str, dialect: str) -> tuple[str, ...]:
    """Return what takes away again what `append_only` set up."""
    on = "" if dialect == "sqlite" else f" ON {table}"
    names = sorted(_named(append_only(table, dialect)))
    return tuple(f"DROP TRIGGER {name}{on}" for name in names)


def absent(connection: Connection) -> list[str]:
    """Return the names of the trail's guards that do not stand, or are switched off."""
    dialect = connection.dialect.name
    wanted = _named(
        statements(dialect) + texts(dialect) + append_only("trail_cosignatures", dialect)
    )
    question = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if dialect == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    return sorted(wanted - set(connection.execute(text(question)).scalars()))


def _named(made: Iterable[str]) -> set[str]:
    """Return the names of the triggers that statements make."""
    found = (re.match(r"CREATE TRIGGER (\w+)", statement) for statement in made)
    return {match[1] for match in found if match is not None}
