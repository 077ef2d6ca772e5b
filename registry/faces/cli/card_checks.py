"""`cmr card verify`: what a card's file is worth, on this machine and by asking the registry."""

import json
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer
from pydantic import BaseModel
from rich.text import Text

from registry.client import Client, ProblemError, UnreachableError
from registry.domain.digests import digest_of
from registry.domain.errors import BadInputError, RegistryError
from registry.domain.releases import MARKS, Finding, Report, Verdict, check_seals
from registry.faces.cli.connection import connect
from registry.faces.cli.console import Exit, JsonFlag, note, say, show_json
from registry.faces.cli.verification import seal_of, tell_findings
from registry.settings import Settings
from registry.shapes.verification import CardVerificationOut

MOST = 20
DOSSIER = "dossier.json"
SIGNATURES = "signatures.json"


class SignedOut(BaseModel):
    """One signature in the file."""

    field: str
    name: str
    certificate: str
    seal: bool
    at: str | None
    timestamped: bool
    holds: bool
    trusted: bool | None


class FileOut(BaseModel):
    """A card's file as it was checked here, and what the registry says of it."""

    digest: str
    rendered_digest: str
    rendered_size: int
    signatures: list[SignedOut]
    attachments: dict[str, str]
    dossier_as_signed: bool | None
    registry: CardVerificationOut | None
    not_asked: str | None
    findings: list[Finding]
    holds: bool


def verify(
    file: Annotated[Path, typer.Argument(help="The card's PDF.", exists=True, dir_okay=False)],
    *,
    root: Annotated[
        list[Path] | None,
        typer.Option(
            "--root",
            help="Certificates that you trust, PEM; may be given more than once.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no registry: check the file alone.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Say whether a card's file is as it was sealed and signed, and whether it is current.

    The file is checked on this machine. Of the registry only its digests are asked, without
    signing in; --offline asks nothing. Ends with 3 when something does not hold, or the card is
    not the current one.
    """
    found = _checked(file.read_bytes(), root or [])
    if not offline:
        _ask(found, file.read_bytes())
    if as_json:
        show_json(found)
    else:
        _tell(found)
    current = found.registry is None or found.registry.outcome == "current"
    raise typer.Exit(Exit.DONE if found.holds and current else Exit.NOT_MET)


def _checked(pdf: bytes, roots: list[Path]) -> FileOut:
    """Check a file with nothing but itself."""
    from reports.errors import SealError
    from reports.sealing import attachments, check

    try:
        found = check(pdf, roots=roots)
        inside = attachments(pdf)
    except SealError as error:
        raise BadInputError(str(error)) from error
    as_signed, report = _dossier_as_signed(inside), Report()
    check_seals(report, [seal_of(one) for one in found.signatures])
    return FileOut(
        digest=found.digest,
        rendered_digest=found.base_digest,
        rendered_size=found.base_size,
        signatures=[
            SignedOut(
                field=one.field,
                name=one.certificate.name,
                certificate=one.certificate.fingerprint,
                seal=one.certifies,
                at=None if one.at is None else f"{one.at:%Y-%m-%d %H:%M:%S} UTC",
                timestamped=one.stamped_at is not None,
                holds=one.holds,
                trusted=one.trusted,
            )
            for one in found.signatures
        ],
        attachments={name: digest_of(content) for name, content in sorted(inside.items())},
        dossier_as_signed=as_signed,
        registry=None,
        not_asked=None,
        findings=report.findings,
        holds=as_signed is not False and report.holds,
    )


def _dossier_as_signed(inside: dict[str, bytes]) -> bool | None:
    """Tell whether every sign-off that stands names the dossier in the file; None without any."""
    if DOSSIER not in inside or SIGNATURES not in inside:
        return None
    digest = digest_of(inside[DOSSIER])
    signoffs: list[dict[str, Any]] = json.loads(inside[SIGNATURES]).get("signoffs", [])
    named = [one["dossier"] for one in signoffs if not one.get("void")]
    return all(one == digest for one in named) if named else None


def _ask(found: FileOut, pdf: bytes) -> None:
    """Ask the registry about the digests of a file and of its beginnings."""
    from reports.sealing import prefix_digest, revisions

    ends = sorted(set(revisions(pdf)), reverse=True)[:MOST]
    asked = urlencode([("digest", prefix_digest(pdf, end)) for end in ends])
    settings = Settings()
    try:
        with connect(settings) as client:
            found.registry = _answer(client, asked)
    except (UnreachableError, RegistryError) as error:
        found.not_asked = str(error)


def _answer(client: Client, asked: str) -> CardVerificationOut:
    """Return what the registry says."""
    try:
        return client.get(f"/verify?{asked}", CardVerificationOut)
    except ProblemError as refused:
        raise UnreachableError(refused.problem.detail) from refused


def _line(good: bool | None, text: str) -> None:
    """Say one thing with its mark."""
    verdict, style = {
        True: (Verdict.HOLDS, "green"),
        False: (Verdict.FAILS, "bold red"),
        None: (Verdict.OPEN, "dim"),
    }[good]
    say(Text.assemble((f"{MARKS[verdict]} ", style), text))


def _tell(found: FileOut) -> None:
    """Say what the file is worth."""
    if found.registry is not None:
        current = found.registry.outcome == "current"
        _line(current, found.registry.title)
        for sentence in found.registry.sentences:
            say(f"  {sentence}")
    elif found.not_asked is not None:
        _line(None, f"The registry was not asked: {found.not_asked}")
    tell_findings(found.findings)
    if found.dossier_as_signed is not None:
        said = "is the one" if found.dossier_as_signed else "is NOT the one"
        _line(found.dossier_as_signed, f"The dossier in the file {said} that was signed off.")
    note(f"rendered: {found.rendered_digest}, {found.rendered_size:,} bytes")
    if found.rendered_digest != found.digest:
        note(f"file:     {found.digest}")
