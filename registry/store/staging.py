"""Staging: uploaded rows on their way to a tally; private, short-lived, never an artifact."""

import contextlib
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class Staging:
    """The staged files under one folder, each known by a token."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def receive(self, chunks: Iterable[bytes]) -> str:
        """Write a stream to a private file and return its token; a broken stream leaves none."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        token = secrets.token_hex(16)
        path = self.path(token)
        path.touch(mode=PRIVATE_FILE)
        try:
            with path.open("wb") as staged:
                for chunk in chunks:
                    staged.write(chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return token

    def path(self, token: str) -> Path:
        """Return the file behind a token."""
        if not token.isalnum():
            raise ValueError("this is not a token of ours")
        return self._folder / token

    def delete(self, token: str) -> bool:
        """Delete a staged file; tell whether there was one."""
        path = self.path(token)
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Yield the tokens of files last written before `moment`."""
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.iterdir()):
            with contextlib.suppress(FileNotFoundError):  # another worker has just deleted it
                if datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) < moment:
                    yield path.name
