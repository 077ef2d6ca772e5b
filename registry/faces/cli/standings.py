"""Standings: `cmr version standing|suspend|reinstate`, how a version stands and may be stopped."""

from typing import Annotated

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, PasswordFile, note, say, show_json
from registry.faces.cli.documents import version_path
from registry.faces.cli.signing import ProofFlag, Proving, post_signed
from registry.shapes.standings import StandingActIn, StandingOut

Version = Annotated[str, typer.Argument(metavar="MODEL/N", help="The version.")]
_STYLES = {"current": "bold green", "draft": "yellow"}


def standing(version: Version, json: JsonFlag = False) -> None:
    """Say how a version stands: draft, current, declined, superseded, suspended or lapsed."""
    with connect() as client:
        _said(client.get(f"{version_path(version)}/standing", StandingOut), json=json)


def suspend(
    version: Version,
    *,
    reasons: Annotated[str, typer.Option(help="Why; it stands on the card.")],
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    json: JsonFlag = False,
) -> None:
    """Suspend a version at once, as clinical safety officer; every approval of it stops."""
    how = Proving(passkey=passkey, password_file=password_file)
    _act("suspension", version, reasons, how, json=json)


def reinstate(
    version: Version,
    *,
    reasons: Annotated[str, typer.Option(help="Why it may be used again.")],
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    json: JsonFlag = False,
) -> None:
    """Bring a suspended version back, as whoever decides, once nothing stands against it."""
    how = Proving(passkey=passkey, password_file=password_file)
    _act("reinstatement", version, reasons, how, json=json)


def _act(act: str, version: str, reasons: str, how: Proving, *, json: bool) -> None:
    """Sign an act and print how the version stands after it."""
    with connect() as client:
        path, said = f"{version_path(version)}/{act}", {"reasons": reasons}
        found = post_signed(client, path, said, StandingActIn, StandingOut, how)
    _said(found, json=json)


def _said(found: StandingOut, *, json: bool) -> None:
    """Print how a version stands."""
    if json:
        show_json(found)
        return
    state = (found.state, _STYLES.get(found.state, "bold red"))
    say(Text.assemble((f"{found.model}/{found.number}", "bold"), "  ", state))
    say(found.reason)
    note(f"since {found.since}")
