"""What tests of commands share: the folder of an embedded registry."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, empty_sqlite: Path) -> Path:
    """Return the folder of an embedded registry whose database is new and empty."""
    found = tmp_path / "home"
    found.mkdir()
    shutil.copy(empty_sqlite, found / "registry.db")
    return found
