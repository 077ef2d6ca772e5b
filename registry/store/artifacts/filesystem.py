"""Artifacts on disk: written once under the digest of their bytes, checked whenever read.

A file is streamed to a private name while it is hashed, made durable, and only then moved to
``sha256/ab/cdef…``: what stands under a digest is complete. Nothing is ever loaded or executed.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from registry.domain.digests import require_digest
from registry.domain.errors import IntegrityError, NotFoundError

CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is known of kept bytes: their digest, their size, and the first bytes of them."""

    digest: str
    size: int
    head: bytes


class Artifacts:
    """The artifacts under one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, digest: str) -> Path:
        """Return where the bytes of a digest stand."""
        name = require_digest(digest, field="digest").removeprefix("sha256:")
        return self._folder / "sha256" / name[:2] / name[2:]

    def put(self, chunks: Iterable[bytes]) -> Kept:
        """Keep a stream of bytes; keeping the same bytes twice is one artifact."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix="incoming-")
        incoming = Path(name)
        try:
            hashed, size, head = hashlib.sha256(), 0, b""
            with os.fdopen(handle, "wb") as out:
                for chunk in chunks:
                    hashed.update(chunk)
                    size += len(chunk)
                    head = head if len(head) >= CHUNK else head + chunk[: CHUNK - len(head)]
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            digest = "sha256:" + hashed.hexdigest()
            self._settle(incoming, self._path(digest))
        finally:
            incoming.unlink(missing_ok=True)
        return Kept(digest=digest, size=size, head=head)

    def _settle(self, incoming: Path, place: Path) -> None:
        """Move a finished file to its place and make the move durable."""
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        incoming.replace(place)
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def put_bytes(self, content: bytes) -> Kept:
        """Keep bytes that are at hand."""
        return self.put([content])

    def has(self, digest: str) -> bool:
        """Tell whether the bytes of a digest are kept."""
        return self._path(digest).is_file()

    def size(self, digest: str) -> int:
        """Return how many bytes stand under a digest."""
        return self._found(digest).stat().st_size

    def open(self, digest: str) -> Iterator[bytes]:
        """Yield the bytes in pieces; the end is reached only if they are what the digest says.

        Raises
        ------
        NotFoundError
            When nothing is kept under the digest.
        IntegrityError
            After the last piece, when the bytes are others than those that were kept.
        """
        hashed = hashlib.sha256()
        with self._found(digest).open("rb") as stored:
            while piece := stored.read(CHUNK):
                hashed.update(piece)
                yield piece
        if "sha256:" + hashed.hexdigest() != digest:
            raise IntegrityError(
                f"The bytes kept as {digest} are not the bytes that were kept; restore the file "
                "from a backup and find out who changed it."
            )

    def read(self, digest: str) -> bytes:
        """Return the whole of a small artifact, checked before anyone sees it."""
        return b"".join(self.open(digest))

    def _found(self, digest: str) -> Path:
        """Return the file of a digest."""
        path = self._path(digest)
        if not path.is_file():
            raise NotFoundError(f"No artifact is kept as {digest}.")
        return path
