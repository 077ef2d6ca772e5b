"""Reading: a review as it stands, its dossier's exact bytes, and a version's standing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from registry.domain import reviews as rules
from registry.domain.people import Action
from registry.domain.reviews import Missing
from registry.domain.trail import instant_text
from registry.services.reviews import freezing
from registry.services.work import Work
from registry.store import decisions, people, reviews, versions
from registry.store.decisions import Documents
from registry.store.reviews import DecisionRow, ReviewRow


@dataclass(frozen=True, kw_only=True)
class View:
    """A review as it stands.

    Attributes
    ----------
    review : ReviewRow
    version : str
        Such as ``heart-cad/2``.
    opened : dict
        ``{"by": person, "at": time}``.
    number : int
        Number of the current dossier.
    documents : Documents
        Dossier, decision, standing and sign-offs.
    changed : list of str
        Parts in which the records have left the dossier behind; empty once decided.
    missing : list of Missing
        What stands between the dossier and its approval; empty once decided.
    decision : DecisionRow or None
    """

    review: ReviewRow
    version: str
    opened: dict[str, Any]
    number: int
    documents: Documents
    changed: list[str]
    missing: list[Missing]
    decision: DecisionRow | None


def view(work: Work, review_id: UUID) -> View:
    """Return a review as it stands.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    work.require(Action.RECORD_READ)
    return _view(work, reviews.get(work.session, review_id))


def listed(work: Work, model: str | None = None, number: int | None = None) -> list[View]:
    """Return the reviews of a version, or of everything, oldest first."""
    work.require(Action.RECORD_READ)
    version = None
    if model is not None and number is not None:
        version = versions.get(work.session, model, number).id
    return [_view(work, review) for review in reviews.listed(work.session, version)]


def _view(work: Work, review: ReviewRow) -> View:
    """Return one review as it stands."""
    documents = decisions.documents(work.session, work.artifacts, review)
    decision = reviews.decision_of(work.session, review.id)
    version = versions.by_id(work.session, review.version_id)
    undecided = decision is None
    return View(
        review=review,
        version=versions.name_of(work.session, version),
        opened={
            "by": people.reference(work.session, review.opened_by),
            "at": instant_text(review.opened_at),
        },
        number=documents.dossier["number"],
        documents=documents,
        changed=freezing.changed(work, review, documents.dossier) if undecided else [],
        missing=_missing(work, review, documents) if undecided else [],
        decision=decision,
    )


def _missing(work: Work, review: ReviewRow, documents: Documents) -> list[Missing]:
    """Return what stands between a review's dossier and its approval."""
    policy = freezing.rules_of(work, review, documents.dossier)
    return rules.blockers(
        policy,
        requirements=documents.dossier["requirements"],
        criteria=documents.dossier["criteria"],
        signoffs=decisions.values(work.session, review.id),
        dossier=documents.digest,
        holders=decisions.count_holders(work.session, [rule.role for rule in policy.signoffs]),
    )


def dossier_bytes(work: Work, review_id: UUID) -> tuple[str, Iterator[bytes]]:
    """Return the digest and the exact bytes of a review's current dossier."""
    work.require(Action.RECORD_READ)
    row = reviews.dossier_of(work.session, reviews.get(work.session, review_id).id)
    return row.digest, work.artifacts.open(row.digest)


def standing_of(work: Work, model: str, number: int) -> dict[str, Any]:
    """Return the newest standing of a version."""
    work.require(Action.RECORD_READ)
    version = versions.get(work.session, model, number)
    return decisions.standing_document(work.session, version.id)
