"""Source: a table as Spark reads it, with what is known of it before a row is.

What Spark reads otherwise than DuckDB, it is not let read: a CSV must be plain (UTF-8, one kind of
line end), and numbers with a point in their type are no names of sites or groups, because each
engine prints them in its own way.
"""

import csv
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from validation.engines.dialects import Header, header_of, refuse_same_names
from validation.engines.files import Format, TableFile, inspect
from validation.engines.spark_dialect import quoted
from validation.engines.spark_scores import number
from validation.engines.values import folded
from validation.errors import TableError
from validation.protocols.shape import Protocol

_ADDRESS: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_CSV: Final = re.compile(r"\.(csv|tsv|txt)/?$", re.IGNORECASE)
_NESTED: Final = ("array", "map", "struct", "variant")
_WORDS: Final = ("string", "tinyint", "smallint", "int", "bigint", "boolean", "date")
_CONVERT: Final = "Make Parquet of it first, or count it with --engine duckdb, which reads it."
_DECIMALS: Final = 11  # as many as `typed.printed` tries


@dataclass(frozen=True, kw_only=True)
class Source:
    """A table as Spark reads it.

    Attributes
    ----------
    frame : pyspark DataFrame
        Columns f0, f1, … and ``rowid``.
    columns, kinds : tuple of str
        The columns' names, and the types of their values as Spark calls them.
    file : TableFile or None
        Where the table is one file on this machine.
    numbers_rows : bool
        Whether ``rowid`` says which row of the file it is.
    may_be_garbled : bool
        Whether it is text whose bytes nobody has looked at.
    remarks : tuple of str
    """

    frame: Any
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    file: TableFile | None
    numbers_rows: bool
    may_be_garbled: bool = False
    remarks: tuple[str, ...] = ()


def open_source(spark: Any, address: str | os.PathLike[str]) -> Source:  # noqa: ANN401  (optional)
    """Return a table: one file here, a folder, or an address that the cluster can read.

    Raises
    ------
    TableError
        When it is written in a way that Spark does not read as DuckDB does.
    """
    place = os.fspath(address)
    if _ADDRESS.match(place) is None:
        if not Path(place).is_dir():
            return _of_file(spark, inspect(place))
        try:
            texts = any(_CSV.search(file.name) for file in Path(place).iterdir())
        except OSError:
            raise TableError(
                "the folder cannot be read.", remedy="Ask whoever owns it for the right to read it."
            ) from None
        # Whatever file system a cluster has as its own, a path is one of this machine.
        place = Path(place).absolute().as_uri()
    else:
        texts = _CSV.search(place) is not None
    return _of_texts(spark, place) if texts else _of_parquet(spark, place, None)


def _of_texts(spark: Any, place: str) -> Source:  # noqa: ANN401  (Spark is optional)
    """Return a folder or address of CSVs, each of which must have the same header."""
    first = "\n".join(str(row[0]) for row in spark.read.text(place).head(1))
    header = header_of(f"{first}\n".encode())
    if "" in header.names:
        raise TableError(
            "a column has no name in the header.", remedy="Name every column, or leave it out."
        )
    written = next(csv.reader([first.removeprefix("\ufeff")], delimiter=header.delimiter))
    return _of_csv(spark, place, header, None, written)


def _of_file(spark: Any, file: TableFile) -> Source:  # noqa: ANN401  (Spark is optional)
    place = file.path.absolute().as_uri()
    if file.format is Format.PARQUET:
        return _of_parquet(spark, place, file)
    if not (file.plain and file.regular):
        raise TableError(
            "the text is written in a way that Spark reads otherwise: UTF-16, lines that end in "
            "several ways, a “sep=” line, or texts that hold separators.",
            remedy=_CONVERT,
        )
    header = Header(names=file.header, delimiter=file.delimiter, announced=False)
    return _of_csv(spark, place, header, file)


def _of_parquet(spark: Any, place: str, file: TableFile | None) -> Source:  # noqa: ANN401
    found = spark.read.parquet(place)
    names = tuple(folded(name) for name in found.columns)
    refuse_same_names(names)
    kinds = tuple(field.dataType.simpleString() for field in found.schema.fields)
    short = [f"{quoted(name)} AS f{i}" for i, name in enumerate(found.columns)]
    at = "monotonically_increasing_id()" if file is None else "_metadata.row_index"
    return Source(
        frame=found.selectExpr(*short, f"{at} AS rowid"), columns=names, kinds=kinds, file=file,
        numbers_rows=file is not None, remarks=() if file is None else file.remarks,
    )  # fmt: skip


def _of_csv(
    spark: Any,  # noqa: ANN401  (Spark is optional)
    place: str,
    header: Header,
    file: TableFile | None,
    written: Sequence[str] | None = None,
) -> Source:
    """Return a CSV; each file's header must be as `written` where it is given."""
    short = [f"f{index}" for index in range(len(header.names))]
    columns = ", ".join(f"{quoted(name)} STRING" for name in written or short)
    found = spark.read.csv(
        place, schema=columns, sep=header.delimiter, header=True, enforceSchema=written is None,
        multiLine=True, quote='"', escape='"', nullValue="", mode="FAILFAST",
        maxCharsPerColumn=-1,
    )  # fmt: skip
    return Source(
        frame=found.toDF(*short).selectExpr("*", "monotonically_increasing_id() AS rowid"),
        columns=header.names, kinds=("string",) * len(header.names), file=file,
        numbers_rows=file is not None, remarks=() if file is None else file.remarks,
        may_be_garbled=file is None,
    )  # fmt: skip


def as_text(place: str, kind: str, column: str) -> str:
    """Return the SQL of a column's values as text.

    A float32 stands for the shortest decimal that it is nearest to, as it does for DuckDB.

    Raises
    ------
    TableError
        When each of its values is a list or a structure, or bytes.
    """
    if kind.startswith(_NESTED):
        raise TableError(
            "each value is a list or a structure of values, and one is needed.",
            remedy="Export the table with one plain value per column and row.",
            column=column,
        )
    if kind == "binary":
        raise TableError(
            "the values are bytes that are no text.",
            remedy="Export the column as text or as numbers.",
            column=column,
        )
    if kind != "float":
        return place if kind == "string" else f"CAST({place} AS STRING)"
    tried = []
    for decimals in range(1, _DECIMALS + 1):
        power = number(10.0**decimals)
        near = f"round_even(CAST({place} AS DOUBLE) * {power}, 0) / {power}"
        tried.append(f"WHEN CAST({near} AS FLOAT) = {place} THEN CAST({near} AS STRING)")
    return (
        f"CASE WHEN abs({place}) <= 1 THEN CASE {' '.join(tried)} ELSE CAST({place} AS STRING) END "
        f"ELSE CAST({place} AS STRING) END"
    )


def refuse_printed_words(source: Source, protocol: Protocol) -> None:
    """Refuse names of sites, groups and the like whose type each engine prints in its own way.

    Raises
    ------
    TableError
        Naming the column.
    """
    kinds = dict(zip(source.columns, source.kinds, strict=True))
    for column in _columns_of_words(protocol):
        kind = kinds.get(column, "string")
        if kind not in _WORDS:
            raise TableError(
                f"the values are of the type {kind}, and names are read there.",
                remedy="Write the column as text or as whole numbers, or count the table with "
                "--engine duckdb.",
                column=column,
            )


def _columns_of_words(protocol: Protocol) -> Iterable[str]:
    columns = protocol.columns
    for column in (
        columns.finding, columns.partition, columns.site, columns.severity, columns.excluded,
    ):  # fmt: skip
        if column is not None:
            yield column
    for subgroup in protocol.subgroups:
        if subgroup.edges is None:
            yield subgroup.column
