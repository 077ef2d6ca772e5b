"""Tests of the Spark engine: the same digest as DuckDB's; a real Spark runs in `make soak`."""

import sys
from pathlib import Path

import pytest

from tests.factories.tables import PROTOCOL, ROWS, changed, write_table
from validation.engines.duckdb import tally_table
from validation.engines.spark import dialect, tally_table_spark
from validation.errors import TableError
from validation.protocols import read

PLAN = read(PROTOCOL)
FEW = {"spark.sql.shuffle.partitions": "4"}
REAL = """\
schema = "cmr.protocol/1"
name = "Real table"
purpose = "external testing"
sampling = "consecutive"
reference_standard = "as the table's source says"
[columns]
exam = "exam_id"
patient = "patient_id"
site = "site"
{partition}
[operating_point]
threshold = 0.2
[subgroups]
sex = "sex"
age = "age_band"
intersections = [["sex", "age"]]
"""


class TestDialect:
    """What Spark spells otherwise."""

    def test_filter(self) -> None:
        """Spark wants a WHERE inside a filter; one that is there stays alone."""
        assert dialect("count(*) FILTER (n > 1)") == "count(*) FILTER (WHERE n > 1)"
        assert dialect("count(*) FILTER (WHERE n > 1)") == "count(*) FILTER (WHERE n > 1)"

    def test_tables_become_views(self) -> None:
        """A table of a session is a view there, and nothing else of the statement changes."""
        asked = "CREATE TABLE coded AS SELECT l.* FROM loaded l"
        assert dialect(asked) == (
            "CREATE OR REPLACE TEMPORARY VIEW coded AS SELECT l.* FROM loaded l"
        )


class TestWithoutSpark:
    """Where the extra is not installed."""

    def test_says_how_to_get_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The refusal names what to install."""
        monkeypatch.setitem(sys.modules, "pyspark.sql", None)
        with pytest.raises(TableError, match=r"clinical-model-registry\[spark\]"):
            tally_table_spark(write_table(tmp_path), PLAN)


def require_spark() -> None:
    """Skip, and say so, where there is no Spark to run."""
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed: Spark is NOT tested")


# pyspark leaves its sockets to the collector.
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.soak
class TestTallyTableSpark:
    """A Spark of two threads on this machine."""

    def test_same_digest(self, tmp_path: Path) -> None:
        """Six exams: tally and table have the digests that DuckDB gives them."""
        require_spark()
        path = write_table(tmp_path)
        here, there = tally_table(path, PLAN), tally_table_spark(
            path, PLAN, master="local[2]", settings=FEW
        )  # fmt: skip
        assert there.digest == here.digest
        assert there.table_digest == here.table_digest
        assert there.producer.startswith("cmr-spark/1")

    @pytest.mark.parametrize(
        ("name", "partition"),
        [
            ("heart-cad_2.0.0", 'partition = "split"'),
            ("apache-mortality_IVa", ""),
            ("chexnet-effusion_2022", ""),
        ],
    )
    def test_real_tables(self, shared: Path, name: str, partition: str) -> None:
        """Four hospitals, 174 hospitals with unscored stays, X-rays of repeated patients."""
        require_spark()
        path = shared / "data" / "demo" / f"{name}.csv"
        plan = read(REAL.format(partition=partition))
        found = tally_table_spark(path, plan, master="local[2]", settings=FEW)
        assert found.digest == tally_table(path, plan).digest

    def test_refusals(self, tmp_path: Path) -> None:
        """A score that is no number is refused with its column, and no row is named."""
        require_spark()
        path = write_table(tmp_path, changed(3, score="high"))
        with pytest.raises(TableError) as caught:
            tally_table_spark(path, PLAN, master="local[2]", settings=FEW)
        assert (caught.value.column, caught.value.rows) == ("score", ())

    def test_missing_column(self, tmp_path: Path) -> None:
        """A column that is not there is refused with the nearest one."""
        require_spark()
        path = write_table(tmp_path, ROWS, columns=("exam", "patient", "site", "split", "sex",
                                                    "age", "label", "scores"))  # fmt: skip
        with pytest.raises(TableError, match="Did you mean “scores”"):
            tally_table_spark(path, PLAN, master="local[2]", settings=FEW)
