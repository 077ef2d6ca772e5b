"""Jobs: durable work at the command line."""

from typing import Annotated
from uuid import UUID

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import Why
from registry.shapes.jobs import CancellationIn, JobOut

app = typer.Typer(help="Look at durable work, cancel it, have it done again.", no_args_is_help=True)

_STYLES = {"done": "green", "running": "cyan", "dead": "bold red", "cancelled": "yellow"}
JobId = Annotated[UUID, typer.Argument(help="The job's id.", metavar="JOB")]


def _state(job: JobOut) -> Text:
    """Return where a job stands, coloured."""
    step = f" · {job.step} {job.progress:.0%}" if job.status == "running" else ""
    return Text(job.status + step, style=_STYLES.get(job.status, ""))


@app.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most so many.")] = 20,
    json: JsonFlag = False,
) -> None:
    """List the newest jobs."""
    with connect() as client:
        found = client.list("/jobs", JobOut, params={"limit": limit})
    if json:
        show_json(found)
        return
    if not found:
        note("No job has been asked for yet.")
        return
    rows = [
        (str(job.id), job.kind, _state(job), f"{job.attempts}", f"{job.created_at:%Y-%m-%d %H:%M}")
        for job in found
    ]
    table(None, ["Job", "Kind", "Status", "Attempts", "Asked for"], rows, right="Attempts")


@app.command("show")
def show_job(job: JobId, json: JsonFlag = False) -> None:
    """Show one job: where it stands and how it ended."""
    with connect() as client:
        found = client.get(f"/jobs/{job}", JobOut)
    _tell(found, as_json=json)


@app.command("cancel")
def cancel_job(job: JobId, why: Why, json: JsonFlag = False) -> None:
    """End a job that waits or runs; a table's rows are deleted, and its evidence is refused."""
    with connect() as client:
        found = client.post(f"/jobs/{job}/cancellation", CancellationIn(why=why), JobOut)
    _tell(found, as_json=json)


@app.command("retry")
def retry_job(job: JobId, json: JsonFlag = False) -> None:
    """Have a job done that was given up, or that waits after a failure."""
    with connect() as client:
        found = client.post(f"/jobs/{job}/retry", None, JobOut)
    _tell(found, as_json=json)


def _tell(found: JobOut, *, as_json: bool) -> None:
    """Say where a job stands and how it ended."""
    if as_json:
        show_json(found)
        return
    say(Text.assemble(found.kind, "  ", _state(found)))
    note(f"attempt {found.attempts} of at most {found.max_attempts}, job {found.id}")
    if found.error:
        say(Text(found.error, style="red"))
    for key, value in (found.result or {}).items():
        note(f"{key}: {value}")
