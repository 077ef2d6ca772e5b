"""`cmr condition`: what falls due, what is sent for a condition, and more time for one."""

from typing import Annotated
from uuid import UUID

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import (
    JsonFlag,
    PasswordFile,
    note,
    say,
    show_json,
)
from registry.faces.cli.documents import shaped
from registry.faces.cli.review_page import show_review
from registry.faces.cli.signing import ProofFlag, Proving, post_signed
from registry.shapes.conditions import DueOut, ExtensionIn, SubmissionIn
from registry.shapes.reviews import ReviewOut

app = typer.Typer(
    help="Conditions of approvals: what falls due, answering one, giving it more time.",
    no_args_is_help=True,
)
Review = Annotated[UUID, typer.Argument(help="The review's id.", metavar="REVIEW")]
Number = Annotated[int, typer.Argument(help="The condition's number.", metavar="NUMBER")]


@app.command("due")
def due(json: JsonFlag = False) -> None:
    """List everything that falls due, the most urgent first: conditions, waivers, approvals."""
    with connect() as client:
        found = client.list("/due", DueOut)
    if json:
        show_json(found)
        return
    if not found:
        note("Nothing falls due: no approval stands.")
    for one in found:
        say(_line(one))
        note(f"  after that day: {one.consequence}")
        note(f"  review {one.review}")


def _line(one: DueOut) -> Text:
    """Return what falls due as a line."""
    late = one.days_left < 0
    whom = f"  → {one.waits_for}" if one.waits_for else ""
    of = "" if one.about == "approval" else f", {one.about} at {one.site}"
    return Text.assemble(
        (f"{one.due}  {_when(one.days_left)}", "bold red" if late else "yellow"),
        f"  {one.version}{of}: {one.what}",
        (whom, "cyan"),
    )


def _when(days_left: int) -> str:
    """Return how soon something is due, or that it is late."""
    near = {0: "today", 1: "tomorrow", -1: "late since yesterday"}
    if days_left in near:
        return near[days_left]
    return f"{days_left} days left" if days_left > 0 else f"{-days_left} days late"


@app.command("submit")
def submit(
    review: Review,
    number: Number,
    *,
    evidence: Annotated[str, typer.Option(help="What shows that it is met, in words.")],
    artifact: Annotated[
        str | None, typer.Option(help="Digest of a file sent with `cmr artifact put`.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Send what shows that a condition is met, as its owner; its verifier then closes it."""
    said = {"evidence": evidence, "artifact": artifact}
    body = shaped(said, SubmissionIn, source="the submission")
    with connect() as client:
        path = f"/reviews/{review}/conditions/{number}/submissions"
        found = client.post(path, body, ReviewOut)
    show_review(found, json=json)


@app.command("extend")
def extend(
    review: Review,
    number: Number,
    *,
    due: Annotated[str, typer.Option(help="The new last day, as 2027-02-26.")],
    reasons: Annotated[str, typer.Option(help="Why it is given more time.")],
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    json: JsonFlag = False,
) -> None:
    """Give a condition more time, as whoever decides; never beyond the approval's end."""
    how = Proving(passkey=passkey, password_file=password_file)
    with connect() as client:
        path = f"/reviews/{review}/conditions/{number}/extensions"
        said = {"due": due, "reasons": reasons}
        found = post_signed(client, path, said, ExtensionIn, ReviewOut, how)
    show_review(found, json=json)
