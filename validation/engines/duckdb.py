"""DuckDB: a prediction table to its tally, out of core, on one machine."""

import os
from collections.abc import Callable, Mapping

import duckdb

from validation.engines.aside import load
from validation.engines.cells import TextRows
from validation.engines.checks import check, wanted_columns
from validation.engines.files import inspect
from validation.engines.reduction import reduce, tally_of
from validation.engines.remarks import remarks_of, words_never_met
from validation.engines.session import Session, open_table
from validation.engines.typed import TypedRows, UnusualError
from validation.errors import TableError
from validation.protocols.shape import Protocol
from validation.tallies import LeftOut, Period, Tally

PRODUCER = f"cmr-duckdb/1 (duckdb {duckdb.__version__})"
Progress = Callable[[str, float], None]


def tally_table(
    path: str | os.PathLike[str],
    protocol: Protocol,
    *,
    sites: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    remark: Callable[[str], None] | None = None,
    memory_limit: str = "1GB",
    threads: int | None = None,
) -> Tally:
    """Return the tally of a CSV or Parquet table under a protocol.

    The counts depend on nothing but the rows: not on their order, nor on how many threads read
    them.

    Parameters
    ----------
    path : str or path
        The table; what it is is told by its bytes.
    protocol : Protocol
    sites : mapping of str to str, optional
        Every name a site may have in the table → the site's own name. Without it the names are
        taken as they are.
    progress : callable, optional
        Called with a word and the share that is done, in [0, 1].
    remark : callable, optional
        Called with each sentence on how the table was read that a person should hear.
    memory_limit : str
        What DuckDB may keep in memory; beyond it, it uses the disk.
    threads : int, optional
        How many DuckDB may use; as many as the machine has unless given.

    Raises
    ------
    TableError
        When the table cannot be used; the message names column, rows and remedy.
    """
    tell = _rising(progress or _silently)
    left_out: tuple[LeftOut, ...] = ()
    periods: tuple[Period, ...] = ()
    tell("reading", 0.0)
    file = inspect(path)
    wanted = wanted_columns(protocol)
    with open_table(file, memory_limit=memory_limit, threads=threads) as session:
        for column, role in wanted.items():
            session.require(column, role)
        tell("reading", 0.1)
        try:
            typed = TypedRows(session, protocol, sites)
            found = reduce(typed, protocol, lambda share: tell("counting", 0.1 + 0.9 * share))
            rows = typed.total
        except UnusualError:
            text = text_rows(session, protocol, sites, tell=tell, remark=remark)
            found = reduce(text, protocol, lambda share: tell("counting", 0.7 + 0.3 * share))
            rows, left_out, periods = text.total, text.left_out(), text.periods()
        file.refuse_change()
    tell("counting", 1.0)
    return tally_of(
        found, protocol, table_digest=file.digest, rows=rows, left_out=left_out, periods=periods,
        producer=PRODUCER,
    )  # fmt: skip


def text_rows(
    session: Session,
    protocol: Protocol,
    sites: Mapping[str, str] | None,
    *,
    tell: Progress,
    remark: Callable[[str], None] | None,
) -> TextRows:
    """Return the rows the long way: every value as text, checked with its row."""
    rows = load(session, protocol, wanted_columns(protocol))
    if rows == 0:
        raise TableError("the table has columns and no rows.", remedy="Give a table with rows.")
    tell("checking", 0.5)
    check(session, protocol, sites)
    if remark is not None:
        words = [one.column for one in protocol.subgroups if one.edges is None]
        labels = [one.label for one in protocol.findings]
        unmet = words_never_met(session, protocol.indeterminate, labels)
        for sentence in (*remarks_of(session, words), *unmet):
            remark(sentence)
    tell("counting", 0.7)
    return TextRows(session, protocol, sites, total=rows)


def _rising(progress: Progress) -> Progress:
    """Return a progress that never runs back, though a table is read in another way again."""
    reached = 0.0

    def tell(step: str, share: float) -> None:
        nonlocal reached
        reached = max(reached, share)
        progress(step, reached)

    return tell


def _silently(_step: str, _share: float) -> None:
    """Tell nobody."""
