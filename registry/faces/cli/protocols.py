"""Protocols: drafting, checking, registering and signing them at the command line."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from registry.domain.signatures import SHORT
from registry.faces.cli import drafting
from registry.faces.cli.connection import connect
from registry.faces.cli.console import (
    JsonFlag,
    PasswordFile,
    note,
    say,
    show_json,
    table,
)
from registry.faces.cli.signing import ProofFlag, Proving, post_signed
from registry.shapes.protocols import ProtocolIn, ProtocolOut, ProtocolSignatureIn

app = typer.Typer(
    help="Pre-specified plans: drafted, checked, registered, signed before their first table.",
    no_args_is_help=True,
)
app.command("draft")(drafting.draft)
app.command("check")(drafting.check)


@app.command("register")
def register(
    model: Annotated[str, typer.Argument(help="The model's name.")],
    file: Annotated[Path, typer.Argument(help="The protocol, TOML.", exists=True, dir_okay=False)],
    json: JsonFlag = False,
) -> None:
    """Register a protocol for a model; it is not in force until it is signed."""
    body = ProtocolIn(text=file.read_text(encoding="utf-8"))
    with connect() as client:
        made = client.post(f"/models/{model}/protocols", body, ProtocolOut)
    _show(made, json=json)


@app.command("sign")
def sign(
    digest: Annotated[str, typer.Argument(help="The protocol's digest.")],
    role: Annotated[str, typer.Option(help="“clinical lead” or “independent validator”.")],
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    json: JsonFlag = False,
) -> None:
    """Sign a protocol in a role: the clinical lead for costs, operating point and floors.

    The independent validator signs for the statistics; neither may be its author.
    """
    with connect() as client:
        if not json:
            _say_what_is_signed(client.get(f"/protocols/{digest}", ProtocolOut), role)
        path = f"/protocols/{digest}/signatures"
        how = Proving(passkey=passkey, password_file=password_file)
        signed = post_signed(client, path, {"role": role}, ProtocolSignatureIn, ProtocolOut, how)
    _show(signed, json=json)


def _say_what_is_signed(protocol: ProtocolOut, role: str) -> None:
    """Show, before the password is asked, what the signature is put under."""
    say(Text.assemble("You sign ", (f"“{protocol.name}”", "bold"), f" as {role}."))
    note(protocol.digest)


@app.command("show")
def show(
    digest: Annotated[str, typer.Argument(help="The protocol's digest.")], json: JsonFlag = False
) -> None:
    """Show a protocol: what it asks, who signed it, who must still sign."""
    with connect() as client:
        found = client.get(f"/protocols/{digest}", ProtocolOut)
    _show(found, json=json)


@app.command("list")
def list_protocols(
    model: Annotated[str, typer.Argument(help="The model's name.")], json: JsonFlag = False
) -> None:
    """List the protocols of a model."""
    with connect() as client:
        found = client.list(f"/models/{model}/protocols", ProtocolOut)
    if json:
        show_json(found)
        return
    if not found:
        note(f"No protocol is registered for {model} yet; see `cmr protocol register --help`.")
        return
    numbered = list(enumerate(found, start=1))
    rows = [(str(number), one.name, one.purpose, _force(one)) for number, one in numbered]
    table(None, ["No.", "Protocol", "Purpose", "In force"], rows, right="No.")
    for number, one in numbered:
        note(f"{number}  {one.digest}")


def _force(protocol: ProtocolOut) -> Text:
    """Return since when a protocol is in force, or for whom it waits."""
    if protocol.in_force_since is not None:
        return Text(f"since {protocol.in_force_since:%Y-%m-%d %H:%M} UTC", style="green")
    return Text(f"waits for {' and '.join(protocol.needs_signatures)}", style="yellow")


def _bound(criterion: dict[str, object]) -> str:
    """Return what a criterion asks, in a few words."""
    least, most = criterion.get("at_least"), criterion.get("at_most")
    return f"at least {least:g}" if isinstance(least, int | float) else f"at most {most}"


def _show(protocol: ProtocolOut, *, json: bool) -> None:
    """Print one protocol."""
    if json:
        show_json(protocol)
        return
    say(Text.assemble((protocol.name, "bold"), f"  ({protocol.purpose}, {protocol.model})"))
    note(protocol.digest)
    say(Text.assemble("In force: ", _force(protocol)))
    point = protocol.document.get("operating_point") or {}
    if point.get("threshold") is not None:
        sign = point.get("positive_when", ">=")
        say(f"Operating point: score {sign} {point['threshold']:g}")
    if point.get("origin"):
        note(f"  {point['origin']}")
    if point.get("threshold_probability") is not None:
        say(f"Threshold probability: net benefit at {point['threshold_probability']:g}")
    criteria = protocol.document.get("criteria") or []
    if criteria:
        rows = [(c["id"], c["metric"], c["over"], _bound(c)) for c in criteria]
        table("Criteria", ["Id", "Metric", "Over", "Asks"], rows)
    for one in protocol.signatures:
        how = f"{one.at:%Y-%m-%d %H:%M} UTC, by {SHORT.get(one.method, one.method)}"
        say(f"✓ {one.by.name}, {one.role}: {one.meaning} ({how})")
    for role in protocol.needs_signatures:
        note(f'○ {role}: cmr protocol sign {protocol.digest} --role "{role}"')
