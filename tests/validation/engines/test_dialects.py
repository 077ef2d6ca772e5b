"""Tests of dialects: delimiters, encodings and headers told from bytes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.engines.dialects import UTF_8, UTF_16_LE, TextCheck, header_of, pieces
from validation.errors import TableError


class TestHeaderOf:
    """Names and delimiter."""

    @pytest.mark.parametrize(
        ("text", "delimiter"),
        [
            ("a,b\n1,2\n", ","),
            ("a;b\n0,5;0,7\n", ";"),
            ("a;b, given;c, raw\n1;2;3\n4;5;6\n", ";"),
            ("a;b, given, first;c\n1;2;3\n4;5;6\n", ";"),
            ("name, first;c\n1;2\n", ";"),
            ("a\tb\n1,5\t2,5\n", "\t"),
            ("a|b|c\n1|2|3\n", "|"),
            ('"a;b;c",d\n1,2\n', ","),
            ('a,b\n"x;y;z",2\n', ","),
            ("a,b", ","),
            ("a;b", ";"),
            ("a\n1\n", ","),
            ("a;b\n1;2\n3\n4;5\n", ";"),
            ("sep=;\na,x;b\n", ";"),
            ("sep=\t\na\tb\n", "\t"),
        ],
    )
    def test_delimiter(self, text: str, delimiter: str) -> None:
        """It is the one with which header and rows agree; a sep= line decides."""
        assert header_of(text.encode()).delimiter == delimiter

    def test_quoted_names(self) -> None:
        """A name may hold the delimiter and a line end."""
        assert header_of(b'"a,b","c\nd"\n1,2\n').names == ("a,b", "c\nd")

    def test_a_long_sample(self) -> None:
        """Only the first rows of a long table are looked at, and they tell."""
        text = "a;b\n" + "1;2\n" * 200_000
        assert header_of(text.encode()).delimiter == ";"

    def test_a_field_longer_than_a_sample(self) -> None:
        """Where a field is too long for a sample, the header decides."""
        assert header_of(b'a;b\n"' + b"x" * 200_000 + b'";2\n').delimiter == ";"

    def test_nothing(self) -> None:
        """A file with nothing on its first line has no names."""
        with pytest.raises(TableError, match="no names of columns"):
            header_of(b"")


class TestPieces:
    """A file in UTF-8, piece by piece."""

    @given(st.text(st.sampled_from("aä€\U0001f600\r\n,"), max_size=30))
    def test_utf_16(self, text: str) -> None:
        """Text in UTF-16 comes out as its UTF-8."""
        source = io.BytesIO(b"\xff\xfe" + text.encode("utf-16-le"))
        assert b"".join(pieces(source, UTF_16_LE)) == text.encode()

    def test_cr_and_lf_stay_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """No piece ends between them, wherever the file is cut."""
        monkeypatch.setattr("validation.engines.dialects.PIECE", 4)
        found = list(pieces(io.BytesIO(b"abc\r\nde\r\r\nf\r"), UTF_8))
        assert b"".join(found) == b"abc\r\nde\r\r\nf\r"
        assert not any(piece.startswith(b"\n") for piece in found)


class TestTextCheck:
    """Text over pieces."""

    def test_a_letter_over_two_pieces(self) -> None:
        """A letter that is cut by a piece is whole."""
        check = TextCheck()
        assert check.first_fault(b"S\xc3") is None
        assert check.first_fault(b"\xbcd") is None
        assert check.cut() is None

    def test_a_letter_that_goes_wrong_in_the_next_piece(self) -> None:
        """The fault lies at the start of the piece."""
        check = TextCheck()
        check.first_fault(b"S\xc3")
        fault = check.first_fault(b"d,1\n")
        assert fault is not None
        assert fault[0] == 0
        assert "would say “Ãd”" in fault[1].problem
