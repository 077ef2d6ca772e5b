"""Glimpse: the facts of a table's columns, from its file."""

# ruff: noqa: S608  (every name in the SQL is ours)
import math
import os

from validation.engines.checks import NUMBER
from validation.engines.files import inspect
from validation.engines.session import Session, open_table
from validation.errors import TableError
from validation.protocols.facts import ColumnFacts, TableFacts

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
        named = [name for name in session.columns if name]
        rows = session.load(named)
        if rows == 0:
            raise TableError(
                "the table has a header and no rows.", remedy="Give a table with rows."
            )
        columns = tuple(_column(session, name) for name in named)
    return TableFacts(name=file.path.stem, rows=rows, columns=columns)


def _column(session: Session, name: str) -> ColumnFacts:
    """Return the facts of one column."""
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
