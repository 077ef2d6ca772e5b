"""`cmr incident`: what went wrong where a version was in use."""

from typing import Annotated

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import TomlFile, Why, read_toml, shaped
from registry.shapes.incidents import IncidentIn, IncidentOut, IncidentRecordIn

app = typer.Typer(help="Incidents: reported, made safe, closed.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The incident's number.")]
_STATES = {"open": "bold red", "made safe": "yellow", "closed": "green"}


@app.command("report")
def report_incident(
    file: TomlFile,
    blinded: Annotated[
        bool, typer.Option("--blinded", help="Tell your name to those who keep the log alone.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Report an incident from a TOML file; it never names a patient.

    It says model, happened_on, summary, harm (near miss, none, low, moderate, severe, fatal), and
    if known versions, site, deployments, hazards, recurrence, mitigation, reported_to, actions.
    """
    said = read_toml(file)
    body = shaped(said | ({"blinded": True} if blinded else {}), IncidentIn, source=str(file))
    with connect() as client:
        made = client.post("/incidents", body, IncidentOut)
    _show(made, as_json=as_json)


@app.command("list")
def list_incidents(
    model: Annotated[str | None, typer.Argument(help="Only of this model.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """List the incidents."""
    with connect() as client:
        found = client.list("/incidents", IncidentOut, params={"model": model} if model else None)
    if as_json:
        show_json(found)
        return
    if not found:
        note("No incident is on the log.")
        return
    table(
        None,
        ["No.", "Day", "Model", "Where", "Harm", "State"],
        [
            (
                str(one.number),
                f"{one.happened_on}",
                _about(one),
                one.site or "—",
                one.harm,
                Text(one.state, style=_STATES[one.state]),
            )
            for one in found
        ],
        right="No.",
    )


@app.command("show")
def show_incident(number: Number, as_json: JsonFlag = False) -> None:
    """Show an incident and its journal."""
    with connect() as client:
        found = client.get(f"/incidents/{number}", IncidentOut)
    _show(found, as_json=as_json)


@app.command("supersede")
def supersede_incident(number: Number, file: TomlFile, why: Why, as_json: JsonFlag = False) -> None:
    """Record an incident anew, whole, from a TOML file: another entry of its journal."""
    outside = {"model", "blinded"}
    said = {key: value for key, value in read_toml(file).items() if key not in outside}
    body = shaped({**said, "why": why}, IncidentRecordIn, source=str(file))
    with connect() as client:
        made = client.post(f"/incidents/{number}/records", body, IncidentOut)
    _show(made, as_json=as_json)


def _about(incident: IncidentOut) -> str:
    """Return the model and the versions that an incident is about."""
    versions = ", ".join(str(one) for one in incident.versions)
    return f"{incident.model}/{versions}" if versions else incident.model


def _show(incident: IncidentOut, *, as_json: bool) -> None:
    """Print one incident."""
    if as_json:
        show_json(incident)
        return
    say(
        Text.assemble(
            (f"Incident {incident.number}, {_about(incident)}  ", "bold"),
            (incident.state, _STATES[incident.state]),
        )
    )
    by = "withheld" if incident.reported_by is None else incident.reported_by.name
    if incident.blinded and incident.reported_by is not None:
        by += " (told to you because you keep the log)"
    for label, text in (
        ("Happened", f"{incident.happened_on}" + (f", {incident.site}" if incident.site else "")),
        ("What", incident.summary),
        ("Harm", incident.harm),
        ("Deployments", ", ".join(incident.deployments)),
        ("Hazards", ", ".join(str(one) for one in incident.hazards)),
        ("Recurrence", incident.recurrence),
        ("Mitigation", incident.mitigation),
        ("Cause", incident.cause),
        ("Reported by", by),
        ("Reported to", ", ".join(incident.reported_to)),
        ("Made safe", f"{incident.made_safe_on or ''}"),
        ("Closed", f"{incident.closed_on or ''}"),
    ):
        if text:
            say(Text.assemble((f"{label:<13}", "dim"), text))
    for action in incident.actions:
        mark = ("✓ ", "green") if action.done else ("○ ", "yellow")
        say(Text.assemble(mark, f"{action.what} ({action.owner})"))
    for entry in incident.journal:
        who = entry.get("by") or "withheld"
        note(f"{entry['record']}  {entry['at'][:16].replace('T', ' ')} UTC  {who}: {entry['why']}")
