"""Transactions on both kinds of database, and addresses of them."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.domain.errors import BadInputError, BusyError, ConflictError
from registry.services.work import Workshop
from registry.settings import data_folder
from registry.store import schema
from registry.store.session import DatabaseAwayError, describe, open_engine, transaction

NOWHERE = "postgresql://nobody:secret@127.0.0.1:1/none?connect_timeout=2"


class TestOpenEngine:
    """Which addresses are understood."""

    @pytest.mark.parametrize("kind", ["postgres", "postgresql", "postgresql+psycopg2"])
    def test_postgresql_by_any_of_its_names(self, kind: str) -> None:
        """Psycopg 3 speaks to it whatever driver the address names."""
        assert open_engine(f"{kind}://cmr@db/registry").url.drivername == "postgresql+psycopg"

    @pytest.mark.parametrize("address", ["mysql://cmr@db/registry", "registry.db", ""])
    def test_another_address_is_refused_by_its_setting(self, address: str) -> None:
        """The refusal names the variable and shows how an address looks."""
        with pytest.raises(BadInputError, match=r"CMR_DATABASE_URL: .* write postgresql://"):
            open_engine(address)

    def test_the_file_is_for_its_owner_alone(self, tmp_path: Path) -> None:
        """Neither the database nor the folder made for it can be read by others."""
        path = tmp_path / "home" / "registry.db"
        engine = open_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE here (x INTEGER)"))
        engine.dispose()
        assert [one.stat().st_mode & 0o077 for one in (path, path.parent)] == [0, 0]

    def test_a_description_hides_the_password(self) -> None:
        """What is shown of an address can be shown to anybody."""
        kind, shown = describe(NOWHERE)
        assert kind == "postgresql"
        assert "secret" not in shown


class TestTransaction:
    """What becomes of what was written."""

    def test_everything_or_nothing(self, workshop: Workshop) -> None:
        """What fails leaves no row."""
        with transaction(workshop.engine) as session:
            session.connection().execute(text("CREATE TABLE counted (n INTEGER PRIMARY KEY)"))
        twice = [{"n": number} for number in (1, 2, 1)]
        with (
            pytest.raises(ConflictError, match="at the same moment"),
            transaction(workshop.engine) as session,
        ):
            session.connection().execute(text("INSERT INTO counted VALUES (:n)"), twice)
        with transaction(workshop.engine, reads=True) as session:
            left = session.connection().execute(text("SELECT count(*) FROM counted")).scalar_one()
        assert left == 0

    def test_readers_then_writers_do_not_lock_each_other_out(self, workshop: Workshop) -> None:
        """Forty read-modify-writes of four threads all count: no lost update, no “locked”."""
        with transaction(workshop.engine) as session:
            session.connection().execute(text("CREATE TABLE counter (n INTEGER)"))
            session.connection().execute(text("INSERT INTO counter VALUES (0)"))
        lite = workshop.engine.dialect.name == "sqlite"
        read = text("SELECT n FROM counter" if lite else "SELECT n FROM counter FOR UPDATE")
        failures: list[BaseException] = []

        def count() -> None:
            try:
                for _ in range(10):
                    with transaction(workshop.engine) as session:
                        at = session.connection()
                        n = at.execute(read).scalar_one()
                        at.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})
            except BaseException as error:  # noqa: BLE001 -- handed to the test's own thread
                failures.append(error)

        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with transaction(workshop.engine, reads=True) as session:
            counted = session.connection().execute(text("SELECT n FROM counter")).scalar_one()
        assert (failures, counted) == ([], 40)

    def test_a_locked_database_says_try_again(self, tmp_path: Path) -> None:
        """A writer that waits in vain is told so, not shown the database's own words."""
        address = f"sqlite:///{tmp_path / 'busy.db'}"
        holder, waiter = open_engine(address), open_engine(address)
        with waiter.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=1")
            connection.rollback()
        with transaction(holder) as session:
            session.connection().execute(text("CREATE TABLE held (x INTEGER)"))
            with pytest.raises(BusyError, match="try again"), transaction(waiter) as other:
                other.connection()
        holder.dispose()
        waiter.dispose()

    def test_a_database_that_is_away_says_so(self) -> None:
        """Nobody listening is one sentence, at work and at the check of the schema alike."""
        engine = open_engine(NOWHERE)
        with pytest.raises(DatabaseAwayError, match="does not answer"), transaction(engine) as one:
            one.connection()
        with pytest.raises(DatabaseAwayError, match="does not answer"):
            schema.require_current(engine, data_folder() / "migrations")
