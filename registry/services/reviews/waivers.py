"""Waivers: proposing that something be borne for a while, signing that, and what is in force."""

from datetime import date
from typing import Any
from uuid import UUID

from registry.domain import reviews as review_rules
from registry.domain import waivers as rules
from registry.domain.digests import canonical
from registry.domain.people import Action, Role
from registry.domain.policies import TierRules
from registry.domain.reviews import StaleDossierError
from registry.domain.signatures import Proof
from registry.domain.trail import Act
from registry.domain.waivers import Named, Standing, Waiver
from registry.services.reviews import causes, freezing
from registry.services.work import Work
from registry.store import dossiers, reviews, versions, waivers
from registry.store.reviews import ReviewRow
from registry.store.waivers import WaiverRow, WaiverSignatureRow


def propose(work: Work, review_id: UUID, what: Named, *, reason: str, until: date) -> WaiverRow:
    """Propose that a criterion or requirement be waived for a while; nothing is waived by it yet.

    Parameters
    ----------
    work : Work
    review_id : UUID
        An open review; the waiver is about its current dossier alone.
    what : Named
        A criterion of a protocol, at one site or all, or a requirement of the policy.
    reason : str
        Why it may be borne.
    until : date
        The waiver's last day, at the first site of the scope.

    Raises
    ------
    RuleBrokenError
        When the policy does not let this be waived.
    ConflictError
        When the review is decided, the dossier is stale, or nothing of it blocks.
    BadInputError
        When the site, the reason or the day do not fit.
    """
    actor = work.require(Action.WAIVER_PROPOSE)
    review = reviews.get(work.session, review_id)
    held = freezing.held(work, review)
    work.require(Action.WAIVER_PROPOSE, state=freezing.state_of(work, review))
    freezing.require_fresh(work, review, held.dossier)
    rules.check_site(what, review.scope["sites"])
    waiver = Waiver(of=what.of, id=what.id, site=what.site, until=until)
    blocked = review_rules.bridged(
        waiver, requirements=held.dossier["requirements"], criteria=held.dossier["criteria"]
    )
    rules.check_proposal(
        waiver,
        rules=held.policy,
        reason=reason,
        bridged=[sentence for _, sentence in blocked],
        verdicts=[verdict for verdict, _ in blocked],
        today=causes.today_of(work, review),
    )
    number, name = _next_number(work, review), versions.name_of(work.session, held.version)
    document = rules.document(
        waiver,
        number=number,
        version=name,
        dossier=held.frozen.digest,
        policy={"name": review.policy_name, "version": review.policy_version},
        scope=review.scope,
        reason=reason,
        bridged=blocked,
    )
    row = WaiverRow(
        id=work.new_id(),
        review_id=review.id,
        number=number,
        dossier=held.frozen.digest,
        document=document,
        digest=work.artifacts.put_bytes(canonical(document)).digest,
        proposed_by=actor.id,
        proposed_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.WAIVER_PROPOSED,
        subject=name,
        why=reason,
        after={
            "review": str(review.id),
            "waiver": number,
            "document": row.digest,
            "of": what.of.value,
            "id": what.id,
            "site": what.site,
            "until": until.isoformat(),
            "roles": sorted({role.value for role in rules.missing_roles(held.policy, [])}),
        },
    )
    return row


def sign(
    work: Work, review_id: UUID, number: int, *, role: Role, proof: Proof
) -> WaiverSignatureRow:
    """Sign a waiver in a role whose sign-off the approval needs; with the last one it is granted.

    Raises
    ------
    RuleBrokenError
        When the role has no part in it.
    ConflictError
        When the dossier changed, the waiver's last day is over, the review is decided, or the
        person has signed already.
    ForbiddenError
        When the person made a part of the dossier, does not hold the role, or the password is
        wrong.
    """
    actor = work.require(Action.WAIVER_SIGN)
    review = reviews.get(work.session, review_id)
    held = freezing.held(work, review)
    work.require(
        Action.WAIVER_SIGN,
        state=freezing.state_of(work, review),
        sites=review.scope["sites"],
        role=role,
    )
    row = waivers.get(work.session, review.id, number)
    if row.dossier != held.frozen.digest:
        raise StaleDossierError("The dossier changed since; propose the waiver over the new one.")
    freezing.require_fresh(work, review, held.dossier)
    rules.check_running(rules.read(row.document), today=causes.today_of(work, review))
    rules.check_signer(
        role,
        actor.id,
        rules=held.policy,
        authors=dossiers.authors(work.session, held.version),
        given=waivers.given(work.session, row.id),
    )
    name = versions.name_of(work.session, held.version)
    signature = work.countersign(
        role=role,
        meaning=f"waiver {number}",
        subject=f"{name}, waiver {number}",
        digest=row.digest,
        proof=proof,
        reasons=row.document["reason"],
        policy=f"{review.policy_name}/{review.policy_version}",
    )
    signed = WaiverSignatureRow(
        id=work.new_id(),
        waiver_id=row.id,
        person_id=actor.id,
        role=role,
        signed_at=work.now(),
        **signature.document(),
    )
    work.session.add(signed)
    work.session.flush()
    facts = {"review": str(review.id), "waiver": number, "document": row.digest}
    work.record(
        Act.WAIVER_SIGNED,
        subject=name,
        after={**facts, "role": role.value, "signature": signature.signature},
    )
    if not rules.missing_roles(held.policy, waivers.given(work.session, row.id)):
        work.record(Act.WAIVER_GRANTED, subject=name, why=rules.sentence(row.document), after=facts)
    return signed


def _next_number(work: Work, review: ReviewRow) -> int:
    """Return the number of the next waiver of a review."""
    return len(waivers.of_review(work.session, review.id)) + 1


def in_force(work: Work, review: ReviewRow, dossier: str, policy: TierRules) -> list[Waiver]:
    """Return the waivers that bridge something of a dossier now."""
    return [rules.read(row.document) for row in _granted(work, review, dossier, policy)]


def granted(work: Work, review: ReviewRow, dossier: str, policy: TierRules) -> list[dict[str, Any]]:
    """Return the waivers in force with their signatures, as a decision holds them."""
    rows = _granted(work, review, dossier, policy)
    return [waivers.described(work.session, row) for row in rows]


def _granted(work: Work, review: ReviewRow, dossier: str, policy: TierRules) -> list[WaiverRow]:
    """Return the waivers of a review that are granted over a dossier and have not expired."""
    today = causes.today_of(work, review)
    return waivers.in_force(work.session, review.id, dossier=dossier, policy=policy, today=today)


def shown(work: Work, review: ReviewRow, dossier: str, policy: TierRules) -> list[dict[str, Any]]:
    """Return every waiver of a review with how it stands, in words, and for whom it waits."""
    found = []
    today = causes.today_of(work, review)
    for row in waivers.of_review(work.session, review.id):
        state = waivers.standing_of(work.session, row, dossier=dossier, policy=policy, today=today)
        waits = rules.missing_roles(policy, waivers.given(work.session, row.id))
        found.append(
            {
                **waivers.described(work.session, row),
                "state": state.value,
                "sentence": rules.sentence(row.document),
                "waits_for": [role.value for role in waits] if state is Standing.OPEN else [],
            }
        )
    return found
