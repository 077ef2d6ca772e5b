"""Staging and keys: the private files of a registry."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.domain.errors import IntegrityError
from registry.store.keys import Keys
from registry.store.staging import Staging


class TestStaging:
    """Uploaded rows."""

    def test_rows_are_private_and_go_away(self, tmp_path: Path) -> None:
        """Only the owner can read a staged file, and deleting it leaves nothing."""
        staging = Staging(tmp_path / "staging")
        token = staging.receive([b"a,b\n", b"1,2\n"])
        path = staging.path(token)
        assert path.read_bytes() == b"a,b\n1,2\n"
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
        assert (staging.delete(token), staging.delete(token)) == (True, False)

    def test_old_files_are_listed(self, tmp_path: Path) -> None:
        """What was written before a moment is named, what came later is not."""
        staging = Staging(tmp_path / "staging")
        assert list(staging.older_than(datetime.now(UTC))) == []
        token = staging.receive([b"x"])
        assert list(staging.older_than(datetime.now(UTC) + timedelta(hours=1))) == [token]
        assert list(staging.older_than(datetime.now(UTC) - timedelta(hours=1))) == []

    def test_a_broken_stream_leaves_nothing(self, tmp_path: Path) -> None:
        """Rows of an upload that broke off do not lie about."""
        staging = Staging(tmp_path / "staging")
        with pytest.raises(ZeroDivisionError):
            staging.receive(bytes(1 // n) for n in (1, 0))
        assert not list((tmp_path / "staging").iterdir())

    def test_no_path_is_a_token(self, tmp_path: Path) -> None:
        """A token cannot name a file elsewhere."""
        with pytest.raises(ValueError, match="not a token"):
            Staging(tmp_path).path("../secret")


class TestKeys:
    """The registry's own keys."""

    def test_keys_are_made_once_and_are_private(self, tmp_path: Path) -> None:
        """A second look gives the same keys; nobody else can read them."""
        keys = Keys(tmp_path / "keys")
        assert keys.public() == Keys(tmp_path / "keys").public()
        assert keys.overlap() == Keys(tmp_path / "keys").overlap()
        assert keys.overlap() != keys.public()
        modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "keys").iterdir()}
        assert modes == {0}

    def test_a_damaged_key_is_named(self, tmp_path: Path) -> None:
        """Half a key is an error, never a new key in its place."""
        keys = Keys(tmp_path)
        keys.public()
        (tmp_path / "signing.key").write_bytes(b"half")
        with pytest.raises(IntegrityError, match=r"signing\.key is damaged"):
            keys.signing()
