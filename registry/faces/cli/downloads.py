"""Downloads: what `cmr` writes to disk, whole or not at all, with the digest of its bytes."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel

from registry.faces.cli.console import note, say, show_json


class SavedOut(BaseModel):
    """A file that was written: where, how large, and the SHA-256 of its bytes."""

    path: str
    size: int
    digest: str


def save(pieces: Iterable[bytes], path: Path) -> SavedOut:
    """Write pieces to a file; one that breaks off leaves what stood there before."""
    incoming = path.with_name(path.name + ".part")
    hashed, size = hashlib.sha256(), 0
    try:
        with incoming.open("wb") as file:
            for piece in pieces:
                file.write(piece)
                hashed.update(piece)
                size += len(piece)
        incoming.replace(path)
    finally:
        incoming.unlink(missing_ok=True)
    return SavedOut(path=str(path), size=size, digest=f"sha256:{hashed.hexdigest()}")


def tell(saved: SavedOut, *, as_json: bool) -> None:
    """Say what was written."""
    if as_json:
        show_json(saved)
        return
    say(f"{saved.path}: {saved.size:,} bytes")
    note(saved.digest)
