"""Patients: who is in a table, for finding overlap; the names go no further than the caller.

Parquet is asked straight from its columns, and whole numbers as such; only what cannot be read so
goes through text on disk, where it is said what is wrong with it.
"""

# ruff: noqa: S608  (every name in the SQL is ours or quoted; values are escaped)
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import duckdb

from validation.engines.aside import load
from validation.engines.files import Format, inspect
from validation.engines.refusals import in_list
from validation.engines.session import Session, open_table
from validation.engines.values import cleaned
from validation.protocols.partitions import PARTITION_WORDS, plain_word
from validation.protocols.shape import Protocol


@dataclass(frozen=True, kw_only=True)
class Patients:
    """The different patients of a table, and for how many of its exams one is named."""

    identifiers: frozenset[str] = field(repr=False)
    identified: int
    exams: int


def distinct_patients(
    path: str | os.PathLike[str], protocol: Protocol, *, memory_limit: str = "1GB"
) -> Patients:
    """Return the patients of the rows that a protocol judges.

    Those are the rows of its own partition, or all where it declares none, without the excluded
    ones. Nobody is there where the protocol declares no patient column.

    Raises
    ------
    TableError
        When the table cannot be read or lacks the column.
    """
    columns = protocol.columns
    if columns.patient is None:
        return Patients(identifiers=frozenset(), identified=0, exams=0)
    roles = {
        "patient": columns.patient, "exam": columns.exam, "partition": columns.partition,
        "excluded": columns.excluded,
    }  # fmt: skip
    declared = {role: column for role, column in roles.items() if column is not None}
    with open_table(inspect(path), memory_limit=memory_limit) as session:
        for role, column in declared.items():
            session.require(column, f"the {role}")
        if session.file.format is Format.PARQUET:
            with suppress(duckdb.Error):  # the long way says what is damaged
                straight = {role: _typed(session, column) for role, column in declared.items()}
                found = _found(session, protocol, straight, table=session.scan())
                session.file.refuse_change()
                return found
        load(session, protocol, declared.values())
        loaded = {role: session.short(column) for role, column in declared.items()}
        return _found(session, protocol, loaded, table="loaded")


def _typed(session: Session, column: str) -> str:
    """Return the SQL of a column's values: whole numbers as they are, all else as text."""
    place = session.whole_number(column)
    return cleaned(session.source(column)) if place is None else place


def _found(
    session: Session, protocol: Protocol, said: Mapping[str, str], *, table: str
) -> Patients:
    """Return the patients of a table; `said` is the SQL of what each role's column says."""
    judged = [f"{said['excluded']} IS NULL"] if "excluded" in said else []
    if "partition" in said:
        asked = f"SELECT DISTINCT CAST({said['partition']} AS VARCHAR) FROM {table}"
        written = [str(row[0]) for row in session.ask(asked)]
        meant = [w for w in written if PARTITION_WORDS.get(plain_word(w)) is protocol.purpose]
        judged.append(f"{said['partition']} IN ({in_list(meant)})" if meant else "false")
    # Without an exam column every row is an exam.
    exam = f"DISTINCT {said['exam']}" if "exam" in said else "*"
    rows = f"FROM {table} WHERE {' AND '.join(judged) or 'true'}"
    named = f"{said['patient']} IS NOT NULL"
    identified, exams = session.ask(f"SELECT count({exam}) FILTER ({named}), count({exam}) {rows}")[
        0
    ]
    patients = session.ask(f"SELECT DISTINCT {said['patient']} {rows} AND {named}")
    return Patients(
        identifiers=frozenset(str(row[0]) for row in patients),
        identified=int(identified),
        exams=int(exams),
    )
