"""Refusals: a table refused for values of one column, with their rows."""

# ruff: noqa: S608  (every name in the SQL is ours; values are escaped)
from collections.abc import Sequence

from validation.engines.session import SHOWN, Session
from validation.errors import TableError

LONGEST_VALUE = 40  # a line's width


def refuse(session: Session, column: str, condition: str, problem: str, remedy: str) -> None:
    """Refuse the table if a condition on a column ({}) holds anywhere.

    ``{value}`` in the problem is the first offending value.
    """
    short = session.short(column)
    where = condition.replace("{}", short)
    found = session.ask(
        f"SELECT rowid + 1, {short} FROM loaded WHERE {where} ORDER BY 1 LIMIT {SHOWN}"
    )
    if not found:
        return
    total = session.ask(f"SELECT count(*) FROM loaded WHERE {where}")[0][0]
    raise TableError(
        problem.replace("{value}", f"“{cut(str(found[0][1]))}”"),
        remedy=remedy,
        column=column,
        rows=[int(row[0]) for row in found],
        total=int(total),
    )


def cut(value: str) -> str:
    """Return a value short enough for a message."""
    return value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}…"


def first_values(session: Session, column: str, condition: str, most: int = 4) -> list[str]:
    """Return the first few different values of a column for which a condition ({}) holds."""
    short = session.short(column)
    where = condition.replace("{}", short)
    return [
        cut(str(row[0]))
        for row in session.ask(
            f"SELECT {short} FROM loaded WHERE {where} GROUP BY 1 ORDER BY min(rowid) LIMIT {most}"
        )
    ]


def in_list(values: Sequence[str]) -> str:
    """Return texts as an SQL list."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
