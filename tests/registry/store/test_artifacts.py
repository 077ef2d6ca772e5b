"""Artifacts on disk."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.domain.errors import BadInputError, IntegrityError, NotFoundError
from registry.store.artifacts.filesystem import CHUNK, Artifacts


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    """Return an empty store."""
    return Artifacts(tmp_path / "artifacts")


def test_a_stream_is_kept_under_its_digest(artifacts: Artifacts) -> None:
    """The digest is that of the bytes, the size their number, the head their beginning."""
    kept = artifacts.put(iter([b"ab", b"", b"c"]))
    assert kept.digest == "sha256:" + hashlib.sha256(b"abc").hexdigest()
    assert (kept.size, kept.head) == (3, b"abc")
    assert artifacts.read(kept.digest) == b"abc"
    assert artifacts.size(kept.digest) == 3


def test_the_same_bytes_are_one_artifact(artifacts: Artifacts, tmp_path: Path) -> None:
    """Keeping twice changes nothing."""
    digests = {artifacts.put_bytes(b"same").digest for _ in range(2)}
    files = [path for path in (tmp_path / "artifacts").rglob("*") if path.is_file()]
    assert len(digests) == len(files) == 1


def test_large_streams_are_read_in_pieces(artifacts: Artifacts) -> None:
    """Nothing holds the whole of a large file."""
    kept = artifacts.put(bytes(CHUNK) for _ in range(3))
    pieces = list(artifacts.open(kept.digest))
    assert [len(piece) for piece in pieces] == [CHUNK] * 3
    assert len(kept.head) == CHUNK


def test_a_broken_stream_leaves_nothing(artifacts: Artifacts, tmp_path: Path) -> None:
    """An upload that breaks off is as if it had never begun."""

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        artifacts.put(broken())
    assert not [path for path in (tmp_path / "artifacts").rglob("*") if path.is_file()]


def test_changed_bytes_are_found_when_read(artifacts: Artifacts, tmp_path: Path) -> None:
    """One flipped bit on disk is an integrity error that names the digest."""
    kept = artifacts.put_bytes(b"the model")
    (path,) = (path for path in (tmp_path / "artifacts").rglob("*") if path.is_file())
    path.write_bytes(b"thf model")
    with pytest.raises(IntegrityError, match=kept.digest):
        artifacts.read(kept.digest)


def test_unknown_and_malformed_digests(artifacts: Artifacts) -> None:
    """What is not there is not found; what is no digest is refused before the disk is asked."""
    with pytest.raises(NotFoundError, match="No artifact is kept"):
        artifacts.read("sha256:" + "0" * 64)
    with pytest.raises(BadInputError):
        artifacts.has("sha256:../../etc/passwd")
