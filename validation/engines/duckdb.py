"""DuckDB: a prediction table to its tally, out of core, on one machine."""

import os
from collections.abc import Callable, Mapping

import duckdb

from validation.engines.cells import count, count_persons, prepare
from validation.engines.checks import check, wanted_columns
from validation.engines.files import inspect
from validation.engines.session import open_table
from validation.errors import TableError
from validation.protocols import measure_digest
from validation.protocols.shape import Protocol
from validation.tallies import Tally, View

PRODUCER = f"cmr-duckdb/1 (duckdb {duckdb.__version__})"
Progress = Callable[[str, float], None]


def tally_table(
    path: str | os.PathLike[str],
    protocol: Protocol,
    *,
    sites: Mapping[str, str] | None = None,
    progress: Progress | None = None,
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
    memory_limit : str
        What DuckDB may keep in memory; beyond it, it uses the disk.
    threads : int, optional
        How many DuckDB may use; as many as the machine has unless given.

    Raises
    ------
    TableError
        When the table cannot be used; the message names column, rows and remedy.
    """
    tell = progress or _silently
    tell("reading", 0.0)
    file = inspect(path)
    wanted = wanted_columns(protocol)
    with open_table(file, memory_limit=memory_limit, threads=threads) as session:
        for column, role in wanted.items():
            session.require(column, role)
        tell("reading", 0.1)
        rows = session.load(wanted)
        if rows == 0:
            raise TableError(
                "the table has a header and no rows.", remedy="Give a table with rows."
            )
        tell("checking", 0.5)
        check(session, protocol, sites)
        tell("counting", 0.7)
        levels = prepare(session, protocol, sites)
        cells = count(session, protocol, levels)
        tell("counting", 0.9)
        persons = count_persons(session, protocol, levels)
    tell("counting", 1.0)
    return Tally(
        measure_digest=measure_digest(protocol),
        table_digest=file.digest,
        rows=rows,
        levels=levels,
        views=(
            View(
                attributes=tuple(sorted(set(levels) - {"finding", "partition", "site"})),
                cells=cells,
            ),
        ),
        persons=persons,
        producer=PRODUCER,
    )


def _silently(_step: str, _share: float) -> None:
    """Tell nobody."""
