"""`cmr audit`: read the trail, check it, take a checkpoint away."""

from pathlib import Path
from typing import Annotated

import typer

from registry.domain.errors import BadInputError
from registry.domain.notes import separate
from registry.faces.cli import bundles as offline
from registry.faces.cli import recalling, witnessing
from registry.faces.cli.connection import connect
from registry.faces.cli.console import Exit, JsonFlag, fail, note, say, show_json
from registry.faces.cli.documents import Why
from registry.shapes.audit import (
    CheckpointOut,
    EventOut,
    InclusionOut,
    KeyOut,
    RedactionIn,
    VerificationIn,
    VerificationOut,
)

app = typer.Typer(help="The trail of every act: read it and check it.", no_args_is_help=True)
app.command("export")(offline.export)
app.command("as-of")(recalling.as_of)
app.command("witness")(witnessing.witness)


@app.command()
def verify(
    bundle: Annotated[
        Path | None,
        typer.Argument(
            help="A bundle that `cmr audit export` wrote: checked here, without any registry.",
            exists=True,
        ),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint",
            "-c",
            help="Checkpoints kept outside the registry, a file or a folder; may be repeated.",
            exists=True,
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(help="The registry's public key as you have it (of a bundle): word or file."),
    ] = None,
    witness: Annotated[
        list[str] | None,
        typer.Option(help="A witness whose co-signature you demand (of a bundle): key or file."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Check that no entry was edited, removed or inserted.

    Without a bundle the registry checks itself, all entries. A bundle is checked here, from its
    files alone. Ends with 0 when all holds, 1 when something does not.
    """
    notes = [one for path in checkpoint or [] for one in _notes(path)]
    if bundle is not None:
        offline.verify(bundle, notes, key=key, witnesses=witness or [], as_json=as_json)
        return
    if key or witness:
        raise BadInputError("--key and --witness are for bundles; name one.", field="bundle")
    with connect() as client:
        found = client.post("/trail/verification", VerificationIn(notes=notes), VerificationOut)
    if as_json:
        show_json(found)
        raise typer.Exit(Exit.DONE if found.intact else Exit.OTHER)
    if found.intact:
        say(
            f"The trail is intact: {found.entries:,} entries, "
            f"checked against {found.checkpoints} checkpoint(s)."
        )
        if not notes:
            note("Nothing from outside was compared: give a checkpoint you kept, with -c FILE.")
        return
    for finding in found.findings:
        say(f"  • {finding}")
    fail("The trail was changed after it was written.")


@app.command("log")
def read(
    after: Annotated[int, typer.Option(help="First place wanted.", min=0)] = 0,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=1000)] = 50,
    as_json: JsonFlag = False,
) -> None:
    """Show acts in their order."""
    with connect() as client:
        events = client.list("/trail", EventOut, params={"after": after, "limit": limit})
    if as_json:
        show_json(events)
        return
    say(f"{'No.':>6}  {'When (UTC)':16}  {'Act':26} Subject, and why")
    for event in events:
        when = event.at[:16].replace("T", " ")
        say(f"{event.seq:>6}  {when}  {event.act:26} {event.subject}")
        if event.why:
            say(f"{'':26}{event.why}")


@app.command()
def redact(
    seq: Annotated[int, typer.Argument(help="The entry's number.", min=0)],
    path: Annotated[
        str, typer.Option(help="Where the words stand: why, or keys such as after.text.")
    ],
    why: Why,
    as_json: JsonFlag = False,
) -> None:
    """Take words out of an entry for good; its bytes and every proof stay.

    The act names who did it and why: do not repeat there what is taken out.
    """
    with connect() as client:
        event = client.post(f"/trail/{seq}/redactions", RedactionIn(path=path, why=why), EventOut)
    if as_json:
        show_json(event)
        return
    say(f"The words at “{path}” of entry {seq} ({event.act}, {event.subject}) are gone.")
    note("Every proof over the entry still holds. Copies in backups and bundles are not reached.")


@app.command()
def checkpoint(
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the note here.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Sign the trail as it stands; keep the note outside the registry."""
    with connect() as client:
        signed = client.post("/trail/checkpoints", None, CheckpointOut)
    if out is not None:
        out.write_text(signed.note, encoding="utf-8")
        note(f"Written to {out}; keep it where the registry's administrators cannot change it.")
    if as_json:
        show_json(signed)
    elif out is None:
        say(signed.note)


def _notes(path: Path) -> list[str]:
    """Return the checkpoints in a file, several where it was only appended to, or in a folder."""
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    found = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        found += separate(text) or [text]
    return found


@app.command("key")
def public_key(as_json: JsonFlag = False) -> None:
    """Show the public key by which this registry's checkpoints hold."""
    with connect() as client:
        key = client.get("/audit/keys", KeyOut)
    if as_json:
        show_json(key)
        return
    say(key.verifier_key)
    note("Compare it once, by another way, with whoever runs the registry; then keep it.")


@app.command("proof")
def prove(
    seq: Annotated[int, typer.Argument(help="The entry's number.", min=0)],
    as_json: JsonFlag = False,
) -> None:
    """Show the proof that an entry is on the trail that was signed."""
    with connect() as client:
        found = client.get("/audit/proofs/inclusion", InclusionOut, params={"seq": seq})
    if as_json:
        show_json(found)
        return
    say(f"Entry {seq} is one of the first {found.size:,}, by {len(found.hashes)} hashes to the")
    say(f"root {found.root}.")
    say(found.note or "No checkpoint was signed over this root yet.")
