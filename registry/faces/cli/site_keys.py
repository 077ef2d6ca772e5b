"""`cmr site key`: the keys with which hospitals sign their tallies."""

from pathlib import Path
from typing import Annotated

import typer

from registry.domain.errors import BadInputError
from registry.domain.sealing import new_pair
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import Why
from registry.faces.cli.files import write_new
from registry.shapes.site_keys import SiteKeyIn, SiteKeyOut, SiteKeyRevocationIn

app = typer.Typer(help="The keys with which sites sign their tallies.", no_args_is_help=True)
Site = Annotated[str, typer.Argument(help="The site's name.")]
Key = Annotated[str, typer.Argument(help="The key's name, 16 hex digits.")]


@app.command("new")
def make_key(
    save: Annotated[
        Path, typer.Option("--out", help="Write the private key to this file, which must be new.")
    ],
    as_json: JsonFlag = False,
) -> None:
    """Make the key with which a site signs its tallies.

    The private half stays in the file, readable by its owner only; the public half is written
    beside it, with .pub at the end of the name, and is what the registry is given.
    """
    pair = new_pair()
    public = save.with_name(f"{save.name}.pub")
    write_new(save, pair.private)
    write_new(public, pair.public, mode=0o644)
    if as_json:
        show_json({"key": pair.name, "private": str(save), "public": str(public),
                   "public_pem": pair.public.decode()})  # fmt: skip
        return
    say(f"Key {pair.name}")
    say(pair.public.decode().strip())
    note(f"The private half is {save}: it never leaves this machine. The public half is {public}.")


@app.command("list")
def list_keys(site: Site, as_json: JsonFlag = False) -> None:
    """List all keys of a site."""
    with connect() as client:
        keys = client.list(f"/sites/{site}/keys", SiteKeyOut)
    if as_json:
        show_json(keys)
        return
    table(
        None,
        ["Key", "State", "Proposed by", "Confirmed by"],
        [(k.key, k.state, k.proposed_by, k.confirmed_by or "") for k in keys],
    )


@app.command("register")
def register_key(
    site: Site,
    public: Annotated[Path, typer.Argument(help="The file of the public half, PEM.")],
    as_json: JsonFlag = False,
) -> None:
    """Propose a public key as a site's; another person confirms it."""
    try:
        body = SiteKeyIn(public=public.read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise BadInputError(
            f"“{public}” is not a readable public key; give the .pub file that cmr site key new "
            "wrote.",
            field="key",
        ) from None
    with connect() as client:
        _said(client.post(f"/sites/{site}/keys", body, SiteKeyOut), as_json=as_json)


@app.command("confirm")
def confirm_key(site: Site, key: Key, as_json: JsonFlag = False) -> None:
    """Confirm a key that another person proposed.

    Ask the site for the key's name first, by telephone or in person.
    """
    with connect() as client:
        found = client.post(f"/sites/{site}/keys/{key}/confirmation", None, SiteKeyOut)
    _said(found, as_json=as_json)


@app.command("revoke")
def revoke_key(site: Site, key: Key, why: Why, as_json: JsonFlag = False) -> None:
    """Revoke a key: it vouches for nothing from now on."""
    body = SiteKeyRevocationIn(why=why)
    with connect() as client:
        found = client.post(f"/sites/{site}/keys/{key}/revocation", body, SiteKeyOut)
    _said(found, as_json=as_json)


def _said(found: SiteKeyOut, *, as_json: bool) -> None:
    """Print a key."""
    if as_json:
        show_json(found)
        return
    say(f"Key {found.key} of {found.site}: {found.state}")
    if found.state == "proposed":
        note("Another person must confirm it before it vouches for a tally.")
