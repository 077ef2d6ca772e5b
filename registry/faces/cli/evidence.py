"""Evidence: handing tables in and looking at what came of them, at the command line."""

import hashlib
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import BaseModel, ConfigDict
from rich.text import Text

from registry.client import Client
from registry.faces.cli.connection import connect
from registry.faces.cli.console import (
    Exit,
    JsonFlag,
    fail,
    note,
    pieces,
    progress_bar,
    say,
    show_json,
    table,
)
from registry.faces.cli.downloads import save, tell
from registry.shapes.evidence import EvidenceOut, PartOut
from registry.shapes.protocols import ProtocolOut

app = typer.Typer(
    help="Evidence: what tables say about a version, measured by a signed protocol.",
    no_args_is_help=True,
)

_STYLES = {"attached": "green", "refused": "bold red", "waiting": "yellow"}
_VERDICTS = {"met": "green", "not met": "bold red"}

Reference = Annotated[str, typer.Argument(help="The version, as model/number.", metavar="VERSION")]
Evidence = Annotated[UUID, typer.Argument(help="The evidence's id.", metavar="EVIDENCE")]


class _Assessment(BaseModel):
    """An assessment as it came, read only where it is printed."""

    model_config = ConfigDict(extra="allow")

    strata: list[dict[str, Any]]
    criteria: list[dict[str, Any]] = []


def _path(version: str) -> str:
    """Return the API's path of a version named as model/number."""
    model, _, number = version.rpartition("/")
    if not model or not number.isdecimal():
        fail(f"“{version}” is not a version; write model/number.", code=Exit.BAD_INPUT)
    return f"/models/{model}/versions/{number}"


def _protocol_digest(client: Client, version: str, given: str) -> str:
    """Return the digest of a protocol, given itself or as the file that was registered."""
    if given.startswith("sha256:"):
        return given
    file = Path(given)
    if not file.is_file():
        fail(f"“{given}” is neither a protocol's digest nor a file.", code=Exit.BAD_INPUT)
    source = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    model = version.rpartition("/")[0]
    registered = client.list(f"/models/{model}/protocols", ProtocolOut)
    same = [known.digest for known in registered if known.source_digest == source]
    if not same:
        fail(
            f"{file} is not registered for {model} word for word; "
            f"register it with `cmr protocol register {model} {file}`, or give the digest.",
            code=Exit.BAD_INPUT,
        )
    return same[0]


@app.command("attach")
def attach(  # noqa: PLR0913 -- one option for each thing that is said about a table
    version: Reference,
    file: Annotated[
        Path, typer.Argument(help="The table, CSV or Parquet.", exists=True, dir_okay=False)
    ],
    *,
    protocol: Annotated[str, typer.Option(help="Its digest, or the TOML file registered.")],
    custodian: Annotated[str, typer.Option(help="Who keeps the table.")],
    location: Annotated[str, typer.Option(help="Where the table can be asked for.")],
    scores_from: Annotated[
        str, typer.Option(help="“this artifact” or “refits”.")
    ] = "this artifact",
    custody: Annotated[
        str,
        typer.Option(
            help="“from the author”, “labels held by the data steward” or “independent party”."
        ),
    ] = "from the author",
    dataset: Annotated[
        str | None, typer.Option(help="The dataset it comes from, as name/number.")
    ] = None,
    retained_until: Annotated[
        str | None, typer.Option(help="Until when the table is kept there, as 2036-11-23.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Measure a table by a protocol; its rows are not kept.

    Ends with 2 when the table cannot be used, and says which column and rows are wrong.
    """
    with connect() as client:
        said = {
            "protocol": _protocol_digest(client, version, protocol),
            "custodian": custodian,
            "location": location,
            "scores_from": scores_from,
            "custody": custody,
            "dataset": dataset,
            "retained_until": retained_until,
        }
        made = client.upload(
            f"{_path(version)}/evidence", pieces(file, quiet=json), EvidenceOut, params=said
        )
        with progress_bar("assessing", total=1.0, quiet=json) as move:
            client.wait(str(made.job), progress=move)
        ended = client.get(f"/evidence/{made.id}", EvidenceOut)
        if json:
            show_json(ended)
        if ended.state != "attached":
            fail(ended.refusal or "The table was not assessed.", code=Exit.BAD_INPUT)
        if not json:
            _show(ended)
            _show_assessment(client.get(f"/evidence/{made.id}/assessment", _Assessment))


@app.command("list")
def list_evidence(version: Reference, json: JsonFlag = False) -> None:
    """List the evidence on a version."""
    with connect() as client:
        found = client.list(f"{_path(version)}/evidence", EvidenceOut)
    if json:
        show_json(found)
        return
    if not found:
        note(f"No table was handed in about {version} yet; see `cmr evidence attach --help`.")
        return
    rows = [
        (
            f"{one.number}",
            Text(one.state, style=_STYLES[one.state]),
            one.purpose,
            f"{one.dataset.name}/{one.dataset.number}" if one.dataset else "",
            "" if one.table.rows is None else f"{one.table.rows:,}",
            "yes" if one.counts else "no",
            str(one.id),
        )
        for one in found
    ]
    columns = ["No.", "State", "Purpose", "Dataset", "Rows", "Counts", "Id"]
    table(None, columns, rows, right="No.,Rows")


@app.command("show")
def show(evidence: Evidence, json: JsonFlag = False) -> None:
    """Show one piece of evidence: what it rests on, and whether it counts."""
    with connect() as client:
        found = client.get(f"/evidence/{evidence}", EvidenceOut)
    if json:
        show_json(found)
        return
    _show(found)


@app.command("assessment")
def assessment(
    evidence: Evidence,
    out: Annotated[Path | None, typer.Option(help="Write the JSON to this file.")] = None,
    json: JsonFlag = False,
) -> None:
    """Show the assessment of a table, or write it as JSON."""
    with connect() as client:
        if out is not None:
            with out.open("wb") as written:
                for piece in client.download(f"/evidence/{evidence}/assessment"):
                    written.write(piece)
        found = client.get(f"/evidence/{evidence}/assessment", _Assessment)
    if json:
        show_json(found)
        return
    _show_assessment(found)
    if out is not None:
        note(f"written to {out}")


@app.command("tally")
def tally(
    evidence: Evidence,
    out: Annotated[Path, typer.Option(help="Write the tally, Parquet, to this file.")],
    json: JsonFlag = False,
) -> None:
    """Write the tally to which a table was reduced."""
    with connect() as client:
        tell(save(client.download(f"/evidence/{evidence}/tally"), out), as_json=json)


@app.command("parts")
def list_parts(evidence: Evidence, json: JsonFlag = False) -> None:
    """List the tallies that sites sent for it, and who vouches for each by the keys of today."""
    with connect() as client:
        found = client.list(f"/evidence/{evidence}/parts", PartOut)
    if json:
        show_json(found)
        return
    if not found:
        note("It rests on a table, not on tallies of sites.")
        return
    rows = [
        (", ".join(filter(None, one.sites)) or "unnamed", one.standing, one.key or "",
         one.tally, one.because or "")
        for one in found
    ]  # fmt: skip
    table(None, ["Sites", "Standing", "Key", "Tally", "Because"], rows)


def _show(evidence: EvidenceOut) -> None:
    """Print one piece of evidence."""
    state = Text(evidence.state, style=_STYLES[evidence.state])
    say(Text.assemble((f"Evidence {evidence.number} of {evidence.version}", "bold"), "  ", state))
    note(f"id {evidence.id}")
    if evidence.refusal:
        say(Text(evidence.refusal, style="red"))
        return
    rows = "" if evidence.table.rows is None else f", {evidence.table.rows:,} rows"
    say(f"{evidence.purpose.capitalize()}{rows}; scores from {evidence.scores_from}.")
    say(f"Custody: {evidence.custody}; kept by {evidence.table.custodian}.")
    if evidence.state == "attached" and not evidence.counts:
        say(Text(f"Satisfies no gate. {evidence.because}", style="yellow"))
    note(f"protocol {evidence.protocol}")
    if evidence.table.deleted_at is not None:
        note(f"the uploaded rows were deleted {evidence.table.deleted_at:%Y-%m-%d %H:%M:%S} UTC")


def _show_assessment(found: _Assessment) -> None:
    """Print what every group counts, and every criterion, those not met first."""
    several = sum(set(one["by"]) == {"site"} for one in found.strata) > 1
    table("Who was measured", ["Group", "Exams", "Positives", "Negatives", "Unscored", "AUROC"],
        [_stratum(one, several=several) for one in found.strata if len(one["by"]) <= 1],
        right="Exams,Positives,Negatives,Unscored,AUROC",
    )  # fmt: skip
    if not found.criteria:
        note("The protocol sets no criteria.")
        return
    order = ["not met", "insufficient evidence", "not assessed", "met"]
    judged = sorted(found.criteria, key=lambda one: order.index(one["verdict"]))
    rows = [
        (one["id"], Text(one["verdict"], style=_VERDICTS.get(one["verdict"], "yellow")),
         one.get("because") or "")
        for one in judged
    ]  # fmt: skip
    table("Criteria", ["Id", "Verdict", "Because"], rows)


def _stratum(one: dict[str, Any], *, several: bool) -> tuple[str, ...]:
    """Return the printed line of one group; sites are never pooled into one AUROC."""
    by = ", ".join(f"{key}: {value}" for key, value in one["by"].items()) or "everyone"
    name = " · ".join(filter(None, (one.get("finding"), one.get("partition"), by)))
    counts = (f"{one[key]:,}" for key in ("exams", "positives", "negatives", "unscored"))
    auroc = "by site" if several and not one["by"] else _estimate(one["estimates"].get("auroc"))
    return (name, *counts, auroc)


def _estimate(found: dict[str, Any] | None) -> str:
    """Return an estimate as printed; an undefined one says so."""
    if found is None:
        return ""
    if found.get("value") is None:
        return "undefined"
    if found.get("low") is None:
        return f"{found['value']:.3f}"
    return f"{found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f})"
