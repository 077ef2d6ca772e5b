"""Recomputing: stored tallies assessed again by the present engine; nothing is overwritten."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from registry.domain.errors import IntegrityError
from registry.domain.people import Action, Actor
from registry.services.evidence import reading, tallied
from registry.services.work import Workshop
from registry.store import decisions, evidence, protocols, sites, versions
from validation import assessment as assessments
from validation.errors import ValidationError
from validation.protocols import from_document
from validation.recomputation import Change, Difference, differences
from validation.tallies import files as tally_files


@dataclass(frozen=True, kw_only=True)
class Recomputation:
    """What the present engine makes of a stored tally, beside what was stored.

    Attributes
    ----------
    evidence : UUID
    number, version : int, str
    settled_at : datetime or None
    engine, engine_now : str
        What computed the stored assessment, and what computed this one.
    differences : tuple of Difference
        Stored figures and verdicts that would come out otherwise; `new` counts those that the
        stored assessment does not have.
    new : int
    impossible : str or None
        Why the stored tally can no longer be assessed, where it cannot.
    rests : list of dict
        Every dossier that cites the evidence, with the decision over it, if one was made.
    """

    evidence: UUID
    number: int
    version: str
    settled_at: datetime | None
    engine: str
    engine_now: str = assessments.ENGINE
    differences: tuple[Difference, ...] = ()
    new: int = 0
    impossible: str | None = None
    rests: list[dict[str, Any]] = field(default_factory=list)


def recompute(workshop: Workshop, actor: Actor | None, evidence_id: UUID) -> Recomputation:
    """Return what the present engine makes of the tally of attached evidence.

    The records are read in one short transaction; the computing happens outside of it.

    Raises
    ------
    WaitingError, BadInputError
        While the table is not yet assessed, or when it was refused.
    """
    with workshop.begin(actor, reads=True) as work:
        work.require(Action.TRAIL_READ)
        stored = reading.assessment(work, evidence_id)
        row = evidence.get(work.session, evidence_id)
        plan = from_document(protocols.by_id(work.session, row.protocol_id).document)
        version = versions.by_id(work.session, row.version_id)
        known = sites.known_as(work.session)
        came_as_tally = tallied.is_tally(row)
        told: dict[str, Any] = {
            "evidence": row.id,
            "number": row.number,
            "version": versions.name_of(work.session, version),
            "settled_at": row.settled_at,
            "engine": str(row.engine),
            "rests": decisions.resting_on(work.session, work.artifacts, row),
        }
    content = workshop.artifacts.read(str(row.tally_digest))
    try:
        tally = tally_files.read(content)
        if came_as_tally:  # it is kept as it came, with the names that the site uses
            tally = tallied.with_own_names(tally, known)
        now = assessments.document(assessments.assess(tally, plan))
    except (ValidationError, IntegrityError) as error:
        return Recomputation(impossible=str(error), **told)
    found = differences(stored, json.loads(json.dumps(now)))
    return Recomputation(
        differences=tuple(one for one in found if one.change is not Change.NEW or one.is_verdict),
        new=sum(one.change is Change.NEW for one in found),
        **told,
    )
