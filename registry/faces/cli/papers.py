"""`cmr document` and `cmr training`: papers about models, and what people have completed."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.text import Text

from registry.faces.cli.artifacts import upload
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, say, show_json, table
from registry.faces.cli.documents import Why, shaped
from registry.shapes.papers import PaperIn, PaperOut, PaperWithdrawalIn, TrainingIn, TrainingOut

app = typer.Typer(help="Documents about a model that a policy may ask for.", no_args_is_help=True)
trainings = typer.Typer(help="What people have completed.", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="The person's login.")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day.")]
Until = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it holds.")
]


def _day(moment: datetime | None) -> str | None:
    """Return a day as it is sent."""
    return None if moment is None else moment.date().isoformat()


@app.command("register")
def register(
    model: Annotated[str, typer.Argument(metavar="MODEL[/N]", help="The model, or one version.")],
    file: Annotated[
        Path, typer.Option("--file", help="The document itself.", exists=True, dir_okay=False)
    ],
    kind: Annotated[str, typer.Option(help="Such as “data protection impact assessment”.")],
    title: Annotated[str, typer.Option(help="Its title and issue.")],
    by: Annotated[str, typer.Option("--by", help="Who issued it.")],
    dated: Day,
    valid_until: Until = None,
    as_json: JsonFlag = False,
) -> None:
    """Keep a document and register it; it stands in every dossier from then on."""
    name, _, number = model.partition("/")
    said = {
        "kind": kind,
        "title": title,
        "issued_by": by,
        "dated": _day(dated),
        "valid_until": _day(valid_until),
        "version": number or None,
    }
    shaped({**said, "digest": "sha256:" + "0" * 64}, PaperIn, source="The document")
    with connect() as client:
        digest = upload(client, file, quiet=as_json).digest
        body = shaped({**said, "digest": digest}, PaperIn, source="The document")
        made = client.post(f"/models/{name}/documents", body, PaperOut)
    if as_json:
        show_json(made)
        return
    say(f"“{made.title}” is registered as {made.kind} of {model}.")


@app.command("list")
def list_documents(
    model: Annotated[str, typer.Argument(help="The model's name.")], as_json: JsonFlag = False
) -> None:
    """List the documents about a model and its versions."""
    with connect() as client:
        found = client.list(f"/models/{model}/documents", PaperOut)
    if as_json:
        show_json(found)
        return
    table(
        model,
        ["Kind", "Title", "Of", "Dated", "Until", "Document"],
        [
            (
                Text(one.kind, style="strike" if one.withdrawn else ""),
                one.title,
                model if one.version is None else f"{model}/{one.version}",
                str(one.dated),
                "withdrawn" if one.withdrawn else str(one.valid_until or ""),
                str(one.id),
            )
            for one in found
        ],
    )


@app.command("withdraw")
def withdraw(
    document: Annotated[UUID, typer.Argument(help="The document's id.", metavar="DOCUMENT")],
    why: Why,
    as_json: JsonFlag = False,
) -> None:
    """Take a document back; it counts for nothing from now on, and stays on record."""
    with connect() as client:
        path = f"/documents/{document}/withdrawal"
        found = client.post(path, PaperWithdrawalIn(why=why), PaperOut)
    if as_json:
        show_json(found)
        return
    say(f"“{found.title}” is withdrawn.")


@trainings.command("record")
def record_training(
    login: Login,
    topic: Annotated[str, typer.Option(help="What it was about.")],
    on: Day,
    evidence: Annotated[str, typer.Option(help="What shows it, such as a certificate's number.")],
    valid_until: Until = None,
    as_json: JsonFlag = False,
) -> None:
    """Record what another person has completed; nobody records their own."""
    said = {"topic": topic, "on": _day(on), "evidence": evidence, "valid_until": _day(valid_until)}
    body = shaped(said, TrainingIn, source="The training")
    with connect() as client:
        made = client.post(f"/people/{login}/trainings", body, TrainingOut)
    if as_json:
        show_json(made)
        return
    say(f"{made.person['name']} has completed {made.topic} on {made.on}.")


@trainings.command("list")
def list_trainings(login: Login, as_json: JsonFlag = False) -> None:
    """List what a person has completed."""
    with connect() as client:
        found = client.list(f"/people/{login}/trainings", TrainingOut)
    if as_json:
        show_json(found)
        return
    table(
        login,
        ["Topic", "On", "Until", "Shown by", "Training"],
        [
            (
                Text(one.topic, style="strike" if one.withdrawn else ""),
                str(one.on),
                "withdrawn" if one.withdrawn else str(one.valid_until or ""),
                one.evidence,
                str(one.id),
            )
            for one in found
        ],
    )


@trainings.command("withdraw")
def withdraw_training(
    training: Annotated[UUID, typer.Argument(help="The training's id.", metavar="TRAINING")],
    why: Why,
    as_json: JsonFlag = False,
) -> None:
    """Take a recorded training back; it stays on record."""
    with connect() as client:
        path = f"/trainings/{training}/withdrawal"
        found = client.post(path, PaperWithdrawalIn(why=why), TrainingOut)
    if as_json:
        show_json(found)
        return
    say(f"“{found.topic}” of {found.person['name']} is withdrawn.")
