"""Fixtures of the registry's tests: one release bundle, that any test may tamper with."""

import shutil
from pathlib import Path

import pytest

from registry.services.work import Workshop
from registry.settings import Settings, WorkSettings
from registry.store.artifacts.filesystem import Artifacts
from registry.store.keys import Keys
from registry.store.session import open_engine
from registry.store.sinks import Sink
from registry.store.staging import Staging
from tests.conftest import FrozenClock
from tests.factories.releases import Release, make_decided, take_release


@pytest.fixture(scope="session")
def decided_home(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Path:
    """Return the folder of a registry in which heart-cad/1 was approved; it is to be copied."""
    home = tmp_path_factory.mktemp("release")
    shutil.copy(empty_sqlite, home / "registry.db")
    workshop = _workshop(home)
    make_decided(workshop)
    workshop.engine.dispose()
    return home


@pytest.fixture(scope="session")
def release(decided_home: Path) -> Release:
    """Return the release bundle of a version that was approved; it is not to be changed."""
    workshop = _workshop(decided_home)
    made = take_release(workshop)
    workshop.engine.dispose()
    return made


def _workshop(home: Path) -> Workshop:
    """Return the registry in a folder."""
    return Workshop(
        engine=open_engine(f"sqlite:///{home / 'registry.db'}"),
        artifacts=Artifacts(home / "artifacts"),
        keys=Keys(home / "keys"),
        staging=Staging(home / "staging"),
        settings=WorkSettings.of(Settings(origin="test-registry", memory_limit="512MB")),
        clock=FrozenClock(),
        sink=Sink(home / "checkpoints"),
    )
