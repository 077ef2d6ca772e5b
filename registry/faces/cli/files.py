"""Files: written whole, or not at all; private ones never over another."""

import os
from pathlib import Path

from registry.domain.errors import BadInputError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole, or not at all.

    Raises
    ------
    BadInputError
        When it cannot be written there.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise BadInputError(
            f"“{path}” cannot be written ({(error.strerror or 'unknown').lower()}). Choose a "
            "folder that is there and yours.",
            field="out",
        ) from None


def write_new(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a new file that only its owner may read.

    Raises
    ------
    BadInputError
        When something is there already, or it cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise BadInputError(
            f"“{path}” is there already and is never overwritten. Choose another name.",
            field="out",
        ) from None
    except OSError as error:
        raise BadInputError(
            f"“{path}” cannot be written ({(error.strerror or 'unknown').lower()}).", field="out"
        ) from None
    with os.fdopen(handle, "wb") as file:
        file.write(content)
