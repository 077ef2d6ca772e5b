"""`cmr release`: all on which a version was decided, taken home as one zip."""

from pathlib import Path
from typing import Annotated

import typer

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json
from registry.faces.cli.documents import version_path
from registry.faces.cli.downloads import save

Reference = Annotated[str, typer.Argument(help="The version, as model/number.", metavar="VERSION")]


def release(
    version: Reference,
    *,
    out: Annotated[Path | None, typer.Option(help="Where to write it.", dir_okay=False)] = None,
    json: JsonFlag = False,
) -> None:
    """Take home a version's card with all that it rests on, as one zip that proves itself.

    Dossier, decision, evidence, signatures and the trail's entries with their proofs, and a page
    that checks them. It is for whoever has no server, no network, and trusts nobody.
    """
    path = version_path(version)
    target = out or Path(f"{version.replace('/', '-')}-release.zip")
    with connect() as client:
        saved = save(client.download(f"{path}/release"), target)
    if json:
        show_json(saved)
        return
    say(f"All on which {version} was decided, {saved.size:,} bytes: {target}")
    note(f"Check it anywhere, without a registry: cmr verify {target} --key KEY")
    note("The key, once, by another way: cmr audit key")
