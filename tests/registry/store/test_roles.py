"""The registry's own account: what it may do, and what PostgreSQL itself refuses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.domain.errors import BadInputError, ConflictError
from registry.services import audit
from registry.services.work import Workshop
from registry.store import roles
from registry.store.session import open_engine
from tests.factories.reviews import make_case
from tests.registry.services.test_audit import OFFICER, grow

REFUSED = {
    "switch a guard off": "ALTER TABLE trail_entries DISABLE TRIGGER trail_entries_kept",
    "switch all guards off": "ALTER TABLE trail_entries DISABLE TRIGGER ALL",
    "drop a guard": "DROP TRIGGER trail_entries_kept ON trail_entries",
    "replace a guard": "CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RETURN NEW; END $$",
    "pass the guards by": "SET session_replication_role = replica",
    "edit an entry": "UPDATE trail_entries SET body = body",
    "delete an entry": "DELETE FROM trail_entries",
    "empty the trail": "TRUNCATE trail_entries",
    "edit a hash": "UPDATE trail_nodes SET hash = hash",
    "delete a hash": "DELETE FROM trail_nodes",
    "edit a checkpoint": "UPDATE trail_checkpoints SET note = ''",
    "delete a checkpoint": "DELETE FROM trail_checkpoints",
    "delete a witness's line": "DELETE FROM trail_cosignatures",
    "move the head": "UPDATE trail_head SET id = 2",
    "delete the head": "DELETE FROM trail_head",
    "a second head": "INSERT INTO trail_head VALUES (2, 0, '')",
    "move words": "UPDATE trail_texts SET seq = 0",
    "delete words": "DELETE FROM trail_texts",
    "drop the trail": "DROP TABLE trail_entries",
    "a table in the way": "CREATE TABLE public.trail_more (x int)",
    "edit a sign-off": "UPDATE signoffs SET reasons = ''",
    "delete a decision": "DELETE FROM decisions",
    "edit a standing": "UPDATE standings SET state = 'current'",
    "pretend another schema": "UPDATE alembic_version SET version_num = 'x'",
    "become the owner": "SET ROLE cmr",
}


@contextmanager
def as_account(workshop: Workshop) -> Iterator[Workshop]:
    """Give the registry as its own account reaches it; on SQLite there is none."""
    if workshop.engine.dialect.name != "postgresql":
        yield workshop
        return
    account = f"app_{uuid4().hex}"
    with workshop.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {account} LOGIN"))
    roles.grant(workshop.engine, account)
    address = workshop.engine.url.set(username=account)
    engine = open_engine(address.render_as_string(hide_password=False))
    yield replace(workshop, engine=engine)
    engine.dispose()
    with workshop.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {account}"))
        connection.execute(text(f"DROP ROLE {account}"))


def test_the_registry_runs_as_its_account(workshop: Workshop) -> None:
    """A version is measured, reviewed, signed and approved; and each attack is refused."""
    case = make_case(workshop)
    with as_account(workshop) as registry:
        case.registry.workshop = registry
        case.measure(site="Cleveland")
        case.approved()
        with registry.begin(OFFICER, reads=True) as work:
            assert audit.verify(work).findings == ()
        assert audit.outside(registry).waiting == 0
        refuses(registry)
        grow(registry, 1)


def refuses(registry: Workshop) -> None:
    """Try every attack as the registry's account."""
    if registry.engine.dialect.name != "postgresql":
        return  # no accounts to take rights from, as the guide says
    assert roles.trouble(registry.engine) is None
    for attack in REFUSED.values():
        with (
            pytest.raises(DBAPIError, match=r"denied|must be owner|permission"),
            registry.engine.begin() as connection,
        ):
            connection.execute(text(attack))


def test_rights_mean_nothing_to_an_owner(workshop: Workshop) -> None:
    """Neither to the owner nor to nobody are rights given; and doctor tells of the owner."""
    if workshop.engine.dialect.name != "postgresql":
        with pytest.raises(BadInputError, match="SQLite has no accounts"):
            roles.grant(workshop.engine, "anybody")
        assert roles.trouble(workshop.engine) is None
        return
    with pytest.raises(ConflictError, match="owns the tables"):
        roles.grant(workshop.engine, "cmr")
    with pytest.raises(BadInputError, match="CREATE ROLE"):
        roles.grant(workshop.engine, "nobody_of_this_name")
    assert "--grant-to" in (roles.trouble(workshop.engine) or "")


def test_every_table_named_is_there(workshop: Workshop) -> None:
    """No right is given on a table that there is not."""
    from sqlalchemy import inspect

    assert set(roles.RIGHTS) <= set(inspect(workshop.engine).get_table_names())
