"""Exports: a version's record in formats that others read, at the command line."""

from pathlib import Path
from typing import Annotated

import typer

from registry.client import Client
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import version_path
from registry.faces.cli.downloads import SavedOut, save
from registry.shapes.exports import (
    CoverageOut,
    CoveredItemOut,
    FormatOut,
    FormatWord,
    GuidelineWord,
)

Reference = Annotated[str, typer.Argument(help="The version, as model/number.", metavar="VERSION")]


class ExportedOut(SavedOut):
    """An export that was written, and what its format had no place for."""

    format: str
    not_carried: list[str]


def export(
    version: Reference,
    *,
    form: Annotated[FormatWord, typer.Option("--format", help="Which format.")],
    out: Annotated[Path, typer.Option(help="Where to write it.", dir_okay=False)],
    json: JsonFlag = False,
) -> None:
    """Write a version's record as it stands now in a format that others read.

    chai is the CHAI Applied Model Card (XML), hti1 the 31 source attributes
    of HTI-1 and hti1-table the same to be read, cyclonedx a bill of materials
    with model card and declarations, json what the card says, csv every
    number. It says what the format has no place for.
    """
    with connect() as client:
        saved = save(client.download(f"{version_path(version)}/exports/{form}"), out)
        chosen = _format(client, form)
    if json:
        told = ExportedOut(**saved.model_dump(), format=form, not_carried=chosen.not_carried)
        show_json(told)
        return
    say(f"{saved.path}: {chosen.title}, {saved.size:,} bytes")
    note(saved.digest)
    say("It has no place for:")
    for sentence in chosen.not_carried:
        say(f"  - {sentence}")


def _format(client: Client, form: FormatWord) -> FormatOut:
    """Return what is said of a format."""
    return next(one for one in client.list("/exports", FormatOut) if one.key == form)


def coverage(
    version: Reference,
    *,
    guideline: Annotated[GuidelineWord, typer.Option(help="Which reporting guideline.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Also write it here: JSON, or Markdown where it ends in .md."),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Show which items of a reporting guideline a version's record answers, with links.

    It scores nothing: whether an item is reported as it should be is for a reader to judge.
    """
    source = f"{version_path(version)}/coverage/{guideline}"
    with connect() as client:
        found = client.get(source, CoverageOut)
        if out is not None:
            below = "/table" if out.suffix == ".md" else ""
            save(client.download(f"{source}{below}"), out)
    if json:
        show_json(found)
        return
    rows = [(one.id, one.asks, one.state, _where(one)) for one in found.items]
    table(None, ["Item", "Asked", "State", "Where on the card"], rows)
    say(f"{found.guideline['name']}, items in our own words: {found.guideline['citation']}")
    say(f"doi:{found.guideline['doi']}")
    note(found.says)
    if out is not None:
        note(f"written to {out}")


def _where(one: CoveredItemOut) -> str:
    """Return the sections of the card that print an answer, or why there is none."""
    if one.because is not None:
        return one.because
    sections = sorted({part.card_section for part in one.parts if part.text and part.card_section})
    return f"section {', '.join(map(str, sections))}" if sections else "not on the card"
