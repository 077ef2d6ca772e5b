"""Checks: `cmr check` says whether a version may be used and what is still missing."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import Exit, JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import version_path
from registry.shapes.checks import CheckOut
from registry.shapes.reviews import MissingOut

EXITS = {
    "permitted": Exit.DONE,
    "not met": Exit.NOT_MET,
    "insufficient evidence": Exit.INSUFFICIENT,
    "waiting": Exit.WAITING,
}
_HEADINGS = {
    "permitted": ("Permitted", "bold green"),
    "not met": ("Not permitted: something is not met", "bold red"),
    "insufficient evidence": ("Not permitted: the evidence is insufficient", "bold yellow"),
    "waiting": ("Not yet: it waits", "bold yellow"),
}
_BASES = {
    "approval": "by the approval that stands",
    "review": "in the review that is open",
    "records": "by the records as they are; no review of this scope is under way",
}
_MARKS = {
    "not met": ("✗", "bold red"),
    "insufficient evidence": ("?", "bold yellow"),
    "missing": ("○", "yellow"),
}
_VERDICTS = {"met": "green", "not met": "bold red"}

Version = Annotated[str, typer.Argument(help="The version, as model/number.", metavar="VERSION")]


def check(
    version: Version,
    site: Annotated[
        list[str] | None, typer.Option(help="A hospital; may be given more than once.")
    ] = None,
    rung: Annotated[str | None, typer.Option(help="silent, pilot or general.")] = None,
    json: JsonFlag = False,
) -> None:
    """Say whether a version may be used, what is missing if not, and for whom it waits.

    Ends with 0 when permitted, 3 when something is not met, 4 when evidence is insufficient, 5
    when it waits for people.
    """
    asked = [("site", name) for name in site or ()]
    asked += [] if rung is None else [("rung", rung)]
    query = f"?{urlencode(asked)}" if asked else ""
    with connect() as client:
        found = client.get(f"{version_path(version)}/check{query}", CheckOut)
    if json:
        show_json(found)
    else:
        _show(found)
    raise typer.Exit(int(EXITS[found.answer]))


def _show(found: CheckOut) -> None:
    """Print a check: the answer, then what stands in the way, then the verdicts."""
    where = ", ".join(found.scope["sites"]) or "no site"
    say(Text.assemble((found.version, "bold"), f"  {found.scope['rung']} use at {where}"))
    say(Text.assemble(_HEADINGS[found.answer], f", {_BASES[found.basis]}."))
    note(f"Standing: {found.standing['state']}. {found.standing['reason']}")
    show_missing(found.missing)
    show_criteria(found.criteria)


def show_missing(missing: Sequence[MissingOut]) -> None:
    """Print what stands in the way, each with whom it waits for."""
    for one in missing:
        waits = f"  → {one.waits_for}" if one.waits_for else ""
        say(Text.assemble(_MARKS[one.kind], f" {one.what}", (waits, "cyan")))


def show_criteria(criteria: Sequence[dict[str, Any]]) -> None:
    """Print the judged criteria in scope, those that block first."""
    inside = [one for one in criteria if one["in_scope"]]
    if not inside:
        return
    order = ("not met", "insufficient evidence", "not assessed", "met")
    rows = [
        (
            Text(
                one["verdict"].replace(" evidence", "\nevidence"),
                style=_VERDICTS.get(one["verdict"], "bold yellow"),
            ),
            one["id"],
            ", ".join(str(level) for level in one["by"].values()) or one["over"],
            _number(one["measured"]),
            f"{_number(one['low'])}–{_number(one['high'])}",
            f"{one['comparison']} {one['required']:g}",
        )
        for one in sorted(inside, key=lambda one: order.index(one["verdict"]))
    ]
    columns = ["Verdict", "Criterion", "Where", "Measured", "Interval", "Asked"]
    table("Criteria in scope", columns, rows, right="Measured,Interval")
    if not all(one["gates"] for one in inside):
        note("At this rung the policy lets no criterion block; they are judged all the same.")
    outside = len(criteria) - len(inside)
    if outside:
        note(f"{outside} verdicts outside the scope do not block; they stand on the card.")


def _number(value: float | None) -> str:
    """Return a measured number as printed."""
    return "—" if value is None else f"{value:.3f}"
