"""Counting: a table of rows, on this machine or on a Spark, to its tally."""

from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from registry.faces.cli.console import note, progress_bar
from validation.engines.duckdb import tally_table
from validation.errors import TableError
from validation.protocols.shape import Protocol
from validation.tallies import Tally


class Engine(StrEnum):
    """What counts the rows of a table."""

    DUCKDB = "duckdb"
    SPARK = "spark"


EngineName = Annotated[
    Engine, typer.Option("--engine", help="What counts the rows: this machine, or a Spark.")
]
Master = Annotated[
    str | None,
    typer.Option("--master", help="Where Spark runs, such as local[4], yarn or spark://host:7077."),
]


def count_table(
    source: str,
    plan: Protocol,
    *,
    engine: Engine,
    master: str | None,
    within_sites: bool = False,
    quiet: bool,
) -> Tally:
    """Return the tally that a table comes to, and say how it was read unless it is to be quiet.

    Parameters
    ----------
    source : str
        A file; for Spark also a folder or an address such as ``s3a://bucket/table``.
    plan : Protocol
    engine : Engine
    master : str, optional
        Where Spark runs.
    within_sites : bool
        Whether patients are counted by subgroup within each site, too.
    quiet : bool

    Raises
    ------
    TableError
        When the table cannot be used.
    """
    if master is not None and engine is not Engine.SPARK:
        raise TableError(
            "--master says where Spark runs, and Spark was not asked for.",
            remedy="Add --engine spark, or leave --master away.",
        )
    remarks: list[str] = []
    with progress_bar(PurePosixPath(source).name, total=1.0, quiet=quiet) as move:

        def tell(step: str, share: float) -> None:
            move(share, step)

        if engine is Engine.SPARK:
            from validation.engines.spark import tally_table_spark

            tally = tally_table_spark(
                source, plan, master=master, progress=tell, remark=remarks.append,
                within_sites=within_sites,
            )  # fmt: skip
        else:
            tally = tally_table(
                Path(source), plan, progress=tell, remark=remarks.append, within_sites=within_sites
            )
    for sentence in () if quiet else remarks:
        note(sentence)
    return tally
