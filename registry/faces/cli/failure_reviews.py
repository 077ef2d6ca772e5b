"""`cmr failure-review`: what somebody found in a version's failures, in counts."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.text import Text

from registry.domain.failure_reviews import Cause
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import TomlFile, read_toml, shaped
from registry.faces.cli.files import write_whole
from registry.shapes.failure_reviews import FailureCountsOut, FailureReviewIn, FailureReviewOut

app = typer.Typer(
    help="Failure reviews: who looked at how many failures, and why they happened.",
    no_args_is_help=True,
)
Evidence = Annotated[UUID, typer.Argument(help="The evidence's id.", metavar="EVIDENCE")]

DRAFT = """# A failure review of evidence {evidence}.
# Missed: {missed}; false alerts: {alerts}.
# `cmr failures TABLE --protocol P.toml --out failures.csv` lists them; the list stays where it is.
# Causes:{causes}
remarks = ""
# list_digest = "sha256:…"        # of the list that was looked at

[[groups]]
kind = "missed"                   # or "false alert"
cause = "atypical presentation"
severity = "considerable"         # a word of the plan's matrix
count = 1
done = ""
resolved = false
# hazard = 1                      # of the log, where one covers them
remark = ""
"""


@app.command("draft")
def draft(
    evidence: Evidence,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    as_json: JsonFlag = False,
) -> None:
    """Write a review to fill in; it says how many failures there are."""
    with connect() as client:
        counts = client.get(f"/evidence/{evidence}/failures", FailureCountsOut)
    causes = "".join(f"\n#   {cause.value}" for cause in Cause)
    text = DRAFT.format(
        evidence=evidence,
        missed=_number(counts.missed),
        alerts=_number(counts.false_alert),
        causes=causes,
    )
    write_whole(out, text.encode())
    if as_json:
        show_json(counts)
        return
    say(f"Missed: {_number(counts.missed)}; false alerts: {_number(counts.false_alert)}.")
    note(f"Written: {out}. Fill it in, then `cmr failure-review record {evidence} {out}`.")


@app.command("record")
def record(evidence: Evidence, file: TomlFile, as_json: JsonFlag = False) -> None:
    """Record, as its reviewer, what you found in the failures of one piece of evidence."""
    body = shaped(read_toml(file), FailureReviewIn, source=str(file))
    with connect() as client:
        made = client.post(f"/evidence/{evidence}/failure-reviews", body, FailureReviewOut)
    if as_json:
        show_json(made)
        return
    _show(made)


@app.command("list")
def list_reviews(evidence: Evidence, as_json: JsonFlag = False) -> None:
    """List the reviews of the failures of one piece of evidence; the newest counts."""
    with connect() as client:
        found = client.list(f"/evidence/{evidence}/failure-reviews", FailureReviewOut)
    if as_json:
        show_json(found)
        return
    if not found:
        note(f"Nobody has reviewed its failures; `cmr failure-review draft {evidence}`.")
    for one in found:
        _show(one)


def _number(count: int | None) -> str:
    """Return a count as printed."""
    return "an unknown number" if count is None else str(count)


def _show(review: FailureReviewOut) -> None:
    """Print one review."""
    said = review.document
    by = review.reviewed
    say(Text(f"Failure review {review.number} of evidence {said['evidence']}", style="bold"))
    note(review.digest)
    qualified = f", {said['qualification']}" if said.get("qualification") else ""
    say(f"{by.by.name}{qualified}, {by.at:%Y-%m-%d %H:%M} UTC")
    for kind, there_are in said["failures"].items():
        looked = sum(one["count"] for one in said["groups"] if one["kind"] == kind)
        say(f"{kind.capitalize()}: looked at {looked} of {_number(there_are)}.")
    rows = [
        (
            str(one["count"]),
            one["kind"],
            one["cause"],
            one["severity"],
            Text("resolved", style="green")
            if one["resolved"]
            else Text("unresolved", style="bold red"),
        )
        for one in said["groups"]
    ]
    table(None, ["Count", "What", "Cause", "Severity", ""], rows, right="Count")
