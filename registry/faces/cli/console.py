"""Console: how `cmr` speaks: tables and sentences for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from textwrap import wrap
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
BESIDE = 2  # cells that a column of a table takes beside its text


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
    """Print a sentence: on a terminal no word is broken, for programs no line is."""
    out.print(sentence, soft_wrap=not out.is_terminal)


def note(sentence: str) -> None:
    """Print a sentence of lesser weight."""
    say(Text(sentence, style="dim"))


def table(
    title: str | None,
    columns: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    *,
    right: str = "",
) -> None:
    """Print a table; `right` names columns, separated by commas, that hold numbers.

    No word is broken where the longest of each column fit side by side.
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
    texts = [[column, *(str(row[place]) for row in cells)] for place, column in enumerate(columns)]
    widths = _widths(texts, out.width - BESIDE * len(columns) - 1)
    for place, column in enumerate(columns):
        justify: Literal["left", "right"] = "right" if column in numbers else "left"
        width = None if widths is None else widths[place]
        drawn.add_column(column, justify=justify, overflow="fold", width=width)
    for row in cells:
        drawn.add_row(*row)
    out.print(drawn)


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Return how wide each column of texts is to be, or None where the longest words do not fit.

    What room is left goes, cell by cell, to the column whose texts take the most lines.
    """
    widths = [
        max((cell_len(word) for text in texts for word in text.split()), default=0)
        for texts in columns
    ]
    needs = [
        max(cell_len(line) for text in texts for line in text.split("\n")) for texts in columns
    ]
    lines = [_lines(texts, width) for texts, width in zip(columns, widths, strict=True)]
    for _ in range(room - sum(widths)):
        tight = [place for place, need in enumerate(needs) if widths[place] < need]
        if not tight:
            break
        place = max(tight, key=lambda place: lines[place])
        widths[place] += 1
        lines[place] = _lines(columns[place], widths[place])
    return widths if sum(widths) <= room else None


def _lines(texts: Sequence[str], width: int) -> int:
    """Return how many lines texts take at a width, one below the other."""
    return sum(len(wrap(line, width)) for text in texts for line in text.split("\n"))


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
