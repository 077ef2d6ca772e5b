"""`cmr audit recompute`: stored evidence beside what its rows, or the present engine, give."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn
from uuid import UUID

import typer
from pydantic import BaseModel, ConfigDict
from rich.text import Text

from registry.client import Client
from registry.domain.digests import document_digest
from registry.faces.cli.connection import connect
from registry.faces.cli.console import (
    Exit,
    JsonFlag,
    fail,
    note,
    progress_bar,
    say,
    show_json,
    table,
)
from registry.faces.cli.documents import version_path
from registry.faces.cli.resending import from_tally
from registry.shapes.evidence import EvidenceOut
from registry.shapes.protocols import ProtocolOut
from registry.shapes.recomputations import RecomputationOut
from registry.shapes.sites import SiteOut
from validation.engines.duckdb import tally_table
from validation.engines.files import inspect
from validation.protocols import from_document
from validation.recomputation import Change, Difference, differences
from validation.tallies import files as tally_files

NOTHING = "nothing"
SHOWN = 50


class _Assessment(BaseModel):
    """An assessment as it came."""

    model_config = ConfigDict(extra="allow")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What of stored evidence its rows give again.

    `same` and `differs` hold sentences; `figures` the single figures that differ, `new` how many
    the stored assessment does not have.
    """

    evidence: UUID
    same: tuple[str, ...]
    differs: tuple[str, ...]
    figures: tuple[Difference, ...]
    new: int

    @property
    def code(self) -> Exit:
        """What the command ends with: 3 where a verdict differs, 1 where anything else does."""
        if any(one.is_verdict for one in self.figures):
            return Exit.NOT_MET
        return Exit.OTHER if self.differs else Exit.DONE


def recompute(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="[TABLE]", help="The table, from its custodian.", exists=True, dir_okay=False
        ),
    ] = None,
    evidence: Annotated[
        str | None,
        typer.Option(help="The evidence's id, or the version that the table was handed in for."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Without a table: all evidence attached since this day."
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Compute stored evidence again and say what differs; nothing stored is overwritten.

    With a table, everything is computed on this machine. Without one, the registry assesses its
    stored tallies with its present engine. Ends with 0 when all is the same, 3 when a verdict
    differs, 1 when anything else does.
    """
    if source is not None and evidence is not None and since is None:
        with connect() as client:
            outcomes = [
                _from_rows(client, source, one, quiet=as_json)
                for one in _named(client, evidence, source)
            ]
        _tell_rows(outcomes, as_json=as_json)
    elif since is not None and source is None and evidence is None:
        with connect() as client:
            found = _from_tallies(client, f"{since:%Y-%m-%d}", quiet=as_json)
        _tell_tallies(found, as_json=as_json)
    else:
        fail("Give a table with --evidence, or --since alone.", code=Exit.BAD_INPUT)


def _named(client: Client, evidence: str, source: Path) -> list[EvidenceOut]:
    """Return the evidence with an id, or that of a version from a table with these bytes."""
    try:
        return [client.get(f"/evidence/{UUID(evidence)}", EvidenceOut)]
    except ValueError:
        every = client.list(f"{version_path(evidence)}/evidence", EvidenceOut)
    digest = inspect(source).digest
    found = [one for one in every if one.table.digest == digest and one.state == "attached"]
    if not found:
        fail(
            f"No evidence of {evidence} rests on a table with these bytes ({digest}): this is "
            "another table, or it was changed. Give the evidence's id to see what differs."
        )
    return found


def _from_rows(client: Client, source: Path, stored: EvidenceOut, *, quiet: bool) -> Outcome:
    """Return what of stored evidence a table gives again, computed here."""
    from validation import assessment

    path = f"/evidence/{stored.id}"
    kept = client.get(f"{path}/assessment", _Assessment).model_dump()
    content = b"".join(client.download(f"{path}/tally"))
    plan = from_document(client.get(f"/protocols/{stored.protocol}", ProtocolOut).document)
    sites = client.list("/sites", SiteOut)
    names = {name: site.name for site in sites for name in (site.name, *site.aliases)}
    if stored.tally == stored.table.digest:  # a tally that was sent is kept just as it came
        made, facts = from_tally(source, content, plan, names, quiet=quiet)
    else:
        with progress_bar(source.name, total=1.0, quiet=quiet) as move:
            made = tally_table(
                source, plan, sites=names, progress=lambda step, share: move(share, step)
            )
        facts = {
            "the table's digest": made.table_digest == stored.table.digest,
            "the tally, by its digest": made.digest == tally_files.read(content).digest,
        }
    now = json.loads(json.dumps(assessment.document(assessment.assess(made, plan))))
    found = differences(kept, {**now, "table_digest": kept.get("table_digest")})
    figures = [one for one in found if one.change is not Change.NEW or one.is_verdict]
    verdicts = [one for one in figures if one.is_verdict]
    received = f"sha256:{hashlib.sha256(content).hexdigest()}"
    facts = {
        "the stored tally is the one that the record names": received == stored.tally,
        "the stored assessment is the one that the record names": document_digest(kept)
        == stored.assessment_digest,
        **facts,
        "every figure, within 1e-9": len(figures) == len(verdicts),
        "every verdict": not verdicts,
    }
    return Outcome(
        evidence=stored.id,
        same=tuple(fact for fact, holds in facts.items() if holds),
        differs=tuple(fact for fact, holds in facts.items() if not holds),
        figures=tuple(figures),
        new=sum(one.change is Change.NEW for one in found),
    )


def _tell_rows(outcomes: Sequence[Outcome], *, as_json: bool) -> NoReturn:
    """Say what is the same and what differs, and end."""
    worst = max((one.code for one in outcomes), key=int)
    if as_json:
        show_json({"evidence": [asdict(one) | {"evidence": str(one.evidence)} for one in outcomes]})
        raise typer.Exit(int(worst))
    for one in outcomes:
        say(Text(f"Evidence {one.evidence}", style="bold"))
        for fact in one.same:
            say(Text.assemble(("  same     ", "green"), fact))
        for fact in one.differs:
            say(Text.assemble(("  differs  ", "bold red"), fact))
        _show_figures([(("",), figure) for figure in one.figures], ["Evidence"])
        if one.new:
            note(f"{one.new:,} figures are new with this release; the stored ones know none.")
    if worst is Exit.DONE:
        say("The rows give what is stored.")
    raise typer.Exit(int(worst))


def _from_tallies(client: Client, since: str, *, quiet: bool) -> list[RecomputationOut]:
    """Return what the registry's present engine makes of every tally stored since a day."""
    every = client.list("/evidence", EvidenceOut, params={"since": since})
    found = []
    with progress_bar("Stored tallies", total=max(len(every), 1), quiet=quiet) as move:
        for place, one in enumerate(every):
            move(place, f"{one.version}, evidence {one.number}")
            found.append(client.get(f"/evidence/{one.id}/recomputation", RecomputationOut))
    return found


def _tell_tallies(found: Sequence[RecomputationOut], *, as_json: bool) -> NoReturn:
    """Say which stored figures the present engine would change, and what rests on them."""
    touched = [one for one in found if one.differences or one.impossible]
    verdicts = any(figure.is_verdict for one in touched for figure in one.differences)
    code = Exit.NOT_MET if verdicts else Exit.OTHER if touched else Exit.DONE
    if as_json:
        show_json(found)
        raise typer.Exit(int(code))
    _show_figures(
        [
            ((f"{one.version}, {one.number}",), Difference(**_plain(figure)))
            for one in touched
            for figure in one.differences
        ],
        ["Evidence"],
    )
    for one in touched:
        if one.impossible:
            say(f"{one.version}, evidence {one.number}: cannot be assessed. {one.impossible}")
        for rests in one.rests:
            decided = "not decided" if rests.decided_at is None else (
                f"{rests.outcome} on {rests.decided_at:%Y-%m-%d}"
            )  # fmt: skip
            say(
                f"{one.version}, evidence {one.number}: dossier {rests.dossier} rests on it "
                f"(review {rests.review}, {decided})."
            )
    if new := sum(one.new for one in found):
        note(f"{new:,} figures are new with this release; the stored assessments know none.")
    say(
        f"{len(found):,} stored assessments computed again: {len(found) - len(touched):,} the "
        f"same, {len(touched):,} different. Nothing was overwritten."
    )
    raise typer.Exit(int(code))


def _plain(figure: BaseModel) -> dict[str, Any]:
    """Return a difference that travelled as the facts of one."""
    facts = figure.model_dump(exclude={"is_verdict"})
    return {**facts, "change": Change(facts["change"])}


def _show_figures(
    figures: Sequence[tuple[tuple[str, ...], Difference]], named: Iterable[str]
) -> None:
    """Print single figures: whose, of which stratum, which, stored and now."""
    if not figures:
        return
    own = list(named) if figures[0][0] != ("",) else []
    rows = [
        [
            *(names if own else ()),
            stratum_words(one.where),
            metric_words(one),
            NOTHING if one.stored is None else f"{one.stored}",
            NOTHING if one.now is None else f"{one.now}",
        ]
        for names, one in figures[:SHOWN]
    ]
    table(None, [*own, "Stratum", "Figure", "Stored", "Now"], rows)
    if more := len(figures) - SHOWN if len(figures) > SHOWN else 0:
        note(f"{more:,} more are not shown; --json has all of them.")


def stratum_words(where: Mapping[str, Any]) -> str:
    """Return a stratum as words."""
    words = [str(where[name]) for name in ("finding", "partition") if where.get(name) is not None]
    words += [f"{name} {level}" for name, level in (where.get("by") or {}).items()]
    return ", ".join(words) or "overall"


def metric_words(one: Difference) -> str:
    """Return which figure of a stratum differs."""
    names = [str(one.where[n]) for n in ("id", "comparator", "attribute", "metric", "threshold")
             if one.where.get(n) is not None]  # fmt: skip
    return " ".join([one.section, *names, one.key.removeprefix("estimates.")]).strip()
