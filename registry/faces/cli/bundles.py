"""`cmr audit export` and checking a bundle: the trail as files, and what holds of them."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from rich.text import Text

from registry.domain import bundles, notes
from registry.domain.errors import BadInputError
from registry.domain.notes import PublicKey
from registry.faces.cli.connection import connect
from registry.faces.cli.console import Exit, JsonFlag, fail, note, say, show_json
from registry.faces.cli.files import write_whole
from registry.store import bundles as stored


def export(
    save: Annotated[
        Path, typer.Option("--out", "-o", help="Write it here: a zip (NAME.zip), or a folder.")
    ],
    subject: Annotated[
        str | None,
        typer.Option(help="Only what concerns this, such as heart-cad/2, each entry proved."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Take the trail away as files that anybody can check without the registry."""
    path = "/audit/bundle" + ("" if subject is None else f"?subject={quote(subject, safe='')}")
    with connect() as client:
        content = b"".join(client.download(path))
    if save.suffix == ".zip":
        write_whole(save, content)
    else:
        with tempfile.TemporaryDirectory(prefix="cmr-") as folder:
            packed = Path(folder) / "trail.zip"
            packed.write_bytes(content)
            stored.unpack(packed, save)
    said = bundles.read_manifest(stored.read(save)[bundles.MANIFEST])
    if as_json:
        show_json({"bundle": str(save), **said})
        return
    what = "The whole trail" if subject is None else f"What the trail says of {subject}"
    say(f"{what}, {said['entries']:,} entries: {save}")
    note(f"Check it anywhere, without a registry: cmr audit verify {save} --key KEY")


def verify(
    place: Path,
    outside: Sequence[str],
    *,
    key: str | None,
    witnesses: Sequence[str],
    as_json: bool,
) -> None:
    """Check a bundle and say what holds and what does not."""
    found = bundles.check(
        stored.read(place),
        key=None if key is None else public_key(key, field="key"),
        outside=outside,
        witnesses=[public_key(one, field="witness") for one in witnesses],
    )
    if as_json:
        show_json({"bundle": str(place), "intact": found.intact, **asdict(found)})
        raise typer.Exit(Exit.DONE if found.intact else Exit.OTHER)
    for sentence in found.holds:
        say(Text.assemble(("✓ ", "green"), sentence))
    for sentence in found.findings:
        say(f"  • {sentence}")
    for sentence in found.remarks:
        note(sentence)
    if not found.intact:
        fail("This bundle does not prove what it says.")


def public_key(word: str, *, field: str) -> PublicKey:
    """Return a public key from one word, or from the file that holds it.

    Raises
    ------
    BadInputError
        When it is neither.
    """
    try:
        path = Path(word)
        text = path.read_text(encoding="utf-8") if path.is_file() else word
        return notes.public_key(text.strip())
    except (OSError, ValueError) as error:
        raise BadInputError(
            f"“{word[:80]}” is no public key and no file with one ({error}); it is written "
            "name+8 hex digits+base64, as `cmr audit key` prints it.",
            field=field,
        ) from None
