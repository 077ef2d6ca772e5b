"""Decisions: sign-offs, decision and standing of a version as the documents that cards show."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from registry.domain import standings as rules
from registry.domain.people import Role
from registry.domain.policies import Policy
from registry.domain.reviews import SignOff, awaited
from registry.domain.signatures import BY_PASSKEY
from registry.domain.standings import State
from registry.domain.trail import instant_text
from registry.store import (
    conditions,
    delegations,
    models,
    people,
    policies,
    reviews,
    standings,
    versions,
)
from registry.store.artifacts.filesystem import Artifacts
from registry.store.evidence import EvidenceRow
from registry.store.reviews import DecisionRow, ReviewRow, SignOffRow


@dataclass(frozen=True, kw_only=True)
class Documents:
    """The documents of one review, as a card renders them.

    Attributes
    ----------
    dossier, frozen, digest
        The review's current dossier, its canonical bytes, and their digest.
    decision : dict or None
        The decision over it; conditions as they stand now.
    standing : dict
        The version's newest standing.
    signoffs : list of dict
        All of the review, void and withdrawn ones too, in order of time.
    awaited : list of dict
        ``{"role", "meaning"}`` of each sign-off that the policy still asks for.
    """

    dossier: dict[str, Any]
    frozen: bytes
    digest: str
    decision: dict[str, Any] | None
    standing: dict[str, Any]
    signoffs: list[dict[str, Any]]
    awaited: list[dict[str, str]]


def documents(session: Session, artifacts: Artifacts, review: ReviewRow) -> Documents:
    """Return the documents of a review."""
    frozen = reviews.dossier_of(session, review.id)
    kept = artifacts.read(frozen.digest)
    dossier = json.loads(kept)
    made = reviews.decision_of(session, review.id)
    policy = policies.kept(artifacts, review.policy_digest)
    return Documents(
        dossier=dossier,
        frozen=kept,
        digest=frozen.digest,
        decision=None if made is None else decision_document(session, artifacts, made),
        standing=standing_document(session, review.version_id),
        signoffs=[
            _with_proof(artifacts, signoff_document(session, one))
            for one in reviews.signoffs_of(session, review.id)
        ],
        awaited=awaited(
            policy.rules(dossier["policy"]["tier"]), values(session, review.id), frozen.digest
        ),
    )


def of_version(session: Session, artifacts: Artifacts, version_id: UUID) -> Documents | None:
    """Return what a version's card shows now, or None before any review.

    That is the review by which it stands; without one, the newest.
    """
    every = reviews.listed(session, version_id)
    if not every:
        return None
    standing = standings.current(session, version_id)
    if standing is not None and standing.dossier is not None:
        row = reviews.by_digest(session, standing.dossier)
        return documents(session, artifacts, reviews.get(session, row.review_id))
    return documents(session, artifacts, every[-1])


def resting_on(
    session: Session, artifacts: Artifacts, evidence: EvidenceRow
) -> list[dict[str, Any]]:
    """Return every frozen dossier that cites evidence, oldest first, and what was decided on it."""
    found = []
    for review in reviews.listed(session, evidence.version_id):
        for row in reviews.dossiers_of(session, review.id):
            dossier = json.loads(artifacts.read(row.digest))
            if all(cited["id"] != str(evidence.id) for cited in dossier["evidence"]):
                continue
            made = reviews.decision_over(session, row.digest)
            found.append(
                {
                    "review": str(review.id),
                    "dossier": row.digest,
                    "frozen_at": instant_text(row.frozen_at),
                    "outcome": None if made is None else made.outcome.value,
                    "decided_at": None if made is None else instant_text(made.decided_at),
                }
            )
    return found


def values(session: Session, review_id: UUID) -> list[SignOff]:
    """Return the sign-offs of a review as the rules see them."""
    return [
        SignOff(
            person=row.person_id,
            name=people.name_of(session, row.person_id),
            role=row.role,
            meaning=row.meaning,
            dossier=row.dossier,
            active=reviews.withdrawal_of(session, row.id) is None,
        )
        for row in reviews.signoffs_of(session, review_id)
    ]


def signoff_document(session: Session, row: SignOffRow) -> dict[str, Any]:
    """Return a sign-off as it is shown; void once the dossier it speaks of is not the current."""
    withdrawal = reviews.withdrawal_of(session, row.id)
    return {
        "id": str(row.id),
        "person": people.reference(session, row.person_id),
        "role": row.role.value,
        "registration": row.registration,
        "meaning": row.meaning.value,
        "reasons": row.reasons,
        "dossier": row.dossier,
        "at": instant_text(row.signed_at),
        **reviews.signature_of(row),
        "withdrawn_at": None if withdrawal is None else instant_text(withdrawal.withdrawn_at),
        **({} if withdrawal is None else {"withdrawal": reviews.signature_of(withdrawal)}),
        "void": row.dossier != reviews.dossier_of(session, row.review_id).digest,
        **_how(session, row),
    }


def _how(session: Session, row: SignOffRow) -> dict[str, Any]:
    """Return in whose place, and in which declared dual role, a sign-off was given, if so."""
    found: dict[str, Any] = {}
    place = delegations.shown_for(session, row.id)
    if place is not None:
        found["for"] = place
    dual = dual_role(session, row)
    if dual is not None:
        found["dual_role"] = dual
    return found


def dual_role(session: Session, row: SignOffRow) -> dict[str, Any] | None:
    """Return the declared dual role that a sign-off makes use of, or None.

    That is so once the same person has signed the same dossier in the other role of the pair.
    """
    for other in reviews.signoffs_of(session, row.review_id):
        same = (other.person_id, other.dossier) == (row.person_id, row.dossier)
        if not same or other.role is row.role or reviews.withdrawal_of(session, other.id):
            continue
        pair = frozenset({row.role, other.role})
        at = max(row.signed_at, other.signed_at)
        declared = delegations.dual_at(session, row.person_id, pair, at)
        if declared is not None:
            return delegations.dual_shown(declared, other.role)
    return None


def decision_document(session: Session, artifacts: Artifacts, row: DecisionRow) -> dict[str, Any]:
    """Return a decision with its conditions as they stand now, and what was signed beside it.

    The document that was signed stands unchanged under its digest; closing a condition is a
    later fact, shown in its place with a signature of its own.
    """
    document: dict[str, Any] = json.loads(artifacts.read(row.digest))
    mark = _with_proof(artifacts, reviews.signature_of(row))
    signed = {"digest": row.digest, "document": document, **mark}
    return {**document, "conditions": conditions.of_decision(session, row), "signed": signed}


def _with_proof(artifacts: Artifacts, document: dict[str, Any]) -> dict[str, Any]:
    """Return a signature with what its passkey answered, so that it is checked by itself."""
    if document["method"] != BY_PASSKEY:
        return document
    return {**document, "proof": json.loads(artifacts.read(document["signature"]))}


def standing_document(session: Session, version_id: UUID) -> dict[str, Any]:
    """Return the newest standing of a version; an unsigned draft while there is none."""
    row = standings.current(session, version_id)
    if row is not None:
        return row.document
    version = versions.by_id(session, version_id)
    draft = rules.unsigned(
        model=models.by_id(session, version.model_id).name,
        number=version.number,
        dossier=None,
        state=State.DRAFT,
        since=instant_text(version.registered_at),
        by=None,
        reason="Nothing has been decided.",
    )
    return {**draft, "signature": None}


def holders(session: Session, policy: Policy, tier: str) -> dict[Role, int]:
    """Return how many people hold each role whose sign-off a tier asks for."""
    return count_holders(session, [rule.role for rule in policy.rules(tier).signoffs])


def count_holders(session: Session, roles: Sequence[Role]) -> dict[Role, int]:
    """Return how many people hold each role now."""
    return {role: len(people.holders_of(session, role)) for role in roles}
