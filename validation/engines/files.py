"""Files: what a table's bytes say before a row of it is read."""

import codecs
import csv
import hashlib
import os
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from validation.errors import TableError
from validation.spelling import listed

PIECE = 1 << 20
LONGEST_HEADER = 1 << 20
LONGEST_RECORD = 16 << 20
DELIMITERS = ",;\t|"
_EXPORT = "Export the table again as CSV (UTF-8) or Parquet."
_OTHER_KINDS = {
    b"\x1f\x8b": "a gzip archive",
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"%PDF": "a PDF",
}


class Format(StrEnum):
    """How a table is written."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """A table on disk: where, how it is written, what its bytes are and, for CSV, its header."""

    path: Path
    format: Format
    digest: str
    size: int
    changed: int
    header: tuple[str, ...] = ()
    delimiter: str = ","

    def refuse_change(self) -> None:
        """Refuse a file that changed between its digest and the last of its rows."""
        now = self.path.stat()
        if (now.st_size, now.st_mtime_ns) != (self.size, self.changed):
            raise TableError(
                "the file changed while it was being read.", remedy="Wait until it is complete."
            )


def inspect(path: str | os.PathLike[str]) -> TableFile:
    """Return what is known of a table's file; its format by its bytes and not by its name.

    Raises
    ------
    TableError
        When it cannot be opened, is empty, is another kind of file, or is no UTF-8.
    """
    place = Path(path)
    try:
        before = place.stat()
        with place.open("rb") as source:
            start = source.read(4)
            _refuse_other_kinds(start)
            source.seek(0)
            parquet = start == b"PAR1"
            content, head = hashlib.sha256(), b""
            decoder = codecs.getincrementaldecoder("utf-8")()
            line, records = 0, _Records()
            while piece := source.read(PIECE):
                content.update(piece)
                if not parquet:
                    _refuse_other_text(decoder, piece, line)
                    records.follow(piece)
                    line += piece.count(b"\n")
                    head = (head + piece)[:LONGEST_HEADER] if len(head) < LONGEST_HEADER else head
            if not parquet:
                _refuse_other_text(decoder, b"", line, final=True)
    except OSError as error:
        raise TableError(
            f"the file “{place.name}” cannot be read ({(error.strerror or 'unreadable').lower()}).",
            remedy="Check the path and the right to read it.",
        ) from None
    if before.st_size == 0:
        raise TableError("the file is empty.", remedy="Give a table with a header and rows.")
    header, delimiter = ((), ",") if parquet else _header(head.decode("utf-8", "ignore"))
    return TableFile(
        path=place,
        format=Format.PARQUET if parquet else Format.CSV,
        digest=f"sha256:{content.hexdigest()}",
        size=before.st_size,
        changed=before.st_mtime_ns,
        header=header,
        delimiter=delimiter,
    )


class _Records:
    """How far the record that is being read has gone, over the pieces of a file.

    Beyond some 32 MB DuckDB passes a record over without a word, so that a patient would be
    lost. A quotation mark opens or closes a field; line ends inside do not end the record.
    """

    def __init__(self) -> None:
        self._open = False
        self._length = 0
        self._ended = 0  # the header is the first

    def follow(self, piece: bytes) -> None:
        """Follow the next piece; refuse a record that is too long."""
        signs = np.frombuffer(piece, dtype=np.uint8)
        inside = np.logical_xor.accumulate(signs == ord('"')) ^ self._open
        ends = np.flatnonzero((signs == ord("\n")) & ~inside)
        self._open = bool(inside[-1])
        first = int(ends[0]) if ends.size else signs.size
        if self._length + first > LONGEST_RECORD:
            raise TableError(
                "one row goes on for more than 16 MB.",
                remedy="Look for a quotation mark that is not closed, and leave out long texts.",
                rows=[max(self._ended, 1)],
            )
        self._ended += ends.size
        self._length = signs.size - 1 - int(ends[-1]) if ends.size else self._length + signs.size


def _refuse_other_kinds(start: bytes) -> None:
    """Refuse archives, workbooks and the like by their first bytes."""
    for magic, kind in _OTHER_KINDS.items():
        if start.startswith(magic):
            raise TableError(
                f"the file is {kind}, not a table.", remedy="Unpack it, or save it as CSV."
            )
    if b"\x00" in start:
        raise TableError("the file is neither CSV nor Parquet.", remedy=_EXPORT)


def _refuse_other_text(
    decoder: codecs.IncrementalDecoder, piece: bytes, line: int, *, final: bool = False
) -> None:
    """Refuse text that is not UTF-8, naming the row."""
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError as error:
        row = line + error.object[: error.start].count(b"\n")
        raise TableError(
            "the text is not UTF-8.", remedy="Save the table as CSV (UTF-8).", rows=[max(row, 1)]
        ) from None


def _header(head: str) -> tuple[tuple[str, ...], str]:
    """Return the columns' names and the character between them."""
    text = head.removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        read = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [])
    except csv.Error:
        raise TableError(
            "a name in the header does not end.",
            remedy="Look for a quotation mark that is not closed on the first line.",
        ) from None
    names = tuple(name.strip() for name in read)
    if not any(names):
        raise TableError(
            "the first line holds no names of columns.", remedy="Put the header on the first line."
        )
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        raise TableError(
            f"the header names {listed(twice)} more than once.",
            remedy="Give every column its own name.",
            column=twice[0],
        )
    return names, delimiter
