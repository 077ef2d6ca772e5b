"""`cmr identity`: who is whom at the provider of identities."""

from typing import Annotated
from uuid import UUID

import typer

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import Why, shaped
from registry.shapes.identities import IdentityIn, IdentityOut, IdentityRevocationIn

app = typer.Typer(
    help="Who is whom at the provider of identities; each needs two people.", no_args_is_help=True
)
Login = Annotated[str, typer.Argument(help="The person's login.")]
Identity = Annotated[UUID, typer.Argument(help="The identity's id.", metavar="IDENTITY")]


@app.command("list")
def list_identities(login: Login, as_json: JsonFlag = False) -> None:
    """List the identities of a person, revoked ones too."""
    with connect() as client:
        found = client.list(f"/people/{login}/identities", IdentityOut)
    if as_json:
        show_json(found)
        return
    rows = [(str(one.id), one.subject, one.state, one.proposed_by) for one in found]
    table(None, ["Identity", "Subject", "State", "Proposed by"], rows)


@app.command("propose")
def propose_identity(
    login: Login,
    why: Why,
    subject: Annotated[str, typer.Option(help="What the provider calls the person (sub).")],
    as_json: JsonFlag = False,
) -> None:
    """Propose whom a subject of the provider names; another enroller confirms it."""
    body = shaped({"subject": subject, "why": why}, IdentityIn, source="The identity")
    with connect() as client:
        found = client.post(f"/people/{login}/identities", body, IdentityOut)
    _said(found, as_json=as_json)
    if not as_json:
        note(f"Another enroller confirms it: cmr identity confirm {found.id}")


@app.command("confirm")
def confirm_identity(identity: Identity, as_json: JsonFlag = False) -> None:
    """Confirm an identity that somebody else proposed."""
    with connect() as client:
        found = client.post(f"/identities/{identity}/confirmation", None, IdentityOut)
    _said(found, as_json=as_json)


@app.command("revoke")
def revoke_identity(identity: Identity, why: Why, as_json: JsonFlag = False) -> None:
    """End an identity at once, and every session of its person."""
    with connect() as client:
        body = IdentityRevocationIn(why=why)
        found = client.post(f"/identities/{identity}/revocation", body, IdentityOut)
    _said(found, as_json=as_json)


def _said(found: IdentityOut, *, as_json: bool) -> None:
    """Print what became of an identity."""
    if as_json:
        show_json(found)
        return
    say(f"“{found.subject}” as {found.login}: {found.state}.")
