"""Reading: evidence as it stands, its assessment and its tally."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from registry.domain.errors import BadInputError, WaitingError
from registry.domain.evidence import EvidenceState
from registry.domain.people import Action
from registry.services.work import Work
from registry.store import evidence, versions


def of_version(work: Work, model: str, number: int) -> list[dict[str, Any]]:
    """Return everything handed in about a version, whatever came of it."""
    work.require(Action.RECORD_READ)
    version = versions.get(work.session, model, number)
    rows = evidence.of_version(work.session, version.id)
    return [evidence.described(work.session, row) for row in rows]


def since(work: Work, moment: datetime) -> list[dict[str, Any]]:
    """Return the evidence of every version attached since a moment, oldest first."""
    work.require(Action.RECORD_READ)
    rows = evidence.attached_since(work.session, moment)
    return [evidence.described(work.session, row) for row in rows]


def show(work: Work, evidence_id: UUID) -> dict[str, Any]:
    """Return one piece of evidence."""
    work.require(Action.RECORD_READ)
    return evidence.described(work.session, evidence.get(work.session, evidence_id))


def assessment(work: Work, evidence_id: UUID) -> dict[str, Any]:
    """Return the assessment that was computed from a table."""
    digest = _result(work, evidence_id, "assessment_digest")
    document: dict[str, Any] = json.loads(work.artifacts.read(digest))
    return document


def tally(work: Work, evidence_id: UUID) -> Iterator[bytes]:
    """Return the bytes of the tally to which a table was reduced."""
    return work.artifacts.open(_result(work, evidence_id, "tally_digest"))


def _result(work: Work, evidence_id: UUID, column: str) -> str:
    """Return the digest of something that measuring left.

    Raises
    ------
    WaitingError
        While the job is still at work.
    BadInputError
        When the table was refused; repeats why.
    """
    work.require(Action.RECORD_READ)
    row = evidence.get(work.session, evidence_id)
    if row.state is EvidenceState.WAITING:
        raise WaitingError(
            f"Evidence {row.number} is still being assessed; job {row.job_id} shows how far it is."
        )
    if row.state is EvidenceState.REFUSED:
        raise BadInputError(f"The table was refused: {row.refusal}")
    return str(getattr(row, column))
