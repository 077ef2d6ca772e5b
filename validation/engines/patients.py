"""Patients: who is in a table, for finding overlap; the names go no further than the caller."""

# ruff: noqa: S608  (every name in the SQL is ours)
import os
from dataclasses import dataclass, field

from validation.engines.files import inspect
from validation.engines.session import open_table
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
    """Return the patients of a table; nobody where the protocol declares no patient column.

    Raises
    ------
    TableError
        When the table cannot be read or lacks the column.
    """
    column, exam = protocol.columns.patient, protocol.columns.exam
    if column is None:
        return Patients(identifiers=frozenset(), identified=0, exams=0)
    with open_table(inspect(path), memory_limit=memory_limit) as session:
        session.require(column, "the patient")
        if exam is not None:
            session.require(exam, "the exam")
        rows = session.load([column] if exam is None else [column, exam])
        patient = session.short(column)
        found = session.ask(f"SELECT DISTINCT {patient} FROM loaded WHERE {patient} IS NOT NULL")
        if exam is None:
            identified, exams = session.ask(f"SELECT count({patient}), {rows} FROM loaded")[0]
        else:
            key = session.short(exam)
            identified, exams = session.ask(
                f"SELECT count(DISTINCT {key}) FILTER ({patient} IS NOT NULL), "
                f"count(DISTINCT {key}) FROM loaded"
            )[0]
    return Patients(
        identifiers=frozenset(str(row[0]) for row in found),
        identified=int(identified),
        exams=int(exams),
    )
