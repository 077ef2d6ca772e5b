"""Sinks: where signed checkpoints are kept outside the database, added to and never changed."""

import contextlib
import os
import tempfile
from pathlib import Path

from registry.domain import notes
from registry.domain.errors import IntegrityError

TAIL = 1 << 20  # of an append-only file, so much is looked at


class Sink:
    """A folder that gets a file for each checkpoint, or one file to which each is appended.

    A name with an ending, such as ``notes.txt``, or one that is a file already means the file.
    """

    def __init__(self, place: Path) -> None:
        self.place = place

    @property
    def is_file(self) -> bool:
        """Tell whether notes are appended to one file."""
        return self.place.is_file() or (bool(self.place.suffix) and not self.place.is_dir())

    def keep(self, size: int, note: str) -> None:
        """Keep a note durably, whole or not at all; keeping it again changes nothing.

        Raises
        ------
        OSError
            When it cannot be written.
        IntegrityError
            When another note over as many entries is kept there: the trail has two histories.
        """
        if self.holds(size, note):
            return
        if self.is_file:
            self._append(note)
        else:
            self._add(self.place / file_name(size), note)

    def holds(self, size: int, note: str) -> bool:
        """Tell whether a note is kept here.

        Raises
        ------
        IntegrityError
            When another note over as many entries is kept here.
        """
        if not self.is_file:
            return self._stands(self.place / file_name(size), note)
        if not self.place.is_file():
            return False
        with self.place.open("rb") as kept:
            kept.seek(max(0, self.place.stat().st_size - TAIL))
            return note.encode() in kept.read()

    def newest(self) -> str | None:
        """Return the note that was kept last, or None while there is none."""
        if not self.place.exists():
            return None
        if self.is_file:
            found = notes.separate(self.place.read_text(encoding="utf-8"))
            return found[-1] if found else None
        files = sorted(self.place.glob("[0-9]*.txt"))
        return files[-1].read_text(encoding="utf-8") if files else None

    def _append(self, note: str) -> None:
        """Append in one write, so that two who append at once do not mix their lines."""
        self.place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, f"{note}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def _add(self, path: Path, note: str) -> None:
        """Write a file beside its place, make it durable, and link it in: never over another."""
        self.place.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.place, prefix=".incoming-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(note.encode())
                out.flush()
                os.fsync(out.fileno())
                os.fchmod(out.fileno(), 0o444)
            with contextlib.suppress(FileExistsError):
                os.link(name, path)
        finally:
            Path(name).unlink(missing_ok=True)
        folder = os.open(self.place, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._stands(path, note)

    def _stands(self, path: Path, note: str) -> bool:
        """Tell whether a file is there; refuse it when it holds another note."""
        if not path.is_file():
            return False
        if path.read_text(encoding="utf-8") != note:
            raise IntegrityError(
                f"{path} holds another checkpoint over as many entries: the trail was rewritten, "
                "or restored from a backup and written on. Keep both and find out which."
            )
        return True


def file_name(size: int) -> str:
    """Return the name of the file of a checkpoint, so that names sort as sizes do."""
    return f"{size:012d}.txt"
