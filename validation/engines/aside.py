"""Aside: rows that a table excludes, which are counted by place and reason and not read further.

What stands in them is no evidence, so that nothing in it can be wrong: neither a score of 999 nor
a patient without a name refuses the table. What is no place is told as not recorded.
"""

from collections.abc import Iterable

from validation.engines.refusals import in_list, refuse
from validation.engines.session import Session
from validation.protocols.shape import Protocol

_NOT_EXCLUDED = ("0", "0.0", "false", "no", "n", "nein", "not excluded", "included")


def load(session: Session, protocol: Protocol, columns: Iterable[str]) -> int:
    """Load columns; of rows that are excluded only why and where; return the rows.

    Raises
    ------
    TableError
        When the rows cannot be read.
    """
    declared = protocol.columns
    if declared.excluded is None:
        return session.load(columns)
    places = (declared.excluded, declared.finding, declared.partition, declared.site)
    kept = [column for column in places if column is not None]
    return session.load(columns, unless=declared.excluded, kept=kept)


def counted(session: Session, protocol: Protocol) -> str:
    """Return the condition that a loaded row is not excluded."""
    excluded = protocol.columns.excluded
    return "true" if excluded is None else f"{session.short(excluded)} IS NULL"


def check_excluded(session: Session, protocol: Protocol) -> None:
    """Refuse reasons for an exclusion that seem to say that there was none.

    Raises
    ------
    TableError
        With column, rows and remedy.
    """
    if protocol.columns.excluded is not None:
        refuse(
            session,
            protocol.columns.excluded,
            f"lower({{}}) IN ({in_list(_NOT_EXCLUDED)})",
            "{value} seems to say that the exam was not excluded, and whatever stands here "
            "excludes it.",
            "Leave the field empty where the exam was not excluded, and say why where it was.",
        )
