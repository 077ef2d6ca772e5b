"""`cmr passkey`: what one signs with, and who says that it is one's own."""

from typing import Annotated

import typer

from registry.faces.cli.connection import connect
from registry.faces.cli.console import Exit, JsonFlag, fail, note, say, show_json, table
from registry.faces.cli.documents import Why
from registry.faces.cli.signing import await_enrolment, open_page, require_server
from registry.shapes.passkeys import EnrolmentOut, PasskeyIn, PasskeyOut, PasskeyRevocationIn
from registry.shapes.people import PersonOut

app = typer.Typer(
    help="Passkeys: registered in the browser, confirmed by another person.",
    no_args_is_help=True,
)
Login = Annotated[str, typer.Argument(help="The person's login.")]
Key = Annotated[str, typer.Argument(help="The passkey's name, 16 hex digits.")]


@app.command("add")
def add_passkey(
    label: Annotated[str, typer.Argument(help="What you call it, such as “my badge”.")],
    as_json: JsonFlag = False,
) -> None:
    """Register a passkey of your own, on a page in the browser; waits for it."""
    with connect() as client:
        require_server(client)
        begun = client.post("/passkeys", PasskeyIn(label=label), EnrolmentOut)
        open_page(str(begun.page), "make the passkey")
        if not await_enrolment(client, begun):
            fail("The time is over; no passkey was registered.", code=Exit.WAITING)
        me = client.get("/people/me", PersonOut)
        made = client.list(f"/people/{me.login}/passkeys", PasskeyOut)[-1]
    if as_json:
        show_json(made)
        return
    say(f"The passkey {made.key} is registered; it signs nothing yet.")
    note(f"An enroller confirms it: cmr passkey confirm {made.login} {made.key}")


@app.command("list")
def list_passkeys(login: Login, as_json: JsonFlag = False) -> None:
    """List the passkeys of a person and where each stands."""
    with connect() as client:
        found = client.list(f"/people/{login}/passkeys", PasskeyOut)
    if as_json:
        show_json(found)
        return
    if not found:
        note(f"{login} has no passkey; “cmr passkey add” registers one.")
        return
    rows = [
        (one.key, one.label, "synced" if one.synced else "one device", _standing(one))
        for one in found
    ]
    table(None, ["Passkey", "Called", "Kept on", "Stands"], rows)


def _standing(one: PasskeyOut) -> str:
    """Return where a passkey stands, and by whose word."""
    if one.revoked_at is not None:
        return f"revoked {one.revoked_at:%Y-%m-%d}: {one.revoked_why}"
    if one.confirmed_at is not None:
        return f"confirmed {one.confirmed_at:%Y-%m-%d} by {one.confirmed_by}"
    return f"proposed {one.proposed_at:%Y-%m-%d}, waits for an enroller"


@app.command("confirm")
def confirm_passkey(login: Login, key: Key, as_json: JsonFlag = False) -> None:
    """Confirm that a passkey is the person's; ask them for its name face to face first."""
    with connect() as client:
        path = f"/people/{login}/passkeys/{key}/confirmation"
        _said(client.post(path, None, PasskeyOut), "signs from now on", as_json=as_json)


@app.command("revoke")
def revoke_passkey(login: Login, key: Key, why: Why, as_json: JsonFlag = False) -> None:
    """Revoke a passkey, your own or as an enroller; what it signed stands."""
    body = PasskeyRevocationIn(why=why)
    with connect() as client:
        made = client.post(f"/people/{login}/passkeys/{key}/revocation", body, PasskeyOut)
    _said(made, "signs no more", as_json=as_json)


def _said(one: PasskeyOut, what: str, *, as_json: bool) -> None:
    """Print what became of a passkey."""
    if as_json:
        show_json(one)
        return
    say(f"The passkey {one.key} of {one.person} {what}.")
