"""`cmr version`: register versions with their files, show and correct them."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from registry.domain.errors import BadInputError
from registry.faces.cli.artifacts import upload
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import TomlFile, Why, read_toml, shaped, version_path
from registry.shapes.versions import CandidacyIn, VersionIn, VersionOut, VersionRecordIn

app = typer.Typer(help="Versions, their files and where they come from.", no_args_is_help=True)
Version = Annotated[str, typer.Argument(metavar="MODEL/N", help="The version.")]


@app.command("register")
def register_version(
    model: Annotated[str, typer.Argument(help="The model's name.")],
    file: Annotated[
        Path, typer.Option("--file", help="TOML with the record.", exists=True, dir_okay=False)
    ],
    artifact: Annotated[
        list[Path] | None,
        typer.Option(
            "--artifact", "-a", help="A file; may be repeated.", exists=True, dir_okay=False
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Register the next version: uploads its files, then the record in a TOML file.

    The record says description, and where they apply architecture, parents, base_model,
    training_run, code_commit, environment_lock, datasets and carry_statements. Under [kinds] it
    may say what a file is for: "weights.safetensors" = "weights". Files kept earlier may stand
    under [[artifacts]] with path, digest and kind.
    """
    document = read_toml(file)
    kinds = document.pop("kinds", {})
    sent = artifact or []
    _require_known(kinds, sent)
    draft = {"artifacts": [_entry(path, "sha256:" + "0" * 64, kinds) for path in sent]}
    shaped(_with_files(document, draft["artifacts"]), VersionIn, source=str(file))
    with connect() as client:
        kept = [_entry(path, upload(client, path, quiet=as_json).digest, kinds) for path in sent]
        body = shaped(_with_files(document, kept), VersionIn, source=str(file))
        version = client.post(f"/models/{model}/versions", body, VersionOut)
    if as_json:
        show_json(version)
        return
    say(f"{version.model}/{version.number} is registered: {version.description}")
    _say_files(version)


def _require_known(kinds: dict[str, str], sent: list[Path]) -> None:
    """Refuse kinds of files that are not sent."""
    unknown = sorted(set(kinds) - {path.name for path in sent})
    if unknown:
        raise BadInputError(f"[kinds] names {', '.join(unknown)}, which no --artifact sends.")


def _entry(path: Path, digest: str, kinds: dict[str, str]) -> dict[str, str]:
    """Return a file as a version's record names it."""
    return {"path": path.name, "digest": digest, "kind": kinds.get(path.name, "model")}


def _with_files(document: dict[str, Any], files: list[dict[str, str]]) -> dict[str, Any]:
    """Return a version's record with the files sent beside those it names itself."""
    return {**document, "artifacts": [*document.get("artifacts", []), *files]}


@app.command("list")
def list_versions(
    model: Annotated[str, typer.Argument(help="The model's name.")], as_json: JsonFlag = False
) -> None:
    """List a model's versions."""
    with connect() as client:
        versions = client.list(f"/models/{model}/versions", VersionOut)
    if as_json:
        show_json(versions)
        return
    table(
        None,
        ["Version", "Stage", "Registered", "Description"],
        [
            (f"{v.model}/{v.number}", _stage(v), f"{v.registered.at:%F}", v.description)
            for v in versions
        ],
    )


@app.command("show")
def show_version(version: Version, as_json: JsonFlag = False) -> None:
    """Show a version with its files and where it comes from."""
    with connect() as client:
        found = client.get(version_path(version), VersionOut)
    if as_json:
        show_json(found)
        return
    say(Text.assemble((f"{found.model}/{found.number}", "bold"), f"  {_stage(found)}"))
    say(found.description)
    if found.architecture:
        note(f"architecture: {found.architecture}")
    for parent in found.parents:
        say(f"{parent.relation} {parent.model}/{parent.number}")
    for dataset in found.datasets:
        say(f"{dataset.use}: {dataset.name}/{dataset.number}")
    _say_files(found)
    note(f"registered {found.registered.at:%F %H:%M} by {found.registered.by['name']}")
    if found.candidate is not None:
        named = found.candidate
        note(f"release candidate {named['at'][:10]} by {named['by']['name']}: {named['why']}")


@app.command("candidate")
def name_candidate(version: Version, why: Why, as_json: JsonFlag = False) -> None:
    """Name a version a release candidate: only a candidate goes into review."""
    with connect() as client:
        found = client.post(
            f"{version_path(version)}/candidacy", CandidacyIn(why=why.strip()), VersionOut
        )
    if as_json:
        show_json(found)
        return
    say(f"{found.model}/{found.number} is a release candidate; it may go into review.")


@app.command("supersede")
def supersede_version(
    version: Version, file: TomlFile, why: Why, as_json: JsonFlag = False
) -> None:
    """Correct a version's record from a TOML file; its files never change."""
    body = shaped({**read_toml(file), "why": why}, VersionRecordIn, source=str(file))
    with connect() as client:
        found = client.post(f"{version_path(version)}/records", body, VersionOut)
    if as_json:
        show_json(found)
        return
    say(f"{found.model}/{found.number} is recorded anew (record {found.record}).")


def _stage(version: VersionOut) -> str:
    """Return how far a version has come; a build that may not go into review says so."""
    if version.stage != "registered":
        return version.stage
    return "registered only" if version.candidate is None else "release candidate"


def _say_files(version: VersionOut) -> None:
    """Print a version's files, and a warning beside what runs code."""
    table(
        None,
        ["File", "Kind", "Content", "Bytes", "Digest"],
        [
            (
                file.path,
                file.kind,
                Text(file.content, style="red" if file.content == "executable content" else ""),
                f"{file.size:,}",
                file.digest[:19] + "…",
            )
            for file in version.artifacts
        ],
        right="Bytes",
    )
