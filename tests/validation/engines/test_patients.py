"""Tests of who is in a table."""

from pathlib import Path

from tests.factories.tables import PROTOCOL, ROWS, changed, write_table
from validation.engines.patients import distinct_patients
from validation.protocols import read


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
