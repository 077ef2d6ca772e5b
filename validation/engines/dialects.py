"""Dialects: how a table of text is written, told from its bytes.

What is understood: UTF-8 with and without byte order mark; UTF-16 with one (what Excel calls
"Unicode text"); fields between commas, semicolons, tabs or bars; lines that end in LF, CR LF or
CR, or in a mixture; Excel's ``sep=;`` line. What is not: text in Windows-1252, Latin-1 and their
kin. Which of them it is cannot be known from the bytes, and a wrong guess would change letters of
names and levels without a word; so such a file is refused, with the row, the likely encoding and
how to save it again. That holds even where the columns that a protocol reads are plain ASCII:
whether a file can be used should not depend on who reads it.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from validation.engines.values import folded
from validation.errors import TableError
from validation.spelling import listed

PIECE = 1 << 20
LONGEST_HEADER = 1 << 20
DELIMITERS = ",;\t|"
NAMES_OF_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SAMPLE = 100  # rows that are looked at to tell the delimiter
UTF_8, UTF_16_LE, UTF_16_BE = "utf-8", "utf-16-le", "utf-16-be"
_CURLY = frozenset(range(0x80, 0xA0))  # control codes in Latin-1, letters and quotes in its kin
_UNDEFINED = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})  # no letters in Windows-1252
_WORD_BEFORE, _WORD_FROM = re.compile(rb"\w*\Z"), re.compile(rb"[\w\x80-\xff]{1,20}")
_WHOLE = "Copy or export the table again, whole."
SAVE_AGAIN = (
    "Save the table as UTF-8 (Excel: Save as, “CSV UTF-8”; or: iconv -f {} -t UTF-8 OLD > NEW)."
)


class Digest(Protocol):
    """What takes bytes in, piece by piece."""

    def update(self, data: bytes, /) -> None:
        """Take the next bytes in."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the head of a file says: its columns, what stands between them, and where rows start.

    Attributes
    ----------
    names : tuple of str
        The columns' names, without blanks around them; "" for a column without a name.
    delimiter : str
    announced : bool
        Whether a line such as ``sep=;`` stands above the header.
    """

    names: tuple[str, ...]
    delimiter: str
    announced: bool


def encoding_of(start: bytes) -> str:
    """Return the encoding that the first bytes of a file show.

    Raises
    ------
    TableError
        For UTF-16 without a byte order mark, UTF-32, and what is no text.
    """
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise TableError("the text is UTF-32.", remedy=SAVE_AGAIN.format("UTF-32"))
    if start.startswith(codecs.BOM_UTF16_LE):
        return UTF_16_LE
    if start.startswith(codecs.BOM_UTF16_BE):
        return UTF_16_BE
    if b"\x00" in start:
        twos = {bool(pair) for pair in (start[1::2].strip(b"\x00"), start[::2].strip(b"\x00"))}
        if len(start) >= len("ab".encode(UTF_16_LE)) and twos == {True, False}:
            raise TableError(
                "the text seems to be UTF-16 without the mark at its start that would say so.",
                remedy=SAVE_AGAIN.format("UTF-16LE" if start[1] == 0 else "UTF-16BE"),
            )
        raise TableError(
            "the file is neither CSV nor Parquet.",
            remedy="Export the table again as CSV (UTF-8) or Parquet.",
        )
    return UTF_8


def pieces(source: BinaryIO, encoding: str, digest: Digest | None = None) -> Iterator[bytes]:
    """Yield a file as UTF-8, without a mark at its start, in pieces that part no CR from its LF.

    Parameters
    ----------
    source : binary file
        At its start.
    encoding : str
    digest : object with ``update``, optional
        Takes in every byte as the file holds it.

    Raises
    ------
    UnicodeDecodeError
        Where UTF-16 is damaged. UTF-8 is handed on unread.
    """
    decoder = None if encoding == UTF_8 else codecs.getincrementaldecoder(encoding)()
    kept, first = b"", True
    while piece := source.read(PIECE):
        if digest is not None:
            digest.update(piece)
        plain = piece if decoder is None else decoder.decode(piece).encode()
        if first and len(kept + plain) >= len(codecs.BOM_UTF8):
            plain, kept, first = (kept + plain).removeprefix(codecs.BOM_UTF8), b"", False
        plain = kept + plain
        kept = b"\r" if plain.endswith(b"\r") else b""
        if plain := plain.removesuffix(b"\r") if kept else plain:
            yield plain
    if decoder is not None:
        decoder.decode(b"", final=True)
    if kept:
        yield kept


def same_ends(piece: bytes) -> bytes:
    """Return text whose lines all end in LF."""
    return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in piece else piece


class TextCheck:
    """Whether the pieces of a file are text in UTF-8, one after the other."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.ascii = True

    def first_fault(self, piece: bytes) -> tuple[int, TableError] | None:
        """Return where in a piece text ends to be text, and what is to be said of it."""
        waiting = len(self._decoder.getstate()[0])
        fault: tuple[int, TableError] | None = None
        if waiting or not piece.isascii():
            self.ascii = False
            try:
                self._decoder.decode(piece)
            except UnicodeDecodeError as error:
                fault = (max(error.start - waiting, 0), _other_encoding(error.object, error.start))
        if fault is None and b"\x00" in piece:
            nothing = TableError(
                "the text holds a zero byte, which no text has.",
                remedy=f"The file is damaged or no table. {_WHOLE}",
            )
            fault = (piece.index(b"\x00"), nothing)
        return fault

    def cut(self) -> TableError | None:
        """Return what is to be said where the file ends inside a letter; None where it does not."""
        if not self._decoder.getstate()[0]:
            return None
        return TableError("the file ends in the middle of a letter.", remedy=_WHOLE)


def _other_encoding(text: bytes, at: int) -> TableError:
    """Return what is to be said of bytes that are no UTF-8."""
    high = {byte for byte in text if byte >= 0x80}  # noqa: PLR2004  (beyond ASCII)
    if high & _UNDEFINED:
        return TableError("the text is not UTF-8.", remedy=SAVE_AGAIN.format("ENCODING"))
    name = "Windows-1252" if high & _CURLY else "Windows-1252 or Latin-1"
    before, after = _WORD_BEFORE.search(text[max(at - 20, 0) : at]), _WORD_FROM.match(text[at:])
    word = b"".join(part.group() for part in (before, after) if part).decode("cp1252")
    return TableError(
        f"the text is not UTF-8; it is probably {name}, in which it would say “{word}” here.",
        remedy=SAVE_AGAIN.format("WINDOWS-1252"),
    )


def header_of(head: bytes) -> Header:
    """Return the columns' names, the character between them, and whether a line announces it.

    The delimiter is the one with which the most of the first rows have as many fields as the
    header; among equals the one that makes the most fields.

    Raises
    ------
    TableError
        When the first line holds no names, or the same one twice, or does not end.
    """
    text = same_ends(head).decode("utf-8", "ignore")
    first, _, rest = text.partition("\n")
    announced = first.strip().strip('"').casefold().startswith("sep=")
    if announced:
        named = first.strip().strip('"')[len("sep=") :] or "\t"
        if named not in DELIMITERS:
            raise TableError(
                f"the first line says that “{named}” stands between the fields.",
                remedy="Separate them by commas, semicolons, tabs or bars.",
            )
        delimiter, text = named, rest
    else:
        delimiter = _delimiter(text)
    try:
        read = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [])
    except csv.Error:
        raise TableError(
            "a name in the header does not end.",
            remedy="Look for a quotation mark that is not closed on the first line.",
        ) from None
    names = tuple(folded(name) for name in read)
    if not any(names):
        raise TableError(
            "the first line holds no names of columns.", remedy="Put the header on the first line."
        )
    refuse_same_names(names)
    return Header(names=names, delimiter=delimiter, announced=announced)


def refuse_same_names(names: tuple[str, ...]) -> None:
    """Refuse a table two of whose columns have one name.

    Raises
    ------
    TableError
        Naming them.
    """
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        raise TableError(
            f"the header names {listed(twice)} more than once (blanks around a name do not count).",
            remedy="Give every column its own name.",
            column=twice[0],
        )


def _delimiter(text: str) -> str:
    """Return the delimiter that fits the header and the first rows."""

    def fit(delimiter: str) -> tuple[float, int]:
        records = _first_records(text, delimiter)
        fields = len(records[0]) if records else 0
        if fields < 2:  # noqa: PLR2004  (it parts nothing)
            return (-1.0, 0)
        alike = sum(len(record) == fields for record in records)
        return (alike / len(records), fields)

    return max(DELIMITERS, key=fit)


def _first_records(text: str, delimiter: str) -> list[list[str]]:
    """Return the header and the first rows under a delimiter; fewer where a field does not end."""
    found: list[list[str]] = []
    lines = text[: 1 << 18].split("\n")
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    try:
        for record in reader:
            if record:
                found.append(record)
            if len(found) > SAMPLE:
                break
    except csv.Error:
        pass
    # The text may end inside the last one.
    return found[:-1] if len(found) > 1 and len(text) > 1 << 18 else found
