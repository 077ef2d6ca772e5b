"""Where checkpoints are kept outside."""

import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.domain import checkpoints
from registry.domain.checkpoints import Checkpoint
from registry.domain.errors import IntegrityError
from registry.store.sinks import Sink, file_name

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def note(size: int, root: bytes = bytes(32)) -> str:
    """Return a signed checkpoint."""
    return checkpoints.sign(Checkpoint(origin="test", size=size, root=root), KEY)


@pytest.fixture(params=["folder", "notes.txt"])
def sink(request: pytest.FixtureRequest, tmp_path: Path) -> Sink:
    """Return an empty sink of each kind."""
    return Sink(tmp_path / "outside" / request.param)


class TestKeep:
    """Writing."""

    def test_what_was_kept_is_held(self, sink: Sink) -> None:
        """A note is there once it was kept; the newest is the one kept last."""
        assert (sink.holds(9, note(9)), sink.newest()) == (False, None)
        sink.keep(9, note(9))
        sink.keep(10, note(10))
        assert sink.holds(9, note(9))
        assert sink.newest() == note(10)

    def test_keeping_again_changes_nothing(self, sink: Sink) -> None:
        """The same note twice is one note."""
        sink.keep(9, note(9))
        before = [p.read_bytes() for p in sorted(sink.place.parent.rglob("*.txt"))]
        sink.keep(9, note(9))
        assert [p.read_bytes() for p in sorted(sink.place.parent.rglob("*.txt"))] == before

    def test_eight_at_once_mix_no_lines(self, sink: Sink) -> None:
        """Whoever writes at the same time leaves whole notes."""
        threads = [threading.Thread(target=lambda n=n: sink.keep(n, note(n))) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(sink.holds(n, note(n)) for n in range(8))
        assert [p.name for p in sink.place.parent.rglob(".incoming*")] == []

    def test_a_place_that_cannot_be_written_is_an_error(self, tmp_path: Path) -> None:
        """What was not kept is not said to be."""
        (tmp_path / "taken").write_text("", encoding="utf-8")
        with pytest.raises(OSError, match="taken"):
            Sink(tmp_path / "taken" / "folder").keep(9, note(9))


class TestFolder:
    """A file for each note."""

    def test_two_histories_are_told(self, tmp_path: Path) -> None:
        """Another note over as many entries is never overwritten, but said."""
        sink = Sink(tmp_path / "folder")
        sink.keep(9, note(9))
        with pytest.raises(IntegrityError, match="another checkpoint over as many entries"):
            sink.keep(9, note(9, root=bytes(31) + b"\x01"))
        assert (tmp_path / "folder" / file_name(9)).read_text(encoding="utf-8") == note(9)

    def test_files_are_read_only_and_sort_by_size(self, tmp_path: Path) -> None:
        """A listing reads as the trail grew."""
        sink = Sink(tmp_path / "folder")
        for size in (1000, 9):
            sink.keep(size, note(size))
        files = sorted((tmp_path / "folder").iterdir())
        assert [path.name for path in files] == ["000000000009.txt", "000000001000.txt"]
        assert {path.stat().st_mode & 0o777 for path in files} == {0o444}
