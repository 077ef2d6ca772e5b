"""`cmr waiver`: what may be borne for a while, proposed by one and signed by the whole quorum."""

from typing import Annotated
from uuid import UUID

import typer

from registry.client import Client
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, PasswordFile
from registry.faces.cli.documents import shaped
from registry.faces.cli.review_page import show_review
from registry.faces.cli.signing import ProofFlag, Proving, post_signed
from registry.shapes.reviews import ReviewOut
from registry.shapes.waivers import WaiverIn, WaiverSignatureIn

app = typer.Typer(
    help="Waivers: something not shown is borne for a while, signed by all who must support.",
    no_args_is_help=True,
)
Review = Annotated[UUID, typer.Argument(help="The review's id.", metavar="REVIEW")]


@app.command("propose")
def propose(
    review: Review,
    *,
    reason: Annotated[str, typer.Option(help="Why it may be borne.")],
    until: Annotated[str, typer.Option(help="The last day, as 2027-03-31.")],
    criterion: Annotated[str | None, typer.Option(help="Id of a criterion that blocks.")] = None,
    site: Annotated[str | None, typer.Option(help="Only at this site.")] = None,
    requirement: Annotated[
        str | None, typer.Option(help="Id of a requirement that blocks, as in the dossier.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Propose a waiver over the current dossier; nothing is waived until everybody has signed."""
    said = {"criterion": criterion, "requirement": requirement, "site": site}
    body = shaped(said | {"reason": reason, "until": until}, WaiverIn, source="the waiver")
    with connect() as client:
        found = client.post(f"/reviews/{review}/waivers", body, ReviewOut)
    show_review(found, json=json)


@app.command("sign")
def sign(
    review: Review,
    number: Annotated[int, typer.Argument(help="The waiver's number.", metavar="NUMBER")],
    *,
    role: Annotated[str, typer.Option(help="In which role you sign.")],
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    json: JsonFlag = False,
) -> None:
    """Sign a waiver: it is shown, then you prove who you are."""
    how = Proving(passkey=passkey, password_file=password_file)
    with connect() as client:
        _say_what_is_signed(client, review, number, role)
        path = f"/reviews/{review}/waivers/{number}/signatures"
        found = post_signed(client, path, {"role": role}, WaiverSignatureIn, ReviewOut, how)
    show_review(found, json=json)


def _say_what_is_signed(client: Client, review: UUID, number: int, role: str) -> None:
    """Show, before the password is asked, what would be borne and until when."""
    found = client.get(f"/reviews/{review}", ReviewOut)
    for waiver in found.waivers:
        if waiver["number"] == number:
            bridges = "\n".join(f"  {one}" for one in waiver["document"]["bridges"])
            typer.echo(
                f"You sign waiver {number} of {found.version} as {role}.\n{waiver['sentence']}\n"
                f"{bridges}\nReason: {waiver['document']['reason']}\n{waiver['digest']}",
                err=True,
            )
