"""`cmr comment`: what people say of a dossier, and requests for its change."""

from typing import Annotated
from uuid import UUID

import typer

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag
from registry.faces.cli.documents import shaped
from registry.faces.cli.review_page import show_review
from registry.shapes.comments import CommentEndIn, CommentIn
from registry.shapes.reviews import ReviewOut

app = typer.Typer(
    help="Comments on the dossier of an open review, and requests for its change.",
    no_args_is_help=True,
)
Review = Annotated[UUID, typer.Argument(help="The review's id.", metavar="REVIEW")]
Number = Annotated[int, typer.Argument(help="The comment's number.", metavar="NUMBER")]
Text = Annotated[str, typer.Option(help="What you say.")]


@app.command("add")
def add(
    review: Review,
    *,
    text: Text,
    request: Annotated[
        bool, typer.Option("--request", help="Ask for a change; it stands in the way until then.")
    ] = False,
    part: Annotated[
        str | None, typer.Option(help="The part of the dossier, such as statements.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Say something of the current dossier, or ask for its change."""
    said = {"kind": "request for change" if request else "comment", "text": text, "part": part}
    body = shaped(said, CommentIn, source="the comment")
    with connect() as client:
        found = client.post(f"/reviews/{review}/comments", body, ReviewOut)
    show_review(found, json=json)


@app.command("answer")
def answer(review: Review, number: Number, *, text: Text, json: JsonFlag = False) -> None:
    """Answer another person's comment; a request then no longer stands in the way."""
    _end(review, number, "answer", text, json=json)


@app.command("withdraw")
def withdraw(review: Review, number: Number, *, text: Text, json: JsonFlag = False) -> None:
    """Withdraw your own comment; it stays on record."""
    _end(review, number, "withdrawal", text, json=json)


def _end(review: UUID, number: int, how: str, text: str, *, json: bool) -> None:
    """End a comment and print the review as it stands then."""
    body = shaped({"text": text}, CommentEndIn, source=f"the {how}")
    with connect() as client:
        found = client.post(f"/reviews/{review}/comments/{number}/{how}", body, ReviewOut)
    show_review(found, json=json)
