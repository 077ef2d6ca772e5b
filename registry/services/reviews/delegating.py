"""Delegating: a role in one review, to a person of the same role and register; and dual roles."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from registry.domain import delegations as rules
from registry.domain.digests import canonical
from registry.domain.duals import Pair, pairs_of, permitted
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Action, Actor, Role
from registry.domain.policies import Meaning, TierRules
from registry.domain.reviews import SelfApprovalError, valid
from registry.domain.signatures import Proof
from registry.domain.trail import Act, instant_text
from registry.services.reviews import freezing
from registry.services.work import Work
from registry.store import decisions, delegations, dossiers, people, reviews, versions
from registry.store.delegations import DelegationRow
from registry.store.people import PersonRow
from registry.store.reviews import ReviewRow


def delegate(
    work: Work,
    review_id: UUID,
    *,
    role: Role,
    to: str,
    reasons: str,
    until: date,
    proof: Proof,
) -> DelegationRow:
    """Delegate one's role in a review; the other then signs or decides in one's place.

    Parameters
    ----------
    work : Work
        With the one who delegates as its actor.
    review_id : UUID
    role : Role
    to : str
        The other's login.
    reasons : str
    until : date
        The last day, in UTC.
    proof : Proof

    Raises
    ------
    RuleBrokenError
        When role or register differ, or the one who delegates made a part of the dossier.
    ConflictError
        When the review is decided, or the role is delegated or signed already.
    """
    actor = work.require(Action.REVIEW_DELEGATE)
    review = reviews.get(work.session, review_id)
    version = freezing.open_for_work(work, review)
    work.require(
        Action.REVIEW_DELEGATE,
        state=freezing.state_of(work, review),
        sites=review.scope["sites"],
        role=role,
    )
    if not reasons.strip():
        raise BadInputError("say why it is delegated.", field="reasons")
    other = people.get(work.session, to)
    if other.suspended_at is not None:
        raise ConflictError(f"{to} is suspended and cannot sign.")
    rules.check_people(_person(work, actor.id), _person(work, other.id), role)
    end = datetime.combine(until + timedelta(days=1), time(), UTC)
    rules.check_term(end, now=work.now())
    made = dossiers.authors(work.session, version)
    for person in (actor.id, other.id):
        if person in made:
            raise SelfApprovalError(person=person, made=made[person])
    digest = reviews.dossier_of(work.session, review.id).digest
    signed = any(
        one.person == actor.id and one.role is role
        for one in valid(decisions.values(work.session, review.id), digest)
    )
    rules.check_new(
        delegations.values(work.session, review.id),
        giver=actor.id,
        role=role,
        now=work.now(),
        signed=signed,
    )
    return _kept(work, review, actor, other, role=role, reasons=reasons, end=end, proof=proof)


def _kept(
    work: Work,
    review: ReviewRow,
    actor: Actor,
    other: PersonRow,
    *,
    role: Role,
    reasons: str,
    end: datetime,
    proof: Proof,
) -> DelegationRow:
    """Sign and keep a delegation."""
    name = versions.name_of(work.session, versions.by_id(work.session, review.version_id))
    document = rules.document(
        version=name,
        role=role,
        giver=people.reference(work.session, actor.id),
        taker=people.reference(work.session, other.id),
        registration=_person(work, actor.id).registration,
        reasons=reasons.strip(),
        until=instant_text(end),
    )
    digest = work.artifacts.put_bytes(canonical(document)).digest
    signature = work.countersign(
        role=role,
        meaning=f"delegation to {document['to']['name']}",
        subject=f"{name}, review {review.id}",
        digest=digest,
        proof=proof,
        reasons=reasons,
        policy=f"{review.policy_name}/{review.policy_version}",
    )
    row = DelegationRow(
        id=work.new_id(),
        review_id=review.id,
        role=role,
        giver_id=actor.id,
        taker_id=other.id,
        reasons=reasons.strip(),
        until=end,
        digest=digest,
        delegated_at=work.now(),
        **signature.document(),
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.REVIEW_DELEGATED,
        subject=name,
        why=reasons,
        after={
            "review": str(review.id),
            "role": role.value,
            "to": other.login,
            "until": instant_text(end),
            "delegation": digest,
            "key": signature.key,
            "signature": signature.signature,
        },
    )
    return row


def end_delegation(work: Work, delegation_id: UUID, *, why: str) -> DelegationRow:
    """End a delegation at once, by either of the two; what was signed by it stands.

    Raises
    ------
    ForbiddenError
        When it is neither one's own nor to oneself.
    ConflictError
        When it has ended.
    """
    actor = work.require(Action.REVIEW_DELEGATE)
    row = delegations.get(work.session, delegation_id)
    if actor.id not in {row.giver_id, row.taker_id}:
        raise ForbiddenError("Only the two whom a delegation is between can end it.")
    if not delegations.value(row).holds(work.now()):
        raise ConflictError("This delegation has ended already.")
    row.revoked_at, row.revoked_why = work.now(), why
    work.session.add(row)
    review = reviews.get(work.session, row.review_id)
    name = versions.name_of(work.session, versions.by_id(work.session, review.version_id))
    before = {
        "review": str(review.id),
        "delegation": row.digest,
        "role": row.role.value,
        "to": people.by_id(work.session, row.taker_id).login,
    }
    work.record(Act.REVIEW_DELEGATION_ENDED, subject=name, why=why, before=before)
    return row


def delegated(work: Work, review_id: UUID) -> list[dict[str, Any]]:
    """Return the delegations of a review, ended ones too, oldest first."""
    work.require(Action.RECORD_READ)
    review = reviews.get(work.session, review_id)
    return [described(work, row) for row in delegations.of_review(work.session, review.id)]


def described(work: Work, row: DelegationRow) -> dict[str, Any]:
    """Return a delegation as it travels."""
    return {
        "id": row.id,
        "review": row.review_id,
        "role": row.role.value,
        "giver": people.reference(work.session, row.giver_id),
        "taker": people.reference(work.session, row.taker_id),
        "reasons": row.reasons,
        "delegated_at": row.delegated_at,
        "until": row.until,
        "digest": row.digest,
        "in_force": delegations.value(row).holds(work.now()),
        "ended_why": row.revoked_why,
    }


def in_place_of(
    work: Work, review: ReviewRow, *, role: Role, login: str | None, meaning: Meaning | None = None
) -> DelegationRow | None:
    """Return the delegation by which the actor acts for `login`; None where for themselves.

    Raises
    ------
    RuleBrokenError
        When the actor has delegated the role; or there is no delegation in force, it no longer
        fits the two people, or authorship would be stated in somebody's place.
    """
    actor = work.require(Action.RECORD_READ)
    if login is None:
        given = delegations.values(work.session, review.id)
        rules.check_own_signature(given, person=actor.id, role=role, now=work.now())
        return None
    giver = people.get(work.session, login)
    row = delegations.in_force(
        work.session, review.id, giver=giver.id, taker=actor.id, role=role, now=work.now()
    )
    if row is None:
        raise ForbiddenError(
            f"{login} has not delegated the role {role.value} in this review to you, or no longer."
        )
    if meaning is Meaning.AUTHORSHIP:
        raise BadInputError("authorship is one's own; sign it for yourself.", field="meaning")
    rules.check_people(_person(work, giver.id), _person(work, actor.id), role)
    made = dossiers.authors(work.session, versions.by_id(work.session, review.version_id))
    if giver.id in made:
        raise SelfApprovalError(person=giver.id, made=made[giver.id])
    return row


def in_words(work: Work, row: DelegationRow | None) -> str:
    """Return what a signed subject says of a delegation; nothing without one."""
    if row is None:
        return ""
    name = people.name_of(work.session, row.giver_id)
    return f", for {name} (delegated {row.delegated_at.date()})"


def duals(work: Work, person: UUID, policy: TierRules) -> frozenset[Pair]:
    """Return the pairs of required roles that a person may fill at once."""
    declared = [delegations.pair_of(row) for row in delegations.duals_of(work.session, person)]
    return permitted(pairs_of(policy.dual_roles), declared)


def _person(work: Work, person_id: UUID) -> rules.Person:
    """Return a person as the rules of delegation see them."""
    record = people.record_of(work.session, person_id).document
    return rules.Person(
        id=person_id,
        name=str(record["name"]),
        roles=people.roles_of(work.session, person_id),
        registration=record.get("registration"),
    )
