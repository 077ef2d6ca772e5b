"""Parquet: the columns of a file as they are really called, and their values as text."""

# ruff: noqa: S608  (the path is quoted by the caller)
from collections.abc import Sequence
from typing import Any, Protocol

from validation.engines.dialects import refuse_same_names
from validation.engines.values import folded
from validation.errors import TableError

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_NESTED = ("STRUCT", "MAP", "UNION", "VARIANT")


class Asked(Protocol):
    """What answers questions in SQL."""

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of one question."""


def columns_of(session: Asked, path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a file's columns, without blanks around their names, and the types of their values.

    DuckDB renames columns that are called alike, so the names are those of the schema.

    Parameters
    ----------
    path : str
        The path as an SQL text.

    Raises
    ------
    TableError
        When two columns have one name, or there are none.
    """
    described = session.ask(f"DESCRIBE SELECT * FROM read_parquet({path})")
    schema = session.ask(f"SELECT name, coalesce(num_children, 0) FROM parquet_schema({path})")
    names, place = [], 1
    while place < len(schema):
        names.append(folded(str(schema[place][0])))
        within = int(schema[place][1])
        place += 1
        while within:  # pass over what is nested in it
            within += int(schema[place][1]) - 1
            place += 1
    refuse_same_names(tuple(names))
    return tuple(names), tuple(str(row[1]) for row in described)


def is_nested(kind: str) -> bool:
    """Tell whether the values of a type are lists or structures."""
    return kind.endswith("]") or kind.startswith(_NESTED)


def is_whole(kind: str) -> bool:
    """Tell whether the values of a type are whole numbers."""
    return kind.removeprefix("U") in _WHOLE


def as_text(place: str, kind: str, column: str) -> str:
    """Return the SQL of a column's values as text.

    Raises
    ------
    TableError
        When each of its values is a list or a structure.
    """
    if is_nested(kind):
        raise TableError(
            "each value is a list or a structure of values, and one is needed.",
            remedy="Export the table with one plain value per column and row.",
            column=column,
        )
    if kind == "BLOB":  # text by writers that do not say so
        return f"decode({place})"
    return f"CAST({place} AS VARCHAR)"
