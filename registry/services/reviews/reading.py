"""Reading: a review as it stands, its dossier's exact bytes, and a version's standing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from registry.domain import reviews as rules
from registry.domain.comments import blocking
from registry.domain.people import Action
from registry.domain.policies import TierRules
from registry.domain.reviews import Missing
from registry.domain.trail import instant_text
from registry.services.reviews import asking, freezing, news, waivers
from registry.services.work import Work
from registry.store import comments, decisions, people, reviews, versions
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
    waivers : list of dict
        What was proposed to be borne for a while, and how each stands.
    comments : list of dict
        What was said of the dossier, and how each comment stands.
    asked : list of dict
        Who was asked for a sign-off and has not answered; empty once decided.
    first_word : dict or None
        Who objected to the same dossier before and must be heard first, and until when.
    since_decision : list of dict
        What came up since; empty while undecided.
    """

    review: ReviewRow
    version: str
    opened: dict[str, Any]
    number: int
    documents: Documents
    changed: list[str]
    missing: list[Missing]
    decision: DecisionRow | None
    waivers: list[dict[str, Any]]
    comments: list[dict[str, Any]]
    asked: list[dict[str, Any]]
    first_word: dict[str, Any] | None
    since_decision: list[dict[str, Any]]


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
    policy = freezing.rules_of(work, review, documents.dossier)
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
        missing=_missing(work, review, documents, policy) if undecided else [],
        decision=decision,
        waivers=waivers.shown(work, review, documents.digest, policy),
        comments=[
            comments.described(work.session, row)
            for row in comments.of_review(work.session, review.id)
        ],
        asked=asking.asked(work, review, policy) if undecided else [],
        first_word=asking.told(asking.first_word(work, review, policy)) if undecided else None,
        since_decision=[] if decision is None else news.since(work, version, decision),
    )


def _missing(
    work: Work, review: ReviewRow, documents: Documents, policy: TierRules
) -> list[Missing]:
    """Return what stands between a review's dossier and its approval."""
    return rules.blockers(
        policy,
        requirements=documents.dossier["requirements"],
        criteria=documents.dossier["criteria"],
        signoffs=decisions.values(work.session, review.id),
        dossier=documents.digest,
        holders=decisions.count_holders(work.session, [rule.role for rule in policy.signoffs]),
        waivers=waivers.in_force(work, review, documents.digest, policy),
        requests=blocking(comments.values(work.session, review.id), policy),
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
