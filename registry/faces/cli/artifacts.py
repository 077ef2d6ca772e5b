"""`cmr artifact`: keep files under the digest of their bytes, and take them out again."""

from pathlib import Path
from typing import Annotated

import typer

from registry.client import Client
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, pieces, say, show_json
from registry.faces.cli.downloads import save, tell
from registry.shapes.artifacts import ArtifactOut

app = typer.Typer(help="Files, kept under the digest of their bytes.", no_args_is_help=True)


def upload(client: Client, path: Path, *, quiet: bool) -> ArtifactOut:
    """Keep a file, with a bar that shows how far it is."""
    return client.upload("/artifacts", pieces(path, quiet=quiet), ArtifactOut)


@app.command("keep")
def keep_artifact(
    path: Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False)],
    as_json: JsonFlag = False,
) -> None:
    """Keep a file; it is never loaded."""
    with connect() as client:
        kept = upload(client, path, quiet=as_json)
    if as_json:
        show_json(kept)
        return
    say(kept.digest)
    note(f"{kept.size:,} bytes, {kept.content}")


@app.command("get")
def get_artifact(
    digest: Annotated[str, typer.Argument(help="sha256: and 64 hex digits.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where to write it.")],
    as_json: JsonFlag = False,
) -> None:
    """Write a version's file to disk."""
    with connect() as client:
        tell(save(client.download(f"/artifacts/{digest}"), out), as_json=as_json)
