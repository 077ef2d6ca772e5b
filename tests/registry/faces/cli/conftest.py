"""What tests of commands share: the folder of an embedded registry."""

import shutil
from pathlib import Path

import pytest

from registry.faces.cli import embedded
from tests.factories.callers import application


@pytest.fixture(autouse=True)
def _one_application(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands of this process share one application, built once."""
    monkeypatch.setattr(embedded, "create_app", application)


@pytest.fixture
def home(tmp_path: Path, empty_sqlite: Path) -> Path:
    """Return the folder of an embedded registry whose database is new and empty."""
    found = tmp_path / "home"
    found.mkdir()
    shutil.copy(empty_sqlite, found / "registry.db")
    return found
