"""Fixtures: a clock that stands, and a registry on each kind of database."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

from registry.services.work import Workshop
from registry.settings import Settings, WorkSettings, data_folder
from registry.store import schema
from registry.store.artifacts.filesystem import Artifacts
from registry.store.keys import Keys
from registry.store.session import open_engine
from registry.store.sinks import Sink
from registry.store.staging import Staging
from tests.databases import COPY, NEEDED, VARIABLE

if TYPE_CHECKING:
    from tests.factories.seals import SoftToken

# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


class FrozenClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment at which the clock stands."""
        return self.moment

    def advance(self, **change: float) -> None:
        """Move the clock forward, by the words of `timedelta`."""
        self.moment += timedelta(**change)


@pytest.fixture
def clock() -> FrozenClock:
    """Return a clock that stands at 2026-11-23 09:30 UTC."""
    return FrozenClock()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite database at the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "registry.db"
    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine, data_folder() / "migrations")
    engine.dispose()  # the last to leave folds the write-ahead log into the file
    return path


@pytest.fixture(scope="session")
def empty_postgres() -> Iterator[str]:
    """Return the address of a PostgreSQL database at the newest schema, to be copied."""
    server = os.environ.get(VARIABLE)
    if server is None:
        sentence = f"no PostgreSQL to test on: use `make test` (it needs: sudo {NEEDED})"
        if os.environ.get("CMR_ALLOW_SKIPS") == "1":
            pytest.skip(sentence)
        pytest.fail(sentence)
    name = f"template_{uuid4().hex}"
    address = make_url(server).set(drivername="postgresql+psycopg")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(address.set(database=name).render_as_string(hide_password=False))
    schema.upgrade(engine, data_folder() / "migrations")
    engine.dispose()
    yield address.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, empty_sqlite: Path) -> Iterator[str]:
    """Return the address of an empty registry database of each kind."""
    if request.param == "sqlite":
        home = tmp_path / "home"
        home.mkdir()
        shutil.copy(empty_sqlite, home / "registry.db")
        yield f"sqlite:///{home / 'registry.db'}"
        return
    template = make_url(request.getfixturevalue("empty_postgres"))
    name = f"test_{uuid4().hex}"
    admin = create_engine(template.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template.database} {COPY}"))
    yield template.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def workshop(database: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Workshop]:
    """Return an empty registry, on each kind of database."""
    home = tmp_path / "home"
    made = Workshop(
        engine=open_engine(database),
        artifacts=Artifacts(home / "artifacts"),
        keys=Keys(home / "keys"),
        staging=Staging(home / "staging"),
        settings=WorkSettings.of(Settings(origin="test-registry", memory_limit="512MB")),
        clock=clock,
        sink=Sink(home / "checkpoints"),
    )
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory) -> "SoftToken":
    """Return a token in software; its driver reads its place once in a process."""
    from tests.factories.seals import make_token

    return make_token(tmp_path_factory.mktemp("token") / "softhsm")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real tables, or skip loudly where there is none."""
    if not SHARED.is_dir():
        pytest.skip("the real tables of ../shared are not here: this fact is NOT tested")
    return SHARED
