"""A session on Spark: the questions that are put to DuckDB, put to a cluster instead."""

# ruff: noqa: S608  (every name in the SQL is ours or quoted)
import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import pyarrow as pa

from validation.engines.session import Session
from validation.engines.spark_dialect import spelled
from validation.engines.spark_source import Source, as_text
from validation.engines.values import cleaned
from validation.errors import TableError

CONFIGURATION: Final = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.csv.parser.columnPruning.enabled": "false",  # else short lines go unseen
    "spark.sql.parquet.binaryAsString": "true",  # text by writers that do not say so
    "spark.sql.legacy.parquet.nanosAsLong": "true",  # else a table with such a column is unreadable
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
REPLACED: Final = "\ufffd"  # what Java puts in place of bytes that are no letter
_HASHED: Final = 4  # numbers of 60 bits of each row's SHA-256 that are added up
_CALLING: Final = "An error occurred while calling"  # which of Java's methods: of no use to anybody
_MADE: Final = re.compile(r"CREATE TABLE (\w+) AS ")


class SparkTable(Session):
    """An open table on Spark; what it was asked to make is gone when it is closed."""

    def __init__(self, spark: Any, source: Source) -> None:  # noqa: ANN401  (Spark is optional)
        self._spark, self._source = spark, source
        self._kept: list[Any] = []
        self.columns = source.columns
        self.remarks = list(source.remarks)
        self.numbers_rows = source.numbers_rows

    def load(
        self, columns: Iterable[str], *, unless: str | None = None, kept: Sequence[str] = ()
    ) -> int:
        """Read columns as text into ``loaded`` (c0, c1, …, empty ones null); return the rows."""
        self._names = {name: f"c{index}" for index, name in enumerate(dict.fromkeys(columns))}
        chosen = ", ".join(
            f"{cleaned(self.source(name))} AS {short}" for name, short in self._names.items()
        )
        read = f"SELECT {chosen}, rowid FROM {self.scan()}"
        if unless is not None:
            read = f"SELECT {self._where_nothing(unless, kept)}, rowid FROM ({read})"
        texts = [
            f"{spelled(as_text(self.source(name), self._kind(name), name))} AS {self.source(name)}"
            for name in self._names
        ]
        self._source.frame.selectExpr(*texts, "rowid").createOrReplaceTempView("scanned")
        self.run(f"CREATE TABLE loaded AS {read}")
        if self._source.may_be_garbled:
            self._refuse_garbled()
        return int(self.ask("SELECT count(*) FROM loaded")[0][0])

    def _refuse_garbled(self) -> None:
        """Refuse text that was not UTF-8."""
        held = ", ".join(f"count(*) FILTER ({one} LIKE '%{REPLACED}%')" for one in self.loaded)
        for column, rows in zip(
            self._names, self.ask(f"SELECT {held} FROM loaded")[0], strict=True
        ):
            if rows:
                raise TableError(
                    f"{rows:,} rows hold letters that are not UTF-8.",
                    remedy="Save the table as UTF-8, or make Parquet of it.",
                    column=column,
                )

    def rewrite(self, column: str, expression: str) -> None:
        """Put another text in place of a loaded column's; ``{}`` in the expression is the old."""
        short = self.short(column)
        others = [one for one in (*self.loaded, "rowid") if one != short]
        new = f"{expression.replace('{}', short)} AS {short}"
        self._keep("loaded", self._sql(f"SELECT {', '.join([*others, new])} FROM loaded"))

    def source(self, column: str) -> str:
        """Return the text of a column in the scan."""
        return f"f{self.columns.index(column)}"

    def scan(self) -> str:
        """Return the expression that scans the table: columns f0, f1, …, as text."""
        return "scanned"

    def _kind(self, column: str) -> str:
        """Return the type of a column's values."""
        return self._source.kinds[self.columns.index(column)]

    def _sql(self, sql: str, values: Sequence[object] = ()) -> Any:  # noqa: ANN401  (a frame)
        return self._spark.sql(spelled(sql), args=list(values))

    def _keep(self, table: str, frame: Any) -> None:  # noqa: ANN401  (a frame)
        """Keep what a question comes to: a view alone would be worked out for each question."""
        self._kept.append(frame.cache())
        frame.createOrReplaceTempView(table)

    def run(self, sql: str) -> None:
        """Run one statement, which makes a table."""
        made = _MADE.match(sql)
        assert made is not None  # noqa: S101  (nothing else is run here)
        self._keep(made[1], self._sql(sql[made.end() :]))

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of one question."""
        return [tuple(row) for row in self._sql(sql, values).collect()]

    def batches(self, sql: str, rows: int) -> Iterator[Any]:
        """Yield the answer to one question as Arrow record batches of at most so many rows."""
        yield from self._sql(sql).toArrow().to_batches(max_chunksize=rows)

    def keep(self, table: str, codes: Mapping[str, int]) -> None:
        """Keep which code each name has in a view ``name, code``."""
        # From Arrow it is a relation of its own; from a list Python workers would count it out.
        named = pa.table(
            {
                "name": pa.array(list(codes), pa.string()),
                "code": pa.array(list(codes.values()), pa.int32()),
            }
        )
        self._spark.createDataFrame(named).createOrReplaceTempView(table)

    def numbered(self, short: str) -> tuple[str, str]:
        """Return what tells the values of ``l.short`` apart: here they do so themselves."""
        return "", f"l.{short}"

    def digest(self) -> str:
        """Return a digest of the loaded rows that does not depend on their order.

        Four sums, over all rows, of 60 bits of each row's SHA-256, with the columns' names. It
        tells the same rows from others; it is no digest of a file.
        """
        columns = ", ".join(f"coalesce({short}, '')" for short in self.loaded)
        row = f"sha2(to_json(array({columns})), 256)"
        bits = [f"conv(substr({row}, {1 + 15 * i}, 15), 16, 10)" for i in range(_HASHED)]
        sums = [f"CAST(sum(CAST({number} AS DECIMAL(38, 0))) AS STRING)" for number in bits]
        found = self.ask(f"SELECT CAST(count(*) AS STRING), {', '.join(sums)} FROM loaded")[0]
        told = "\n".join([*self._names, *map(str, found)])
        return f"sha256:{hashlib.sha256(told.encode()).hexdigest()}"

    def close(self) -> None:
        """Let go of what was made."""
        for frame in self._kept:
            frame.unpersist()


@contextmanager
def opened(master: str | None, settings: Mapping[str, str]) -> Iterator[Any]:
    """Yield a session of Spark with our settings; one that was there before stays as it was.

    Raises
    ------
    TableError
        When Spark is not installed or does not start, with what to do.
    """
    try:
        pyspark, sql = import_module("pyspark"), import_module("pyspark.sql")
    except ImportError:
        raise TableError(
            "Spark is not installed here.",
            remedy="Install it with: pip install 'clinical-model-registry[spark]'. It also needs "
            "Java 17 or newer.",
        ) from None
    was_there = pyspark.SparkContext._active_spark_context is not None  # noqa: SLF001  (no other way)
    builder = sql.SparkSession.builder
    if not was_there:
        builder = builder.appName("cmr").config("spark.ui.showConsoleProgress", "false")
        if master is not None:
            builder = builder.master(master)
        for key, value in settings.items():
            builder = builder.config(key, value)
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # errors are told by us
    try:
        started = builder.getOrCreate()
    except Exception as error:  # noqa: BLE001  (whatever Java, Spark or the cluster says)
        raise TableError(
            f"Spark does not start: {first_line(error)}",
            remedy="See whether Java 17 or newer is installed (java -version), and whether the "
            "cluster that --master names can be reached.",
        ) from None
    if not was_there:
        started.sparkContext.setLogLevel("OFF")
    spark = started.newSession()
    for key, value in {**CONFIGURATION, **(settings if was_there else {})}.items():
        spark.conf.set(key, value)
    try:
        yield spark
    finally:
        if not was_there:
            started.stop()


def first_line(error: Exception) -> str:
    """Return the first line of what Spark says of an error, short enough for a message."""
    lines = [line.strip().removeprefix(": ") for line in str(error).splitlines()]
    told = [line for line in lines if line and not line.startswith(_CALLING)]
    line = told[0] if told else type(error).__name__
    return line if len(line) <= 300 else f"{line[:299]}…"  # noqa: PLR2004  (a few lines)
