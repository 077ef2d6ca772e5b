"""Migrations: up from nothing, nothing left over, down and up again, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, make_url, text

from registry.settings import data_folder
from registry.store import schema
from registry.store.session import open_engine

MIGRATIONS = data_folder() / "migrations"


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Return a database without any table."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'blank.db'}")
        yield engine
        engine.dispose()
        return
    template = make_url(request.getfixturevalue("empty_postgres"))
    admin = create_engine(template.set(database="postgres"), isolation_level="AUTOCOMMIT")
    name = f"blank_{uuid4().hex}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(template.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def triggers(engine: Engine) -> set[str]:
    """Return the names of the guards that stand."""
    question = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with engine.connect() as connection:
        return set(connection.execute(text(question)).scalars())


def test_one_head() -> None:
    """The migrations form one line."""
    config = schema.configuration(create_engine("sqlite://"), MIGRATIONS)
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_up_from_nothing_is_the_metadata(blank: Engine) -> None:
    """After the migrations nothing differs from what the tables say (alembic check)."""
    schema.upgrade(blank, MIGRATIONS)
    with blank.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": schema.metadata}
        )
        assert compare_metadata(context, schema.metadata) == []
    command.check(schema.configuration(blank, MIGRATIONS))


def test_down_and_up_again(blank: Engine) -> None:
    """Going down leaves no table of ours; going up again sets the guards up again."""
    config = schema.configuration(blank, MIGRATIONS)
    command.upgrade(config, "head")
    guarded = triggers(blank)
    assert guarded
    command.downgrade(config, "base")
    assert set(inspect(blank).get_table_names()) <= {"alembic_version"}
    command.upgrade(config, "head")
    assert triggers(blank) == guarded


def test_an_old_schema_is_refused_with_the_remedy(blank: Engine) -> None:
    """A database without tables, or with those of another release, names the command."""
    with pytest.raises(schema.SchemaError, match="cmr init"):
        schema.require_current(blank, MIGRATIONS)
    schema.upgrade(blank, MIGRATIONS)
    with blank.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    with pytest.raises(schema.SchemaError, match="cmr migrate"):
        schema.require_current(blank, MIGRATIONS)
    scripts = ScriptDirectory.from_config(schema.configuration(blank, MIGRATIONS))
    newest = {"newest": scripts.get_current_head()}
    with blank.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :newest"), newest)
    schema.require_current(blank, MIGRATIONS)
