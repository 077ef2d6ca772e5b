"""Cards: issuing model cards and bringing them home, at the command line."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from registry.client import Client
from registry.faces.cli import exports
from registry.faces.cli.connection import connect
from registry.faces.cli.console import (
    JsonFlag,
    fail,
    note,
    progress_bar,
    say,
    show_json,
    table,
)
from registry.faces.cli.documents import version_path
from registry.faces.cli.downloads import save, tell
from registry.shapes.cards import CardOut
from registry.shapes.jobs import JobOut

app = typer.Typer(
    help="Cards: what a decision rests on, decided on page 1, as PDF.", no_args_is_help=True
)
Reference = Annotated[str, typer.Argument(help="The version, as model/number.", metavar="VERSION")]

_STYLES = {"current": "green", "draft": "yellow"}


@app.command("issue")
def issue(
    version: Reference,
    *,
    out: Annotated[
        Path | None, typer.Option(help="Also write the PDF here.", dir_okay=False)
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Issue a version's card as its record stands now."""
    path = version_path(version)
    with connect() as client:
        job = client.post(f"{path}/cards", None, JobOut)
        with progress_bar("card", total=1.0, quiet=json) as move:
            ended = client.wait(str(job.id), progress=move)
        if ended.status != "done":
            fail(f"The card could not be made: {ended.error}")
        card = client.list(f"{path}/cards", CardOut)[-1]
        if out is not None:
            save(client.download(f"{path}/cards/{card.number}"), out)
    if json:
        show_json(card)
        return
    _tell(card)
    if out is not None:
        note(f"written to {out}")


@app.command("get")
def get(
    version: Reference,
    *,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the PDF.", dir_okay=False)
    ] = None,
    number: Annotated[int | None, typer.Option(help="An older card, by its number.", min=1)] = None,
    rendered: Annotated[
        bool,
        typer.Option("--rendered", help="Only what was rendered, before any seal or signature."),
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Bring a version's card home as PDF."""
    path = version_path(version)
    target = out or Path(f"{version.replace('/', '-')}-card.pdf")
    with connect() as client:
        source = f"{path}/card" if number is None else f"{path}/cards/{number}"
        save(client.download(f"{source}?rendered=true" if rendered else source), target)
        card = named(client, path, number)
    if json:
        show_json(card)
        return
    _tell(card)
    note(f"written to {target}")


@app.command("figures")
def figures(
    version: Reference,
    *,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the page.", dir_okay=False)
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Write the figures of a version's card as a page to explore, each with its table beside it.

    They are those of a card issued now. The page opens in any browser and needs no network.
    """
    target = out or Path(f"{version.replace('/', '-')}-figures.html")
    with connect() as client:
        saved = save(client.download(f"{version_path(version)}/card/figures"), target)
    tell(saved, as_json=json)


@app.command("list")
def list_cards(version: Reference, json: JsonFlag = False) -> None:
    """List every card that was issued for a version."""
    with connect() as client:
        found = client.list(f"{version_path(version)}/cards", CardOut)
    if json:
        show_json(found)
        return
    if not found:
        note(f"{version} has no card yet; issue one with `cmr card issue {version}`.")
        return
    rows = [
        (f"{card.number}", _state(card), f"{card.issued_at:%Y-%m-%d %H:%M}", card.headline)
        for card in found
    ]
    table(None, ["Card", "State", "Issued", "Says"], rows, right="Card")


app.command("export")(exports.export)
app.command("coverage")(exports.coverage)


def named(client: Client, path: str, number: int | None) -> CardOut:
    """Return what is said of a card: of the one with a number, else of the newest."""
    found = client.list(f"{path}/cards", CardOut)
    return next((card for card in found if card.number == number), found[-1])


def _tell(card: CardOut) -> None:
    """Say what a card says, and whose seal and signatures it bears."""
    say(card.headline)
    kind = f"{card.banner}, " if card.banner else ""
    note(f"{kind}card {card.number} of {card.version}, {card.size:,} bytes, {card.pdf_digest}")
    if card.code is not None:
        note(f"code {card.code}")
    if card.seal is None:
        note("not sealed: the registry has no seal key; what was rendered can be rendered again")
    else:
        time = "vouched for by a timestamp server" if card.seal.timestamped else "by its own clock"
        note(f"sealed by {card.seal.name}, {card.seal.at:%Y-%m-%d %H:%M} UTC, {time}")
        note(f"rendered: {card.rendered_digest}, its first {card.rendered_size:,} bytes")
    for one in card.signatures:
        note(f"signed by {one.name} for {one.person}, {one.role}, {one.at:%Y-%m-%d %H:%M} UTC")


def _state(card: CardOut) -> Text:
    """Return how the version stood, and whether the card is out of date."""
    words = card.state if card.current else f"{card.state} (out of date)"
    return Text(words, style=_STYLES.get(card.state, "red") if card.current else "dim")
