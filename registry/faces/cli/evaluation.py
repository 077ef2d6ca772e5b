"""`cmr evaluate`: a table or a tally against a protocol, without a registry."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.text import Text

from registry.faces.cli.console import (
    Exit,
    JsonFlag,
    note,
    out,
    say,
    show_json,
    table,
)
from registry.faces.cli.counting import Engine, EngineName, Master, count_table
from registry.faces.cli.drafting import ProtocolFile, read_protocol
from registry.faces.cli.grids import Grid
from registry.faces.cli.summary import Summary, summarise, worst_verdict
from registry.settings import data_folder
from validation.criteria import Verdict
from validation.errors import TableError
from validation.protocols import documents
from validation.tallies import files as tally_files

ENDS = {
    Verdict.MET: Exit.DONE,
    Verdict.NOT_MET: Exit.NOT_MET,
    Verdict.INSUFFICIENT: Exit.INSUFFICIENT,
    Verdict.NOT_ASSESSED: Exit.INSUFFICIENT,
}


STYLE = "evaluation.css"
PADDING = 2  # what a table puts around the text of a column
STYLES = {
    Verdict.MET: "green",
    Verdict.NOT_MET: "bold red",
    Verdict.INSUFFICIENT: "bold yellow",
    Verdict.NOT_ASSESSED: "bold yellow",
}


def evaluate(
    source: Annotated[
        str, typer.Argument(metavar="TABLE", help="A CSV or Parquet table, or a tally.")
    ],
    protocol: ProtocolFile,
    save: Annotated[
        Path | None, typer.Option("--out", help="Write the assessment, JSON, to this file.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a report for reading to this file.")
    ] = None,
    engine: EngineName = Engine.DUCKDB,
    master: Master = None,
    as_json: JsonFlag = False,
) -> None:
    """Evaluate a prediction table, or a tally, against a protocol.

    Ends with 0 when every criterion is met, 3 when one is not, 4 when the evidence is
    insufficient for one, 2 when the input cannot be used.
    """
    from validation import assessment

    plan = read_protocol(protocol)
    if tally_files.is_tally(Path(source)):
        tally = tally_files.read(Path(source).read_bytes())
    else:
        tally = count_table(source, plan, engine=engine, master=master, quiet=as_json)
    found = assessment.document(assessment.assess(tally, plan))
    summary = summarise(found, plan)
    page = _page(summary, found, documents.document(plan)) if html is not None else None
    if save is not None:
        _keep(save, json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    if html is not None and page is not None:
        _keep(html, page)
    if as_json:
        show_json(found)
    else:
        _show(summary)
        for written in (save, html):
            if written is not None:
                note(f"Written: {written}")
    raise typer.Exit(int(ENDS[worst_verdict(found)]))


def _keep(path: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise TableError(
            f"“{path}” cannot be written ({(error.strerror or 'unknown').lower()}).",
            remedy="Choose a folder that is there and yours.",
        ) from None


def _page(summary: Summary, assessment: Mapping[str, Any], protocol: Mapping[str, Any]) -> str:
    """Return the summary and its figures as one page that needs nothing beside itself."""
    from registry.services.cards import pages

    environment = Environment(
        loader=FileSystemLoader(data_folder() / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups = pages.of_assessment(assessment, protocol)
    template = environment.get_template("evaluation.html")
    return template.render(
        summary=summary,
        groups=groups,
        parts=pages.parts(environment, groups, STYLE),
    )


def _show(summary: Summary) -> None:
    """Print the summary."""
    say(Text(summary.title, style="bold"))
    for name, value in summary.facts:
        say(Text.assemble((f"{name}: ", "dim"), value))
    for warning in summary.warnings:
        say(Text.assemble(("! ", "bold yellow"), warning))
    _show_criteria(summary)
    for grid in summary.grids:
        _show_grid(grid)


def _show_criteria(summary: Summary) -> None:
    """Print the criteria: what blocks, why, and only then what is met."""
    out.print()
    if not summary.criteria:
        say("The protocol sets no criteria: the figures below are described, not judged.")
        return
    say(Text("Criteria", style="bold"))
    for line in summary.criteria:
        told = " (exploratory: decides nothing)" if line.exploratory else ""
        say(
            Text.assemble(
                (f"{line.verdict.value}", STYLES[line.verdict]),
                f"  {line.id}{told}: {line.required}",
            )
        )
        if line.measured != "—":
            say(f"    measured {line.measured}")
        say(f"    because {line.because}")


def _show_grid(grid: Grid) -> None:
    """Print one table with what must be known beside it, in parts that fit the terminal."""
    widths = [
        max(len(column), *(len(row[index]) for row in grid.rows)) + PADDING
        for index, column in enumerate(grid.columns)
    ]
    names = list(range(grid.right))
    room = out.width - sum(widths[index] for index in names)
    parts: list[list[int]] = [[]]
    for index in range(grid.right, len(grid.columns)):
        if parts[-1] and sum(widths[i] for i in [*parts[-1], index]) > room:
            parts.append([])
        parts[-1].append(index)
    out.print()
    for place, part in enumerate(parts):
        chosen = names + part
        table(
            grid.title if place == 0 else None,
            [grid.columns[index] for index in chosen],
            [[row[index] for index in chosen] for row in grid.rows],
            right=",".join(grid.columns[index] for index in part),
        )
    for remark in grid.notes:
        note(remark)
