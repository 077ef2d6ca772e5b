"""Releases on disk: read from a zip or a folder that anybody may have made, without trusting it."""

import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from registry.domain.errors import BadInputError
from registry.domain.releases import LARGEST, MANY, WHOLE, Fault, sound_path

PIECE: Final = 1 << 20
ZIP: Final = b"PK"
PDF: Final = b"%PDF-"
_LOCAL: Final = 30  # bytes of the header before a file in a zip, its name and more left out
_LENGTHS: Final = 26  # where in it the lengths of these stand
_CENTRAL: Final = 46  # bytes of an entry in the list at the end
_SIZES_BEHIND: Final = 0x08  # says that checksum and sizes stand behind the file
_BEHIND: Final = 12  # their bytes
_MARK: Final = b"PK\x07\x08"  # may stand before them
_END: Final = b"PK\x05\x06"
_LONG_END: Final = b"PK\x06\x06"
_DAMAGED: Final = (
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OverflowError,
    KeyError,
    IndexError,
    MemoryError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)
Found = tuple[dict[str, bytes], list[Fault]]


def kind(place: Path) -> str:
    """Return what a path holds by its first bytes: ``bundle``, ``card``, or nothing of ours.

    Raises
    ------
    BadInputError
        When it can be neither.
    """
    try:
        if place.is_dir():
            return "bundle"
        with place.open("rb") as file:
            head = file.read(len(PDF))
    except OSError as error:
        raise BadInputError(
            f"“{place}” cannot be read ({(error.strerror or 'unknown').lower()}).", field="file"
        ) from None
    if head.startswith(ZIP):
        return "bundle"
    if head == PDF:
        return "card"
    raise BadInputError(
        f"“{place}” is neither a release bundle (zip or folder) nor a card (PDF).", field="file"
    )


def read(place: Path) -> Found:
    """Return the files of a release by path, as they can be read, and what is wrong with them."""
    return _from_folder(place) if place.is_dir() else _from_zip(place)


def _from_folder(folder: Path) -> Found:
    """Return the files of an unpacked release; links are not followed."""
    files, faults, whole = dict[str, bytes](), list[Fault](), 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not sound_path(name):
            faults.append(("file.name", name, {}))
        elif path.is_file():
            whole += path.stat().st_size
            if whole > WHOLE or path.stat().st_size > LARGEST:
                faults.append(("file.large", name, {"count": LARGEST}))
                continue
            try:
                files[name] = path.read_bytes()
            except OSError as error:
                faults.append(("file.damaged", name, {"why": error.strerror or "unknown"}))
    return files, faults


def _from_zip(place: Path) -> Found:
    """Return the files of a zipped release; whatever is odd about the zip is a fault."""
    try:
        with zipfile.ZipFile(place) as archive, place.open("rb") as raw:
            listed = archive.infolist()
            faults = list(_odd(listed))
            hidden = _hidden(listed, archive, raw.read())
            if hidden:
                faults.append(("file.hidden", place.name, {"count": hidden}))
            files, found = _members(archive, [one for one in listed if _wanted(one)])
            return files, faults + found
    except _DAMAGED as error:
        return {}, [
            ("file.damaged", place.name, {"why": f"the zip is cut off or damaged ({error})"})
        ]


def _odd(listed: list[zipfile.ZipInfo]) -> Iterator[Fault]:
    """Yield what is wrong with the names of a zip."""
    seen: set[str] = set()
    for one in listed:
        name = one.filename
        alike = unicodedata.normalize("NFKC", name).casefold()
        if alike in seen:
            yield "file.twice", name, {}
        seen.add(alike)
        link = stat.S_ISLNK(one.external_attr >> 16)
        if link or one.is_dir() or name != one.orig_filename or not sound_path(name):
            yield "file.name", name, {}


def _wanted(one: zipfile.ZipInfo) -> bool:
    """Tell whether a file of a zip is read at all."""
    return sound_path(one.filename) and not stat.S_ISLNK(one.external_attr >> 16)


def _members(archive: zipfile.ZipFile, wanted: list[zipfile.ZipInfo]) -> Found:
    """Return the files of a zip, none larger than all measure, whatever it says of their size."""
    files, faults, left = dict[str, bytes](), list[Fault](), WHOLE
    for one in wanted[:MANY]:
        limit = min(LARGEST, left)
        try:
            with archive.open(one) as member:
                content = member.read(limit + 1)
        except _DAMAGED as error:
            faults.append(("file.damaged", one.filename, {"why": str(error) or "cut off"}))
            continue
        if len(content) > limit:
            faults.append(("file.large", one.filename, {"count": limit}))
            continue
        left -= len(content)
        files.setdefault(one.filename, content)
    for one in wanted[MANY:]:
        faults.append(("file.large", one.filename, {"count": 0}))
    return files, faults


def _hidden(listed: list[zipfile.ZipInfo], archive: zipfile.ZipFile, raw: bytes) -> int:
    """Return how many bytes of a zip belong to no file and to no list of files."""
    spans = [_span(one, raw) for one in listed]
    start = archive.start_dir
    spans.append((start, start + sum(_entry_size(one) for one in listed)))
    reached = hidden = 0
    for begin, end in sorted(spans):
        hidden += max(0, begin - reached)
        reached = max(reached, end)
    between = raw[reached : raw.rfind(_END)]
    if not between.startswith(_LONG_END):
        hidden += len(between)
    return hidden + len(archive.comment)


def _span(one: zipfile.ZipInfo, raw: bytes) -> tuple[int, int]:
    """Return where a file of a zip begins and ends, its header included."""
    name, extra = struct.unpack_from("<HH", raw, one.header_offset + _LENGTHS)
    end = one.header_offset + _LOCAL + name + extra + one.compress_size
    if one.flag_bits & _SIZES_BEHIND:
        end += _BEHIND + (len(_MARK) if raw.startswith(_MARK, end) else 0)
    return one.header_offset, end


def _entry_size(one: zipfile.ZipInfo) -> int:
    """Return the size in bytes of a file's entry in the list at the end of a zip."""
    return _CENTRAL + len(one.orig_filename.encode()) + len(one.extra) + len(one.comment)
