"""`cmr webhook`: programs that are told of acts."""

from typing import Annotated

import typer

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import Why, shaped
from registry.faces.cli.notices import tell_arrival
from registry.shapes.jobs import JobOut
from registry.shapes.webhooks import NewWebhookOut, WebhookIn, WebhookOut, WebhookReasonIn

app = typer.Typer(help="Programs that are told of acts; for administrators.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="What the webhook is called here.")]


@app.command("add")
def add_webhook(
    name: Name,
    url: Annotated[str, typer.Argument(help="Where notices are posted; https.")],
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Only of this kind (waits, due, lapses, suspended, …); repeatable."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Add an address that is told of acts; its secret is shown this once."""
    document = {"name": name, "url": url, "kinds": kind or []}
    body = shaped(document, WebhookIn, source="The webhook")
    with connect() as client:
        _with_secret(client.post("/webhooks", body, NewWebhookOut), as_json=as_json)


@app.command("list")
def list_webhooks(as_json: JsonFlag = False) -> None:
    """List the webhooks in use."""
    with connect() as client:
        found = client.list("/webhooks", WebhookOut)
    if as_json:
        show_json(found)
        return
    if not found:
        note("No webhook is in use.")
        return
    rows = [(one.name, one.url, ", ".join(one.kinds) or "every kind") for one in found]
    table(None, ["Name", "Address", "Told of"], rows)


@app.command("rotate")
def rotate_webhook(name: Name, why: Why, as_json: JsonFlag = False) -> None:
    """Give a webhook a new secret; the former one signs a day longer."""
    body = WebhookReasonIn(why=why)
    with connect() as client:
        found = client.post(f"/webhooks/{name}/rotation", body, NewWebhookOut)
    _with_secret(found, as_json=as_json)


@app.command("remove")
def remove_webhook(name: Name, why: Why, as_json: JsonFlag = False) -> None:
    """Tell a webhook nothing any more."""
    body = WebhookReasonIn(why=why)
    with connect() as client:
        found = client.post(f"/webhooks/{name}/removal", body, WebhookOut)
    if as_json:
        show_json(found)
        return
    say(f"{found.name} is told nothing any more.")


@app.command("test")
def try_webhook(name: Name, as_json: JsonFlag = False) -> None:
    """Send a webhook one notice, and say whether it took it."""
    with connect() as client:
        job = client.post(f"/webhooks/{name}/test", None, JobOut)
        done = client.wait(str(job.id))
    tell_arrival(done, f"{name} took the notice.", as_json=as_json)


def _with_secret(found: NewWebhookOut, *, as_json: bool) -> None:
    """Print a webhook with its secret."""
    if as_json:
        show_json(found)
        return
    say(f"{found.name} is told of {', '.join(found.kinds) or 'every kind of act'} at {found.url}.")
    say(f"Secret: {found.secret}")
    note("Keep it with the receiver now; it is not shown again. Try it: cmr webhook test "
         f"{found.name}")  # fmt: skip
