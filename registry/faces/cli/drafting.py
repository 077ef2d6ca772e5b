"""`cmr protocol draft` and `cmr protocol check`: protocols as files, without a registry."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from registry.faces.cli.console import JsonFlag, note, out, progress_bar, say, show_json
from validation.engines.duckdb import tally_table
from validation.engines.glimpse import look
from validation.errors import ProtocolError
from validation.protocols import digest, document, measure_digest, read
from validation.protocols.drafting import draft as write_draft
from validation.protocols.shape import Protocol
from validation.tallies import Tally

ProtocolFile = Annotated[
    Path,
    typer.Option(
        "--protocol", "-p", help="The protocol, TOML.", exists=True, dir_okay=False, readable=True
    ),
]


def draft(
    source: Annotated[Path, typer.Argument(metavar="TABLE", help="A CSV or Parquet table.")],
    save: Annotated[
        Path | None, typer.Option("--out", help="Write the draft to this file, which must be new.")
    ] = None,
) -> None:
    """Draft a commented protocol from a table; a person decides what is marked DECIDE."""
    text = write_draft(look(source))
    if save is None:
        out.print(Text(text), end="", soft_wrap=True)
        return
    try:
        with save.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ProtocolError(
            f"“{save}” is already there.", remedy="Choose another name, or remove it first."
        ) from None
    except OSError as error:
        raise ProtocolError(
            f"“{save}” cannot be written ({(error.strerror or 'unknown').lower()}).",
            remedy="Choose a folder that is there and yours.",
        ) from None
    say(f"Drafted: {save}. Lines marked DECIDE wait for you; then: cmr protocol check {save}")


def check(
    file: Annotated[Path, typer.Argument(help="The protocol, TOML.", exists=True, dir_okay=False)],
    source: Annotated[
        Path | None, typer.Option("--table", help="A table that must fit the protocol, too.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Check that a protocol can be followed, and that a table fits it."""
    protocol = read_protocol(file)
    tally, remarks = None, list[str]()
    if source is not None:
        with progress_bar(source.name, total=1.0, quiet=as_json) as move:
            tally = tally_table(
                source,
                protocol,
                progress=lambda step, share: move(share, step),
                remark=remarks.append,
            )
    if as_json:
        show_json(_as_json(protocol, tally, remarks))
        return
    say(Text.assemble(("The protocol can be followed: ", "bold"), protocol.name))
    note(f"digest          {digest(protocol)}")
    note(f"measure digest  {measure_digest(protocol)}")
    if not protocol.criteria:
        say("It sets no criteria, so that figures will be described and not judged.")
    for criterion in protocol.criteria:
        side = "at least" if criterion.at_least is not None else "at most"
        bound = criterion.at_least if criterion.at_least is not None else criterion.at_most
        say(f"  • {criterion.id}: {criterion.metric} {side} {bound:g}, {criterion.over}")
    for sentence in open_points(protocol):
        say(Text.assemble(("! ", "bold yellow"), sentence))
    if tally is not None and source is not None:
        cells = len(tally.base.cells)
        say(f"The table fits: {tally.rows:,} rows of {source.name} in {cells:,} cells.")
    for sentence in remarks:
        say(Text.assemble(("! ", "bold yellow"), sentence))


def open_points(protocol: Protocol) -> list[str]:
    """Return what the protocol leaves open and somebody must settle before it is signed."""
    found = []
    for finding in protocol.findings:
        of = f" of “{finding.name}”" if finding.name else ""
        if finding.operating_point.threshold is None:
            found.append(f"The threshold{of} is a rule: it is resolved before signing.")
    if protocol.reference_standard == "NOT YET DESCRIBED":
        found.append("The reference standard is not described yet.")
    if protocol.columns.exam is None:
        found.append("No column names the exam, so that an exam that counts twice goes unseen.")
    if protocol.columns.patient is None:
        found.append("No column names the patient, so that several exams of one go unseen.")
    return found


def read_protocol(file: Path) -> Protocol:
    """Return the protocol that a file holds.

    Raises
    ------
    ProtocolError
        When it cannot be used.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ProtocolError(
            f"“{file.name}” is not UTF-8 text.", remedy="Save it as UTF-8."
        ) from None
    return read(text)


def _as_json(protocol: Protocol, tally: Tally | None, remarks: list[str]) -> dict[str, Any]:
    """Return the findings of a check for programs."""
    found: dict[str, Any] = {
        "digest": digest(protocol),
        "measure_digest": measure_digest(protocol),
        "protocol": document(protocol),
        "open": open_points(protocol),
    }
    if tally is not None:
        found["table"] = {
            "table_digest": tally.table_digest,
            "tally_digest": tally.digest,
            "rows": tally.rows,
            "cells": len(tally.base.cells),
            "remarks": remarks,
        }
    return found
