"""`cmr safety-case`: clinical safety cases, drafted, submitted, read and signed."""

import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from registry.client import Client
from registry.domain.errors import NotFoundError
from registry.faces.cli.case_drafts import written
from registry.faces.cli.connection import connect
from registry.faces.cli.console import (
    JsonFlag,
    PasswordFile,
    fail,
    note,
    progress_bar,
    say,
    show_json,
    table,
)
from registry.faces.cli.documents import TomlFile, read_toml, shaped
from registry.faces.cli.downloads import save, tell
from registry.faces.cli.files import write_whole
from registry.faces.cli.signing import ProofFlag, Proving, post_signed
from registry.shapes.jobs import JobOut
from registry.shapes.safety_cases import (
    CaseListedOut,
    CaseOutlineOut,
    CaseSignatureIn,
    SafetyCaseIn,
    SafetyCaseOut,
)

app = typer.Typer(
    help="Safety cases: the argument that a version is safe enough, signed.", no_args_is_help=True
)
Version = Annotated[
    str,
    typer.Argument(help="The version, as model/number, or model/number@site.", metavar="VERSION"),
]
Site = Annotated[
    str | None, typer.Option(help="The hospital: its own case about the deployment (DCB0160).")
]
Number = Annotated[int | None, typer.Option("--number", help="Which case; else the newest.", min=1)]
_STYLES = {"signed": "green", "draft": "yellow", "superseded": "dim"}


@app.command("draft")
def draft(
    version: Version,
    out: Annotated[Path, typer.Option(help="The file to write.", dir_okay=False)],
    site: Site = None,
    as_json: JsonFlag = False,
) -> None:
    """Write a case to fill in, with what its claims may point to; or go on with the last one."""
    with connect() as client:
        outline = client.get("/safety-case-outline", CaseOutlineOut, params=_asked(version, site))
    write_whole(out, written(outline).encode())
    if as_json:
        show_json({"path": str(out), "lacks": outline.lacks})
        return
    say(f"Written: {out}. Fill it in, then")
    say(f"`cmr safety-case submit {outline.version} {out}{_at(outline.site)}`.")
    for sentence in outline.lacks:
        say(Text(f"○ before it can be signed: {sentence}", style="yellow"))


@app.command("submit")
def submit(version: Version, file: TomlFile, site: Site = None, as_json: JsonFlag = False) -> None:
    """Keep a case; what follows from the records is frozen with it."""
    said = {**read_toml(file), **_asked(version, site)}
    body = shaped(said, SafetyCaseIn, source=str(file))
    with connect() as client:
        made = client.post("/safety-cases", body, SafetyCaseOut)
    _show(made, as_json=as_json)


@app.command("list")
def list_cases(version: Version, site: Site = None, as_json: JsonFlag = False) -> None:
    """List the cases about a version, or about it at a hospital."""
    with connect() as client:
        found = _listed(client, version, site)
    if as_json:
        show_json(found)
        return
    if not found:
        note(f"{version} has no safety case yet; begin with `cmr safety-case draft {version}`.")
        return
    rows = [
        (
            str(one.number),
            _state(one),
            f"{one.written.by.name}, {one.written.at:%Y-%m-%d}",
            "—" if one.signed is None else f"{one.signed.by.name}, {one.signed.at:%Y-%m-%d}",
        )
        for one in found
    ]
    table(None, ["Case", "State", "Written", "Signed"], rows, right="Case")


@app.command("show")
def show(
    version: Version, number: Number = None, site: Site = None, as_json: JsonFlag = False
) -> None:
    """Show a case: its argument and summary, what it lacks, what changed since, who signed."""
    with connect() as client:
        listed = _chosen(client, version, site, number)
        found = client.get(f"/safety-cases/{listed.id}", SafetyCaseOut)
    _show(found, as_json=as_json)


@app.command("get")
def get(
    version: Version,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the PDF.", dir_okay=False)
    ] = None,
    number: Number = None,
    site: Site = None,
    as_json: JsonFlag = False,
) -> None:
    """Bring a case home as PDF, as it stands: a draft, stale or superseded says so throughout."""
    with connect() as client:
        case = _chosen(client, version, site, number)
        job = client.post(f"/safety-cases/{case.id}/file", None, JobOut)
        with progress_bar("safety case", total=1.0, quiet=as_json) as move:
            ended = client.wait(str(job.id), progress=move)
        if ended.status != "done":
            fail(f"The report could not be made: {ended.error}")
        name = _about(case).replace("/", "-").replace(" ", "-")
        target = out or Path(f"{name}-safety-case-{case.number}.pdf")
        saved = save(client.download(f"/safety-cases/{case.id}/file"), target)
    tell(saved, as_json=as_json)
    if not as_json:
        say(Text.assemble(f"safety case {case.number} about {_about(case)}: ", _state(case)))


@app.command("sign")
def sign(
    version: Version,
    number: Number = None,
    site: Site = None,
    reasons: Annotated[str, typer.Option(help="Anything to add, kept with the signature.")] = "",
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Sign a case as the safety officer whose case it is; your password is asked again."""
    with connect() as client:
        seen = _chosen(client, version, site, number)
        if not as_json:
            say(f"You sign safety case {seen.number} about {_about(seen)}")
            say(f"as {seen.signer}.")
            note(seen.digest)
        said = {"digest": seen.digest, "reasons": reasons}
        how = Proving(passkey=passkey, password_file=password_file)
        path = f"/safety-cases/{seen.id}/signature"
        made = post_signed(client, path, said, CaseSignatureIn, SafetyCaseOut, how)
    _show(made, as_json=as_json)


def _asked(version: str, site: str | None) -> dict[str, str]:
    """Return the question for the cases about a version, or about it at a hospital.

    ``heart-cad/2@Hungary`` says the same as the version and its site apart.
    """
    name, _, here = version.partition("@")
    site = site or here
    return {"version": name} | ({"site": site} if site else {})


def _at(site: str | None) -> str:
    """Return the option that names a hospital, as a shell reads it."""
    return "" if site is None else f" --site {shlex.quote(site)}"


def _listed(client: Client, version: str, site: str | None) -> list[CaseListedOut]:
    """Return the cases about a version, or about it at a hospital, oldest first."""
    return client.list("/safety-cases", CaseListedOut, params=_asked(version, site))


def _chosen(client: Client, version: str, site: str | None, number: int | None) -> CaseListedOut:
    """Return the newest case, or the one of a number.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    found = _listed(client, version, site)
    fit = [one for one in found if number in {None, one.number}]
    if not fit:
        which = "no safety case yet" if number is None else f"no safety case {number}"
        at = "" if site is None else f" at {site}"
        raise NotFoundError(f"{version}{at} has {which}; `cmr safety-case draft` begins one.")
    return fit[-1]


def _about(case: CaseListedOut) -> str:
    """Return what a case is about."""
    return case.version if case.site is None else f"{case.version} at {case.site}"


def _state(case: CaseListedOut) -> Text:
    """Return how a case stands, and loudly that it is stale."""
    if case.stale:
        return Text(f"{case.state}, STALE", style="bold red")
    return Text(case.state, style=_STYLES[case.state])


def _show(case: SafetyCaseOut, *, as_json: bool) -> None:
    """Print one case."""
    if as_json:
        show_json(case)
        return
    said = case.document["authored"]
    head = f"{_about(case)}, safety case {case.number}: "
    say(Text.assemble((head, "bold"), _state(case)))
    note(case.digest)
    for label, text in (
        ("Written", f"{case.written.by.name}, {case.written.at:%Y-%m-%d %H:%M} UTC"),
        ("Phase", said["phase"]),
        ("Purpose", said["purpose"]),
        ("Changed", said["changed"]),
        ("Strategy", said["strategy"]),
        ("Benefit", said["benefit"]),
        ("Environment", said["environment"]),
        ("Customised", said["customisations"]),
        ("Taken out", said["decommissioning"]),
    ):
        if text:
            say(Text.assemble((f"{label:<12}", "dim"), text))
    for claim in said["claims"]:
        under = "" if claim["under"] is None else f" (carries {claim['under']})"
        say(Text.assemble((f"{claim['id']}{under}: ", "bold"), claim["claim"]))
        note(f"    {claim['argument']}")
        for link in claim["evidence"]:
            note(f"    shown by {_link(link)}")
    say(Text.assemble(("Summary     ", "dim"), said["summary"]))
    _tell(case)


def _link(link: dict[str, object]) -> str:
    """Return to what a claim points."""
    name = next(one for one in ("hazard", "evidence", "statement", "document") if link[one])
    words = f"{name} {link[name]}"
    if link["criterion"]:
        words += f", criterion {link['criterion']}"
    return f"{words}: {link['why']}" if link["why"] else words


def _tell(case: SafetyCaseOut) -> None:
    """Print what is against a case, what it leaves open, and who signed it."""
    for sentence in case.stale:
        say(Text(f"! STALE: since it was written changed {sentence}", style="bold red"))
    if case.signed is None:
        for sentence in case.lacks:
            say(Text(f"○ {sentence}", style="yellow"))
    for sentence in case.open:
        say(Text(f"! {sentence}", style="yellow"))
    if case.signed is None:
        command = f"cmr safety-case sign {case.version}{_at(case.site)}"
        say(Text(f"○ waits for the {case.signer}: {command}", style="yellow"))
        return
    by = case.signed
    registration = "" if by.registration is None else f", {by.registration}"
    words = f"✓ {by.by.name}, {by.role}{registration}: {by.meaning}"
    say(Text(f"{words} ({by.at:%Y-%m-%d %H:%M} UTC)", style="green"))
