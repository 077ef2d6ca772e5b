"""Reviews: opening, reading, signing and deciding them at the command line."""

import tomllib
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import ValidationError
from rich.text import Text

from registry.client import Client
from registry.faces.cli.connection import connect
from registry.faces.cli.console import (
    Exit,
    JsonFlag,
    PasswordFile,
    fail,
    show_json,
    table,
)
from registry.faces.cli.documents import version_path
from registry.faces.cli.downloads import save, tell
from registry.faces.cli.review_page import STATES, say_since_last, show_review
from registry.faces.cli.signing import ProofFlag, Proving, post_signed
from registry.shapes.reviews import (
    ClosureIn,
    DecisionIn,
    ReviewIn,
    ReviewOut,
    SignOffIn,
    SignOffWithdrawalIn,
)

app = typer.Typer(
    help="Reviews: a frozen dossier, signed by the people the policy names, and a decision.",
    no_args_is_help=True,
)

Version = Annotated[str, typer.Argument(help="The version, as model/number.", metavar="VERSION")]
Review = Annotated[UUID, typer.Argument(help="The review's id.", metavar="REVIEW")]

Behalf = Annotated[
    str | None, typer.Option("--for", help="Login of who delegated the role to you.")
]


@app.command("open")
def open_review(  # noqa: PLR0913 -- one option for each thing that a scope says
    version: Version,
    *,
    site: Annotated[list[str], typer.Option(help="A hospital; may be given more than once.")],
    rung: Annotated[str, typer.Option(help="silent, pilot or general.")],
    population: Annotated[str, typer.Option(help="On whom the model would be used.")],
    use: Annotated[str, typer.Option(help="For what it would be used.")],
    finding: Annotated[
        list[str] | None, typer.Option(help="A finding; without it, all of them.")
    ] = None,
    prevalence: Annotated[
        list[str] | None, typer.Option(help="Prevalence at a site, as Hungary=0.36.")
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why; needed where nothing changed since the last decision.")
    ] = "",
    json: JsonFlag = False,
) -> None:
    """Open a review for a scope and freeze its dossier from the records as they are."""
    body = _fitting(
        ReviewIn,
        {
            "sites": site,
            "population": population,
            "findings": finding or [],
            "use": use,
            "rung": rung,
            "site_prevalence": dict(_prevalence(one) for one in prevalence or ()),
            "reason": reason,
        },
    )
    with connect() as client:
        opened = client.post(f"{version_path(version)}/reviews", body, ReviewOut)
    show_review(opened, json=json)


def _prevalence(text: str) -> tuple[str, float]:
    """Return site and prevalence of text such as Hungary=0.36."""
    site, _, number = text.rpartition("=")
    try:
        return site, float(number)
    except ValueError:
        fail(f"“{text}” is not a prevalence; write Hungary=0.36.", code=Exit.BAD_INPUT)


def _fitting(shape: type[Any], said: dict[str, Any]) -> Any:  # noqa: ANN401 -- the shape given
    """Return what was said in its shape, or end by saying which field does not fit."""
    try:
        return shape.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(step) for step in first["loc"])
        fail(f"{path}: {first['msg']}.", code=Exit.BAD_INPUT)


@app.command("list")
def list_reviews(
    version: Annotated[
        str | None, typer.Argument(help="Only of this version, as model/number.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """List the reviews there are."""
    params: dict[str, str | int] = {}
    if version is not None:
        version_path(version)
        model, _, number = version.rpartition("/")
        params = {"model": model, "number": int(number)}
    with connect() as client:
        found = client.list("/reviews", ReviewOut, params=params)
    if json:
        show_json(found)
        return
    rows = [
        (
            str(one.id),
            one.version,
            f"{one.scope['rung']} use at {', '.join(one.scope['sites'])}",
            Text(one.state, style=STATES.get(one.state, "bold red")),
        )
        for one in found
    ]
    table(None, ["Review", "Version", "Scope", "State"], rows)


@app.command("show")
def show(review: Review, json: JsonFlag = False) -> None:
    """Show a review: verdicts, sign-offs, and what stands between it and an approval."""
    with connect() as client:
        found = client.get(f"/reviews/{review}", ReviewOut)
    show_review(found, json=json)


@app.command("dossier")
def dossier(
    review: Review,
    out: Annotated[Path, typer.Option(help="Where to write the JSON.")],
    json: JsonFlag = False,
) -> None:
    """Write the exact bytes of the current dossier; their SHA-256 is what is signed."""
    with connect() as client:
        tell(save(client.download(f"/reviews/{review}/dossier"), out), as_json=json)


@app.command("refreeze")
def refreeze(review: Review, json: JsonFlag = False) -> None:
    """Freeze the records as they are now; sign-offs over the older dossier become void."""
    with connect() as client:
        found = client.post(f"/reviews/{review}/dossier", None, ReviewOut)
    show_review(found, json=json)


@app.command("sign")
def sign(  # noqa: PLR0913 -- one argument for each option
    review: Review,
    *,
    role: Annotated[str, typer.Option(help="In which role you sign.")],
    meaning: Annotated[str, typer.Option(help="What you state, such as “support” or “object”.")],
    reasons: Annotated[str, typer.Option(help="Your reasons, where they are needed.")] = "",
    dossier: Annotated[
        str | None, typer.Option(help="Digest of the dossier you have read; shown when absent.")
    ] = None,
    passkey: ProofFlag = None,
    on_behalf: Behalf = None,
    password_file: PasswordFile = None,
    json: JsonFlag = False,
) -> None:
    """Sign the dossier: the statement is shown, then the password or the passkey is asked."""
    with connect() as client:
        seen = dossier or _say_what_is_signed(client, review, role, meaning)
        said = {"role": role, "meaning": meaning, "reasons": reasons, "dossier": seen}
        path = f"/reviews/{review}/signoffs"
        how = Proving(passkey=passkey, password_file=password_file)
        words = {**said, "on_behalf": on_behalf}
        signed = post_signed(client, path, words, SignOffIn, ReviewOut, how)
    show_review(signed, json=json)


def _say_what_is_signed(client: Client, review: UUID, role: str, meaning: str) -> str:
    """Show, before the password is asked, what is signed; return its digest."""
    found = client.get(f"/reviews/{review}", ReviewOut)
    typer.echo(
        f"You sign {found.version}, dossier {found.dossier.number}, as {role}: “{meaning}”.\n"
        f"{found.dossier.digest}",
        err=True,
    )
    say_since_last(found)
    return found.dossier.digest


@app.command("withdraw")
def withdraw(
    review: Review,
    signoff: Annotated[UUID, typer.Argument(help="The sign-off's id.", metavar="SIGNOFF")],
    *,
    reasons: Annotated[str, typer.Option(help="Why you take it back.")],
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    json: JsonFlag = False,
) -> None:
    """Take your own sign-off back; it stays on record as withdrawn."""
    how = Proving(passkey=passkey, password_file=password_file)
    with connect() as client:
        path = f"/reviews/{review}/signoffs/{signoff}/withdrawal"
        said = {"reasons": reasons}
        found = post_signed(client, path, said, SignOffWithdrawalIn, ReviewOut, how)
    show_review(found, json=json)


@app.command("decide")
def decide(  # noqa: PLR0913 -- one argument for each option
    review: Review,
    *,
    outcome: Annotated[
        str, typer.Option(help="approve, “approve with conditions”, re-review or decline.")
    ],
    reasons: Annotated[str, typer.Option(help="Why.")],
    conditions: Annotated[
        Path | None,
        typer.Option(
            help="TOML with one [[conditions]] table for each condition.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    valid_until: Annotated[
        str | None, typer.Option(help="The last day, as 2027-11-23; else the policy's longest.")
    ] = None,
    passkey: ProofFlag = None,
    on_behalf: Behalf = None,
    password_file: PasswordFile = None,
    json: JsonFlag = False,
) -> None:
    """Decide a review; an approval that the policy blocks is refused with every reason.

    Ends with 5 when the approval only waits for people or evidence.
    """
    said = {
        "outcome": outcome,
        "reasons": reasons,
        "conditions": [] if conditions is None else _conditions(conditions),
        "valid_until": valid_until,
        "on_behalf": on_behalf,
    }
    how = Proving(passkey=passkey, password_file=password_file)
    with connect() as client:
        path = f"/reviews/{review}/decision"
        found = post_signed(client, path, said, DecisionIn, ReviewOut, how)
    show_review(found, json=json)


def _conditions(file: Path) -> Any:  # noqa: ANN401 -- the shape checks what TOML holds
    """Return the conditions that a TOML file holds."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")).get("conditions", [])
    except tomllib.TOMLDecodeError as error:
        fail(f"{file} is not TOML: {error}.", code=Exit.BAD_INPUT)


@app.command("close-condition")
def close_condition(
    review: Review,
    number: Annotated[int, typer.Argument(help="The condition's number.")],
    *,
    evidence: Annotated[str, typer.Option(help="What shows that it is met.")],
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    json: JsonFlag = False,
) -> None:
    """Close a condition, as its verifier."""
    how = Proving(passkey=passkey, password_file=password_file)
    with connect() as client:
        path = f"/reviews/{review}/conditions/{number}/closure"
        found = post_signed(client, path, {"evidence": evidence}, ClosureIn, ReviewOut, how)
    show_review(found, json=json)
