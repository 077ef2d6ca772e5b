"""Schema: every table in one place, and how a database is brought up to date.

Importing this module makes `SQLModel.metadata` whole, for the migrations and their tests.
"""

import importlib
import pkgutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from registry import store
from registry.domain.errors import RegistryError
from registry.store.session import told

for _subject in pkgutil.iter_modules(store.__path__):
    if not _subject.ispkg and _subject.name != "schema":
        importlib.import_module(f"{store.__name__}.{_subject.name}")

metadata = SQLModel.metadata


class SchemaError(RegistryError):
    """The database has another schema than this release expects."""

    code = "schema"


def configuration(engine: Engine, migrations: Path) -> Config:
    """Return Alembic's configuration for one database."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, migrations: Path) -> None:
    """Bring a database, new or old, up to the newest schema."""
    command.upgrade(configuration(engine, migrations), "head")


def require_current(engine: Engine, migrations: Path) -> None:
    """Refuse to work on a database that is not at the newest schema.

    Raises
    ------
    SchemaError
        Names both schemas and the command that helps.
    DatabaseAwayError
        When nobody answers there.
    """
    newest = ScriptDirectory.from_config(configuration(engine, migrations)).get_current_head()
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise told(error) from error
    if present is None:
        raise SchemaError("There is no registry here yet; found one with `cmr init`.")
    if present != newest:
        raise SchemaError(
            f"The database is at schema {present}, this release needs {newest}; "
            "back it up, then run `cmr migrate`."
        )
