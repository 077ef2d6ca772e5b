"""`cmr selfcheck`: the reference cases on this very machine, as an installation's record."""

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from registry.domain.digests import document_digest
from registry.domain.trail import instant_text
from registry.faces.cli.console import (
    Exit,
    JsonFlag,
    fail,
    note,
    progress_bar,
    say,
    show_json,
    table,
)
from validation.engines.duckdb import PRODUCER, tally_table
from validation.errors import TableError, ValidationError
from validation.protocols import read
from validation.reference_cases import (
    FIGURES,
    HOSPITALS,
    TABLES,
    Checked,
    Figure,
    Table,
    canonical_json,
    check,
    many,
    same,
)

SCHEMA = "cmr.selfcheck/1"
PACKAGES = ("clinical-model-registry", "numpy", "scipy", "duckdb", "pyarrow", "rfc8785")
# What the five hospitals come to: a change of it is a change of format, and must be meant.
TALLY = "sha256:a015b49935b065b704754cc2962552a83472f38214bee592c358d0a6ee346971"
MANY = 250_000  # rows enough for DuckDB to share them out among threads
OWN = "this release, computed once when it was made"


def selfcheck(
    save: Annotated[
        Path | None, typer.Option("--out", help="Write the record, JSON, to this file.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Compute reference cases on this machine and compare them with what is known of them.

    Ends with 0 when every case comes out as it must, else with 1.
    """
    with progress_bar("Reference cases", total=1.0, quiet=as_json) as move:
        checked = list(run(progress=move))
    found = record(checked)
    if save is not None:
        _keep(save, found)
    if as_json:
        show_json(found)
    else:
        _show(checked, found)
        if save is not None:
            note(f"Written: {save}")
    failed = [one for one in checked if not one.passed]
    if as_json:
        raise typer.Exit(Exit.OTHER if failed else Exit.DONE)
    if failed:
        fail(f"{len(failed)} of {len(checked)} cases failed: do not use this installation.")


def run(
    figures: Sequence[Figure] = FIGURES,
    *,
    digest: str = TALLY,
    progress: Any = lambda share, step: None,  # noqa: ANN401, ARG005  # as the bar takes it
) -> Iterator[Checked]:
    """Yield every reference case as it came out."""
    yield canonical_json()
    with tempfile.TemporaryDirectory(prefix="cmr-selfcheck-") as folder:
        for place, one in enumerate(TABLES):
            progress(place / (len(TABLES) + 1), one.name)
            yield from _figures(one, [f for f in figures if f.table is one], Path(folder))
        progress(len(TABLES) / (len(TABLES) + 1), "digests")
        yield from _digests(Path(folder), digest)
    progress(1.0, "")


def _figures(one: Table, figures: Iterable[Figure], folder: Path) -> Iterator[Checked]:
    """Yield what is known of one table beside what the whole way from rows to figures gives."""
    from validation import assessment

    try:
        plan = read(one.plan)
        tally = tally_table(_written(folder, one.csv()), plan)
        document = assessment.document(assessment.assess(tally, plan))
    except ValidationError:
        document = {}  # then no figure is there, and every one of them says so
    for figure in figures:
        yield check(figure, document)


def _digests(folder: Path, digest: str) -> Iterator[Checked]:
    """Yield whether tallies are the same bytes here, in another order, and with more threads."""
    plan = read(HOSPITALS.plan)
    for id_, what, reverse in (
        ("tally", "the digest of the five hospitals' tally", False),
        ("tally, backwards", "the same from the rows in reverse order", True),
    ):
        made = tally_table(_written(folder, HOSPITALS.csv(reverse=reverse)), plan)
        yield same(id_, what, OWN, expected=digest, got=made.digest)
    large = folder / "many.csv"
    with large.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in many(MANY))
    alone, together = (tally_table(large, plan, threads=n).digest for n in (1, 4))
    yield same(
        "threads",
        f"the digest of {MANY:,} rows counted by four threads",
        "the same rows counted by one thread",
        expected=alone,
        got=together,
    )


def _written(folder: Path, text: str) -> Path:
    """Return the path of a table with this text."""
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def record(checked: Sequence[Checked]) -> dict[str, Any]:
    """Return the record of an installation: machine, versions, time, every case, and its digest.

    The digest is that of the record's canonical JSON without the digest itself.
    """
    from validation.assessment import ENGINE

    content: dict[str, Any] = {
        "schema": SCHEMA,
        "at": instant_text(datetime.now(UTC)),
        "engine": {"numbers": ENGINE, "tables": PRODUCER},
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in PACKAGES},
        },
        "machine": {
            "name": platform.node(),
            "system": platform.platform(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "python": sys.executable,
        },
        "cases": [asdict(one) for one in checked],
        "passed": sum(one.passed for one in checked),
        "failed": sum(not one.passed for one in checked),
    }
    return {**content, "digest": document_digest(content)}


def _keep(path: Path, found: dict[str, Any]) -> None:
    """Write the record."""
    try:
        path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise TableError(
            f"“{path}” cannot be written ({(error.strerror or 'unknown').lower()}).",
            remedy="Choose a folder that is there and yours.",
        ) from None


def _show(checked: Sequence[Checked], found: dict[str, Any]) -> None:
    """Print what failed, and what the record is of."""
    failed = [one for one in checked if not one.passed]
    if failed:
        rows = [[one.id, f"{one.expected}", f"{one.got}", one.source] for one in failed]
        table("Failed", ["Case", "Expected", "Got", "Source"], rows)
    else:
        say(Text(f"All {len(checked)} reference cases came out as they must.", style="green"))
    engine, versions = found["engine"], found["versions"]
    note(f"{engine['numbers']}, {engine['tables']}; Python {versions['python']}, "
         f"numpy {versions['numpy']}, scipy {versions['scipy']}")  # fmt: skip
    note(f"Record {found['digest']}")
