"""Tests of bad input: what a hospital's export contains, and what becomes of it.

Each line of docs/reference/input.md is a fact here. The table is that of six exams; understood
means that it comes to the very same tally as the plain one.
"""

from pathlib import Path

import pytest

from tests.factories.tables import COLUMNS, PROTOCOL, ROWS, changed, write_table
from validation.engines.duckdb import tally_table
from validation.errors import TableError
from validation.protocols import read
from validation.tallies import MISSING

PLAN = read(PROTOCOL)
TEXT = "".join(",".join(row) + "\n" for row in (COLUMNS, *ROWS))
SEMICOLONS = TEXT.replace(",", ";").replace("0.", "0,")


def written(folder: Path, content: str | bytes) -> Path:
    """Return the path of a file of this content."""
    path = folder / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(folder: Path, content: str | bytes) -> TableError:
    """Return the error with which a file is refused."""
    with pytest.raises(TableError) as caught:
        tally_table(written(folder, content), PLAN)
    return caught.value


def remarks(folder: Path, content: str | bytes) -> list[str]:
    """Return what is said of a file that is understood."""
    found: list[str] = []
    tally_table(written(folder, content), PLAN, remark=found.append)
    return found


def with_labels(positive: str, negative: str) -> str:
    """Return the table with other words for its labels."""
    words = {"1": positive, "0": negative, "": ""}
    rows = [(*row[:6], words[row[6]], row[7]) for row in ROWS]
    return "".join(",".join(row) + "\n" for row in (COLUMNS, *rows))


def with_index() -> str:
    """Return the table with the unnamed column that pandas writes."""
    lines = TEXT.splitlines()
    return "\n".join(f"{'' if n == 0 else n - 1},{line}" for n, line in enumerate(lines)) + "\n"


UNDERSTOOD: dict[str, str | bytes] = {
    "UTF-8 with a byte order mark": "\ufeff" + TEXT,
    "UTF-16, little end first": b"\xff\xfe" + TEXT.encode("utf-16-le"),
    "UTF-16, big end first": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "Excel's Unicode text": b"\xff\xfe"
    + TEXT.replace(",", "\t").replace("\n", "\r\n").encode("utf-16-le"),
    "semicolons": TEXT.replace(",", ";"),
    "tabs": TEXT.replace(",", "\t"),
    "bars": TEXT.replace(",", "|"),
    "a sep= line": "sep=;\r\n" + TEXT.replace(",", ";").replace("\n", "\r\n"),
    "a quoted sep= line after a mark": '\ufeff"sep=|"\n' + TEXT.replace(",", "|"),
    "a delimiter inside quotes": TEXT.replace("50", '" 50"').replace("E3", '"E,3"'),
    "quotes inside quotes": TEXT.replace("E3", '"E""3"'),
    "a quotation mark within a text": TEXT.replace("E3", '5" wide'),
    "CR LF": TEXT.replace("\n", "\r\n"),
    "CR": TEXT.replace("\n", "\r"),
    "CR LF in the first lines and LF after": TEXT.replace("\n", "\r\n", 3),
    "all three line ends": TEXT.replace("\n", "\r\n", 3).replace("\nE6", "\rE6"),
    "CR LF around a field with LF inside": TEXT.replace("\n", "\r\n").replace("E3", '"E\n3"'),
    "no line end at the end": TEXT[:-1],
    "blank lines at the end": TEXT + "\n\r\n  \n",
    "blank lines in the middle": TEXT.replace("E3", "\n\nE3"),
    "decimal commas between semicolons": SEMICOLONS,
    "decimal commas in quotes": "".join(
        ",".join((*row[:7], f'"{row[7].replace(".", ",")}"')) + "\n" for row in (COLUMNS, *ROWS)
    ),
    "decimal commas in a band": SEMICOLONS.replace(";45;", ";45,0;"),
    "an unnamed column": with_index(),
    "a delimiter at the end of every line": TEXT.replace("\n", ",\n"),
    "a column that nobody needs": TEXT.replace("\n", ",anything\n"),
    "blanks around a name": TEXT.replace("score", " score\u00a0"),
    "blanks around a level": TEXT.replace("external,F", "external, F ", 1),
    "a non-breaking space around a level": TEXT.replace("external,F", "external,F\u00a0", 1),
    "a tab around a level": TEXT.replace("external,F", "external,\tF", 1),
    "a sign of the direction of writing": TEXT.replace("external,F", "external,\u200eF\u202c", 1),
    "a character without width": TEXT.replace("external,F", "external,\u200bF", 1),
    "labels 1.0 and 0.0": with_labels("1.0", "0.0"),
    "labels TRUE and FALSE": with_labels("TRUE", "FALSE"),
}


class TestUnderstood:
    """Files that say the same in another way."""

    @pytest.mark.parametrize("name", UNDERSTOOD)
    def test_same_tally(self, tmp_path: Path, name: str) -> None:
        """The content is that of the plain table."""
        plain = tally_table(write_table(tmp_path), PLAN)
        assert tally_table(written(tmp_path, UNDERSTOOD[name]), PLAN).digest == plain.digest

    @pytest.mark.parametrize(
        "word",
        [
            "NA",
            "na",
            "N/A",
            "#N/A",
            "NaN",
            "nan",
            "NULL",
            "None",
            "<NA>",
            "-",
            ".",
            "–",
            " ",
            " NA\u00a0",
        ],
    )
    def test_words_for_nothing(self, tmp_path: Path, word: str) -> None:
        """In a score, a label, a band and an attribute they are empty, in capitals or not."""
        rows = changed(5, sex=word, age=word, score=word)
        rows[5][COLUMNS.index("label")] = word
        plain = tally_table(write_table(tmp_path), PLAN)
        assert tally_table(write_table(tmp_path, rows), PLAN).digest == plain.digest

    def test_letters_in_two_forms(self, tmp_path: Path) -> None:
        """A site whose ü is one sign in some rows and two in others is one site."""
        text = TEXT.replace("South", "Su\u0308d", 2).replace("South", "S\u00fcd")
        tally = tally_table(written(tmp_path, text), PLAN)
        assert tally.levels["site"] == ("North", "S\u00fcd")

    def test_a_word_that_only_begins_like_one(self, tmp_path: Path) -> None:
        """The level “Nano” is one, whatever it begins with."""
        tally = tally_table(write_table(tmp_path, changed(5, sex="Nano")), PLAN)
        assert tally.levels["sex"] == ("F", "M", "Nano")

    def test_an_empty_attribute_is_a_level_of_its_own(self, tmp_path: Path) -> None:
        """Nobody is left out for having no sex on record."""
        tally = tally_table(write_table(tmp_path, changed(5, sex="NULL")), PLAN)
        assert tally.levels["sex"] == ("F", "M", MISSING)


class TestRemarks:
    """What is understood and said."""

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"\xff\xfe" + TEXT.encode("utf-16-le"), "The text is UTF-16"),
            (TEXT.replace("\n", "\r\n", 3), "end in several ways (CR LF, LF)"),
            (TEXT[:-1], "Row 6, the last, has no line end"),
            (SEMICOLONS, "Column “score” has decimal commas"),
            (TEXT.replace("external,,", "external,None,"), "“None” (1 row)"),
            (TEXT.replace("external,F", "external,NA"), "“NA” (2 rows)"),
        ],
    )
    def test_said(self, tmp_path: Path, content: str | bytes, words: str) -> None:
        """One sentence says it."""
        (sentence,) = remarks(tmp_path, content)
        assert words in sentence

    def test_nothing_to_say(self, tmp_path: Path) -> None:
        """A plain table with an empty field needs no words."""
        assert remarks(tmp_path, TEXT) == []

    def test_many_words(self, tmp_path: Path) -> None:
        """More than four words for nothing are counted, not listed."""
        words = ("NA", "NULL", "None", "-", ".")
        rows = [[*row[:4], word, *row[5:]] for row, word in zip(ROWS, (*words, "M"), strict=True)]
        (sentence,) = remarks(tmp_path, "".join(",".join(r) + "\n" for r in (COLUMNS, *rows)))
        assert ", and 1 more. " in sentence


REFUSED: dict[str, tuple[str | bytes, tuple[int, ...], str]] = {
    "Windows-1252": (
        TEXT.replace("South", "S€dklinik").encode("cp1252"),
        (3,),
        "probably Windows-1252, in which it would say “S€dklinik”",
    ),
    "Latin-1": (
        TEXT.replace("South", "Südklinik").encode("latin-1"),
        (3,),
        "Windows-1252 or Latin-1, in which it would say “Südklinik”",
    ),
    "an encoding of which nothing is known": (
        TEXT.encode().replace(b"South", b"S\x81d"),
        (3,),
        "the text is not UTF-8. Save",
    ),
    "another encoding in the header": (
        TEXT.replace("exam", "exäm").encode("latin-1"),
        (),
        "in the header the text is not UTF-8",
    ),
    "another encoding below a sep= line": (
        ("sep=,\n" + TEXT.replace("South", "Süd")).encode("latin-1"),
        (3,),
        "Latin-1",
    ),
    "another encoding below a blank line": (
        TEXT.replace("E2", "\n\nE2").replace("South", "Süd").encode("latin-1"),
        (3,),
        "Latin-1",
    ),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), (), "seems to be UTF-16"),
    "UTF-16 without a mark, big end": (TEXT.encode("utf-16-be"), (), "UTF-16BE"),
    "UTF-32": (TEXT.encode("utf-32"), (), "the text is UTF-32"),
    "UTF-16 cut off": (
        b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1],
        (6,),
        "UTF-16, and cut off or damaged",
    ),
    "cut inside a letter": (TEXT.encode() + b"E7,P6,S\xc3", (7,), "in the middle of a letter"),
    "a zero byte": (TEXT.replace("E3", "E\x003"), (3,), "zero byte"),
    "a zero byte at the start of a piece": (TEXT.replace("E1", "\x00" * 20), (1,), "zero byte"),
    "a strange sep= line": ("sep=x\n" + TEXT, (), "“x” stands between the fields"),
    "a header alone": (TEXT.splitlines()[0], (), "columns and no rows"),
    "cut inside the last row": (TEXT[:-13], (6,), "It is the last row: the file is cut off"),
    "a quotation mark that is not closed": (TEXT.replace("P4", '"P4'), (5,), "quotation mark"),
    "a quotation mark inside": (TEXT.replace("P4", '"P"4"'), (5,), "quotation mark"),
    "a row too short": (
        TEXT.replace("E4,", ""),
        (4,),
        "fewer fields than in the header: 7 instead",
    ),
    "a row too short below lines in a field": (
        TEXT.replace("P1", '"P\n1"').replace("E4,", ""),
        (4,),
        "fewer fields",
    ),
    "a row too short below blank lines": (TEXT.replace("E4,", "\n \n\n"), (4,), "fewer fields"),
    "a row too long": (
        TEXT.replace("P4", "P,4"),
        (5,),
        "more fields than in the header: 9 instead",
    ),
    "two rows too short": (
        TEXT.replace("E4,", "").replace("E2,", ""),
        (2, 4),
        "separated by commas",
    ),
    "a totals row in the form of a row": (TEXT + "Total,,,,,,3,\n", (7,), "if it is a total"),
    "a totals row in a form of its own": (TEXT + "Total: 6\n", (7,), "a total stands there"),
    "a row of nothing but delimiters": (TEXT + ",,,,,,,\n", (7,), "the exam is empty"),
    "decimal points and commas": (
        SEMICOLONS.replace("0,9", "0.9"),
        (1,),
        "“0.9” has a decimal point, and other rows have a decimal comma (“0,2”)",
    ),
    "decimal commas and points": (
        TEXT.replace("0.9", '"0,9"'),
        (1,),
        "“0,9” has a decimal comma, and other rows have a decimal point (“0.2”)",
    ),
    "thousands with a comma": (TEXT.replace("0.4", '"1,234.5"'), (3,), "sets thousands apart"),
    "thousands with a point": (TEXT.replace("0.4", '"1.234,5"'), (3,), "sets thousands apart"),
    "thousands with a blank": (TEXT.replace("0.4", "1\u00a0234"), (3,), "sets thousands apart"),
    "thousands with an apostrophe": (TEXT.replace("0.4", "1'234"), (3,), "sets thousands apart"),
    "millions": (TEXT.replace("0.4", "1.234.567"), (3,), "sets thousands apart"),
    "a comma that may be either": (
        SEMICOLONS.replace("0,9", "1,234").replace("0,", ""),
        (1,),
        "may be a decimal fraction or a thousand",
    ),
    "a percentage": (TEXT.replace("0.4", "40 %"), (3,), "write 0.73 for 73 %"),
    "one word among numbers": (TEXT.replace("0.4", "high"), (3,), "“high” is not a number. Write"),
    "words among numbers": (
        TEXT.replace("0.4", "high").replace("0.6", "low"),
        (3, 4),
        "“high” is not a number, nor is “low”",
    ),
    "several words in a band": (
        TEXT.replace(",40,", ",old,").replace(",45,", ",young,").replace(",50,", ",mid,"),
        (1, 2, 6),
        "“old” is not a number, nor are “young”, “mid”, and subgroup “age_band”",
    ),
    "infinity": (TEXT.replace("0.4", "-inf"), (3,), "not finite"),
    "infinity by its size": (SEMICOLONS.replace("0,4", "1,5e999"), (3,), "not finite"),
    "levels that differ in capitals": (
        TEXT.replace("external,F", "external,m", 1),
        (1,),
        "“M”, “m” differ only in capitals or blanks",
    ),
    "sites that differ in capitals": (TEXT.replace("South", "SOUTH", 1), (3,), "“SOUTH” differ"),
    "an exam that is not named": (TEXT.replace("E4", "NA"), (4,), "a word for nothing such as NA"),
    "labels yes and no": (
        with_labels("yes", "no"),
        (1, 2, 3, 4, 5),
        "holds “yes”, “no”. Write “yes” as 1 and “no” as 0, if that is what is meant",
    ),
    "labels Positive and Negative": (
        with_labels("Positive", "Negative"),
        (1, 2, 3, 4, 5),
        "“Positive” as 1 and “Negative” as 0",
    ),
    "labels + and -": (with_labels("+", "-"), (1, 3, 5), "the label “+” is neither 0 nor 1"),
    "labels that nobody knows": (
        with_labels("case", "control"),
        (1, 2, 3, 4, 5),
        "Write 1 or true for exams with the condition",
    ),
    "blanks inside a level that differ": (
        TEXT.replace("South", "New South", 1).replace(",South", ",New\u00a0South"),
        (3,),
        "differ only in capitals or blanks",
    ),
    "a title above the header": (
        "Export of the 3rd of March 2026, made by the archive\n" + TEXT,
        (),
        "See whether the first line is the header and its fields are parted by commas, semicolons",
    ),
    "no header": (TEXT.partition("\n")[2], (), "has none of the columns that the protocol names"),
    "fields between colons": (TEXT.replace(",", ":"), (), "none of the columns"),
    "a name twice": (TEXT.replace("score", "label"), (), "names “label” more than once"),
    "a name twice, with blanks": (TEXT.replace("score", " label "), (), "more than once"),
    "a name twice, with a mark": ("\ufeff" + TEXT.replace("score", "exam"), (), "more than once"),
    "gzip": (b"\x1f\x8b\x08\x00", (), "a gzip archive, not a table. Unpack it"),
    "bzip2": (b"BZh91AY", (), "a bzip2 archive"),
    "xz": (b"\xfd7zXZ\x00", (), "an xz archive"),
    "an Excel workbook": (b"PK\x03\x04", (), "or save the sheet as CSV (UTF-8)"),
    "an old Excel workbook": (b"\xd0\xcf\x11\xe0", (), "Save the sheet as CSV (UTF-8)"),
    "a web page": (b"<html><table></table></html>", (), "a web page"),
    "a web page in small letters": (b"<!doctype html><html>", (), "a web page"),
    "JSON": (b'[{"label": 1, "score": 0.5}]', (), "the file is JSON, not a table"),
    "JSON, line by line": (b'{"label": 1, "score": 0.5}\n', (), "the file is JSON, not a table"),
    "Avro": (b"Obj\x01\x04\x14", (), "an Avro file"),
    "an SPSS file": (b"$FL2@(#) SPSS DATA FILE", (), "an SPSS file"),
    "a Stata file": (b"<stata_dta><header>", (), "a Stata file"),
    "a binary file": (b"\x00\x01\x02\x03\x04\x05", (), "neither CSV nor Parquet"),
}


class TestRefused:
    """Files that are refused with row and column."""

    @pytest.mark.parametrize("name", REFUSED)
    def test_words(self, tmp_path: Path, name: str) -> None:
        """The sentence says what is wrong, where, and what to do."""
        content, rows, words = REFUSED[name]
        error = refused(tmp_path, content)
        assert error.rows == rows
        assert words in str(error)
        assert error.remedy

    def test_all_rows_are_counted(self, tmp_path: Path) -> None:
        """Five rows are named and the rest is counted."""
        rows = [[*row[:7], "high"] for row in ROWS]
        error = refused(tmp_path, "".join(",".join(row) + "\n" for row in (COLUMNS, *rows)))
        assert (error.rows, error.total) == ((1, 2, 3, 4, 5), 6)

    def test_folder(self, tmp_path: Path) -> None:
        """A folder is called one."""
        with pytest.raises(TableError, match="is a folder, not a table"):
            tally_table(tmp_path, PLAN)

    def test_device(self) -> None:
        """A device would never end."""
        with pytest.raises(TableError, match="a device or a pipe"):
            tally_table("/dev/zero", PLAN)

    def test_absent(self, tmp_path: Path) -> None:
        """A path that leads nowhere is to be checked."""
        with pytest.raises(TableError, match=r"it is not there\. Check the path"):
            tally_table(tmp_path / "nothing.csv", PLAN)
