"""Tests of the made tables: what they hold, and that they are written as they should."""

from collections import Counter

from validation.protocols import read
from validation.reference_cases.tables import COLUMNS, HOSPITALS, RATES, TABLES, many


class TestTables:
    """The five tables."""

    def test_hospitals(self) -> None:
        """Three hundred exams, sixty at each of five sites, 115 positive."""
        assert Counter(exam[0] for exam in HOSPITALS.exams) == dict.fromkeys("ABCDE", 60)
        assert sum(exam[2] for exam in HOSPITALS.exams) == 115

    def test_decided(self) -> None:
        """81 of 263 positives score above 0.5, and 15 of 148 negatives."""
        flagged = Counter((exam[2], float(exam[3]) >= 0.5) for exam in RATES.exams)
        assert flagged == {(1, True): 81, (1, False): 182, (0, True): 15, (0, False): 133}

    def test_plans_can_be_read(self) -> None:
        """Every table comes with a protocol that can be followed."""
        assert {read(one.plan).operating_point.threshold for one in TABLES} == {0.5}

    def test_csv(self) -> None:
        """A header, then a line for each exam; backwards the last is the first."""
        lines, backwards = RATES.csv().splitlines(), RATES.csv(reverse=True).splitlines()
        assert lines[0] == ",".join(COLUMNS)
        assert lines[1:] == backwards[:0:-1]
        assert len(lines) == 412


class TestMany:
    """A table that a formula makes."""

    def test_both_classes(self) -> None:
        """A header and as many rows as asked, of both labels and all sites."""
        lines = [line.split(",") for line in many(1000)]
        assert lines[0] == list(COLUMNS)
        assert len(lines) == 1001
        assert {line[2] for line in lines[1:]} == {"0", "1"}
        assert {line[0] for line in lines[1:]} == set("ABCDE")
