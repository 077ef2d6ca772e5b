"""Session: one DuckDB, closed to the world, over one table that is open as text.

Every column that is asked for is read as text into a table on disk, so that what cannot be a
number is found with its row before anything is cast, and so that the table may be larger than
the memory.
"""

# ruff: noqa: S608  (every name in the SQL is ours or quoted; values are bound)
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from validation.engines.files import Format, TableFile
from validation.errors import TableError
from validation.spelling import listed, nearest

SHOWN = 5  # rows that a message names


class Session:
    """An open table: its columns, and the questions put to it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, file: TableFile) -> None:
        self._connection = connection
        self.file = file
        self.columns = self._present()

    def _present(self) -> tuple[str, ...]:
        """Return the names of the table's columns."""
        if self.file.format is Format.CSV:
            return self.file.header
        try:
            described = self.ask(f"DESCRIBE SELECT * FROM read_parquet({_text(self.file.path)})")
        except duckdb.Error as error:
            raise TableError(
                f"the Parquet file cannot be read ({_first_line(error)}).",
                remedy="Export it again; it may be cut off.",
            ) from None
        return tuple(str(row[0]) for row in described)

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
        """Read columns as text into ``loaded`` (c0, c1, …, empty ones null); return the rows.

        Raises
        ------
        TableError
            When lines have too few or too many fields, or the file is damaged.
        """
        self._names = {name: f"c{index}" for index, name in enumerate(dict.fromkeys(columns))}
        chosen = ", ".join(
            f"nullif(trim(CAST({self._source(name)} AS VARCHAR), ' \t\r\n\u00a0'), '') AS {short}"
            for name, short in self._names.items()
        )
        try:
            self.run(f"CREATE TABLE loaded AS SELECT {chosen} FROM {self._scan()}")
            if self.file.format is Format.CSV:
                self._refuse_ragged()
        except duckdb.Error as error:
            raise TableError(
                f"the table cannot be read ({_first_line(error)}).",
                remedy="Export it again as CSV (UTF-8) or Parquet.",
            ) from None
        self.file.refuse_change()
        return int(self.ask("SELECT count(*) FROM loaded")[0][0])

    def short(self, column: str) -> str:
        """Return the name of a loaded column inside the session."""
        return self._names[column]

    def _source(self, column: str) -> str:
        """Return how a column is called in the scan."""
        if self.file.format is Format.PARQUET:
            return _name(column)
        return f"f{self.columns.index(column)}"

    def _scan(self) -> str:
        """Return the expression that scans the file."""
        if self.file.format is Format.PARQUET:
            return f"read_parquet({_text(self.file.path)})"
        fields = ", ".join(f"'f{index}': 'VARCHAR'" for index in range(len(self.columns)))
        return (
            f"read_csv({_text(self.file.path)}, auto_detect = false, header = true, "
            f"delim = {_text(self.file.delimiter)}, quote = '\"', escape = '\"', nullstr = '', "
            "strict_mode = true, null_padding = false, store_rejects = true, "
            f"rejects_limit = 0, columns = {{{fields}}})"
        )

    def _refuse_ragged(self) -> None:
        """Refuse lines that could not be read as a row."""
        found = self.ask(
            "SELECT line, any_value(error_type) FROM reject_errors GROUP BY 1 ORDER BY 1"
        )
        if not found:
            return
        kind = str(found[0][1])
        told = {
            "MISSING COLUMNS": "there are fewer fields than in the header",
            "TOO MANY COLUMNS": "there are more fields than in the header",
            "UNQUOTED VALUE": "a quotation mark is not closed",
        }.get(kind, "the line cannot be read as a row")
        raise TableError(
            f"{told}; the header has {len(self.columns)}.",
            remedy="Quote texts that hold a separator, and give each row all its fields.",
            rows=[max(int(row[0]) - 1, 1) for row in found[:SHOWN]],
            total=len(found),
        )

    def run(self, sql: str) -> None:
        """Run one statement."""
        self._connection.execute(sql)

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of one question."""
        return list(self._connection.execute(sql, list(values)).fetchall())

    def stream(self, sql: str, *, batch: int) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of one question, so many fetched at once."""
        answer = self._connection.execute(sql)
        while rows := answer.fetchmany(batch):
            yield from rows

    def arrays(self, sql: str) -> dict[str, Any]:
        """Return the columns of one question as arrays, masked where null."""
        return dict(self._connection.execute(sql).fetchnumpy())

    def keep(self, table: str, codes: Mapping[str, int]) -> None:
        """Keep which code each name has in a table ``name, code``."""
        self.run(f"CREATE TABLE {table} (name VARCHAR, code INTEGER)")
        if codes:
            self._connection.execute(
                f"INSERT INTO {table} SELECT unnest(?), unnest(?)",
                [list(codes), list(codes.values())],
            )


@contextmanager
def open_table(
    file: TableFile, *, memory_limit: str = "1GB", threads: int | None = None
) -> Iterator[Session]:
    """Yield a session over a table; whatever it wrote is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cmr-table-") as folder:
        connection = duckdb.connect(
            f"{folder}/table.duckdb",
            config={
                "memory_limit": memory_limit,
                "temp_directory": f"{folder}/spill",
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "preserve_insertion_order": True,
                **({} if threads is None else {"threads": threads}),
            },
        )
        try:
            connection.execute(f"SET allowed_paths = [{_text(file.path)}]")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield Session(connection, file)
        finally:
            connection.close()


def _text(value: object) -> str:
    """Return a value as an SQL text."""
    return "'" + str(value).replace("'", "''") + "'"


def _name(column: str) -> str:
    """Return a column as an SQL name."""
    return '"' + column.replace('"', '""') + '"'


def _first_line(error: Exception) -> str:
    """Return the first line of an error, without the path of the file."""
    return str(error).split("\n", 1)[0][:200]
