"""Deciding: the outcome of a review by the policy, its document, conditions and standing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from registry.domain import reviews as rules
from registry.domain.comments import blocking
from registry.domain.days import months_after
from registry.domain.digests import canonical
from registry.domain.people import Action, Actor, Role
from registry.domain.policies import TierRules
from registry.domain.reviews import BlockedError, Missing, Outcome, SignOff, valid
from registry.domain.scopes import Scope
from registry.domain.signatures import Proof
from registry.domain.stages import Stage
from registry.domain.standings import State, after
from registry.domain.trail import Act, instant_text
from registry.services.reviews import causes, delegating, freezing, standing, waivers
from registry.services.reviews.conditions import ConditionAsked, stated
from registry.services.work import Work
from registry.store import (
    comments,
    decisions,
    delegations,
    dossiers,
    people,
    reviews,
    standings,
    versions,
)
from registry.store.delegations import DelegationRow
from registry.store.reviews import ConditionRow, DecisionRow, DossierRow, ReviewRow
from registry.store.versions import VersionRow

SCHEMA = "cmr.decision/1"


def decide(
    work: Work,
    review_id: UUID,
    *,
    outcome: Outcome,
    reasons: str,
    proof: Proof,
    conditions: Sequence[ConditionAsked] = (),
    valid_until: date | None = None,
    on_behalf: str | None = None,
) -> DecisionRow:
    """Decide a review; an approval goes through only where the policy is satisfied.

    `on_behalf` is the login of the decision maker who delegated this review to the actor.

    Raises
    ------
    BlockedError
        When something stands in the way that no person can wait away.
    WaitingError
        When only people or evidence are missing: says for whom it waits.
    """
    actor = work.require(Action.REVIEW_DECIDE)
    review = reviews.get(work.session, review_id)
    if outcome.permits:
        reviews.lock_siblings(work.session, review.version_id)
    held = freezing.held(work, review)
    version, frozen, dossier, policy = held.version, held.frozen, held.dossier, held.policy
    signoffs = decisions.values(work.session, review.id)
    role = rules.check_decider(
        actor,
        rules=policy,
        authors=dossiers.authors(work.session, version),
        signoffs=signoffs,
        dossier=frozen.digest,
        duals=delegating.duals(work, actor.id, policy),
    )
    delegation = delegating.in_place_of(work, review, role=role, login=on_behalf)
    work.require(
        Action.REVIEW_DECIDE,
        state=freezing.state_of(work, review),
        sites=review.scope["sites"],
        role=role,
    )
    blocked = rules.blockers(
        policy,
        requirements=dossier["requirements"],
        criteria=dossier["criteria"],
        signoffs=signoffs,
        dossier=frozen.digest,
        holders=decisions.count_holders(work.session, [rule.role for rule in policy.signoffs]),
        waivers=waivers.in_force(work, review, frozen.digest, policy),
        requests=blocking(comments.values(work.session, review.id), policy),
    )
    against = rules.decide(outcome, blocked=blocked, conditions=len(conditions), reasons=reasons)
    if against:
        raise BlockedError.of(against)
    if outcome.permits:
        freezing.require_fresh(work, review, dossier)
    until = _valid_until(work, review, outcome, valid_until, policy)
    decided = {
        "outcome": outcome.value,
        "reasons": reasons.strip(),
        "decided": {
            "by": people.reference(work.session, actor.id),
            "at": instant_text(work.now()),
            **_how(work, actor, delegation, role=role, signoffs=valid(signoffs, frozen.digest)),
        },
        "valid_until": None if until is None else until.isoformat(),
    }
    asked = stated(work, conditions, review, until=until)
    document = _document(
        work, review, frozen=frozen, decided=decided, blocked=blocked, conditions=asked
    )
    granted = waivers.granted(work, review, frozen.digest, policy)
    document |= {"waivers": granted} if granted else {}
    row = _signed(work, review, version, frozen, document, role=role, proof=proof)
    _keep(work, row, asked)
    _record(work, version, row)
    _stand(work, version, row, Scope.read(review.scope))
    return row


def _how(
    work: Work,
    actor: Actor,
    delegation: DelegationRow | None,
    *,
    role: Role,
    signoffs: Sequence[SignOff],
) -> dict[str, Any]:
    """Return in whose place, and in which declared dual role, somebody decides, if so."""
    found: dict[str, Any] = {}
    if delegation is not None:
        found["for"] = delegations.shown(work.session, delegation)
    for one in signoffs:
        pair = frozenset({role, one.role})
        declared = delegations.dual_at(work.session, actor.id, pair, work.now())
        if one.person == actor.id and one.role is not role and declared is not None:
            found["dual_role"] = delegations.dual_shown(declared, one.role)
    return found


def _signed(
    work: Work,
    review: ReviewRow,
    version: VersionRow,
    frozen: DossierRow,
    document: dict[str, Any],
    *,
    role: Role,
    proof: Proof,
) -> DecisionRow:
    """Keep the document of a decision and return it with the decision maker's signature."""
    digest = work.artifacts.put_bytes(canonical(document)).digest
    outcome, until = Outcome(document["outcome"]), document["valid_until"]
    signature = work.countersign(
        role=role,
        meaning=f"decision: {outcome}",
        subject=f"{versions.name_of(work.session, version)}, dossier {frozen.number}",
        digest=digest,
        proof=proof,
        reasons=document["reasons"],
        policy=f"{review.policy_name}/{review.policy_version}",
    )
    return DecisionRow(
        id=work.new_id(),
        review_id=review.id,
        version_id=version.id,
        dossier=frozen.digest,
        digest=digest,
        outcome=outcome,
        reasons=document["reasons"],
        valid_until=None if until is None else date.fromisoformat(until),
        decided_by=UUID(document["decided"]["by"]["id"]),
        decided_at=work.now(),
        **signature.document(),
    )


def _valid_until(
    work: Work, review: ReviewRow, outcome: Outcome, asked: date | None, policy: TierRules
) -> date | None:
    """Return until when an approval holds; nothing else has an end."""
    if not outcome.permits:
        return None
    today = causes.today_of(work, review)
    latest = months_after(today, policy.months)
    return rules.check_validity(asked, today=today, latest=latest)


def _document(
    work: Work,
    review: ReviewRow,
    *,
    frozen: DossierRow,
    decided: Mapping[str, Any],
    blocked: Sequence[Missing],
    conditions: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the decision as it is signed; `decided` holds outcome, reasons, maker and end."""
    return {
        "schema": SCHEMA,
        "dossier": frozen.digest,
        **decided,
        "policy": {"name": review.policy_name, "version": review.policy_version},
        "scope": review.scope,
        "conditions": list(conditions),
        "signoffs": [
            decisions.signoff_document(work.session, row)
            for row in reviews.signoffs_of(work.session, review.id)
        ],
        "blocked_by": [one.what for one in blocked],
    }


def _keep(work: Work, row: DecisionRow, conditions: Sequence[dict[str, Any]]) -> None:
    """Keep a decision and its conditions."""
    work.session.add(row)
    work.session.flush()
    for document in conditions:
        work.session.add(
            ConditionRow(
                id=work.new_id(),
                decision_id=row.id,
                number=document["number"],
                document=document,
            )
        )
    work.session.flush()


def _record(work: Work, version: VersionRow, row: DecisionRow) -> None:
    """Put a decision on the trail."""
    work.record(
        Act.REVIEW_DECIDED,
        subject=versions.name_of(work.session, version),
        why=row.reasons,
        after={
            "review": str(row.review_id),
            "dossier": row.dossier,
            "decision": row.digest,
            "outcome": row.outcome.value,
            "key": row.key,
            "signature": row.signature,
        },
    )


def _stand(work: Work, version: VersionRow, row: DecisionRow, scope: Scope) -> None:
    """Let the version stand as was decided, and older versions give way to it."""
    before = standings.current(work.session, version.id)
    state = State.DRAFT if before is None else before.state
    same_scope = standing.reaches(work, version, scope)
    now = after(row.outcome, state, same_scope=same_scope)
    if now is None:
        if version.stage is Stage.IN_REVIEW:
            back = Stage.SUSPENDED if state is State.SUSPENDED else Stage.REGISTERED
            standing.move(work, version, back)
        return
    approved = now is State.CURRENT
    standing.move(work, version, Stage.APPROVED if approved else Stage.DECLINED)
    verb = "Approved" if approved else "Declined"
    where = f"{scope.rung} use at {', '.join(scope.sites)}"
    standing.put(work, version, now, dossier=row.dossier, reason=f"{verb} for {where}.")
    if approved:
        standing.supersede_older(work, version, scope)
