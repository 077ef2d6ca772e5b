"""Session: one DuckDB, closed to the world, over one table that is open as text.

Every column that is asked for is read as text into a table on disk, so that what cannot be a
number is found with its row before anything is cast, and so that the table may be larger than
the memory.
"""

# ruff: noqa: S608  (every name in the SQL is ours or quoted; values are bound)
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from validation.engines import parquet
from validation.engines.dialects import NAMES_OF_DELIMITERS, pieces
from validation.engines.files import Format, TableFile
from validation.engines.records import Ragged, ragged
from validation.engines.values import cleaned
from validation.errors import TableError
from validation.spelling import listed, nearest

SHOWN = 5  # rows that a message names


class Session:
    """An open table: its columns, and the questions put to it."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, file: TableFile, readable: Path
    ) -> None:
        self._connection = connection
        self._readable = readable
        self.file = file
        self.remarks = list(file.remarks)
        self._types: tuple[str, ...] = ()
        self.columns = self._present()

    def _present(self) -> tuple[str, ...]:
        """Return the names of the table's columns."""
        if self.file.format is Format.CSV:
            return self.file.header
        try:
            names, self._types = parquet.columns_of(self, _text(self._readable))
        except duckdb.Error:
            raise TableError(
                "the Parquet file cannot be read: what it says of its columns is damaged.",
                remedy="Copy or export it again; it may be cut off.",
            ) from None
        return names

    @property
    def nested(self) -> tuple[str, ...]:
        """The columns whose values are lists or structures."""
        kinds = zip(self.columns, self._types, strict=False)
        return tuple(name for name, kind in kinds if parquet.is_nested(kind))

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

    def load(
        self, columns: Iterable[str], *, unless: str | None = None, kept: Sequence[str] = ()
    ) -> int:
        """Read columns as text into ``loaded`` (c0, c1, …, empty ones null); return the rows.

        Parameters
        ----------
        columns : iterable of str
        unless : str, optional
            One of them. In rows where it says something the others are read as empty.
        kept : sequence of str
            Those of them that are read nevertheless.

        Raises
        ------
        TableError
            When lines have too few or too many fields, or the file is damaged.
        """
        self._names = {name: f"c{index}" for index, name in enumerate(dict.fromkeys(columns))}
        chosen = ", ".join(
            f"{cleaned(self.source(name))} AS {short}" for name, short in self._names.items()
        )
        try:
            read = f"SELECT {chosen} FROM {self.scan()}"
            if unless is not None:
                read = f"SELECT {self._where_nothing(unless, kept)} FROM ({read})"
            self.run(f"CREATE TABLE loaded AS {read}")
        except duckdb.OutOfMemoryException:
            raise _no_room() from None
        except duckdb.Error:
            if self.file.format is Format.CSV:
                self._refuse_ragged(0)
            self._refuse_bytes()
            raise TableError(
                "the table cannot be read: its content is damaged.",
                remedy="Copy or export it again, whole.",
            ) from None
        if self.file.format is Format.CSV:
            rejected = int(self.ask("SELECT count(DISTINCT line) FROM reject_errors")[0][0])
            if rejected or not self.file.regular:
                self._refuse_ragged(rejected)
        self.file.refuse_change()
        return int(self.ask("SELECT count(*) FROM loaded")[0][0])

    def _where_nothing(self, unless: str, kept: Sequence[str]) -> str:
        """Return the expressions of all columns, empty where one says something."""
        return ", ".join(
            short
            if name == unless or name in kept
            else f"CASE WHEN {self.short(unless)} IS NULL THEN {short} END AS {short}"
            for name, short in self._names.items()
        )

    def short(self, column: str) -> str:
        """Return the name of a loaded column inside the session."""
        return self._names[column]

    @property
    def loaded(self) -> tuple[str, ...]:
        """The names of all loaded columns inside the session."""
        return tuple(self._names.values())

    def rewrite(self, column: str, expression: str) -> None:
        """Put another text in place of a loaded column's; ``{}`` in the expression is the old."""
        short = self.short(column)
        self.run(f"UPDATE loaded SET {short} = {expression.replace('{}', short)}")

    def source(self, column: str) -> str:
        """Return the text of a column in the scan."""
        index = self.columns.index(column)
        if self.file.format is Format.CSV:
            return f"f{index}"
        return parquet.as_text(f"f{index}", self._types[index], column)

    def whole_number(self, column: str) -> str | None:
        """Return a column's place in the scan if its type is of whole numbers, None otherwise."""
        index = self.columns.index(column)
        whole = self.file.format is Format.PARQUET and parquet.is_whole(self._types[index])
        return f"f{index}" if whole else None

    def scan(self) -> str:
        """Return the expression that scans the file: columns f0, f1, …."""
        if self.file.format is Format.PARQUET:
            places = ", ".join(f"f{index}" for index in range(len(self.columns)))
            return f"read_parquet({_text(self._readable)}) AS scanned({places})"
        fields = ", ".join(f"'f{index}': 'VARCHAR'" for index in range(len(self.columns)))
        return (
            f"read_csv({_text(self._readable)}, auto_detect = false, header = true, "
            f"delim = {_text(self.file.delimiter)}, quote = '\"', escape = '\"', nullstr = '', "
            "strict_mode = true, null_padding = false, store_rejects = true, "
            f"rejects_limit = 0, columns = {{{fields}}})"
        )

    def _refuse_bytes(self) -> None:
        """Refuse a loaded column of bytes, which were no text."""
        kinds = dict(zip(self.columns, self._types, strict=False))
        for column in self._names:
            if kinds.get(column) == "BLOB":
                raise TableError(
                    "the values are bytes that are no text.",
                    remedy="Export the column as text or as numbers.",
                    column=column,
                )

    def _refuse_ragged(self, rejected: int) -> None:
        """Refuse lines that could not be read as a row, found again to be named."""
        with self.file.path.open("rb") as source:
            found = ragged(
                pieces(source, self.file.encoding),
                self.file.delimiter,
                len(self.columns),
                above=self.file.above,
            )
        if found.total == 0 and found.blank >= rejected:
            return
        raise _ragged_error(found, len(self.columns), self.file.delimiter)

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

    def batches(self, sql: str, rows: int) -> Iterator[Any]:
        """Yield the answer to one question as Arrow record batches of about so many rows."""
        yield from self._connection.sql(sql).to_arrow_reader(rows)

    def keep(self, table: str, codes: Mapping[str, int]) -> None:
        """Keep which code each name has in a table ``name, code``."""
        self.run(f"CREATE TABLE {table} (name VARCHAR, code INTEGER)")
        if codes:
            self._connection.execute(
                f"INSERT INTO {table} SELECT unnest(?), unnest(?)",
                [list(codes), list(codes.values())],
            )

    def numbered(self, short: str) -> tuple[str, str]:
        """Return the table that has a number for each value of ``l.short``, and the number.

        The table stands there with the condition under which it is joined, or is "" where the
        values are told apart without it.
        """
        self.run(
            "CREATE TABLE patients AS SELECT name, row_number() OVER () AS code "
            f"FROM (SELECT DISTINCT {short} AS name FROM loaded)"
        )
        return f"patients ON patients.name = l.{short}", "CAST(patients.code AS BIGINT)"


@contextmanager
def open_table(
    file: TableFile, *, memory_limit: str = "1GB", threads: int | None = None
) -> Iterator[Session]:
    """Yield a session over a table; whatever it wrote is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cmr-table-") as folder:
        readable = file.path
        if not file.plain:
            readable = Path(folder) / "plain.csv"
            try:
                file.copy_plainly(readable)
            except OSError:
                raise _no_room() from None
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
            connection.execute(f"SET allowed_paths = [{_text(readable)}]")
            connection.execute("SET TimeZone = 'UTC'")
            # It would draw on the standard output, into the JSON of a command.
            connection.execute("SET enable_progress_bar = false")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield Session(connection, file, readable)
        finally:
            connection.close()


def _text(value: object) -> str:
    """Return a value as an SQL text."""
    return "'" + str(value).replace("'", "''") + "'"


def _no_room() -> TableError:
    """Return what is to be said where memory and disk do not suffice."""
    return TableError(
        "there is not enough memory, or not enough room on the disk, to read the table.",
        remedy=f"Free memory, make room in {tempfile.gettempdir()}, or name another folder in "
        "TMPDIR.",
    )


def _ragged_error(found: Ragged, fields: int, delimiter: str) -> TableError:
    """Return what is to be said of rows that have too few or too many fields."""
    remedy = "Quote texts that hold a separator, and give each row all its fields."
    if found.fields is None:
        told = "a quotation mark opens a text that does not end, or stands inside one alone."
        remedy = (
            "Close the quotation mark, or write it twice inside a text; the file may be cut off."
        )
    else:
        few = "fewer" if found.fields < fields else "more"
        told = (
            f"there are {few} fields than in the header: {found.fields} instead of {fields}, "
            f"separated by {NAMES_OF_DELIMITERS[delimiter]}."
        )
        if found.last and found.fields < fields:
            told = f"{told[:-1]}. It is the last row: the file is cut off, or a total stands there."
            remedy = "Copy or export the table again, whole, and leave out totals."
    return TableError(told, remedy=remedy, rows=found.rows, total=found.total)
