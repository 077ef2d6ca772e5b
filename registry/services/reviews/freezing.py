"""Freezing: from what the records say now to a dossier under its digest."""

import json
from dataclasses import dataclass
from typing import Any

from registry.domain import dossiers as rules
from registry.domain.digests import canonical
from registry.domain.errors import ConflictError
from registry.domain.people import Actor
from registry.domain.policies import Policy, TierRules
from registry.domain.reviews import StaleDossierError, valid
from registry.domain.scopes import Scope
from registry.domain.stages import ReviewState
from registry.domain.trail import instant_text
from registry.services.work import Work
from registry.store import decisions, dossiers, people, policies, reviews, versions
from registry.store.reviews import DossierRow, ReviewRow
from registry.store.versions import VersionRow


@dataclass(frozen=True, kw_only=True)
class OpenReview:
    """An undecided review, held against anybody else's act.

    Attributes
    ----------
    review, version : row
    frozen : DossierRow
        Its current dossier.
    dossier : dict
        What that says.
    policy : TierRules
        What the policy asks of it.
    """

    review: ReviewRow
    version: VersionRow
    frozen: DossierRow
    dossier: dict[str, Any]
    policy: TierRules


def freeze(
    work: Work, review: ReviewRow, actor: Actor, recorded: dict[str, Any] | None = None
) -> DossierRow:
    """Keep what the records say now as the review's current dossier.

    `recorded` is what `as_recorded` said of them in this transaction, where it was asked already.
    """
    number = reviews.next_dossier_number(work.session, review.version_id)
    opened: dict[str, Any] = {
        "by": people.reference(work.session, actor.id),
        "at": instant_text(work.now()),
    }
    if review.reason is not None:
        opened |= {"reason": review.reason, "unchanged_from": review.unchanged_from}
    document = (recorded or as_recorded(work, review)) | {"number": number, "opened": opened}
    last = reviews.last_dossier(work.session, review.version_id)
    if last is not None:
        document["since_last"] = json.loads(canonical(_since(work, last, document)))
    row = DossierRow(
        id=work.new_id(),
        review_id=review.id,
        version_id=review.version_id,
        number=number,
        digest=work.artifacts.put_bytes(canonical(document)).digest,
        frozen_by=actor.id,
        frozen_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    return row


def _since(work: Work, last: DossierRow, document: dict[str, Any]) -> dict[str, Any]:
    """Return what changed since the last dossier: parts, verdicts, conditions, sign-offs."""
    decision = reviews.decision_over(work.session, last.digest)
    closed, voided = [], []
    if decision is None:
        given = valid(decisions.values(work.session, last.review_id), last.digest)
        voided = [f"{one.name}, {one.role}: {one.meaning}" for one in given]
    else:
        closed = [
            f"Condition {row.number}: {row.document['text']}"
            for row, closure in reviews.conditions_of(work.session, decision.id)
            if closure is not None
        ]
    return rules.since_last(
        frozen(work, last.digest),
        document,
        digest=last.digest,
        conditions_closed=closed,
        signoffs_voided=voided,
    )


def as_recorded(work: Work, review: ReviewRow) -> dict[str, Any]:
    """Return what a dossier frozen now would say; its number and who opened it are not said."""
    scope = Scope.read(review.scope)
    version = versions.by_id(work.session, review.version_id)
    assembled = rules.assemble(
        dossiers.gather(work.session, work.artifacts, version, scope),
        scope,
        policy=policy_of(work, review),
        policy_digest=review.policy_digest,
        number=0,
        opened={},
        today=work.now().date(),
    )
    document: dict[str, Any] = json.loads(canonical(assembled))
    return document


def policy_of(work: Work, review: ReviewRow) -> Policy:
    """Return the policy under which a review was opened."""
    return policies.kept(work.artifacts, review.policy_digest)


def frozen(work: Work, digest: str) -> dict[str, Any]:
    """Return a frozen dossier, its bytes checked against its digest."""
    document: dict[str, Any] = json.loads(work.artifacts.read(digest))
    return document


def rules_of(work: Work, review: ReviewRow, dossier: dict[str, Any]) -> TierRules:
    """Return what the policy asks of a review."""
    return policy_of(work, review).rules(dossier["policy"]["tier"])


def rules_over(work: Work, review: ReviewRow, digest: str) -> TierRules:
    """Return what the policy asked of a review over the dossier with a digest."""
    return rules_of(work, review, frozen(work, digest))


def changed(work: Work, review: ReviewRow, dossier: dict[str, Any]) -> list[str]:
    """Return the parts in which the records now differ from a frozen dossier."""
    return rules.changes(dossier, as_recorded(work, review))


def require_fresh(work: Work, review: ReviewRow, dossier: dict[str, Any]) -> None:
    """Refuse to go on with a dossier that the records have left behind.

    Raises
    ------
    StaleDossierError
        Names the parts that changed.
    """
    parts = changed(work, review, dossier)
    if parts:
        raise StaleDossierError(
            f"The record changed since the dossier was frozen: {', '.join(parts)}. "
            f"Freeze it anew with `cmr review refreeze {review.id}`; sign-offs then start afresh."
        )


def state_of(work: Work, review: ReviewRow) -> ReviewState:
    """Return where a review stands."""
    decided = reviews.decision_of(work.session, review.id) is not None
    return ReviewState.DECIDED if decided else ReviewState.OPEN


def open_for_work(work: Work, review: ReviewRow) -> VersionRow:
    """Return the version of an undecided review, held against anybody else's act.

    Raises
    ------
    ConflictError
        When the review is decided: after that its dossier never changes.
    """
    version = reviews.lock(work.session, review.version_id)
    decision = reviews.decision_of(work.session, review.id)
    if decision is not None:
        raise ConflictError(
            f"The review was decided ({decision.outcome}); open another for what is new."
        )
    return version


def held(work: Work, review: ReviewRow) -> OpenReview:
    """Return an undecided review with its dossier and policy, held against anybody else's act.

    Raises
    ------
    ConflictError
        When the review is decided.
    """
    version = open_for_work(work, review)
    row = reviews.dossier_of(work.session, review.id)
    dossier = frozen(work, row.digest)
    policy = rules_of(work, review, dossier)
    return OpenReview(review=review, version=version, frozen=row, dossier=dossier, policy=policy)
