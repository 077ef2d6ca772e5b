"""`cmr notice`: what waits for you, where mail goes, and what did not arrive."""

from typing import Annotated
from uuid import UUID

import typer
from rich.text import Text

from registry.client import Client
from registry.domain.errors import BadInputError
from registry.faces.cli.connection import connect
from registry.faces.cli.console import Exit, JsonFlag, fail, note, say, show_json, table
from registry.shapes.jobs import JobOut
from registry.shapes.notices import AddressIn, AddressOut, DeliveryOut, NoticeOut

app = typer.Typer(
    help="What you are told, where mail goes, and what did not arrive.", no_args_is_help=True
)
Limit = Annotated[int, typer.Option(min=1, max=500, help="At most so many.")]

_WORDS = {
    "queued": ("waits", ""),
    "running": ("is sent", "cyan"),
    "done": ("arrived", "green"),
    "dead": ("given up", "bold red"),
    "cancelled": ("cancelled", "yellow"),
}


@app.command("list")
def list_notices(limit: Limit = 20, as_json: JsonFlag = False) -> None:
    """List what you were told, newest first."""
    with connect() as client:
        found = client.list("/notices", NoticeOut, params={"limit": limit})
    if as_json:
        show_json(found)
        return
    if not found:
        note("Nothing has been told to you yet.")
    for one in found:
        say(Text(one.headline, style="bold"))
        due = "" if one.due is None else f" By {one.due}."
        say(f"  {one.asks}{due}")
        reason = f": {one.why}" if one.why else ""
        note(f"  {one.at:%Y-%m-%d %H:%M} UTC, {one.actor.name}{reason}")
        note(f"  {one.see}")


@app.command("deliveries")
def list_deliveries(
    limit: Limit = 20,
    failed: Annotated[bool, typer.Option("--failed", help="Only what was given up.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """List what was sent to mailboxes and webhooks, newest first; for administrators."""
    state = "failed" if failed else "any"
    with connect() as client:
        found = client.list(
            "/notices/deliveries", DeliveryOut, params={"limit": limit, "state": state}
        )
    if as_json:
        show_json(found)
        return
    if not found:
        note("Nothing was given up." if failed else "Nothing has been sent yet.")
        return
    for one in found:
        _tell(one)


@app.command("retry")
def retry(
    delivery: Annotated[UUID | None, typer.Argument(help="Which delivery; --all for all.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that was given up.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Send again what was given up, or what waits after a failure."""
    if every == (delivery is not None):
        raise BadInputError("name one delivery, or --all.", field="delivery")
    with connect() as client:
        wanted = [delivery] if delivery is not None else _given_up(client)
        done = [client.post(f"/notices/deliveries/{one}/retry", None, DeliveryOut)
                for one in wanted]  # fmt: skip
    if as_json:
        show_json(done)
        return
    if not done:
        note("Nothing was given up.")
    for one in done:
        _tell(one)


def _given_up(client: Client) -> list[UUID]:
    """Return every delivery that was given up."""
    found = client.list(
        "/notices/deliveries", DeliveryOut, params={"limit": 500, "state": "failed"}
    )
    return [one.id for one in found]


@app.command("address")
def address(
    address: Annotated[str | None, typer.Argument(help="The mail address.")] = None,
    of: Annotated[str | None, typer.Option("--of", help="Whose, by login; yours if not.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Get no mail any more.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Set where mail goes; with neither address nor --remove, list everybody's."""
    with connect() as client:
        if address is None and not remove:
            _list(client.list("/notices/addresses", AddressOut), as_json=as_json)
            return
        body = AddressIn(address=None if remove else address, login=of)
        found = client.post("/notices/addresses", body, AddressOut)
    if as_json:
        show_json(found)
    elif found.address is None:
        say(f"{found.name} ({found.login}) gets no mail any more.")
    else:
        say(f"Mail to {found.name} ({found.login}) goes to {found.address}.")


def _list(found: list[AddressOut], *, as_json: bool) -> None:
    """Print where everybody gets mail."""
    if as_json:
        show_json(found)
        return
    rows = [(one.login, one.name, one.address or Text("none", style="yellow")) for one in found]
    table(None, ["Login", "Name", "Mail"], rows)


@app.command("test")
def try_mail(as_json: JsonFlag = False) -> None:
    """Send yourself one mail, and say whether the mail server took it."""
    with connect() as client:
        job = client.post("/notices/test", None, JobOut)
        tell_arrival(client.wait(str(job.id)), "The mail server took the mail.", as_json=as_json)


def tell_arrival(job: JobOut, sentence: str, *, as_json: bool) -> None:
    """Say whether a test arrived; end with 1 where it did not."""
    if as_json:
        show_json(job)
        if job.status != "done":
            raise typer.Exit(Exit.OTHER)
    elif job.status == "done":
        say(sentence)
    else:
        fail(job.error or f"The job is {job.status}.")


def _tell(one: DeliveryOut) -> None:
    """Say how far a delivery is."""
    word, style = _WORDS[one.status]
    say(Text.assemble((word, style), f"  {one.by} to {one.to}: {one.headline}"))
    if one.error and one.status != "done":
        say(Text(f"  {one.error}", style="red"))
    again = "" if one.next_attempt is None else f", next {one.next_attempt:%Y-%m-%d %H:%M} UTC"
    note(f"  attempt {one.attempts} of at most {one.max_attempts}{again}")
    note(f"  {one.id}")
