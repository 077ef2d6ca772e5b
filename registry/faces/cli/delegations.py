"""`cmr review delegate`, `delegations` and `undelegate`: who signs in whose place."""

from typing import Annotated
from uuid import UUID

import typer

from registry.faces.cli.connection import connect
from registry.faces.cli.console import (
    JsonFlag,
    PasswordFile,
    note,
    say,
    show_json,
    table,
)
from registry.faces.cli.documents import Why
from registry.faces.cli.reviews import Review
from registry.faces.cli.signing import ProofFlag, Proving, post_signed
from registry.shapes.delegations import DelegationEndIn, DelegationIn, DelegationOut


def delegate(
    review: Review,
    *,
    role: Annotated[str, typer.Option(help="The role; both of you hold it.")],
    to: Annotated[str, typer.Option(help="Login of who signs in your place.")],
    reasons: Annotated[str, typer.Option(help="Why it is delegated.")],
    until: Annotated[str, typer.Option(help="The last day, as 2026-12-10; a month at most.")],
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Delegate your role in one review to a person of the same role and register."""
    document = {"role": role, "to": to, "reasons": reasons, "until": until}
    how = Proving(passkey=passkey, password_file=password_file)
    with connect() as client:
        path = f"/reviews/{review}/delegations"
        found = post_signed(client, path, document, DelegationIn, DelegationOut, how)
    if as_json:
        show_json(found)
        return
    say(
        f"{found.taker['name']} may sign as {found.role} in the place of {found.giver['name']}, "
        f"until {found.until:%F %H:%M} UTC."
    )
    note(f"They sign with --for; you end it with: cmr review undelegate {found.id} --why …")


def list_delegations(review: Review, as_json: JsonFlag = False) -> None:
    """List who acts in whose place in a review, and who did."""
    with connect() as client:
        found = client.list(f"/reviews/{review}/delegations", DelegationOut)
    if as_json:
        show_json(found)
        return
    rows = [
        (
            str(one.id),
            f"{one.taker['name']} for {one.giver['name']}",
            one.role,
            f"until {one.until:%F}" if one.in_force else "ended",
        )
        for one in found
    ]
    table(None, ["Delegation", "Who for whom", "Role", ""], rows)


def undelegate(
    delegation: Annotated[UUID, typer.Argument(help="The delegation's id.", metavar="DELEGATION")],
    why: Why,
    as_json: JsonFlag = False,
) -> None:
    """End a delegation before its day; what was signed by it stands."""
    with connect() as client:
        path = f"/delegations/{delegation}/end"
        found = client.post(path, DelegationEndIn(why=why), DelegationOut)
    if as_json:
        show_json(found)
        return
    say(f"{found.taker['name']} no longer signs in the place of {found.giver['name']}.")
