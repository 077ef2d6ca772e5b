"""Glimpse: the facts of a table's columns, from its file."""

# ruff: noqa: S608  (every name in the SQL is ours)
import math
import os

from validation.engines.files import inspect
from validation.engines.numbers import NUMBER, kinds, write_points
from validation.engines.remarks import remarks_of
from validation.engines.session import Session, open_table
from validation.errors import TableError
from validation.protocols.facts import ColumnFacts, TableFacts
from validation.spelling import listed

FEW = 30  # beyond so many levels an attribute forms no strata worth naming


def look(path: str | os.PathLike[str], *, memory_limit: str = "1GB") -> TableFacts:
    """Return the facts of a table's columns.

    Raises
    ------
    TableError
        When the table cannot be read, or has no rows.
    """
    file = inspect(path)
    with open_table(file, memory_limit=memory_limit) as session:
        named = [name for name in session.columns if name and name not in session.nested]
        rows = session.load(named)
        if rows == 0:
            raise TableError("the table has columns and no rows.", remedy="Give a table with rows.")
        columns = tuple(_column(session, name) for name in named)
        words = [column.name for column in columns if column.levels and column.low is None]
        remarks = remarks_of(session, words)
        nested = tuple(
            f"Column “{name}” holds lists or structures and was passed over."
            for name in session.nested
        )
    return TableFacts(
        name=file.path.stem,
        rows=rows,
        columns=columns,
        remarks=(*remarks, *nested, *filter(None, map(_capitals, columns))),
    )


def _capitals(column: ColumnFacts) -> str | None:
    """Return what is to be said of levels that differ only in capitals or blanks."""
    spelt: dict[str, list[str]] = {}
    for level in column.levels:
        spelt.setdefault(" ".join(level.casefold().split()), []).append(level)
    alike = [level for group in spelt.values() if len(group) > 1 for level in group]
    if not alike:
        return None
    return (
        f"Column “{column.name}” has levels that differ only in capitals or blanks: "
        f"{listed(alike)}. Write them alike before it can be used as a subgroup."
    )


def _column(session: Session, name: str) -> ColumnFacts:
    """Return the facts of one column; decimal commas are read as such."""
    if kinds(session, name).decimal_commas:
        write_points(session, name)
    short = session.short(name)
    distinct, empty, texts, low, high = session.ask(
        f"SELECT count(DISTINCT {short}), count(*) - count({short}), "
        f"count(*) FILTER (NOT regexp_full_match({short}, '{NUMBER}')), "
        f"min(TRY_CAST({short} AS DOUBLE)), max(TRY_CAST({short} AS DOUBLE)) FROM loaded"
    )[0]
    levels: tuple[str, ...] = ()
    if distinct <= FEW:
        found = session.ask(f"SELECT DISTINCT {short} FROM loaded WHERE {short} IS NOT NULL")
        levels = tuple(sorted(str(row[0]) for row in found))
    numeric = texts == 0 and low is not None and math.isfinite(low) and math.isfinite(high)
    return ColumnFacts(
        name=name,
        levels=levels,
        distinct=int(distinct),
        empty=int(empty),
        low=float(low) if numeric else None,
        high=float(high) if numeric else None,
    )
