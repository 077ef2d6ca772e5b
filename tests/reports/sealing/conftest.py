"""Fixtures: a PDF to seal and a key to seal it with, made once."""

from pathlib import Path

import pytest

from reports.sealing import Intent, KeyFile, opened, seal
from tests.factories.seals import AT, Files, make_base, make_files


@pytest.fixture(scope="session")
def base() -> bytes:
    """Return a PDF that nobody has signed."""
    return make_base()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Return the files of one key."""
    return make_files(tmp_path_factory.mktemp("seal"))


@pytest.fixture(scope="session")
def sealed(base: bytes, files: Files) -> bytes:
    """Return that PDF under a seal."""
    with opened(KeyFile(path=files.key), at=AT) as key:
        return seal(base, key, Intent(field="seal", reason="Issued", at=AT, words=("Sealed",)))


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """Return where a PDF may be written for other programs to read."""
    return tmp_path / "card.pdf"
