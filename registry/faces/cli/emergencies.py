"""`cmr emergency`: breaking the glass, ending it, and looking at it afterwards."""

from typing import Annotated
from uuid import UUID

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, PasswordFile, note, say, show_json
from registry.faces.cli.documents import version_path
from registry.faces.cli.signing import ProofFlag, Proving, post_signed
from registry.shapes.emergencies import (
    EmergencyIn,
    EmergencyOut,
    EmergencyReviewIn,
    EmergencyStopIn,
)

app = typer.Typer(
    help="Emergency access: signed, for a few hours, to read and to stop; looked at afterwards.",
    no_args_is_help=True,
)
_STYLES = {"open": "bold red", "ended": "yellow", "reviewed": "green"}
_SAID = {"open": "open", "ended": "waits to be looked at", "reviewed": "looked at"}


@app.command("open")
def break_glass(
    reason: Annotated[str, typer.Option(help="What the emergency is.")],
    hours: Annotated[int, typer.Option(min=1, max=4, help="For how long, at most.")] = 1,
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Break the glass: for some hours you read and stop what runs, and nothing else."""
    how = Proving(passkey=passkey, password_file=password_file)
    said = {"reason": reason, "hours": hours}
    with connect() as client:
        found = post_signed(client, "/emergencies", said, EmergencyIn, EmergencyOut, how)
    _show(found, as_json=as_json)
    if not as_json:
        note("Stop what runs with `cmr emergency stop`; end it with `cmr emergency end`.")


@app.command("stop")
def stop(
    target: Annotated[
        str,
        typer.Argument(
            help="What runs: a deployment's id, or a version as model/number, everywhere.",
            metavar="DEPLOYMENT|VERSION",
        ),
    ],
    reasons: Annotated[str, typer.Option(help="Why.")],
    as_json: JsonFlag = False,
) -> None:
    """Suspend what runs by emergency access: one deployment, or a version everywhere."""
    place = version_path(target) if "/" in target else f"/deployments/{target}"
    with connect() as client:
        body = EmergencyStopIn(reasons=reasons)
        found = client.post(f"{place}/emergency-stop", body, EmergencyOut)
    if as_json:
        show_json(found)
        return
    say("Suspended; permits are refused from now on.")


@app.command("end")
def end(as_json: JsonFlag = False) -> None:
    """End your emergency access; your roles are back at once."""
    with connect() as client:
        found = client.post("/emergencies/end", None, EmergencyOut)
    _show(found, as_json=as_json)


@app.command("list")
def list_emergencies(
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those that wait to be looked at.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """List every emergency access, newest first."""
    with connect() as client:
        found = client.list("/emergencies", EmergencyOut, params={"waiting": waiting})
    if as_json:
        show_json(found)
        return
    for one in found:
        _show(one, as_json=False)
    if not found:
        say("Nobody has broken the glass." if not waiting else "None waits to be looked at.")


@app.command("review")
def review(
    emergency: Annotated[UUID, typer.Argument(help="The emergency's id.", metavar="EMERGENCY")],
    finding: Annotated[str, typer.Option(help="justified, or “not justified”.")],
    remarks: Annotated[str, typer.Option(help="What you looked at, and what was to be done.")],
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Close an emergency access by looking at it afterwards, as another person."""
    how = Proving(passkey=passkey, password_file=password_file)
    said = {"finding": finding, "remarks": remarks}
    path = f"/emergencies/{emergency}/review"
    with connect() as client:
        found = post_signed(client, path, said, EmergencyReviewIn, EmergencyOut, how)
    _show(found, as_json=as_json)


def _show(one: EmergencyOut, *, as_json: bool) -> None:
    """Print an emergency access."""
    if as_json:
        show_json(one)
        return
    say(
        Text.assemble(
            (_SAID[one.state], _STYLES[one.state]),
            f"  {one.person['name']}, {one.opened_at:%F %H:%M} to ",
            f"{one.ended_at or one.until:%F %H:%M} UTC: {one.reason}  ",
            (str(one.id), "dim"),
        )
    )
    if one.review is not None:
        by = one.review["by"]["name"]
        note(f"{one.review['finding'].capitalize()}, {by}: {one.review['remarks']}")
