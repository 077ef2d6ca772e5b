"""Declared: the columns that a protocol need not name, and what is wrong with their values."""

from validation.engines.aside import counted
from validation.engines.instants import require_days
from validation.engines.labels import NEGATIVE, POSITIVE, write_plainly
from validation.engines.numbers import require_numbers
from validation.engines.refusals import in_list, refuse
from validation.engines.session import Session
from validation.protocols.shape import Finding, Protocol, Reader
from validation.protocols.standard import PLACE_OF_FINDING

CALLS = (*POSITIVE, *NEGATIVE)


def reader_column(reader: Reader, finding: Finding) -> str:
    """Return the column of a reader's calls about one finding."""
    return reader.column.replace(PLACE_OF_FINDING, finding.name or "")


def declared_columns(protocol: Protocol) -> dict[str, str]:
    """Return the columns besides labels, scores and groups, and what is read there."""
    columns = protocol.columns
    wanted = {
        columns.weight: "the weight",
        columns.severity: "the severity",
        columns.time: "the time of the exam",
        columns.excluded: "why exams were excluded",
        columns.cost_of_miss: "the cost of missing an exam",
        columns.cost_of_alarm: "the cost of a false alarm",
    }
    found = {column: role for column, role in wanted.items() if column is not None}
    for reader in protocol.readers:
        for finding in protocol.findings:
            found.setdefault(reader_column(reader, finding), f"the calls of “{reader.name}”")
    return found


def check_declared(session: Session, protocol: Protocol) -> None:
    """Refuse weights, costs, times and readers' calls that are none.

    Raises
    ------
    TableError
        With column, rows and remedy.
    """
    columns = protocol.columns
    if columns.weight is not None:
        require_numbers(session, columns.weight, "the weight ")
        refuse(
            session, columns.weight, f"{{}} IS NULL AND {counted(session, protocol)}",
            "the exam has no sampling weight.",
            "Give every exam its weight, or take the column out of the protocol.",
        )  # fmt: skip
        refuse(
            session, columns.weight, "NOT CAST({} AS DOUBLE) BETWEEN 0.01 AND 1e6",
            "the weight {value} is not between 0.01 and 1,000,000.",
            "Multiply all weights by one number, which changes no estimate; leave out exams that "
            "count for nothing.",
        )  # fmt: skip
    _check_costs(session, protocol)
    if columns.time is not None:
        require_days(session, columns.time)
    for reader in protocol.readers:
        for finding in protocol.findings:
            write_plainly(session, reader_column(reader, finding))
            refuse(
                session, reader_column(reader, finding),
                f"lower({{}}) NOT IN ({in_list(CALLS)})",
                f"{{value}} is no call of reader “{reader.name}”.",
                "Write 1 or 0, and leave it empty where this reader did not read the exam.",
            )  # fmt: skip


def _check_costs(session: Session, protocol: Protocol) -> None:
    """Refuse costs that are not, or are below 0, where an exam of the class needs one."""
    columns = protocol.columns
    needed = ((columns.cost_of_miss, POSITIVE, "with"),
              (columns.cost_of_alarm, NEGATIVE, "without"))  # fmt: skip
    for column, words, which in needed:
        if column is None:
            continue
        require_numbers(session, column, "the cost ")
        labels = {session.short(finding.label) for finding in protocol.findings}
        of_class = " OR ".join(f"lower({label}) IN ({in_list(words)})" for label in sorted(labels))
        refuse(
            session, column, f"{{}} IS NULL AND ({of_class}) AND {counted(session, protocol)}",
            f"the exam is one {which} the finding and has no cost.",
            "Give the cost, or take the column out of the protocol.",
        )  # fmt: skip
        refuse(
            session, column, "NOT CAST({} AS DOUBLE) BETWEEN 0 AND 1e6",
            "the cost {value} is not between 0 and 1,000,000.",
            "Give costs in another unit.",
        )  # fmt: skip
