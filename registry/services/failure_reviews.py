"""Failure reviews: recording what somebody found in a version's failures."""

import json
from typing import Any
from uuid import UUID

from registry.domain import failure_reviews as rules
from registry.domain.digests import canonical, require_digest
from registry.domain.errors import BadInputError, ConflictError, RuleBrokenError
from registry.domain.evidence import EvidenceState
from registry.domain.hazards import Matrix
from registry.domain.people import Action, Actor
from registry.domain.trail import Act, instant_text
from registry.services.work import Work
from registry.shapes.failure_reviews import FailureReviewIn
from registry.store import evidence, failure_reviews, hazard_plans, hazards, people, versions
from registry.store.evidence import EvidenceRow
from registry.store.failure_reviews import FailureReviewRow


def record(work: Work, evidence_id: UUID, review: FailureReviewIn) -> dict[str, Any]:
    """Record, as its reviewer, what was found in the failures of one piece of evidence.

    Raises
    ------
    RuleBrokenError
        When the reviewer made the version.
    ConflictError
        When the evidence has no assessment.
    BadInputError
        When more was looked at than there is, or something resolved by nothing.
    """
    by = work.require(Action.FAILURE_REVIEW)
    row = _attached(work, evidence_id)
    version = versions.by_id(work.session, row.version_id)
    if version.registered_by == by.id:
        raise RuleBrokenError(f"{by.name} registered the version; another person looks at it.")
    document = review.model_dump(mode="json")
    if review.list_digest is not None:
        require_digest(review.list_digest, field="list_digest")
    failures = _failures(work, row)
    rules.require_review(document, failures, _matrix(work, version.model_id))
    _require_hazards(work, version.model_id, document)
    whole = _whole(work, row, by, document, failures)
    made = FailureReviewRow(
        id=work.new_id(),
        evidence_id=row.id,
        number=whole["number"],
        digest=work.artifacts.put_bytes(canonical(whole)).digest,
        document=whole,
        reviewed_by=by.id,
        reviewed_at=work.now(),
    )
    work.session.add(made)
    work.session.flush()
    work.record(
        Act.FAILURES_REVIEWED,
        subject=versions.name_of(work.session, version),
        after={
            "evidence": row.number,
            "review": made.number,
            "digest": made.digest,
            "looked_at": rules.looked_at(document),
            "of": rules.total(failures),
        },
    )
    return failure_reviews.described(work.session, made)


def listed(work: Work, evidence_id: UUID) -> list[dict[str, Any]]:
    """Return the reviews of one piece of evidence, oldest first."""
    work.require(Action.RECORD_READ)
    row = evidence.get(work.session, evidence_id)
    return [
        failure_reviews.described(work.session, one)
        for one in failure_reviews.of_evidence(work.session, row.id)
    ]


def counts(work: Work, evidence_id: UUID) -> dict[str, int | None]:
    """Return how many failures a piece of evidence counts, of each kind and in all."""
    work.require(Action.RECORD_READ)
    failures = _failures(work, _attached(work, evidence_id))
    return {
        "missed": failures[rules.FailureKind.MISSED],
        "false_alert": failures[rules.FailureKind.FALSE_ALERT],
        "total": rules.total(failures),
    }


def _attached(work: Work, evidence_id: UUID) -> EvidenceRow:
    """Return evidence that has been assessed.

    Raises
    ------
    NotFoundError
        When there is none.
    ConflictError
        When it was refused, or its job has not ended.
    """
    row = evidence.get(work.session, evidence_id)
    if row.state is not EvidenceState.ATTACHED:
        raise ConflictError(f"Evidence {row.number} is {row.state}; it counts no failures.")
    return row


def _failures(work: Work, row: EvidenceRow) -> dict[str, int | None]:
    """Return how many failures of each kind the assessment of evidence counts."""
    return rules.failures_of(json.loads(work.artifacts.read(str(row.assessment_digest))))


def _matrix(work: Work, model_id: UUID) -> Matrix:
    """Return the matrix whose severities are used: the plan's, or the shipped one."""
    plan = hazard_plans.in_force(work.session, model_id)
    return Matrix() if plan is None else hazard_plans.matrix_of(plan)


def _require_hazards(work: Work, model_id: UUID, document: dict[str, Any]) -> None:
    """Refuse a hazard that is not on the log."""
    known = {row.number for row in hazards.of_model(work.session, model_id)}
    for place, group in enumerate(document["groups"], start=1):
        if group["hazard"] is not None and group["hazard"] not in known:
            raise BadInputError(
                f"the log has no hazard {group['hazard']}.", field=f"groups.{place}.hazard"
            )


def _whole(
    work: Work,
    row: EvidenceRow,
    by: Actor,
    document: dict[str, Any],
    failures: dict[str, int | None],
) -> dict[str, Any]:
    """Return a review as it is kept: what was found, of how many failures, and by whom."""
    record_ = people.record_of(work.session, by.id).document
    return {
        "schema": rules.SCHEMA,
        "evidence": row.number,
        "version": versions.name_of(work.session, versions.by_id(work.session, row.version_id)),
        "assessment": row.assessment_digest,
        "number": 1 + len(failure_reviews.of_evidence(work.session, row.id)),
        "failures": failures,
        **document,
        "reviewer": people.reference(work.session, by.id),
        "qualification": record_.get("qualification"),
        "at": instant_text(work.now()),
    }
