"""Patients: who is in a table, for finding overlap; the names go no further than the caller."""

# ruff: noqa: S608  (every name in the SQL is ours)
import os
from dataclasses import dataclass, field

from validation.engines.files import inspect
from validation.engines.session import Session, open_table
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
    """Return the patients of the rows that a protocol judges: those of its own partition.

    Nobody is there where the protocol declares no patient column, and every row counts where it
    declares no partitions.

    Raises
    ------
    TableError
        When the table cannot be read or lacks the column.
    """
    columns = protocol.columns
    if columns.patient is None:
        return Patients(identifiers=frozenset(), identified=0, exams=0)
    roles = {"patient": columns.patient, "exam": columns.exam, "partition": columns.partition}
    declared = {role: column for role, column in roles.items() if column is not None}
    with open_table(inspect(path), memory_limit=memory_limit) as session:
        for role, column in declared.items():
            session.require(column, f"the {role}")
        session.load(declared.values())
        _keep_judged(session, protocol)
        patient = session.short(columns.patient)
        # Without an exam column every row is an exam.
        exam = "row" if columns.exam is None else session.short(columns.exam)
        found = session.ask(f"SELECT DISTINCT {patient} FROM judged WHERE {patient} IS NOT NULL")
        identified, exams = session.ask(
            f"SELECT count(DISTINCT {exam}) FILTER ({patient} IS NOT NULL), "
            f"count(DISTINCT {exam}) FROM judged"
        )[0]
    return Patients(
        identifiers=frozenset(str(row[0]) for row in found),
        identified=int(identified),
        exams=int(exams),
    )


def _keep_judged(session: Session, protocol: Protocol) -> None:
    """Make ``judged``: the loaded rows of the partition that the protocol is about."""
    everything = "CREATE TABLE judged AS SELECT l.*, l.rowid AS row FROM loaded l"
    column = protocol.columns.partition
    if column is None:
        session.run(everything)
        return
    short = session.short(column)
    written = [str(row[0]) for row in session.ask(f"SELECT DISTINCT {short} FROM loaded")]
    meant = [w for w in written if PARTITION_WORDS.get(plain_word(w)) is protocol.purpose]
    session.keep("purpose", dict.fromkeys(meant, 0))
    session.run(f"{everything} JOIN purpose ON purpose.name = l.{short}")
