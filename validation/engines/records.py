"""Records: how the rows of a text follow each other, and which of them cannot be read."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validation.engines.dialects import same_ends
from validation.errors import TableError

LONGEST_RECORD = 16 << 20
SHOWN = 5  # rows that a message names
_QUOTE, _LF, _CR, _BLANK, _TAB = map(ord, '"\n\r \t')


class Records:
    """How far the record that is being read has gone, over the pieces of a file.

    Beyond some 32 MB DuckDB passes a record over without a word, so that a patient would be
    lost. A quotation mark opens or closes a field; line ends inside do not end the record. Blank
    lines are no records.

    Attributes
    ----------
    ends : set of str
        The line ends met between records.
    separator : int
        The sign between fields, once it is known.
    """

    def __init__(self) -> None:
        self.ends: set[str] = set()
        self.separator = 0
        self._separators = 0
        self._open = False
        self._last = _LF
        self._length = 0
        self._records = 0

    def row(self, above: int) -> int:
        """Return the row that is being read, 1 for the first, with so many records above it.

        0 and less while one of those is being read.
        """
        return self._records + 1 - above

    @property
    def unfinished(self) -> bool:
        """Whether the last record has no line end."""
        return self._length > 0

    def regular(self, fields: int) -> bool:
        """Tell whether there are as many separators as records of so many fields have.

        DuckDB passes over a separator too many at the end of a row: where a text with a separator
        inside was not quoted, and the last field is empty, every value would be read one column
        too far to the right.
        """
        return self._separators == (fields - 1) * (self._records + self.unfinished)

    def follow(self, piece: bytes, *, above: int = 1) -> None:
        """Follow the next piece, which parts no CR from its LF.

        Raises
        ------
        TableError
            When a record is too long; `above` it stand so many records that are no rows.
        """
        if self._open or b'"' in piece or not (lines := self._simple_lines(piece)):
            self._follow_closely(piece, above)
            return
        self._refuse_long(self._length + piece.find(b"\n"), above)
        self._records += lines
        self._length = len(piece) - 1 - piece.rfind(b"\n")
        self._last = piece[-1]
        signs = np.frombuffer(piece, dtype=np.uint8)
        self._separators += int(np.count_nonzero(signs == self.separator))

    def _simple_lines(self, piece: bytes) -> int:
        """Return how many lines end, 0 unless all end alike and none is blank; note how."""
        starts_blank = self._length == 0 and piece[:1] in {b"\r", b"\n"}
        if starts_blank or b"\n\n" in piece or b"\n\r\n" in piece:
            return 0
        lines = int(np.count_nonzero(np.frombuffer(piece, dtype=np.uint8) == _LF))
        crs = piece.count(b"\r")
        if crs == 0:
            self.ends |= {"LF"} if lines else set()
            return lines
        if crs == lines == piece.count(b"\r\n"):
            self.ends.add("CR LF")
            return lines
        return 0

    def _follow_closely(self, piece: bytes, above: int) -> None:
        """Follow a piece sign by sign."""
        signs = np.frombuffer(piece, dtype=np.uint8)
        after = np.append(signs[1:], np.uint8(0))  # what comes next is not known
        quotes = (signs == _QUOTE) & ~self._within_text(signs, after)
        inside = np.logical_xor.accumulate(quotes) ^ self._open
        self._last = int(signs[-1])
        paired = (signs == _CR) & (after == _LF)
        lf, cr = (signs == _LF) & ~inside, (signs == _CR) & ~inside & ~paired
        with_cr = lf & np.append(False, paired[:-1])
        for name, found in (("CR LF", with_cr), ("LF", lf & ~with_cr), ("CR", cr)):
            if bool(found.any()):
                self.ends.add(name)
        self._open = bool(inside[-1])
        self._separators += int(np.count_nonzero((signs == self.separator) & ~inside))
        self._count(np.flatnonzero(lf | cr), with_cr, signs.size, above)

    def _within_text(
        self, signs: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8]
    ) -> npt.NDArray[np.bool_]:
        """Return which signs stand in a text, away from its ends: 5" wide opens no field there."""
        before = np.append(np.uint8(self._last), signs[:-1])
        opens, closes = np.zeros(256, dtype=np.bool_), np.zeros(256, dtype=np.bool_)
        closes[[0, self.separator, _LF, _CR, _QUOTE]] = True
        opens[[self.separator, _LF, _CR, _QUOTE, _BLANK, _TAB]] = True
        return ~opens[before] & ~closes[after]

    def _count(
        self,
        ends: npt.NDArray[np.intp],
        with_cr: npt.NDArray[np.bool_],
        size: int,
        above: int,
    ) -> None:
        """Count the records that end in a piece; refuse one that is too long."""
        self._refuse_long(self._length + (int(ends[0]) if ends.size else size), above)
        if not ends.size:
            self._length += size
            return
        lengths = np.diff(ends, prepend=-1) - 1 - with_cr[ends]
        lengths[0] += self._length
        self._records += int((lengths > 0).sum())
        self._length = size - 1 - int(ends[-1])

    def _refuse_long(self, length: int, above: int) -> None:
        """Refuse a record that is too long."""
        if length > LONGEST_RECORD:
            raise TableError(
                "one row goes on for more than 16 MB.",
                remedy="Look for a quotation mark that is not closed, and leave out long texts.",
                rows=[max(self.row(above), 1)],
            )


@dataclass(frozen=True, kw_only=True)
class Ragged:
    """The rows that cannot be read: the first few and how many, with what is wrong with the first.

    Attributes
    ----------
    rows : tuple of int
    total : int
    fields : int or None
        How many fields the first of them has; None where a quotation mark is at fault.
    last : bool
        Whether the only one is the last row, as where a file is cut off.
    blank : int
        Lines of nothing but blanks, which are no rows.
    """

    rows: tuple[int, ...]
    total: int
    fields: int | None
    last: bool
    blank: int


def ragged(plain: Iterable[bytes], delimiter: str, fields: int, *, above: int = 1) -> Ragged:
    """Return which rows of a text cannot be read as so many fields.

    Parameters
    ----------
    plain : iterable of bytes
        The file's pieces, UTF-8.
    delimiter : str
    fields : int
        How many the header has.
    above : int
        Lines above the first row.
    """
    reader = csv.reader(_lines(plain), delimiter=delimiter, strict=True)
    rows: list[int] = []
    total, row, blank = 0, -above, 0
    first: int | None = None
    while True:
        try:
            record = next(reader, None)
        except csv.Error:
            rows, total = [*rows, row + 1][:SHOWN], total + 1
            return Ragged(rows=tuple(rows), total=total, fields=first, last=False, blank=blank)
        if record is None:
            last = total == 1 and rows == [row]
            return Ragged(rows=tuple(rows), total=total, fields=first, last=last, blank=blank)
        if not record or (fields > 1 and len(record) == 1 and not record[0].strip()):
            blank += bool(record)
            continue
        row += 1
        if row > 0 and len(record) != fields:
            first = len(record) if total == 0 else first
            total += 1
            rows += [row] if len(rows) < SHOWN else []


def _lines(plain: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a text, which ends inside a field at worst."""
    kept = b""
    for piece in plain:
        *whole, kept = (kept + same_ends(piece)).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace") + "\n"
    if kept:
        yield kept.decode("utf-8", "replace")
