"""`cmr seal`: a key with which cards are sealed, made for trying."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from registry.domain.errors import BadInputError
from registry.faces.cli.console import JsonFlag, note, say, show_json

app = typer.Typer(help="Seal: the organisation's own mark on every card.", no_args_is_help=True)

PRIVATE = 0o600
SELF_MADE = (
    "This certificate vouches for itself: it shows that a card was not changed, and not whose it "
    "is. For use beyond a trial have your organisation's authority issue one."
)


@app.callback()
def seal() -> None:
    """Seal: the organisation's own mark on every card."""


@app.command("key")
def key(
    out: Annotated[Path, typer.Argument(help="Where to write key and certificate, PEM.")],
    *,
    name: Annotated[str, typer.Option(help="Whose seal it is, as the certificate says.")],
    organisation: Annotated[str, typer.Option(help="The organisation.")] = "",
    days: Annotated[int, typer.Option(help="For how many days.", min=1, max=3650)] = 365,
    as_json: JsonFlag = False,
) -> None:
    """Make a key with a certificate of its own, for trying a seal.

    The file is readable by you alone; the registry is told of it by CMR_SEAL_KEY.
    """
    from reports.sealing import self_signed

    try:
        made = self_signed(name, at=datetime.now(UTC), days=days, organisation=organisation)
    except ValueError as error:
        raise BadInputError(f"A certificate cannot say that: {error}", field="name") from error
    _write(out, made.key + made.certificate)
    certificate = out.with_suffix(".crt")
    certificate.write_bytes(made.certificate)
    if as_json:
        show_json({"key": str(out), "certificate": str(certificate), "self_made": True})
        return
    say(f"{out}: the private key and its certificate, readable by you alone.")
    say(f"{certificate}: the certificate, for whoever checks a card.")
    note(SELF_MADE)
    note(f"Next: CMR_SEAL_KEY={out}, then `cmr doctor`.")


def _write(path: Path, content: bytes) -> None:
    """Write a private file; one that is there is never overwritten."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    except FileExistsError:
        raise BadInputError(f"{path} is there already; choose another name.", field="out") from None
    except OSError as error:
        raise BadInputError(f"{path} cannot be written: {error.strerror}.", field="out") from error
    with os.fdopen(handle, "wb") as out:
        out.write(content)
