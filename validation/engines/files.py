"""Files: what a table's bytes say before a row of it is read."""

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from validation.engines.dialects import (
    LONGEST_HEADER,
    PIECE,
    UTF_8,
    Digest,
    Header,
    TextCheck,
    encoding_of,
    header_of,
    pieces,
    same_ends,
)
from validation.engines.records import Records
from validation.errors import TableError

_UNPACK = "Unpack it and give the table inside."
_SAVE = "Save the sheet as CSV (UTF-8)."
_EXPORT = "Export the table as CSV (UTF-8) or Parquet."
_OTHER_KINDS = {
    b"\x1f\x8b": ("a gzip archive", _UNPACK),
    b"BZh": ("a bzip2 archive", _UNPACK),
    b"\xfd7zXZ": ("an xz archive", _UNPACK),
    b"\x28\xb5\x2f\xfd": ("a zstd archive", _UNPACK),
    b"PK\x03\x04": ("a zip archive or an Excel workbook", f"{_UNPACK[:-1]}, or s{_SAVE[1:]}"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", _SAVE),
    b"%PDF": ("a PDF", _EXPORT),
    b"ARROW1": ("an Arrow or Feather file", _EXPORT),
    b"SQLite format 3": ("an SQLite database", _EXPORT),
    b"\x89HDF": ("an HDF5 file", _EXPORT),
    b"<html": ("a web page", _EXPORT),
    b"<!doctype": ("a web page", _EXPORT),
    b"<?xml": ("an XML document", _EXPORT),
    b'{"': ("JSON", _EXPORT),
    b"[{": ("JSON", _EXPORT),
    b"Obj\x01": ("an Avro file", _EXPORT),
    b"ORC": ("an ORC file", _EXPORT),
    b"FEA1": ("an Arrow or Feather file", _EXPORT),
    b"$FL2": ("an SPSS file", _EXPORT),
    b"$FL3": ("an SPSS file", _EXPORT),
    b"<stata_dta>": ("a Stata file", _EXPORT),
    b"\x04\x22\x4d\x18": ("an lz4 archive", _UNPACK),
}
_PARQUET = b"PAR1"
_ANNOUNCED = re.compile(rb'"?sep=', re.IGNORECASE)


class Format(StrEnum):
    """How a table is written."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """A table on disk: where, how it is written, what its bytes are and, for CSV, its header.

    Attributes
    ----------
    encoding : str
    plain : bool
        Whether DuckDB reads it as it is; otherwise a plain copy is read.
    regular : bool
        Whether rows have as many separators as the header; where not, they are looked at.
    above : int
        Lines above the first row: the header, and a ``sep=;`` line where there is one.
    remarks : tuple of str
        What was understood that a person may want to know, in sentences.
    """

    path: Path
    format: Format
    digest: str
    size: int
    changed: int
    header: tuple[str, ...] = ()
    delimiter: str = ","
    encoding: str = UTF_8
    plain: bool = True
    regular: bool = True
    above: int = 1
    remarks: tuple[str, ...] = ()

    def refuse_change(self) -> None:
        """Refuse a file that changed between its digest and the last of its rows."""
        now = self.path.stat()
        if (now.st_size, now.st_mtime_ns) != (self.size, self.changed):
            raise TableError(
                "the file changed while it was being read.", remedy="Wait until it is complete."
            )

    def copy_plainly(self, path: Path) -> None:
        """Write the rows to another file as UTF-8 whose lines end in LF, the header first."""
        skip = self.above - 1
        with self.path.open("rb") as source, path.open("wb") as copy:
            for piece in pieces(source, self.encoding):
                plain = same_ends(piece)
                while skip and b"\n" in plain:
                    plain, skip = plain.partition(b"\n")[2], skip - 1
                copy.write(b"" if skip else plain)


def inspect(path: str | os.PathLike[str]) -> TableFile:
    """Return what is known of a table's file; its format by its bytes and not by its name.

    Raises
    ------
    TableError
        When it cannot be opened, is empty, is another kind of file, or is text in an encoding
        that cannot be told.
    """
    place = Path(path)
    content = hashlib.sha256()
    try:
        before = place.stat()
        _refuse_other_places(place, before.st_mode)
        with place.open("rb") as source:
            start = source.read(16)
            if not start:
                raise TableError(
                    "the file is empty.", remedy="Give a table with a header and rows."
                )
            _refuse_other_kinds(start)
            source.seek(0)
            parquet = start.startswith(_PARQUET)
            if parquet:
                while piece := source.read(PIECE):
                    content.update(piece)
                text = _Text(header=Header(names=(), delimiter=",", announced=False))
                _refuse_cut_parquet(source, before.st_size)
            else:
                text = _read_text(source, encoding_of(start), content)
    except OSError as error:
        raise _unreadable(place, error) from None
    return TableFile(
        path=place,
        format=Format.PARQUET if parquet else Format.CSV,
        digest=f"sha256:{content.hexdigest()}",
        size=before.st_size,
        changed=before.st_mtime_ns,
        header=text.header.names,
        delimiter=text.header.delimiter,
        encoding=text.encoding,
        plain=text.plain,
        regular=text.regular,
        above=1 + text.header.announced,
        remarks=text.remarks,
    )


@dataclass(frozen=True, kw_only=True)
class _Text:
    """What one reading of a text shows."""

    header: Header
    encoding: str = UTF_8
    ends: frozenset[str] = frozenset()
    regular: bool = True
    unfinished: int = 0  # the row that has no line end

    @property
    def plain(self) -> bool:
        """Whether DuckDB reads it as it is."""
        return self.encoding == UTF_8 and len(self.ends) < 2 and not self.header.announced  # noqa: PLR2004

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was understood that a person may want to know."""
        found = []
        if self.encoding != UTF_8:
            found.append("The text is UTF-16 and was read as such.")
        if len(self.ends) > 1:
            found.append(
                f"Its lines end in several ways ({', '.join(sorted(self.ends))}); each ends a row."
            )
        if self.unfinished > 0:
            found.append(
                f"Row {self.unfinished:,}, the last, has no line end. Many programs write it so; "
                "but if the file was cut off, its last value is wrong."
            )
        return tuple(found)


def _read_text(source: BinaryIO, encoding: str, content: Digest) -> _Text:
    """Return what a text shows, read once from its start to its end."""
    records, check = Records(), TextCheck()
    header: Header | None = None
    above = 1
    try:
        for piece in pieces(source, encoding, content):
            if header is None and _ANNOUNCED.match(piece):
                above = 2
            fault = check.first_fault(piece)
            if fault is not None:
                records.follow(piece[: fault[0]] or b" ", above=above)
                raise _in_row(fault[1], records.row(above))
            if header is None:
                header = header_of(piece[:LONGEST_HEADER])
                records.separator = ord(header.delimiter)
            records.follow(piece, above=above)
    except UnicodeDecodeError:
        damaged = TableError(
            "the text is UTF-16, and cut off or damaged.",
            remedy="Copy or export the table again, whole.",
        )
        raise _in_row(damaged, records.row(above)) from None
    cut = check.cut()
    if cut is not None:
        raise _in_row(cut, records.row(above))
    if header is None:
        header = header_of(b"")
    return _Text(
        header=header,
        encoding=encoding,
        ends=frozenset(records.ends),
        regular=not header.announced and records.regular(len(header.names)),
        unfinished=records.row(above) if records.unfinished else 0,
    )


def _in_row(error: TableError, row: int) -> TableError:
    """Return an error that names a row, or the header."""
    if row < 1:
        return TableError(f"in the header {error.problem}", remedy=error.remedy)
    return TableError(error.problem, remedy=error.remedy, rows=[row])


def _refuse_other_places(place: Path, mode: int) -> None:
    """Refuse what is no file."""
    if stat.S_ISDIR(mode):
        raise TableError(
            f"“{place.name or place}” is a folder, not a table.", remedy="Give one of its files."
        )
    if not stat.S_ISREG(mode):
        raise TableError(
            f"“{place.name}” is a device or a pipe, not a file.",
            remedy="Write the table to a file first; it is read more than once.",
        )


def _unreadable(place: Path, error: OSError) -> TableError:
    """Return what is to be said of a file that cannot be opened or read."""
    name = f"the file “{place.name}” cannot be read: "
    if isinstance(error, FileNotFoundError):
        return TableError(f"{name}it is not there.", remedy="Check the path.")
    if isinstance(error, PermissionError):
        return TableError(
            f"{name}you have no right to.", remedy="Ask whoever owns it for the right to read it."
        )
    why = (error.strerror or "unreadable").lower()
    return TableError(f"{name}{why}.", remedy="Check the path and the disk.")


def _refuse_other_kinds(start: bytes) -> None:
    """Refuse archives, workbooks and the like by their first bytes."""
    for magic, (kind, remedy) in _OTHER_KINDS.items():
        if start.startswith(magic) or (magic[:1] == b"<" and start.lower().startswith(magic)):
            raise TableError(f"the file is {kind}, not a table.", remedy=remedy)


def _refuse_cut_parquet(source: BinaryIO, size: int) -> None:
    """Refuse Parquet whose last bytes, which say where everything is, are missing."""
    source.seek(max(size - len(_PARQUET), 0))
    if size < 3 * len(_PARQUET) or source.read() != _PARQUET:
        raise TableError(
            "the Parquet file cannot be read: its end is missing, so that it was probably cut off.",
            remedy="Copy or export the table again, whole.",
        )
