"""Tests of the Spark engine: the same digest as DuckDB's, on a real Spark in `make soak`."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from tests.factories.exports import HEADER, PLANS, exams, write_export
from tests.factories.tables import COLUMNS, HEAD, PROTOCOL, ROWS, changed, write_table
from validation.engines.duckdb import tally_table
from validation.engines.spark import tally_table_spark
from validation.engines.spark_session import first_line
from validation.errors import TableError
from validation.protocols import read
from validation.tallies import Tally

PLAN = read(PROTOCOL)
FEW = {
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    # Many small questions: to compile them well would take longer than to answer them.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}
REAL = f"""\
{HEAD}
[columns]
exam = "exam_id"
patient = "patient_id"
site = "site"
{{columns}}
[operating_point]
threshold = 0.2
{{more}}
[subgroups]
sex = "sex"
age = "age_band"
intersections = [["sex", "age"]]
"""
DYADIC = '[cells]\ngrid = "dyadic"\n'


class TestWithoutSpark:
    """Where the extra is not installed."""

    def test_says_how_to_get_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The refusal names what to install."""
        monkeypatch.setitem(sys.modules, "pyspark.sql", None)
        with pytest.raises(TableError, match=r"clinical-model-registry\[spark\].*Java 17"):
            tally_table_spark(write_table(tmp_path), PLAN)


class TestFirstLine:
    """What Spark says of an error, in one line."""

    def test_passes_over_the_call(self) -> None:
        """Which of Java's methods was called is of no use; what it says is."""
        said = "An error occurred while calling o1.x.\n: a.B: no such host\n\tat c.d(e.f)"
        assert first_line(ValueError(said)) == "a.B: no such host"

    def test_says_something(self) -> None:
        """An error without words has a name; one of many words is cut."""
        assert first_line(OSError()) == "OSError"
        assert len(first_line(OSError("x" * 999))) == 300


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Yield a Spark of two threads; where there is none, the proof fails and is not skipped."""
    sql: Any = import_module("pyspark.sql")
    builder = sql.SparkSession.builder.appName("cmr-tests").master("local[2]")
    for key, value in FEW.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def same(path: Path, text: str) -> Tally:
    """Return the tally that Spark counts, once all of it is found to be DuckDB's."""
    plan = read(text)
    told: tuple[list[str], list[str]] = ([], [])
    here = tally_table(path, plan, remark=told[0].append)
    there = tally_table_spark(path, plan, remark=told[1].append)
    assert (there.rows, there.levels) == (here.rows, here.levels)
    assert (there.left_out, there.periods) == (here.left_out, here.periods)
    assert there.persons == here.persons
    assert there.digest == here.digest
    return there


def typed() -> pa.Table:
    """Return an export as a table with types, its scores in single precision."""
    table = pa.table(dict(zip(HEADER, zip(*exams(), strict=True), strict=True)))
    kinds = {
        "age": pa.float64(), "w": pa.float64(), "m": pa.float32(), "score": pa.float32(),
        "score_b": pa.float32(), "old": pa.float64(),
    }  # fmt: skip
    for name, kind in kinds.items():
        said = table.column(name).to_pylist()
        numbers = [None if one in {"", "NA"} else float(one) for one in said]
        table = table.set_column(table.column_names.index(name), name, pa.array(numbers, kind))
    return table


def refusal(
    path: Path | str, text: str = PROTOCOL, *, engine: Callable[..., Tally] = tally_table_spark
) -> TableError:
    """Return the error with which a table is refused."""
    with pytest.raises(TableError) as caught:
        engine(path, read(text))
    return caught.value


# pyspark leaves its sockets to the collector.
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.usefixtures("spark")
@pytest.mark.soak
class TestTallyTableSpark:
    """A Spark of two threads on this machine, held against DuckDB."""

    @pytest.mark.parametrize("text", PLANS.values(), ids=PLANS)
    def test_exports(self, tmp_path: Path, text: str) -> None:
        """Everything that a protocol may declare, over rows as hospitals export them."""
        path = write_export(tmp_path)
        found = same(path, text)
        assert found.table_digest == tally_table(path, read(text)).table_digest
        assert found.producer.startswith("cmr-spark/1 (spark 4.")

    @pytest.mark.parametrize("name", ["weights", "beside others", "two findings"])
    def test_parquet(self, tmp_path: Path, name: str) -> None:
        """Values with types, scores in single precision among them."""
        pq.write_table(typed(), tmp_path / "table.parquet")
        same(tmp_path / "table.parquet", PLANS[name])

    def test_the_short_way(self, tmp_path: Path) -> None:
        """A table that DuckDB reads without a look at its texts; it keeps a fine view, too."""
        table = pa.table(
            {
                "exam": pa.array(range(2000), pa.int32()),
                "patient": pa.array([f"P{i % 700}" for i in range(2000)]),
                "site": pa.array([f"S{i % 7}" for i in range(2000)]),
                "split": pa.array(["external", "test"] * 1000),
                "sex": pa.array(["F", "M", None, "F"] * 500),
                "age": pa.array([float(i % 121) for i in range(2000)]),
                "label": pa.array([i % 3 == 0 for i in range(2000)]),
                "score": pa.array([(i * i % 1999) / 1999 for i in range(2000)], pa.float32()),
            }
        )
        pq.write_table(table, tmp_path / "table.parquet", row_group_size=300)
        text = PROTOCOL + '[cells]\ngrid = "dyadic"\n'
        assert len(same(tmp_path / "table.parquet", text).views) == 2

    def test_folder(self, tmp_path: Path) -> None:
        """Rows parted over files in another order have the same digests; no row is named."""
        table, plan = typed(), read(PLANS["dyadic"])
        pq.write_table(table, tmp_path / "table.parquet")
        cuts = {"one": [table], "parts": [table.slice(200), table.slice(0, 200)]}
        found = []
        for name, parts in cuts.items():
            (tmp_path / name).mkdir()
            for place, part in enumerate(parts):
                pq.write_table(part, tmp_path / name / f"{place}.parquet")
            found.append(tally_table_spark(tmp_path / name, plan))
        assert found[0].digest == found[1].digest
        assert found[0].digest == tally_table(tmp_path / "table.parquet", plan).digest
        assert found[0].table_digest == found[1].table_digest
        wrong = PLANS["dyadic"].replace("[columns]", '[columns]\nscore = "ward"')
        error = refusal(tmp_path / "parts", wrong)
        assert (error.column, error.rows) == ("ward", ())

    def test_folder_of_text(self, tmp_path: Path) -> None:
        """A folder of CSVs counts like one, each with its header."""
        folder = tmp_path / "table"
        folder.mkdir()
        write_table(folder, ROWS[:2], name="1.csv")
        write_table(folder, ROWS[2:], name="2.csv")
        whole = write_table(tmp_path, name="whole.csv")
        assert tally_table_spark(folder, PLAN).digest == tally_table(whole, PLAN).digest

    def test_folder_of_unlike_texts(self, tmp_path: Path) -> None:
        """A file whose columns stand in another order is refused, and not read wrongly."""
        folder = tmp_path / "table.csv"
        folder.mkdir()
        write_table(folder, ROWS[:2], name="1.csv")
        write_table(folder, [row[::-1] for row in ROWS[2:]], columns=COLUMNS[::-1], name="2.csv")
        assert "the same header" in refusal(folder).remedy

    def test_folder_of_other_letters(self, tmp_path: Path) -> None:
        """Letters that are no UTF-8 are seen in a folder, too."""
        folder = tmp_path / "table.csv"
        folder.mkdir()
        path = write_table(folder, changed(2, site="Zürich"))
        path.write_text(path.read_text(), encoding="latin-1")
        error = refusal(folder)
        assert (error.column, error.rows) == ("site", ())
        assert "not UTF-8" in error.problem

    def test_folder_without_a_name(self, tmp_path: Path) -> None:
        """A column without a name is refused in a folder, where headers are held together."""
        folder = tmp_path / "table.csv"
        folder.mkdir()
        write_table(folder, columns=[*COLUMNS[:6], "", "score"])
        assert "a column has no name" in refusal(folder).problem

    @pytest.mark.parametrize(
        ("name", "columns", "more"),
        [
            ("heart-cad_2.0.0", 'partition = "split"', ""),
            ("heart-cad_2.0.0", 'partition = "split"', DYADIC),
            ("apache-mortality_IVa", "", ""),
            ("chexnet-effusion_2022", "", ""),
            ("chexnet-effusion_2022", "", DYADIC),
        ],
        ids=["heart", "heart on a grid", "apache", "x-rays", "x-rays on a grid"],
    )
    def test_real_tables(self, shared: Path, name: str, columns: str, more: str) -> None:
        """Four hospitals, 174 hospitals with unscored stays, X-rays of repeated patients."""
        same(shared / "data" / "demo" / f"{name}.csv", REAL.format(columns=columns, more=more))

    def test_electrocardiograms(self, shared: Path, tmp_path: Path) -> None:
        """Six findings side by side, with two of the readers of each."""
        ecg = shared / "data" / "ecg_code_test"
        table = pd.read_csv(ecg / "exams.csv", dtype=str)
        scores = pd.read_csv(ecg / "versions" / "seed_01.csv", dtype=str)
        table = table.merge(scores, on="exam_id")
        for name in ("cardiologist1", "medical_students"):
            calls = pd.read_csv(ecg / "readers" / f"{name}.csv", dtype=str)
            calls.columns = calls.columns.str.replace("call", name)
            table = table.merge(calls, on="exam_id")
        table.to_csv(tmp_path / "table.csv", index=False)
        more = "".join(
            f'[findings.{name}]\nlabel = "label_{name}"\nscore = "score_{name}"\n'
            for name in ("1davb", "rbbb", "lbbb", "sb", "af", "st")
        )
        more += '[readers]\none = "cardiologist1_{finding}"\ntwo = "medical_students_{finding}"\n'
        found = same(tmp_path / "table.csv", REAL.format(columns="", more=more))
        assert len(found.levels["finding"]) == 6

    @pytest.mark.parametrize(
        ("row", "values"),
        [
            (3, {"score": "high"}),
            (3, {"score": "1e999"}),
            (2, {"score": "1.2"}),
            (2, {"label": "yes"}),
            (4, {"site": ""}),
            (4, {"split": "train"}),
            (4, {"site": "north"}),
            (4, {"age": "121"}),
            (4, {"exam": "E1"}),
        ],
    )
    def test_refusals(self, tmp_path: Path, row: int, values: dict[str, str]) -> None:
        """What is wrong is told in DuckDB's words, with the same rows."""
        path = write_table(tmp_path, changed(row, **values))
        here, there = refusal(path, engine=tally_table), refusal(path)
        assert str(there) == str(here)
        assert (there.column, there.rows) == (here.column, here.rows)

    def test_sites_by_other_names(self, tmp_path: Path) -> None:
        """Names of sites are taken for the sites' own, as by DuckDB."""
        path, sites = write_table(tmp_path), {"North": "Kiel", "South": "Ulm"}
        found = tally_table_spark(path, PLAN, sites=sites)
        assert found.digest == tally_table(path, PLAN, sites=sites).digest
        assert found.levels["site"] == ("Kiel", "Ulm")

    def test_decimal_commas(self, tmp_path: Path) -> None:
        """A column of decimal commas is understood and said."""
        path, told = tmp_path / "table.csv", list[str]()
        lines = [";".join(row).replace("0.", "0,") for row in ROWS]
        path.write_text("\n".join(["exam;patient;site;split;sex;age;label;score", *lines]) + "\n")
        found = tally_table_spark(path, PLAN, remark=told.append)
        assert found.digest == tally_table(path, PLAN).digest
        assert any("decimal commas" in one for one in told)

    @pytest.mark.parametrize("end", ["\r\n", "\r"])
    def test_ends_of_lines(self, tmp_path: Path, end: str) -> None:
        """Lines may end as on Windows, or as on an old Macintosh."""
        path = write_table(tmp_path)
        path.write_bytes(path.read_bytes().replace(b"\n", end.encode()))
        same(path, PROTOCOL)

    def test_quoted_texts(self, tmp_path: Path) -> None:
        """Quoted separators and line ends inside a text are part of it, where lines are plain."""
        rows = [[*row[:4], '"F"', *row[5:]] for row in ROWS]
        same(write_table(tmp_path, rows), PROTOCOL)

    def test_missing_column(self, tmp_path: Path) -> None:
        """A column that is not there is refused with the nearest one."""
        names = ("exam", "patient", "site", "split", "sex", "age", "label", "scores")
        error = refusal(write_table(tmp_path, columns=names))
        assert "Did you mean “scores”" in error.remedy

    def test_utf_16(self, tmp_path: Path) -> None:
        """Text that Spark would read otherwise is refused, and what to do is said."""
        path = write_table(tmp_path)
        path.write_text(path.read_text(), encoding="utf-16")
        assert "Make Parquet of it first" in refusal(path).remedy

    def test_names_in_numbers_with_a_point(self, tmp_path: Path) -> None:
        """Sites in a column of float64 would be printed otherwise, and are refused."""
        table = pa.csv.read_csv(write_table(tmp_path))
        table = table.set_column(2, "site", pa.array([1e7] * len(ROWS)))
        pq.write_table(table, tmp_path / "table.parquet")
        error = refusal(tmp_path / "table.parquet")
        assert error.column == "site"
        assert "the type double" in error.problem

    def test_nested_values(self, tmp_path: Path) -> None:
        """A column of lists is refused."""
        table = pa.csv.read_csv(write_table(tmp_path))
        table = table.set_column(7, "score", pa.array([[0.5]] * len(ROWS)))
        pq.write_table(table, tmp_path / "table.parquet")
        assert "a list or a structure" in refusal(tmp_path / "table.parquet").problem

    def test_short_lines(self, tmp_path: Path) -> None:
        """A line that is too short is refused, in a folder as well, where Spark meets it."""
        folder = tmp_path / "table.csv"
        folder.mkdir()
        write_table(folder, [*ROWS[:5], ROWS[5][:4]])
        assert "Spark cannot read or count the table" in refusal(folder).problem

    def test_nothing_there(self, tmp_path: Path) -> None:
        """An address where nothing is is told in one line."""
        problem = refusal(f"file://{tmp_path}/absent.parquet").problem
        assert "PATH_NOT_FOUND" in problem
        assert "\n" not in problem

    def test_no_rows(self, tmp_path: Path) -> None:
        """A header alone is refused."""
        assert "no rows" in refusal(write_table(tmp_path, [])).problem

    def test_leaves_nothing(self, tmp_path: Path, spark: Any) -> None:  # noqa: ANN401  (optional)
        """The session that was there goes on, and nothing is kept in its memory."""
        tally_table_spark(write_table(tmp_path), PLAN)
        assert spark.sql("SELECT 1").collect()[0][0] == 1
        assert spark.sparkContext._jsc.getPersistentRDDs().isEmpty()  # noqa: SLF001  (Java's)
