"""`cmr audit as-of`: what was approved at a site on a day."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json
from registry.shapes.as_of import ApprovedThenOut, AsOfOut


def as_of(
    site: Annotated[str, typer.Option(help="The site's name.")],
    on: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The day, by the site's calendar.")
    ],
    as_json: JsonFlag = False,
) -> None:
    """Say what was approved at a site on a day, by whom, and on what evidence.

    It is told from the trail and the signed documents that it names; nothing recorded since
    changes the answer.
    """
    day = on.date().isoformat()
    with connect() as client:
        found = client.get("/audit/as-of", AsOfOut, params={"site": site, "on": day})
    if as_json:
        show_json(found)
        return
    if not found.approved:
        say(f"Nothing was approved at {site} on {day}.")
    for one in found.approved:
        for line in _told(one):
            say(line)
    for one in found.lapsed:
        say(f"{one.version} stood, but its approval had ended on {one.decision.valid_until}.")
    for deployed in found.deployments:
        say(f"Deployed by the end of that day: {deployed.deployment}, {deployed.state}.")
    note(f"The day is that of {found.time_zone}.")


def _told(one: ApprovedThenOut) -> Iterator[str]:
    """Yield what is said of one approval."""
    end = f" until {_moment(one.until)} ({one.ended_as})" if one.until else ""
    yield f"{one.version}, {one.rung}: approved since {_moment(one.since)}{end}"
    yield f"  for      {one.use}; {one.population}"
    yield f"  decided  by {one.decision.by}: {one.decision.outcome}"
    yield f"           “{one.decision.reasons}”"
    for signer in one.signers:
        place = f" (for {signer.for_})" if signer.for_ else ""
        yield f"  signed   {signer.name}{place}, {signer.role}: {signer.meaning}"
    for waived in one.waivers:
        yield f"  waived   {waived}"
    for condition in one.conditions:
        state = "closed" if condition.closed else f"open, due {condition.due}"
        yield f"  asked    {condition.text} ({condition.when}; {state})"
    for evidence in one.evidence:
        weight = "" if evidence.counts else ", counts for nothing"
        yield f"  evidence {evidence.number} ({evidence.purpose}{weight})"
        yield f"           table {_short(evidence.table)}, tally {_short(evidence.tally)}"
    yield f"  dossier  {_short(one.dossier)}; decision {_short(one.decision.digest)}"
    ended = "" if one.entries.end is None else f", ended in {one.entries.end}"
    yield f"  trail    entries {one.entries.decision} and {one.entries.standing}{ended}"


def _moment(instant: str) -> str:
    """Return an instant to the minute."""
    return f"{instant[:16].replace('T', ' ')} UTC"


def _short(digest: str | None) -> str:
    """Return the beginning of a digest, as cards print it."""
    return "none" if digest is None else digest.removeprefix("sha256:")[:16]
