"""`cmr verify`: a release bundle or a card, checked without any registry."""

from collections.abc import Sequence
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from registry.domain import notes, releases
from registry.domain.errors import BadInputError
from registry.domain.releases import Asked, Finding, Inside, Report, Seal, Verdict
from registry.faces.cli.bundles import public_key
from registry.faces.cli.console import Exit, JsonFlag, note, out, say, show_json
from registry.faces.cli.downloads import save
from registry.store import releases as stored

if TYPE_CHECKING:
    from reports.sealing import Signed

_STYLES = {
    Verdict.FAILS: "bold red",
    Verdict.HOLDS: "green",
    Verdict.MIND: "yellow",
    Verdict.OPEN: "dim",
}


def verify(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A release bundle, zipped or unpacked, or a card's PDF.",
            exists=True,
        ),
    ],
    key: Annotated[
        str | None,
        typer.Option(help="The registry's public key as you have it, a word or a file."),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint", "-c", help="A checkpoint that you kept; may be repeated.", exists=True
        ),
    ] = None,
    witness: Annotated[
        list[str] | None,
        typer.Option(help="A witness whose co-signature you demand, a key or a file."),
    ] = None,
    root: Annotated[
        list[Path] | None,
        typer.Option(
            help="A certificate that you trust for the card's seal, PEM; may be repeated.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Check a release bundle or a card here: no server, no network, no folder of a registry.

    Says what holds, what does not, and what was not checked and why. Ends with 0 where nothing
    was found against it, 1 where something does not hold, 2 where it is neither bundle nor card.
    """
    asked = Asked(
        key=None if key is None else public_key(key, field="key"),
        outside=[one for path in checkpoint or [] for one in _notes(path)],
        witnesses=[public_key(one, field="witness") for one in witness or []],
        program=_program(),
    )
    report = _checked(file, asked, root or [])
    if as_json:
        show_json({"file": str(file), **report.document()})
    else:
        _tell(file, report)
    raise typer.Exit(Exit.DONE if report.holds else Exit.OTHER)


def verifier(
    out: Annotated[Path, typer.Option(help="Where to write the page.", dir_okay=False)] = Path(
        "verify.html"
    ),
    as_json: JsonFlag = False,
) -> None:
    """Write the page that checks a release bundle in a browser: one file, and no network."""
    from registry.settings import data_folder
    from reports import fonts, verifier

    made = verifier.page(
        data_folder() / "templates", releases.catalogue(), made=_program(), fonts=fonts.FOLDER
    )
    saved = save([made], out)
    if as_json:
        show_json(saved)
        return
    say(f"{out}: {saved.size:,} bytes. Open it in a browser, and drop a release bundle on it.")
    note(saved.digest)


def _program() -> str:
    """Return name and release of this program."""
    return f"clinical-model-registry {installed('clinical-model-registry')}"


def _checked(file: Path, asked: Asked, roots: Sequence[Path]) -> Report:
    """Return what checking a file found."""
    if stored.kind(file) == "card":
        if asked.outside or asked.witnesses:
            raise BadInputError(
                "checkpoints and witnesses are about the trail, of which a card carries nothing; "
                "ask for a release bundle.",
                field="checkpoint",
            )
        try:
            pdf = file.read_bytes()
        except OSError as error:
            raise BadInputError(f"“{file}” cannot be read ({error}).", field="file") from None
        return releases.check_card(pdf, asked=asked, inside=inside_of(pdf, roots))
    files, faults = stored.read(file)
    card = files.get(releases.CARD)
    inside = None if card is None else inside_of(card, roots)
    return releases.check_bundle(files, asked=asked, faults=faults, inside=inside)


def inside_of(pdf: bytes, roots: Sequence[Path] = ()) -> Inside:
    """Return what a card carries inside and by whom it is sealed, or why it cannot be read.

    Raises
    ------
    BadInputError
        When a root holds no certificate.
    """
    from reports import sealing
    from reports.errors import SealError

    try:
        for path in roots:
            sealing.read_certificates(path)
    except SealError as error:
        raise BadInputError(str(error), field="root") from None
    try:
        found = sealing.check(pdf, roots=roots)
        return Inside(
            files=sealing.attachments(pdf),
            rendered=found.base_digest,
            seals=[seal_of(one) for one in found.signatures],
        )
    except SealError as error:
        return Inside(problem=f"{error}".rstrip("."))


def seal_of(one: "Signed") -> Seal:
    """Return what is said of one signature of a PDF's own kind."""
    return Seal(
        who=one.certificate.name,
        certificate=one.certificate.fingerprint,
        at=_time(one),
        certifies=one.certifies,
        holds=one.holds,
        last=one.last,
        trusted=one.trusted,
    )


def _time(one: "Signed") -> str:
    """Return when a seal was given, and by whose clock."""
    moment = one.stamped_at or one.at
    if moment is None:
        return "at no time that it says"
    clock = "its own clock" if one.stamped_at is None else "a timestamp server"
    return f"{moment:%Y-%m-%d %H:%M} UTC by {clock}"


def _notes(path: Path) -> list[str]:
    """Return the checkpoints in a file or in a folder."""
    try:
        files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
        texts = [file.read_text(encoding="utf-8") for file in files]
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"“{path}” cannot be read ({error}).", field="checkpoint") from None
    return [one for text in texts for one in (notes.separate(text) or [text])]


def _tell(file: Path, report: Report) -> None:
    """Print what was found: what it comes to, then every part."""
    mark = releases.MARKS[Verdict.HOLDS if report.holds else Verdict.FAILS]
    style = "bold green" if report.holds and report.keyed else "bold yellow"
    say(Text(f"{file.name}", style="dim"))
    say(Text(f"{mark} {report.headline}", style=style if report.holds else "bold red"))
    for heading, findings in report.sections():
        say("")
        say(Text(heading, style="bold"))
        tell_findings(findings)
    say("")
    note("✓ holds   ! holds, with something to mind   – not checked   ✗ does not hold")


def tell_findings(findings: Sequence[Finding]) -> None:
    """Print findings, a mark before each, the words kept clear of the marks."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    for one in findings:
        mark = Text(releases.MARKS[one.verdict], style=_STYLES[one.verdict])
        grid.add_row(mark, Text(one.text, style="dim" if one.verdict is Verdict.OPEN else ""))
    out.print(grid)
