"""Spark: the tally of a table that outgrows one machine, by the SQL that DuckDB runs.

The statements are those of `checks` and `cells`, word for word; `dialect` says what is spelled
otherwise here. Sums are whole numbers and cells are put in order afterwards, so that the tally has
the digest that DuckDB's has.
"""

# ruff: noqa: S608  (every name in the SQL is ours or quoted; values are bound or escaped)
import hashlib
import importlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from validation.engines.cells import count, count_persons, prepare
from validation.engines.checks import check, wanted_columns
from validation.engines.session import Session
from validation.errors import TableError
from validation.protocols import measure_digest
from validation.protocols.shape import Protocol
from validation.spelling import listed, nearest
from validation.tallies import Tally, View

CONFIGURATION: Final = {
    # DuckDB's texts hold backslashes as they are, and so must these.
    "spark.sql.parser.escapedStringLiterals": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_FUNCTION: Final = "CREATE OR REPLACE TEMPORARY FUNCTION "
FUNCTIONS: Final = (
    (
        f"{_FUNCTION}regexp_full_match(value STRING, pattern STRING) RETURNS BOOLEAN "
        "RETURN value RLIKE concat('^(?:', pattern, ')$')"
    ),
    (
        f"{_FUNCTION}isinf(value DOUBLE) RETURNS BOOLEAN "
        "RETURN abs(value) = CAST('Infinity' AS DOUBLE)"
    ),
)
HASHED: Final = 4  # numbers of 60 bits of each row's SHA-256 that are added up


def dialect(sql: str) -> str:
    """Return a statement of ours as Spark spells it.

    >>> dialect("SELECT count(*) FILTER (n > 1) FROM t")
    'SELECT count(*) FILTER (WHERE n > 1) FROM t'
    >>> dialect("CREATE TABLE t AS SELECT 1")
    'CREATE OR REPLACE TEMPORARY VIEW t AS SELECT 1'
    """
    spelled = re.sub(r"FILTER \((?!WHERE )", "FILTER (WHERE ", sql)
    return re.sub(r"^CREATE TABLE (\w+) AS ", r"CREATE OR REPLACE TEMPORARY VIEW \1 AS ", spelled)


def tally_table_spark(
    table: object,
    protocol: Protocol,
    *,
    master: str | None = None,
    sites: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Tally:
    """Return the tally of a table under a protocol, counted by Spark.

    Parameters
    ----------
    table : str, path or pyspark DataFrame
        CSV or Parquet: a file, a folder of files, or an address that the cluster can read
        (``s3a://…``, ``hdfs://…``). A DataFrame stays as it is.
    protocol : Protocol
    master : str, optional
        ``local[2]``, ``spark://…``, ``yarn`` …; unless given, whatever session is there or what
        ``spark-submit`` says.
    sites : mapping of str to str, optional
        As for DuckDB.
    settings : mapping of str to str, optional
        Further settings of Spark, such as the credentials of an object store.

    Raises
    ------
    TableError
        When the table cannot be used; rows have no place here, and are not named.
    """
    with _opened(master, settings or {}) as spark:
        frame, digest = _read(spark, table)
        wanted = wanted_columns(protocol)
        session = SparkTable(spark, frame)
        for column, role in wanted.items():
            session.require(column, role)
        rows = session.load(wanted)
        if rows == 0:
            raise TableError(
                "the table has a header and no rows.", remedy="Give a table with rows."
            )
        try:
            check(session, protocol, sites)
        except TableError as error:
            raise TableError(
                error.problem, remedy=error.remedy, column=error.column, total=error.total
            ) from None
        levels = prepare(session, protocol, sites)
        cells = count(session, protocol, levels)
        persons = count_persons(session, protocol, levels)
        producer = f"cmr-spark/1 (spark {spark.version})"
    return Tally(
        measure_digest=measure_digest(protocol),
        table_digest=digest,
        rows=rows,
        levels=levels,
        views=(
            View(
                attributes=tuple(sorted(set(levels) - {"finding", "partition", "site"})),
                cells=cells,
            ),
        ),
        persons=persons,
        producer=producer,
    )


class SparkTable(Session):
    """An open table on Spark: the same questions as to `Session`, put to a cluster."""

    def __init__(self, spark: Any, frame: Any) -> None:  # noqa: ANN401  # Spark is optional
        self._spark = spark
        self._frame = frame
        self.columns = tuple(frame.columns)

    def require(self, column: str, role: str) -> None:
        """Refuse a table that lacks a column."""
        if column in self.columns:
            return
        near = nearest(column, self.columns)
        meant = f"Did you mean “{near}”? " if near else ""
        raise TableError(
            f"the table has no such column, which the protocol names as {role}.",
            remedy=f"{meant}Rename the column or change the protocol; the table has "
            f"{listed(self.columns)}.",
            column=column,
        )

    def load(self, columns: Iterable[str]) -> int:
        """Make ``loaded`` of some columns as text, empty ones null; return the rows."""
        self._names = {name: f"c{index}" for index, name in enumerate(dict.fromkeys(columns))}
        blanks = "concat(' \t\r\n', decode(X'C2A0', 'UTF-8'))"
        chosen = ", ".join(
            f"nullif(trim(BOTH {blanks} FROM CAST({_name(name)} AS STRING)), '') AS {short}"
            for name, short in self._names.items()
        )
        self._frame.createOrReplaceTempView("scanned")
        found = self._spark.sql(
            f"SELECT {chosen}, monotonically_increasing_id() AS rowid FROM scanned"
        ).cache()
        found.createOrReplaceTempView("loaded")
        return int(found.count())

    def run(self, sql: str) -> None:
        """Run one statement."""
        self._spark.sql(dialect(sql))
        made = re.match(r"CREATE TABLE (\w+) AS ", sql)
        if made is not None:  # a view alone would be computed anew for every question
            self._spark.sql(f"CACHE TABLE {made[1]}")

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of one question."""
        return [tuple(row) for row in self._spark.sql(dialect(sql), args=list(values)).collect()]

    def stream(self, sql: str, *, batch: int) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of one question, partition after partition."""
        del batch
        for row in self._spark.sql(dialect(sql)).toLocalIterator():
            yield tuple(row)

    def arrays(self, sql: str) -> dict[str, Any]:
        """Return the columns of one question as arrays, NaN where null."""
        answer = self._spark.sql(dialect(sql)).toArrow()
        return {
            name: answer.column(name).to_numpy(zero_copy_only=False) for name in answer.column_names
        }

    def keep(self, table: str, codes: Mapping[str, int]) -> None:
        """Keep which code each name has in a view ``name, code``."""
        # From Arrow it is a local relation; from a list it would be counted out by Python workers.
        named = pa.table(
            {
                "name": pa.array(list(codes), pa.string()),
                "code": pa.array(list(codes.values()), pa.int32()),
            }
        )
        self._spark.createDataFrame(named).createOrReplaceTempView(table)


@contextmanager
def _opened(master: str | None, settings: Mapping[str, str]) -> Iterator[Any]:
    """Yield a Spark session; one that was there before stays afterwards."""
    try:
        sql = importlib.import_module("pyspark.sql")
    except ImportError:
        raise TableError(
            "Spark is not installed here.",
            remedy="Install it with: pip install 'clinical-model-registry[spark]', and Java 17.",
        ) from None
    before = sql.SparkSession.getActiveSession()
    builder = sql.SparkSession.builder.appName("cmr")
    if master is not None and before is None:
        builder = builder.master(master)
    for key, value in {**CONFIGURATION, **settings}.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        for function in FUNCTIONS:
            spark.sql(function)
        yield spark
    finally:
        spark.catalog.clearCache()
        if before is None:
            spark.stop()


def _read(spark: Any, table: object) -> tuple[Any, str]:  # noqa: ANN401  # Spark is optional
    """Return a table as a frame, and the digest of its bytes, or of its rows where there are none.

    Where the table is no single file here, its rows are hashed: four sums, over all rows, of 60
    bits of each row's SHA-256. It tells the same rows in any order from others; it is no digest
    of a file.
    """
    if not isinstance(table, str | os.PathLike):
        return table, _digest_of_rows(table)
    path = os.fspath(table)
    if path.rstrip("/").endswith((".csv", ".csv.gz")):
        frame = spark.read.csv(
            path, header=True, multiLine=True, quote='"', escape='"', mode="FAILFAST"
        )
    else:
        frame = spark.read.parquet(path)
    if not Path(path).is_file():
        return frame, _digest_of_rows(frame)
    with Path(path).open("rb") as file:
        return frame, f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _digest_of_rows(frame: Any) -> str:  # noqa: ANN401  # Spark is optional
    """Return a digest of the rows of a frame that does not hang on their order."""
    row = f"sha2(to_json(struct({', '.join(_name(name) for name in frame.columns)})), 256)"
    bits = [f"conv(substr({row}, {1 + 15 * i}, 15), 16, 10)" for i in range(HASHED)]
    parts = [f"CAST(sum(CAST({number} AS DECIMAL(38, 0))) AS STRING)" for number in bits]
    found = frame.selectExpr("CAST(count(*) AS STRING)", *parts).first()
    told = "\n".join([*frame.columns, *map(str, found)])
    return f"sha256:{hashlib.sha256(told.encode()).hexdigest()}"


def _name(column: str) -> str:
    """Return a column as Spark writes a name."""
    return "`" + column.replace("`", "``") + "`"
