"""Signing: how a command that signs proves who asks: by password, passkey or fresh login."""

import os
import sys
import time
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, SecretStr

from registry.client import Client
from registry.domain.errors import BadInputError
from registry.faces.cli.connection import EMBEDDED
from registry.faces.cli.console import Exit, ask_password, err, fail
from registry.faces.cli.documents import shaped
from registry.faces.cli.loopback import through_browser
from registry.shapes.identities import FreshLoginOut, LoginIn, LoginOut
from registry.shapes.passkeys import EnrolmentOut
from registry.shapes.signings import LoginProofIn, SigningIn, SigningOut

Out = TypeVar("Out", bound=BaseModel)
ProofFlag = Annotated[
    bool | None,
    typer.Option(
        "--passkey/--oidc",
        help="Sign by passkey on a page in the browser, or by a fresh login at the hospital's "
        "provider; by password without either.",
    ),
]
_PAUSE = 0.5
_OVER = {
    "expired": "The time to sign is over; nothing was signed.",
    "cancelled": "It was cancelled on the page; nothing was signed.",
}


@dataclass(frozen=True, kw_only=True)
class Proving:
    """How a command's signer proves who they are.

    Attributes
    ----------
    passkey : bool or None
        By passkey, on a page that the command waits for; False: by a fresh login at the provider.
    password_file : Path or None
        Else by the password: where it stands, if it is not to be asked.
    """

    passkey: bool | None
    password_file: Path | None


def post_signed(
    client: Client,
    path: str,
    said: Mapping[str, Any],
    shape: type[BaseModel],
    answer: type[Out],
    how: Proving,
) -> Out:
    """Send a signed act to `path`, with the password again or by passkey; return the answer.

    Parameters
    ----------
    client : Client
    path : str
        Where the act is posted, below the API.
    said : mapping
        Its body, without the password.
    shape, answer : type
        The shapes of the body and of the answer.
    how : Proving
    """
    proof = ask_password(how.password_file) if how.passkey is None else "shown in the browser"
    try:
        body = shaped({**said, "password": proof}, shape, source="What you sign")
    except BadInputError as error:
        fail(str(error), code=Exit.BAD_INPUT)
    if how.passkey is None:
        return client.post(path, body, answer)
    if how.passkey:
        require_server(client)
    plain = body.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"password"})
    begun = client.post("/signings", SigningIn(path=path, body=plain), SigningOut)
    done = _by_passkey(client, begun) if how.passkey else _by_login(client, begun)
    return answer.model_validate(done.answer)


def _by_passkey(client: Client, begun: SigningOut) -> SigningOut:
    """Return a signing once it was signed on its page."""
    open_page(str(begun.page), "sign")
    try:
        done = _awaited(client, begun)
    except KeyboardInterrupt:
        client.post(f"/signings/{begun.id}/cancellation", None, SigningOut)
        fail("Cancelled; nothing was signed.")
    if done.state != "done":
        fail(_OVER[done.state], code=Exit.WAITING)
    return done


def _by_login(client: Client, begun: SigningOut) -> SigningOut:
    """Say what is signed, have the person show anew who they are, and sign."""
    told = begun.statement
    role = f" as {told['role']}" if told["role"] else ""
    err.print(f"You sign {told['subject']}{role}: “{told['meaning']}”.", soft_wrap=True)
    err.print(told["digest"], soft_wrap=True)

    def begin(address: str) -> LoginOut:
        return client.post("/fresh-logins", LoginIn(redirect_uri=address), LoginOut)

    came = through_browser(begin, browser=_has_screen())
    proof = client.post("/fresh-logins/completion", came, FreshLoginOut)
    body = LoginProofIn(secret=SecretStr(proof.secret))
    return client.post(f"/signings/{begun.id}/fresh-login", body, SigningOut)


def _awaited(client: Client, begun: SigningOut) -> SigningOut:
    """Return a signing once it waits no more."""
    while True:
        found = client.get(f"/signings/{begun.id}", SigningOut)
        if found.state != "waiting":
            return found
        time.sleep(_PAUSE)


def await_enrolment(client: Client, begun: EnrolmentOut) -> bool:
    """Wait until a passkey was made, or say that it was not."""
    while True:
        state = client.get(f"/passkeys/{begun.id}", EnrolmentOut).state
        if state != "waiting":
            return state == "done"
        time.sleep(_PAUSE)


def require_server(client: Client) -> None:
    """Refuse where no browser can reach the registry.

    Raises
    ------
    BadInputError
        When the registry runs inside this command.
    """
    if client.server == EMBEDDED:
        raise BadInputError(
            "a passkey is asked for on a page of the registry; run `cmr serve`, set "
            "CMR_SERVER=http://localhost:8000, sign in there, and repeat.",
            field="passkey",
        )


def open_page(link: str, what: str) -> None:
    """Print the link to a page, and open it where there is a screen."""
    err.print(f"Open this page to {what}; the command waits. Ctrl-C leaves nothing behind.")
    err.print(link, soft_wrap=True)
    if _has_screen():
        webbrowser.open(link)


def _has_screen() -> bool:
    """Tell whether a browser with a window can be opened here."""
    if not sys.stderr.isatty():
        return False
    return sys.platform != "linux" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
