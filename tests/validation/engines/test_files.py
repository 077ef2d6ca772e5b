"""Tests of a table's file: that it stays what it was, and is read in bounded memory."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories.tables import write_table
from validation.engines.files import inspect
from validation.errors import TableError


class TestRefuseChange:
    """Between the digest and the last row."""

    def test_row_that_came_later(self, tmp_path: Path) -> None:
        """A file to which somebody still writes is not counted under the digest of its start."""
        path = write_table(tmp_path)
        file = inspect(path)
        with path.open("a", encoding="utf-8") as table:
            table.write("E7,P6,South,external,M,50,1,0.5\n")
        with pytest.raises(TableError, match="changed while it was being read"):
            file.refuse_change()


class TestInspect:
    """What a file's bytes refuse before a row of it is read."""

    @pytest.mark.parametrize("end", ["", "\n"])
    def test_a_row_without_end_is_named(self, tmp_path: Path, end: str) -> None:
        """DuckDB passes a row of 33 MB over without a word: a patient would be lost."""
        path = tmp_path / "long.csv"
        long = '"' + f"{'x' * 999}{end or 'x'}" * 17_000 + '"'
        path.write_text(f"label,score,note\n1,0.5,short\n0,0.4,{long}\n1,0.9,short\n")
        with pytest.raises(TableError, match="one row goes on for more than 16 MB") as caught:
            inspect(path)
        assert caught.value.rows == (2,)

    def test_many_rows_are_no_long_one(self, tmp_path: Path) -> None:
        """A file of 17 MB in short rows, some with line ends inside a field, is read."""
        path = tmp_path / "many.csv"
        row = '1,0.5,"a note of\ntwo lines"\n'
        path.write_text("label,score,note\n" + row * (17_000_000 // len(row)))
        assert inspect(path).header == ("label", "score", "note")

    def test_a_header_that_does_not_end(self, tmp_path: Path) -> None:
        """A stray quotation mark in the header is bad input, not a crash."""
        path = tmp_path / "header.csv"
        path.write_text('exam,label,score,"note\n' + "x" * 200_000)
        with pytest.raises(TableError, match="a name in the header does not end"):
            inspect(path)

    def test_nothing_but_a_mark(self, tmp_path: Path) -> None:
        """A byte order mark alone is no header."""
        path = tmp_path / "mark.csv"
        path.write_bytes(b"\xef\xbb\xbf")
        with pytest.raises(TableError, match="no names of columns"):
            inspect(path)

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (PermissionError(errno.EACCES, "Permission denied"), "you have no right to"),
            (OSError(errno.EIO, "Input/output error"), "input/output error. Check the path and"),
            (OSError("strange"), "unreadable"),
        ],
    )
    def test_what_cannot_be_opened(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
    ) -> None:
        """Each reason has its own sentence."""

        def refuse(*_: object, **__: object) -> None:
            raise error

        path = write_table(tmp_path)
        monkeypatch.setattr(Path, "open", refuse)
        with pytest.raises(TableError, match=words):
            inspect(path)

    def test_surplus_separators_are_noticed(self, tmp_path: Path) -> None:
        """A table with a separator too many somewhere is to be looked at; a plain one is not."""
        assert inspect(write_table(tmp_path)).regular
        path = tmp_path / "surplus.csv"
        path.write_text("label,score\n1,0.5\n0,0.5,\n")
        assert not inspect(path).regular


GROWTH = """
import resource, sys
from pathlib import Path
from validation.engines.files import inspect
from validation.engines.session import open_table

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

small, large = map(Path, sys.argv[1:3])
with open_table(inspect(small), memory_limit="256MB") as session:
    session.load(["exam", "score"])
before = peak()
file = inspect(large)
file.copy_plainly(large.with_name("copy.csv"))
print(peak() - before)
with open_table(file, memory_limit="256MB") as session:
    rows = session.load(["exam", "score"])
print(peak() - before, rows)
"""


def growth(folder: Path, encoding: str, rows: int) -> tuple[int, int, int]:
    """Return by how many KiB memory grows over a large table: to inspect, to load it; its rows."""
    paths = folder / "small.csv", folder / "large.csv"
    for path, size in zip(paths, (10, rows), strict=True):
        note = "x" * 200
        with path.open("w", encoding=encoding, newline="") as table:
            table.write("exam,score,note\n")
            for start in range(0, size, 10_000):
                table.write(
                    "".join(
                        f"E{row},0.{row:07d},{note}\r\n"
                        for row in range(start, min(start + 10_000, size))
                    )
                )
    told = subprocess.run(
        [sys.executable, "-c", GROWTH, *map(str, paths)], capture_output=True, check=True, text=True
    ).stdout.split()
    return int(told[0]), int(told[1]), int(told[2])


class TestMemory:
    """How much memory a table takes, however long it is."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_inspecting_and_copying(self, tmp_path: Path, encoding: str) -> None:
        """A table of 50 MB or more is looked at and copied in less than 20 MB."""
        inspected, _, rows = growth(tmp_path, encoding, 230_000)
        assert rows == 230_000
        assert inspected < 20_000

    @pytest.mark.soak
    def test_reading_much(self, tmp_path: Path) -> None:
        """A table of 1.5 GB is read by an engine that may use 256 MB, in less than 500 MB."""
        inspected, loaded, rows = growth(tmp_path, "utf-8", 6_700_000)
        assert rows == 6_700_000
        assert inspected < 20_000
        assert loaded < 500_000
