"""Tests of records: how far each goes, and which of them cannot be read."""

import csv
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.engines.records import Ragged, Records, ragged
from validation.errors import TableError

LONG = b"x" * (1 << 20)


def followed(*pieces: bytes, separator: str = ",") -> Records:
    """Return what was learnt of the pieces of a file."""
    records = Records()
    records.separator = ord(separator)
    for piece in pieces:
        records.follow(piece)
    return records


class TestFollow:
    """Counting records over pieces."""

    @pytest.mark.parametrize(
        ("pieces", "row"),
        [
            ((b"a,b\n",), 1),
            ((b"a,b\n1,2\n",), 2),
            ((b"a,b\r\n1,2\r\n",), 2),
            ((b"a,b\r1,2\r",), 2),
            ((b"a,b\n1,", b"2\n3,4\n"), 3),
            ((b'a,b\n1,"x\ny"\n',), 2),
            ((b'a,b\n1,"x', b'\ny"\n3,4\n'), 3),
            ((b"a,b\n\n1,2\n\n\n",), 2),
            ((b"a,b\n", b"\n1,2\n"), 2),
            ((b"a,b\r\n\r\n1,2\r\n",), 2),
            ((b"a,b\n1,2",), 1),
            ((b'a,b\n1,5" wide\n3,4\n',), 3),
            ((b"a,b\n1,5", b'" wide\n3,4\n'), 3),
            ((b'a,b\n1, "x\ny"\n3,4\n',), 3),
            ((b'a,b\n1,"x ""y\nz"" w"\n3,4\n',), 3),
        ],
    )
    def test_rows(self, pieces: tuple[bytes, ...], row: int) -> None:
        """The row that would come next; blank lines and lines inside a field are none."""
        assert followed(*pieces).row(1) == row

    @pytest.mark.parametrize(
        ("text", "ends"),
        [
            (b"a\nb\n", {"LF"}),
            (b"a\r\nb\r\n", {"CR LF"}),
            (b"a\rb\r", {"CR"}),
            (b"a\r\nb\n", {"CR LF", "LF"}),
            (b"a\rb\nc\r\n", {"CR", "CR LF", "LF"}),
            (b'a\r\n"b\nc"\r\n', {"CR LF"}),
            (b"a", set()),
        ],
    )
    def test_ends(self, text: bytes, ends: set[str]) -> None:
        """Line ends inside a field do not end a row."""
        assert followed(text).ends == ends

    @given(
        st.lists(
            st.lists(st.text('ab\n," ', max_size=4), min_size=2, max_size=2),
            min_size=1,
            max_size=6,
        ),
        st.lists(st.integers(0, 60), max_size=4),
        st.sampled_from(["\n", "\r\n"]),
    )
    def test_pieces_do_not_count(self, rows: list[list[str]], cuts: list[int], end: str) -> None:
        """However a table is cut into pieces, its records and separators are those written."""
        text = io.StringIO()
        csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([["h", "i"], *rows])
        content = text.getvalue().encode()
        places = sorted({0, *(min(cut, len(content)) for cut in cuts), len(content)})
        pieces = [content[a:b] for a, b in pairwise(places)]
        whole = [piece for piece in pieces if not piece.endswith(b"\r")]
        records = followed(*(whole if len(whole) == len(pieces) else [content]))
        assert records.row(1) == len(rows) + 1
        assert records.regular(2)

    def test_a_record_over_many_pieces(self) -> None:
        """17 MB without a line end are too long, and the row is named."""
        with pytest.raises(TableError, match="more than 16 MB") as caught:
            followed(b"a,b\n1,2\n", *[LONG] * 17)
        assert caught.value.rows == (2,)

    def test_a_long_record_that_ends(self) -> None:
        """It is too long wherever it ends."""
        with pytest.raises(TableError, match="more than 16 MB"):
            followed(b"a,b\n", *[LONG] * 16, b"xx\n3,4\n")


class TestRegular:
    """As many separators as there should be."""

    @pytest.mark.parametrize(
        ("text", "regular"),
        [
            (b"a,b\n1,2\n", True),
            (b"a,b\n1,2", True),
            (b'a,b\n1,"2,3"\n', True),
            (b"a,b\n1,2,\n", False),
            (b"a,b\n1\n", False),
        ],
    )
    def test_regular(self, text: bytes, regular: bool) -> None:
        """Separators inside a field are none."""
        assert followed(text).regular(2) is regular


class TestRagged:
    """Rows with too few or too many fields."""

    @pytest.mark.parametrize(
        ("pieces", "expected"),
        [
            ([b"a,b\n1,2\n"], Ragged(rows=(), total=0, fields=None, last=False, blank=0)),
            ([b"a,b\n1\n3,4\n"], Ragged(rows=(1,), total=1, fields=1, last=False, blank=0)),
            ([b"a,b\n1,2\n3"], Ragged(rows=(2,), total=1, fields=1, last=True, blank=0)),
            (
                [b"a,b\n1,2,\n3,", b"4,5\n"],
                Ragged(rows=(1, 2), total=2, fields=3, last=False, blank=0),
            ),
            ([b"a,b\n  \n\n1\n"], Ragged(rows=(1,), total=1, fields=1, last=True, blank=1)),
            ([b'a,b\n1,"2\n'], Ragged(rows=(1,), total=1, fields=None, last=False, blank=0)),
            ([b'a,b\n1\n3,"4"5\n'], Ragged(rows=(1, 2), total=2, fields=1, last=False, blank=0)),
            ([b"a\n\n1\n"], Ragged(rows=(), total=0, fields=None, last=False, blank=0)),
        ],
    )
    def test_found(self, pieces: list[bytes], expected: Ragged) -> None:
        """The first few, how many, and what is wrong with the first."""
        assert ragged(pieces, ",", len(pieces[0].split(b"\n")[0].split(b","))) == expected

    def test_five_are_named(self) -> None:
        """Of seven rows five are named."""
        found = ragged([b"a,b\n" + b"1\n" * 7], ",", 2)
        assert (found.rows, found.total) == ((1, 2, 3, 4, 5), 7)
