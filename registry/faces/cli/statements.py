"""`cmr statement`: what people say of the thirteen considerations."""

from typing import Annotated

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import shaped, version_path
from registry.shapes.statements import StatementIn, StatementOut

app = typer.Typer(help="Statements on the thirteen considerations.", no_args_is_help=True)
Version = Annotated[str, typer.Argument(metavar="MODEL/N", help="The version.")]
Consideration = Annotated[int, typer.Argument(min=1, max=13, help="1 to 13.")]


@app.command("list")
def list_statements(version: Version, as_json: JsonFlag = False) -> None:
    """List the thirteen considerations, each answered or missing."""
    with connect() as client:
        found = client.list(f"{version_path(version)}/statements", StatementOut)
    if as_json:
        show_json(found)
        return
    table(
        version,
        ["#", "Consideration", "What is said"],
        [(str(made.consideration), made.title, _said(made)) for made in found],
        right="#",
    )
    missing = [str(made.consideration) for made in found if made.kind == "missing"]
    if missing:
        note(f"Missing: {', '.join(missing)}; `cmr statement make {version} N --text …`.")
    for why in dict.fromkeys(made.stale for made in found if made.stale):
        stale = [str(made.consideration) for made in found if made.stale == why]
        note(f"Stale: {', '.join(stale)}. {why}")


def _said(made: StatementOut) -> Text:
    """Return what is said about one consideration."""
    if made.kind == "missing":
        return Text.assemble(("missing  ", "bold red"), (made.asks, "dim"))
    marks = []
    if made.carried_from is not None:
        marks.append((f"carried from version {made.carried_from}  ", "yellow"))
    if made.stale:
        marks.append(("stale  ", "bold red"))
    return Text.assemble(*marks, made.text or f"not available: {made.reason}")


@app.command("make")
def make_statement(
    version: Version,
    consideration: Consideration,
    text: Annotated[str | None, typer.Option(help="What is said.")] = None,
    not_available: Annotated[
        str | None, typer.Option("--not-available", help="Why nothing is available.")
    ] = None,
    evidence: Annotated[
        list[str] | None, typer.Option(help="Id of evidence it rests on; may be repeated.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """State something on a consideration, or that nothing is available and why."""
    document = {
        "consideration": consideration,
        "kind": "stated" if not_available is None else "not available",
        "text": text,
        "reason": not_available,
        "evidence": evidence or [],
    }
    body = shaped(document, StatementIn, source="The statement")
    with connect() as client:
        made = client.post(f"{version_path(version)}/statements", body, StatementOut)
    _told(made, as_json=as_json)


@app.command("confirm")
def confirm_statement(
    version: Version, consideration: Consideration, as_json: JsonFlag = False
) -> None:
    """Confirm, as your own, a statement carried over from the parent version."""
    path = f"{version_path(version)}/statements/{consideration}/confirmation"
    with connect() as client:
        made = client.post(path, None, StatementOut)
    _told(made, as_json=as_json)


def _told(made: StatementOut, *, as_json: bool) -> None:
    """Print a statement just made."""
    if as_json:
        show_json(made)
        return
    say(f"{made.consideration}. {made.title}: {made.text or f'not available: {made.reason}'}")
