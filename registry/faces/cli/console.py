"""Console: how `cmr` speaks: tables and sentences for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
from pydantic import BaseModel
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

out = Console(highlight=False, markup=False)
err = Console(stderr=True, highlight=False, markup=False)
PIECE = 1 << 20
SHORT = 13  # so wide a column of a table is never made narrower


class Exit(IntEnum):
    """What `cmr` ends with."""

    DONE = 0
    OTHER = 1
    BAD_INPUT = 2
    NOT_MET = 3
    INSUFFICIENT = 4
    WAITING = 5


JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        help="Read the password from the first line of this file instead of asking.",
        exists=True,
        dir_okay=False,
    ),
]


def show_json(value: BaseModel | Sequence[BaseModel] | dict[str, Any]) -> None:
    """Print a value as JSON."""
    if isinstance(value, BaseModel):
        plain: Any = value.model_dump(mode="json", by_alias=True)
    elif isinstance(value, dict):
        plain = value
    else:
        plain = [item.model_dump(mode="json", by_alias=True) for item in value]
    sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")


def say(sentence: str | Text) -> None:
    """Print a sentence."""
    out.print(sentence, soft_wrap=True)


def note(sentence: str) -> None:
    """Print a sentence of lesser weight."""
    out.print(Text(sentence, style="dim"), soft_wrap=True)


def table(
    title: str | None,
    columns: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    *,
    right: str = "",
) -> None:
    """Print a table; `right` names columns, separated by commas, that hold numbers.

    A column of short cells keeps its width, so that longer ones give way and no word is broken.
    """
    cells = [[*row] for row in rows]
    drawn = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        padding=(0, 1, 0, 0),
    )
    numbers = set(right.split(","))
    for place, column in enumerate(columns):
        justify: Literal["left", "right"] = "right" if column in numbers else "left"
        lines = (column, *(line for row in cells for line in str(row[place]).split("\n")))
        short = max(map(cell_len, lines)) <= SHORT
        drawn.add_column(column, justify=justify, overflow="fold", no_wrap=short)
    for row in cells:
        drawn.add_row(*row)
    out.print(drawn)


def fail(message: str, *, code: Exit = Exit.OTHER) -> NoReturn:
    """Say what is wrong on the error stream and end."""
    err.print(Text.assemble(("✗ ", "bold red"), message), soft_wrap=True)
    raise typer.Exit(int(code))


def ask_password(file: Path | None, *, prompt: str = "Password") -> str:
    """Return a password from a file's first line, or asked without showing it."""
    if file is not None:
        return file.read_text(encoding="utf-8").split("\n", 1)[0]
    answer: str = typer.prompt(prompt, hide_input=True, err=True)
    return answer


@contextmanager
def progress_bar(label: str, *, total: float, quiet: bool, bytes_: bool = False) -> Iterator[Any]:
    """Yield a function of (done, step) that moves a bar on the error stream."""
    columns = [TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()]
    if bytes_:
        columns.insert(2, DownloadColumn())
    with Progress(*columns, console=err, transient=True, disable=quiet) as bar:
        task = bar.add_task(label, total=total)

        def move(done: float, step: str = "") -> None:
            bar.update(task, completed=done, description=f"{label} {step}".strip())

        yield move


def pieces(path: Path, *, quiet: bool, label: str | None = None) -> Iterator[bytes]:
    """Yield a file's bytes while a bar shows how far the upload is."""
    total = path.stat().st_size
    with progress_bar(label or path.name, total=total, quiet=quiet, bytes_=True) as move:
        done = 0
        with path.open("rb") as source:
            while piece := source.read(PIECE):
                yield piece
                done += len(piece)
                move(done)
