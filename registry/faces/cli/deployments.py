"""`cmr deployment`: a version at a hospital, from the proposal to its end."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.text import Text

from registry.client import Client
from registry.faces.cli.checks import show_missing
from registry.faces.cli.connection import connect
from registry.faces.cli.console import (
    Exit,
    JsonFlag,
    PasswordFile,
    fail,
    note,
    say,
    show_json,
    table,
)
from registry.faces.cli.documents import TomlFile, read_toml, shaped
from registry.faces.cli.downloads import save, tell
from registry.faces.cli.signing import ProofFlag, Proving, post_signed
from registry.shapes.deployments import DeploymentIn, DeploymentOut, SiteSignOffIn, StopIn
from registry.shapes.site_plans import SitePlanIn

app = typer.Typer(
    help="Versions at hospitals: site dossiers, their two signatures, every move.",
    no_args_is_help=True,
)
Where = Annotated[
    str,
    typer.Argument(
        metavar="DEPLOYMENT", help="The deployment's id, or VERSION@SITE as heart-cad/2@Hungary."
    ),
]
Reasons = Annotated[str, typer.Option(help="Why; kept with the signature.")]
_STATES = {
    "proposed": "yellow",
    "silent": "cyan",
    "pilot": "bold cyan",
    "live": "bold green",
    "suspended": "bold red",
    "withdrawn": "dim",
}


def path_of(client: Client, where: str) -> str:
    """Return where the API has a deployment that is named by its id or as VERSION@SITE."""
    try:
        return f"/deployments/{UUID(where)}"
    except ValueError:
        version, _, site = where.partition("@")
    if not site:
        fail(f"“{where}” is neither an id nor VERSION@SITE.", code=Exit.BAD_INPUT)
    found = client.list("/deployments", DeploymentOut, params={"version": version, "site": site})
    if not found:
        fail(
            f"{version} was never proposed at {site}; `cmr deployment propose` does it.",
            code=Exit.BAD_INPUT,
        )
    return f"/deployments/{found[-1].id}"


@app.command("propose")
def propose(
    version: Annotated[str, typer.Argument(help="The version, as model/number.")],
    *,
    site: Annotated[str, typer.Option(help="The hospital, as registered.")],
    json: JsonFlag = False,
) -> None:
    """Propose a version at a hospital; nothing runs before two people of it have signed."""
    with connect() as client:
        made = client.post("/deployments", DeploymentIn(version=version, site=site), DeploymentOut)
    _show(made, json=json)


@app.command("list")
def list_deployments(
    version: Annotated[str | None, typer.Option(help="Only of this version.")] = None,
    site: Annotated[str | None, typer.Option(help="Only at this hospital.")] = None,
    json: JsonFlag = False,
) -> None:
    """List the deployments there are."""
    with connect() as client:
        found = client.list(
            "/deployments", DeploymentOut, params={"version": version, "site": site}
        )
    if json:
        show_json(found)
        return
    rows = [
        (
            one.version,
            one.site,
            Text(one.state, style=_STATES[one.state]),
            one.moves[-1]["at"][:16].replace("T", " ") if one.moves else "",
        )
        for one in found
    ]
    table(None, ["Version", "Site", "State", "Since (UTC)"], rows)


@app.command("show")
def show(deployment: Where, json: JsonFlag = False) -> None:
    """Show a deployment: where it stands, what its site dossier lacks, who signed."""
    with connect() as client:
        found = client.get(path_of(client, deployment), DeploymentOut)
    _show(found, json=json)


@app.command("freeze")
def freeze(deployment: Where, plan: TomlFile, json: JsonFlag = False) -> None:
    """Freeze a site dossier from what the hospital lays down, and what the records say."""
    body = shaped(read_toml(plan), SitePlanIn, source=str(plan))
    with connect() as client:
        path = path_of(client, deployment)
        frozen = client.post(f"{path}/dossiers", body, DeploymentOut)
    _show(frozen, json=json)


@app.command("dossier")
def dossier(
    deployment: Where,
    out: Annotated[Path, typer.Option(help="Where to write the JSON.")],
    json: JsonFlag = False,
) -> None:
    """Write the exact bytes of the current site dossier; their SHA-256 is what is signed."""
    with connect() as client:
        path = path_of(client, deployment)
        tell(save(client.download(f"{path}/dossier"), out), as_json=json)


@app.command("sign")
def sign(
    deployment: Where,
    *,
    role: Annotated[str, typer.Option(help="“site safety officer” or “site executive”.")],
    meaning: Annotated[
        str, typer.Option(help="support (officer), “accept residual risk” (executive), object.")
    ],
    reasons: Annotated[str, typer.Option(help="Needed for all but support.")] = "",
    dossier: Annotated[
        str | None, typer.Option(help="Digest of the dossier you have read; shown when absent.")
    ] = None,
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    json: JsonFlag = False,
) -> None:
    """Sign the site dossier; with both signatures the version starts there."""
    with connect() as client:
        path = path_of(client, deployment)
        seen = dossier or _say_what_is_signed(client, path, role, meaning)
        said = {"role": role, "meaning": meaning, "reasons": reasons, "dossier": seen}
        how = Proving(passkey=passkey, password_file=password_file)
        signed = post_signed(client, f"{path}/signoffs", said, SiteSignOffIn, DeploymentOut, how)
    _show(signed, json=json)


def _say_what_is_signed(client: Client, path: str, role: str, meaning: str) -> str:
    """Show, before the password is asked, what is signed; return its digest."""
    found = client.get(path, DeploymentOut)
    if found.dossier is None:
        fail("There is no site dossier yet; `cmr deployment freeze` makes one.")
    typer.echo(
        f"You sign {found.version} at {found.site}, {found.dossier['rung']} use, "
        f"site dossier {found.dossier['number']}, as {role}: “{meaning}”.\n"
        f"{found.dossier['digest']}",
        err=True,
    )
    return str(found.dossier["digest"])


def _add_stop(name: str, act: str, told: str) -> None:
    """Add a command for one of the signed acts that need a reason and nothing else."""

    @app.command(name, help=told)
    def stop(
        deployment: Where,
        *,
        reasons: Reasons,
        passkey: ProofFlag = None,
        password_file: PasswordFile = None,
        json: JsonFlag = False,
    ) -> None:
        """Sign the act, and show what came of it."""
        how = Proving(passkey=passkey, password_file=password_file)
        with connect() as client:
            path = f"{path_of(client, deployment)}/{act}"
            done = post_signed(client, path, {"reasons": reasons}, StopIn, DeploymentOut, how)
        _show(done, json=json)


_add_stop(
    "suspend",
    "suspension",
    "Suspend a version at a hospital at once; both sign again before it runs.",
)
_add_stop("release", "release", "End a hold that a signal without labels had brought about.")
_add_stop(
    "rollback",
    "rollback",
    "Go back to the version that the site dossier names, or to the downtime procedure.",
)
_add_stop("withdraw", "withdrawal", "Withdraw a version from a hospital for good.")


def _show(found: DeploymentOut, *, json: bool) -> None:
    """Print a deployment: where it stands, what is lacking, who signed, how it came here."""
    if json:
        show_json(found)
        return
    state = (found.state, _STATES[found.state])
    say(Text.assemble((f"{found.version} at {found.site}", "bold"), "  ", state))
    note(f"Deployment {found.id}")
    if found.dossier is None:
        note("No site dossier yet: `cmr deployment freeze DEPLOYMENT plan.toml`.")
    else:
        note(f"Site dossier {found.dossier['number']}, for {found.dossier['rung']} use")
        note(str(found.dossier["digest"]))
    show_missing(found.missing)
    current = None if found.dossier is None else found.dossier["digest"]
    for one in found.signoffs:
        say(_signoff(one, counts=one["dossier"] == current))
    for one in found.moves:
        by = "the registry" if one["by"] is None else one["by"]["name"]
        by = f"{by}, {one['role']}" if one["role"] else by
        when = one["at"][:16].replace("T", " ")
        say(f"{when}  {one['act']} → {one['state']}, by {by}: {one['why']}")
    if found.window_due is not None:
        style = "bold yellow" if found.window_late else "dim"
        late = "Late" if found.window_late else "Next"
        say(Text(f"{late}: a monitoring window up to {found.window_due}", style))


def _signoff(one: dict[str, Any], *, counts: bool) -> Text:
    """Return a signature as a line; one over an older site dossier is dimmed."""
    objects = one["meaning"] == "object"
    mark = ("✗ ", "bold red") if objects else ("✓ ", "green")
    reasons = f": {one['reasons']}" if one["reasons"] else ""
    older = "" if counts else "  (earlier site dossier)"
    who = f"{one['person']['name']}, {one['role']}, {one['meaning']}{reasons}"
    return Text.assemble(mark if counts else ("– ", "dim"), who, (older, "dim"))
