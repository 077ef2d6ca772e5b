"""Spark: a prediction table that outgrows one machine to its tally, by the SQL that DuckDB runs.

The checks are those of `checks`, word for word, and cells are grouped by `spark_cells`;
`spark_dialect` says what is spelled otherwise here. Amounts are whole numbers before they are added
and cells are put in order afterwards, so that the tally has the digest that DuckDB's has.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any

from validation.engines.checks import wanted_columns
from validation.engines.duckdb import Progress, text_rows
from validation.engines.reduction import Tell, tally_of
from validation.engines.spark_cells import reduce_grouped
from validation.engines.spark_session import SparkTable, first_line, opened
from validation.engines.spark_source import open_source, refuse_printed_words
from validation.errors import TableError
from validation.protocols.shape import Protocol
from validation.tallies import Tally


def tally_table_spark(
    table: str | os.PathLike[str],
    protocol: Protocol,
    *,
    master: str | None = None,
    sites: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    remark: Callable[[str], None] | None = None,
    settings: Mapping[str, str] | None = None,
    within_sites: bool = False,
) -> Tally:
    """Return the tally of a table under a protocol, counted by Spark.

    Parameters
    ----------
    table : str or path
        CSV or Parquet: a file or a folder here, or an address that the cluster can read
        (``s3a://…``, ``abfss://…``, ``gs://…``, ``hdfs://…``).
    protocol : Protocol
    master : str, optional
        ``local[2]``, ``spark://…``, ``yarn`` …; unless given, what Spark's own settings say. Where
        a Spark runs in this process already, that one is used, whatever is given.
    sites, progress, remark, within_sites : optional
        As for DuckDB.
    settings : mapping of str to str, optional
        Further settings of Spark, such as the credentials of an object store.

    Raises
    ------
    TableError
        When the table cannot be used. Rows are named where the table is one file here.
    """
    tell = progress or _silently
    tell("reading", 0.0)
    with opened(master, settings or {}) as spark:
        try:
            return _counted(
                spark, table, protocol, sites, tell=tell, remark=remark, within_sites=within_sites
            )
        except TableError:
            raise
        except Exception as error:
            if not type(error).__module__.startswith(("pyspark.", "py4j.")):
                raise
            raise TableError(
                f"Spark cannot read or count the table: {first_line(error)}",
                remedy="See whether the address is right, every worker can read it, the files are "
                "whole, and all texts have the same header.",
            ) from None


def _counted(
    spark: Any,  # noqa: ANN401  (Spark is optional)
    table: str | os.PathLike[str],
    protocol: Protocol,
    sites: Mapping[str, str] | None,
    *,
    tell: Progress,
    remark: Callable[[str], None] | None,
    within_sites: bool,
) -> Tally:
    """Return the tally of a table, counted in an open session."""
    source = open_source(spark, table)
    wanted = wanted_columns(protocol)
    session = SparkTable(spark, source)
    try:
        for column, role in wanted.items():
            session.require(column, role)
        refuse_printed_words(source, protocol)
        try:
            rows = text_rows(session, protocol, sites, tell=tell, remark=remark)
        except TableError as error:
            raise _without_rows(error) if not source.numbers_rows else error from None
        found = reduce_grouped(session, rows, protocol, _part(tell), within_sites=within_sites)
        left_out, periods = rows.left_out(), rows.periods()
        digest = session.digest() if source.file is None else source.file.digest
        if source.file is not None:
            source.file.refuse_change()
    finally:
        session.close()
    tell("counting", 1.0)
    return tally_of(
        found, protocol, table_digest=digest, rows=rows.total, left_out=left_out, periods=periods,
        producer=f"cmr-spark/1 (spark {spark.version})",
    )  # fmt: skip


def _without_rows(error: TableError) -> TableError:
    """Return a refusal that names no row, since rows have no number in several files."""
    return TableError(error.problem, remedy=error.remedy, column=error.column, total=error.total)


def _part(tell: Progress) -> Tell:
    """Return what tells how much of the counting is done."""
    return lambda share: tell("counting", 0.7 + 0.3 * share)


def _silently(_step: str, _share: float) -> None:
    """Tell nobody."""
