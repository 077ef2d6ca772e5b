"""Tests of who is in a table."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from tests.factories.tables import COLUMNS, PROTOCOL, ROWS, changed, write_table
from validation.engines.patients import distinct_patients
from validation.errors import TableError
from validation.protocols import read


def as_parquet(path: Path, **kinds: pa.DataType) -> Path:
    """Return the path of the Parquet file with a CSV table's rows, columns of these kinds."""
    table = pa.csv.read_csv(
        path, convert_options=pa.csv.ConvertOptions(strings_can_be_null=True, column_types=kinds)
    )
    pq.write_table(table, path.with_suffix(".parquet"))
    return path.with_suffix(".parquet")


class TestDistinctPatients:
    """Six exams of five patients."""

    def test_each_once(self, tmp_path: Path) -> None:
        """A patient with two exams is one patient."""
        found = distinct_patients(write_table(tmp_path), read(PROTOCOL))
        assert found.identifiers == {"P1", "P2", "P3", "P4", "P5"}
        assert (found.identified, found.exams) == (6, 6)

    def test_names_are_not_printed(self, tmp_path: Path) -> None:
        """Nobody's name stands in a log that prints the value."""
        assert "P1" not in repr(distinct_patients(write_table(tmp_path), read(PROTOCOL)))

    def test_rows_count_without_exams(self, tmp_path: Path) -> None:
        """Where no column names the exam each row is one."""
        plan = read(PROTOCOL.replace('exam = "exam"\n', ""))
        assert distinct_patients(write_table(tmp_path), plan).exams == 6

    def test_undeclared(self, tmp_path: Path) -> None:
        """A protocol without a patient column identifies nobody."""
        plan = read(PROTOCOL.replace('patient = "patient"\n', ""))
        assert distinct_patients(write_table(tmp_path), plan).identifiers == frozenset()

    def test_other_partitions_are_others(self, tmp_path: Path) -> None:
        """Who stands only in the development part is not among those that are judged."""
        path = write_table(tmp_path, changed(3, split="development"))
        found = distinct_patients(path, read(PROTOCOL))
        assert found.identifiers == {"P1", "P3", "P4", "P5"}
        assert found.exams == 5

    def test_nobody_of_the_own_partition(self, tmp_path: Path) -> None:
        """A table of development exams holds nobody for external testing."""
        rows = [(*row[:3], "development", *row[4:]) for row in ROWS]
        found = distinct_patients(write_table(tmp_path, rows), read(PROTOCOL))
        assert (found.identifiers, found.exams) == (frozenset(), 0)

    def test_everybody_without_partitions(self, tmp_path: Path) -> None:
        """Where the protocol declares no partitions, what such a column says does not count."""
        plan = read(PROTOCOL.replace('partition = "split"\n', ""))
        found = distinct_patients(write_table(tmp_path, changed(3, split="development")), plan)
        assert found.identifiers == {"P1", "P2", "P3", "P4", "P5"}
        assert found.exams == 6

    @pytest.mark.parametrize("suffix", ["csv", "parquet"])
    def test_excluded_exams(self, tmp_path: Path, suffix: str) -> None:
        """Whose only exam is excluded is nobody of whom it matters whether they are elsewhere."""
        rows = [(*row, "moved" if row[0] in {"E2", "E3"} else "") for row in ROWS]
        path = write_table(tmp_path, rows, columns=(*COLUMNS, "why"))
        if suffix == "parquet":
            path = as_parquet(path)
        plan = read(PROTOCOL.replace('site = "site"', 'excluded = "why"'))
        found = distinct_patients(path, plan)
        assert found.identifiers == {"P1", "P3", "P4", "P5"}
        assert (found.identified, found.exams) == (4, 4)


LARGEST = "18446744073709551615"  # of 64 bits without a sign


def numbered(*patients: str) -> list[list[str]]:
    """Return the rows with these patients, two rows per exam."""
    rows = zip(ROWS, patients, strict=True)
    return [[str(i // 2), patient, *row[2:]] for i, (row, patient) in enumerate(rows)]


class TestParquet:
    """The same patients, whatever type their column has."""

    @pytest.mark.parametrize(
        "kind",
        [pa.int8(), pa.int64(), pa.float64(), pa.string(), pa.large_string(), pa.decimal128(5, 0)],
        ids=str,
    )
    def test_like_csv(self, tmp_path: Path, kind: pa.DataType) -> None:
        """Numbers are told as they are printed, and exams are counted alike."""
        path = write_table(tmp_path, numbered("7", "-7", "7", "", "8", "9"))
        found = distinct_patients(as_parquet(path, patient=kind, exam=kind), read(PROTOCOL))
        told = {float(one) for one in found.identifiers}
        assert told == {7, -7, 8, 9}
        if kind != pa.float64():
            assert found == distinct_patients(path, read(PROTOCOL))
        assert (found.identified, found.exams) == (3, 3)

    def test_large_numbers(self, tmp_path: Path) -> None:
        """A number beyond those with a sign keeps all its digits."""
        rows = numbered("7", "7", "7", "", "8", LARGEST)
        path = as_parquet(write_table(tmp_path, rows), patient=pa.uint64())
        assert LARGEST in distinct_patients(path, read(PROTOCOL)).identifiers

    def test_words_are_folded(self, tmp_path: Path) -> None:
        """Blanks around a name do not count, and a word for nothing names nobody."""
        rows = changed(2, patient=" P1 ")
        rows[4][1] = "n/a"
        found = distinct_patients(as_parquet(write_table(tmp_path, rows)), read(PROTOCOL))
        assert found.identifiers == {"P1", "P2", "P3", "P5"}
        assert (found.identified, found.exams) == (5, 6)

    def test_nobody_of_the_own_partition(self, tmp_path: Path) -> None:
        """Where no row is of the protocol's purpose nobody is there."""
        rows = [(*row[:3], "development", *row[4:]) for row in ROWS]
        found = distinct_patients(as_parquet(write_table(tmp_path, rows)), read(PROTOCOL))
        assert (found.identifiers, found.exams) == (frozenset(), 0)

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        """What cannot be read straight is refused in words."""
        table = pq.read_table(as_parquet(write_table(tmp_path)))
        patients = pa.array([b"\xff"] * len(ROWS), pa.binary())
        path = tmp_path / "bytes.parquet"
        pq.write_table(table.set_column(1, "patient", patients), path)
        with pytest.raises(TableError, match="bytes that are no text"):
            distinct_patients(path, read(PROTOCOL))
