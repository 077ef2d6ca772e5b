"""`cmr hazard log`: issues of a model's hazard log, frozen and approved."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, PasswordFile, note, say, show_json, table
from registry.faces.cli.downloads import save, tell
from registry.faces.cli.hazard_plans import Model, Reasons, approved
from registry.faces.cli.signing import ProofFlag, Proving, post_signed
from registry.shapes.hazard_plans import HazardApprovalIn
from registry.shapes.hazards import HazardLogIn, HazardLogOut

app = typer.Typer(help="Issues of the hazard log, for the safety officer.", no_args_is_help=True)
Issue = Annotated[int, typer.Argument(help="The issue's number.")]


@app.command("issue")
def issue_log(
    model: Model,
    overall: Annotated[
        str, typer.Option(help="What the residual risk amounts to as a whole, beside the benefit.")
    ],
    as_json: JsonFlag = False,
) -> None:
    """Freeze the log as it stands, under the next number."""
    with connect() as client:
        made = client.post(
            f"/models/{model}/hazard-logs", HazardLogIn(overall=overall), HazardLogOut
        )
    _show(made, as_json=as_json)


@app.command("list")
def list_logs(model: Model, as_json: JsonFlag = False) -> None:
    """List the issues of a model's log."""
    with connect() as client:
        found = client.list(f"/models/{model}/hazard-logs", HazardLogOut)
    if as_json:
        show_json(found)
        return
    rows = [
        (
            str(one.number),
            str(len(one.document["hazards"])),
            str(one.document["highest"]),
            "waits" if one.approved is None else f"{one.approved.by.name}, {one.approved.at:%F}",
        )
        for one in found
    ]
    table(None, ["Issue", "Hazards", "Highest", "Approved"], rows, right="Issue,Hazards,Highest")


@app.command("show")
def show_log(model: Model, issue: Issue, as_json: JsonFlag = False) -> None:
    """Show an issue: its hazards, the highest rating, and who approved it."""
    with connect() as client:
        found = client.get(f"/models/{model}/hazard-logs/{issue}", HazardLogOut)
    _show(found, as_json=as_json)


@app.command("get")
def get_log(
    model: Model,
    issue: Issue,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    as_json: JsonFlag = False,
) -> None:
    """Write the exact bytes of an issue: what the safety officer signs."""
    with connect() as client:
        saved = save(client.download(f"/models/{model}/hazard-logs/{issue}/document"), out)
    tell(saved, as_json=as_json)


@app.command("approve")
def approve_log(
    model: Model,
    issue: Issue,
    reasons: Reasons = "",
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Approve an issue as clinical safety officer; your password is asked again."""
    path = f"/models/{model}/hazard-logs/{issue}"
    with connect() as client:
        seen = client.get(path, HazardLogOut)
        if not as_json:
            say(f"You approve issue {issue} of the hazard log of {model} as")
            say("clinical safety officer.")
            note(seen.digest)
        said = {"digest": seen.digest, "reasons": reasons}
        how = Proving(passkey=passkey, password_file=password_file)
        made = post_signed(client, f"{path}/approval", said, HazardApprovalIn, HazardLogOut, how)
    _show(made, as_json=as_json)


def _show(log: HazardLogOut, *, as_json: bool) -> None:
    """Print one issue."""
    if as_json:
        show_json(log)
        return
    said = log.document
    say(Text(f"{log.model}, hazard log, issue {log.number}", style="bold"))
    note(log.digest)
    table(
        None,
        ["No.", "Hazard", "Rating", "Status"],
        [
            (
                str(one["number"]),
                one["name"],
                f"{one['rating']}{'*' if one['rating'] > said['acceptable_rating'] else ' '}",
                one["status"],
            )
            for one in said["hazards"]
        ],
        right="No.,Rating",
    )
    acceptable = f"{said['acceptable_rating']} or lower (plan {said['plan']['number']})"
    say(f"Acceptable: {acceptable}; * stands above it.")
    say(Text.assemble(("As a whole: ", "dim"), said["overall"]))
    say(approved(log.approved, f"cmr hazard log approve {log.model} {log.number}"))
    for one in log.changed_since:
        say(Text(f"! hazard {one['number']}, {one['name']}: {one['what']} since", style="yellow"))
