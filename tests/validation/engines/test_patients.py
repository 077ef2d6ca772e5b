"""Tests of who is in a table."""

from pathlib import Path

from tests.factories.tables import PROTOCOL, write_table
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
