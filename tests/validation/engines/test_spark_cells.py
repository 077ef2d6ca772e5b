"""Tests of grouped counting: the same cells as row by row, whatever the engine that groups."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.factories.exports import PLANS, write_export
from tests.factories.tables import PROTOCOL, write_table
from tests.validation.engines.test_reduction import quiet, tally_of
from validation.engines import spark_cells
from validation.engines.cells import TextRows
from validation.engines.duckdb import text_rows
from validation.engines.files import inspect
from validation.engines.kin import MOST_PAIRS
from validation.engines.reduction import Limits, reduce
from validation.engines.session import Session, open_table
from validation.engines.spark_cells import MOST_ROWS, key_of, reduce_grouped
from validation.engines.spark_kin import Families
from validation.errors import TableError
from validation.protocols import read
from validation.protocols.shape import Protocol

KEYED = "SELECT i AS key, {patient} AS patient, i AS exam, 1e0 AS weight FROM range({rows}) t(i)"
EVERY = pytest.mark.parametrize("text", PLANS.values(), ids=PLANS)


@contextmanager
def counted(path: Path, plan: Protocol) -> Iterator[tuple[Session, TextRows]]:
    """Yield a session of DuckDB and the rows of a table in it, checked."""
    with open_table(inspect(path)) as session:
        yield session, text_rows(session, plan, None, tell=lambda *_said: None, remark=None)


class TestReduceGrouped:
    """Cells, pairs and patients by grouped SQL, held against those that arrays come to."""

    @EVERY
    def test_same_as_row_by_row(self, tmp_path: Path, text: str) -> None:
        """Every kind of table has the same digest in both ways."""
        plan = read(text)
        with counted(write_export(tmp_path), plan) as (session, rows):
            here = tally_of(reduce(rows, plan, quiet))
            there = tally_of(reduce_grouped(session, rows, plan, quiet))
        assert there.digest == here.digest
        assert there.persons == here.persons
        assert len(there.base.cells) > 50

    @pytest.mark.parametrize("exact", [0, 1000])
    def test_exact_up_to_a_number_of_rows(self, tmp_path: Path, exact: int) -> None:
        """Where the protocol does not say, the number of rows says how scores are kept."""
        plan = read(PROTOCOL)
        with counted(write_table(tmp_path), plan) as (session, rows):
            here = tally_of(reduce(rows, plan, quiet, limits=Limits(exact=exact)))
            there = tally_of(reduce_grouped(session, rows, plan, quiet, exact=exact))
        assert there.digest == here.digest
        assert len(there.views) == (2 if exact == 0 else 1)

    def test_two_cells_of_one_key(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Keys that do not tell cells apart are seen and drawn again."""
        salts = list[int]()

        def poor(plain: list[str], scored: list[str], salt: int) -> str:
            salts.append(salt)
            return "CAST(0 AS UBIGINT)" if salt == 0 else key_of(plain, scored, salt)

        plan = read(PROTOCOL)
        with counted(write_table(tmp_path), plan) as (session, rows):
            here = tally_of(reduce(rows, plan, quiet))
            monkeypatch.setattr(spark_cells, "key_of", poor)
            there = tally_of(reduce_grouped(session, rows, plan, quiet))
        assert salts == [0, 1]
        assert there.digest == here.digest

    def test_progress(self, tmp_path: Path) -> None:
        """What is told rises, and stays below all of it."""
        told, plan = list[float](), read(PROTOCOL)
        with counted(write_table(tmp_path), plan) as (session, rows):
            reduce_grouped(session, rows, plan, told.append, exact=0)
        assert told == sorted(told)
        assert (told[0], told[-1]) == (0.0, 2 / 3)

    def test_everything_is_excluded(self, tmp_path: Path) -> None:
        """A table no row of which counts is refused."""
        plan = read(PROTOCOL.replace("[columns]", '[columns]\nexcluded = "sex"'))
        path = write_table(tmp_path, [["E1", "P1", "North", "test", "F", "40", "1", "0.5"]])
        with (
            counted(path, plan) as (session, rows),
            pytest.raises(TableError, match="every row is excluded"),
        ):
            reduce_grouped(session, rows, plan, quiet)

    def test_sums_that_overflow(self, tmp_path: Path) -> None:
        """Costs whose squares are beyond 64 bits are refused, as row by row."""
        plan = read(PLANS["costs"])
        path = write_export(tmp_path)
        path.write_text(path.read_text().replace(",7.1,", ",999999,"))
        with counted(path, plan) as (session, rows):
            for way in (reduce, lambda *asked: reduce_grouped(session, *asked)):
                with pytest.raises(TableError, match="cannot be added exactly"):
                    way(rows, plan, quiet)

    def test_too_many_rows(self, tmp_path: Path) -> None:
        """Beyond four thousand million rows the sums of scores might not fit: it is said."""
        plan = read(PROTOCOL)
        with counted(write_table(tmp_path), plan) as (session, rows):
            rows.total = MOST_ROWS + 1
            with pytest.raises(TableError, match="4,294,967,297 rows"):
                reduce_grouped(session, rows, plan, quiet)


class TestFamilies:
    """The exams of one patient."""

    def families(self, session: Session, rows: int, *, at_once: int = 10) -> Families:
        """Return the families of rows of which three each are of one patient."""
        keyed = KEYED.format(patient="i // 3", rows=rows)
        return Families(session, keyed, weighted=False, names_exams=False, at_once=at_once)

    def test_buckets(self, tmp_path: Path) -> None:
        """Patients with several exams come whole and once, and in parts where they are many."""
        with open_table(inspect(write_table(tmp_path))) as session:
            found = self.families(session, 301)
            found.refuse_crowds()
            parts = list(found.parts())
            alone = found.alone()
        whole = [
            sorted(part["key"][part["patient"] == one].tolist())
            for part in parts
            for one in range(part["patient"].max() + 1)
        ]
        assert sorted(whole) == [[i, i + 1, i + 2] for i in range(0, 300, 3)]
        assert len(parts) > 10
        assert [one.tolist() for one in alone] == [[300], [1]]

    def test_nobody_alone(self, tmp_path: Path) -> None:
        """Where every patient has several exams, nobody has one."""
        with open_table(inspect(write_table(tmp_path))) as session:
            assert [one.tolist() for one in self.families(session, 30).alone()] == [[], []]

    def test_everybody_alone(self, tmp_path: Path) -> None:
        """Where no patient has several exams, there is no part."""
        with open_table(inspect(write_table(tmp_path))) as session:
            found = self.families(session, 1)
            found.refuse_crowds()
            assert list(found.parts()) == []

    def test_crowds(self, tmp_path: Path) -> None:
        """A patient whose pairs are too many is refused before they are collected."""
        crowd = next(n for n in count(1) if n * (n - 1) / 2 > MOST_PAIRS)
        with open_table(inspect(write_table(tmp_path))) as session:
            for size, fits in ((crowd - 1, True), (crowd, False)):
                keyed = KEYED.format(patient="0", rows=size)
                found = Families(session, keyed, weighted=False, names_exams=False)
                if fits:
                    found.refuse_crowds()
                    continue
                with pytest.raises(TableError, match=f"one patient has {crowd:,} exams"):
                    found.refuse_crowds()
