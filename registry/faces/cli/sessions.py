"""`cmr login`, `logout`, `whoami` and `cmr token`: who speaks, and tokens for scripts."""

from typing import Annotated
from uuid import UUID

import typer
from pydantic import SecretStr
from rich.text import Text

from registry.faces.cli.connection import connect, keep_session
from registry.faces.cli.console import (
    JsonFlag,
    PasswordFile,
    ask_password,
    note,
    say,
    show_json,
    table,
)
from registry.faces.cli.documents import shaped
from registry.faces.cli.people import roles_of
from registry.settings import Settings
from registry.shapes.people import (
    NewTokenOut,
    PersonOut,
    SessionOut,
    SignInIn,
    TokenIn,
    TokenOut,
)

app = typer.Typer(help="API tokens for scripts; they can never sign.", no_args_is_help=True)


def login(
    login: Annotated[str, typer.Argument(help="Your login.")],
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Sign in; the session is kept for the commands that follow."""
    body = SignInIn(login=login, password=SecretStr(ask_password(password_file)))
    settings = Settings()
    with connect(settings) as client:
        client.use(None)
        opened = client.post("/sessions", body, SessionOut)
    keep_session(settings, opened.token)
    if as_json:
        show_json(opened.person)
        return
    say(f"Signed in as {opened.person.name}, until {opened.expires_at:%Y-%m-%d %H:%M %Z}.")
    _say_roles(opened.person)


def logout(as_json: JsonFlag = False) -> None:
    """Sign out."""
    settings = Settings()
    with connect(settings) as client:
        client.delete("/sessions/current")
    keep_session(settings, None)
    if as_json:
        show_json({"signed_out": True})
        return
    say("Signed out.")


def whoami(as_json: JsonFlag = False) -> None:
    """Say who is signed in."""
    with connect() as client:
        person = client.get("/people/me", PersonOut)
    if as_json:
        show_json(person)
        return
    say(Text.assemble((person.name, "bold"), f"  ({person.login})"))
    _say_roles(person)


def _say_roles(person: PersonOut) -> None:
    """Print a person's roles."""
    note(roles_of(person) or "no role yet")


@app.command("issue")
def issue_token(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="read, records or evidence; may be repeated.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=90, help="Days until it expires.")] = 30,
    as_json: JsonFlag = False,
) -> None:
    """Issue a token; its secret is shown this once."""
    document = {"name": name, "scopes": scope or ["read"], "days": days}
    with connect() as client:
        issued = client.post("/tokens", shaped(document, TokenIn, source="The token"), NewTokenOut)
    if as_json:
        show_json(issued)
        return
    say(issued.secret)
    note(f"Keep it safe: it is not shown again. Use it as CMR_TOKEN until {issued.expires_at:%F}.")


@app.command("list")
def list_tokens(as_json: JsonFlag = False) -> None:
    """List your tokens."""
    with connect() as client:
        tokens = client.list("/tokens", TokenOut)
    if as_json:
        show_json(tokens)
        return
    table(
        None,
        ["Token", "For", "Scopes", "Expires", "Revoked"],
        [
            (
                str(token.id),
                token.name,
                ", ".join(token.scopes),
                f"{token.expires_at:%F}",
                f"{token.revoked_at:%F}" if token.revoked_at else "",
            )
            for token in tokens
        ],
    )


@app.command("revoke")
def revoke_token(
    token: Annotated[UUID, typer.Argument(help="The token's id.")], as_json: JsonFlag = False
) -> None:
    """End a token at once."""
    with connect() as client:
        client.delete(f"/tokens/{token}")
    if as_json:
        show_json({"revoked": str(token)})
        return
    say("The token is revoked.")
