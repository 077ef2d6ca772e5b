"""Bundles on disk: as a zip of few known names, or as a folder; written alike every time."""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from registry.domain.errors import BadInputError

IN_MEMORY = 16 << 20
PIECE = 1 << 20
LARGEST = 4 << 30  # of one file in a bundle that is read
SINCE = (1980, 1, 1, 0, 0, 0)  # the time that a zip gives every file, so that it is always alike


def write(files: Iterable[tuple[str, Iterable[bytes]]]) -> IO[bytes]:
    """Return a zip of files, to be read from its beginning and closed by whoever asked."""
    spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- the caller closes
    try:
        with zipfile.ZipFile(spool, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, chunks in files:
                about = zipfile.ZipInfo(name, SINCE)
                about.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(about, "w", force_zip64=True) as member:
                    for chunk in chunks:
                        member.write(chunk)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool


def pieces(spool: IO[bytes]) -> Iterator[bytes]:
    """Yield what was written and close it."""
    with spool:
        while piece := spool.read(PIECE):
            yield piece


def unpack(content: Path, folder: Path) -> None:
    """Write the files of a zip of ours into a new folder.

    Raises
    ------
    BadInputError
        When the folder is there already or cannot be made.
    """
    try:
        folder.mkdir(parents=True)
        for name, inside in read(content).items():
            (folder / name).write_bytes(inside)
    except OSError as error:
        raise BadInputError(
            f"“{folder}” cannot be made ({(error.strerror or 'unknown').lower()}). Choose a name "
            "that is not taken.",
            field="out",
        ) from None


def read(place: Path) -> dict[str, bytes]:
    """Return the files of a bundle, zip or folder, by name; folders inside are passed over.

    Raises
    ------
    BadInputError
        When there is no bundle, it cannot be read, or a file in it is beyond all measure.
    """
    try:
        if place.is_dir():
            return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}
        with zipfile.ZipFile(place) as archive:
            found = {}
            for about in archive.infolist():
                if about.file_size > LARGEST:
                    raise BadInputError(
                        f"{about.filename} says that it has {about.file_size} bytes"
                    )
                if not about.is_dir() and "/" not in about.filename:
                    found[about.filename] = archive.read(about)
            return found
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise BadInputError(
            f"“{place}” is no bundle that can be read ({error}); give the file or folder that "
            "`cmr audit export` wrote.",
            field="bundle",
        ) from None
