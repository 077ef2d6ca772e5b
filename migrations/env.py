"""Alembic's environment: one transaction per migration, one migrator at a time."""

from alembic import context
from sqlalchemy import Connection, Engine, text

from registry.settings import Settings
from registry.store.schema import metadata
from registry.store.session import open_engine

MIGRATOR = 0x636D72  # the advisory lock of whoever migrates a PostgreSQL registry


def migrate(connection: Connection) -> None:
    """Run the migrations on one connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def engine() -> Engine:
    """Return the engine handed in, or the one that the settings name."""
    given = context.config.attributes.get("engine")
    return given if given is not None else open_engine(Settings().database)


if context.is_offline_mode():
    context.configure(url=Settings().database, target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with engine().connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_lock({MIGRATOR})"))
            connection.commit()
        try:
            migrate(connection)
        finally:
            connection.rollback()
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_unlock({MIGRATOR})"))
                connection.commit()
