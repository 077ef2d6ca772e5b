"""`cmr login`, `logout`, `whoami` and `cmr token`: who speaks, and tokens for scripts."""

from typing import Annotated
from uuid import UUID

import typer
from pydantic import SecretStr
from rich.text import Text

from registry.client import Client
from registry.domain.errors import BadInputError
from registry.faces.cli.connection import connect, keep_session, read_session
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
from registry.faces.cli.loopback import through_browser
from registry.faces.cli.people import roles_of
from registry.settings import Settings
from registry.shapes.identities import LoginIn, LoginOut
from registry.shapes.people import PersonOut
from registry.shapes.sessions import (
    NewTokenOut,
    OpenSessionOut,
    RotationIn,
    SessionOut,
    SignInIn,
    TokenIn,
    TokenOut,
)

app = typer.Typer(help="API tokens for scripts; they can never sign.", no_args_is_help=True)


own = typer.Typer(help="Your own sessions, on this machine and others.", no_args_is_help=True)


def login(
    login: Annotated[str | None, typer.Argument(help="Your login; not needed with --oidc.")] = None,
    password_file: PasswordFile = None,
    oidc: Annotated[
        bool, typer.Option("--oidc", help="Sign in at your hospital's provider of identities.")
    ] = False,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open a browser here.")
    ] = True,
    as_json: JsonFlag = False,
) -> None:
    """Sign in; the session is kept for the commands that follow, and the one before ends."""
    settings = Settings()
    with connect(settings) as client:
        client.use(read_session(settings))
        if oidc:
            opened = _through_provider(client, browser=browser)
        elif login is None:
            raise BadInputError("name your login, or sign in with --oidc.", field="login")
        else:
            body = SignInIn(login=login, password=SecretStr(ask_password(password_file)))
            opened = client.post("/sessions", body, SessionOut)
    keep_session(settings, opened.token)
    if as_json:
        show_json(opened.person)
        return
    say(f"Signed in as {opened.person.name}, until {opened.expires_at:%Y-%m-%d %H:%M %Z}.")
    _say_roles(opened.person)


def _through_provider(client: Client, *, browser: bool) -> SessionOut:
    """Sign in at the provider of identities, by way of a browser."""

    def begin(address: str) -> LoginOut:
        return client.post("/logins", LoginIn(redirect_uri=address), LoginOut)

    answer = through_browser(begin, browser=browser)
    return client.post("/logins/completion", answer, SessionOut)


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
        list[str] | None,
        typer.Option(help="read, records, evidence, permits, witness; repeatable."),
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
        ["Token", "For", "Scopes", "Last used", "Ends"],
        [
            (
                str(token.id),
                token.name,
                ", ".join(token.scopes),
                f"{token.last_used_at:%F}" if token.last_used_at else "never",
                _end_of(token),
            )
            for token in tokens
        ],
    )


def _end_of(token: TokenOut) -> str:
    """Return when a token ends, or that it was revoked."""
    if token.revoked_at is not None:
        return f"revoked {token.revoked_at:%F}"
    return f"{token.expires_at:%F}"


@app.command("rotate")
def rotate_token(
    token: Annotated[UUID, typer.Argument(help="The token's id.")],
    overlap: Annotated[
        int, typer.Option(min=0, max=72, help="Hours for which the old one still works.")
    ] = 0,
    as_json: JsonFlag = False,
) -> None:
    """Issue a new token in place of one, for as many days; the old one ends."""
    with connect() as client:
        body = RotationIn(overlap_hours=overlap)
        issued = client.post(f"/tokens/{token}/rotation", body, NewTokenOut)
    if as_json:
        show_json(issued)
        return
    say(issued.secret)
    old = f"works for {overlap} more hours" if overlap else "has ended"
    note(f"Keep it safe: it is not shown again. It ends {issued.expires_at:%F}; the old one {old}.")


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


@own.command("list")
def list_sessions(as_json: JsonFlag = False) -> None:
    """List your open sessions."""
    with connect() as client:
        found = client.list("/sessions", OpenSessionOut)
    if as_json:
        show_json(found)
        return
    rows = [
        (
            str(one.id),
            one.by or "",
            f"{one.seen_at:%m-%d %H:%M}",
            "this one" if one.this else "",
        )
        for one in found
    ]
    table(None, ["Session", "By", "Last used", ""], rows)


@own.command("renew")
def renew_session(as_json: JsonFlag = False) -> None:
    """Give your session a new secret, such as after somebody else may have seen it."""
    settings = Settings()
    with connect(settings) as client:
        opened = client.post("/sessions/current/renewal", None, SessionOut)
    keep_session(settings, opened.token)
    if as_json:
        show_json(opened.person)
        return
    say(f"The session has a new secret; it ends {opened.expires_at:%Y-%m-%d %H:%M %Z} as before.")


@own.command("end")
def end_session(
    session: Annotated[UUID, typer.Argument(help="The session's id.")], as_json: JsonFlag = False
) -> None:
    """End one of your sessions, such as one on a machine that you lost."""
    with connect() as client:
        client.delete(f"/sessions/{session}")
    if as_json:
        show_json({"ended": str(session)})
        return
    say("The session has ended.")
