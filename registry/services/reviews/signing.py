"""Signing: one person's sign-off over the dossier they saw, and taking it back."""

from collections.abc import Sequence
from uuid import UUID

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Action, Actor, Role
from registry.domain.policies import Meaning, TierRules
from registry.domain.reviews import (
    SignOff,
    check_first_word,
    check_signoff,
    required_roles,
    valid,
)
from registry.domain.signatures import Proof, Signature
from registry.domain.trail import Act
from registry.services.reviews import asking, delegating, freezing
from registry.services.work import Work
from registry.store import decisions, delegations, dossiers, people, reviews, versions
from registry.store.reviews import SignOffRow, SignOffWithdrawalRow

REQUIRED = "required"


def sign(
    work: Work,
    review_id: UUID,
    *,
    role: Role,
    meaning: Meaning,
    reasons: str,
    dossier: str,
    proof: Proof,
    on_behalf: str | None = None,
) -> SignOffRow:
    """Sign a review's dossier, in a role and with a meaning; the person proves again who they are.

    Parameters
    ----------
    work : Work
        With the signer as its actor.
    review_id : UUID
    role : Role
        One that the policy gives a say to.
    meaning : Meaning
    reasons : str
        Needed for support with conditions, objection, abstention and residual risk.
    dossier : str
        The digest of the dossier that the signer saw.
    proof : Proof
    on_behalf : str or None
        Login of the person who delegated the role to the signer.

    Raises
    ------
    ConflictError
        When the dossier or the records changed, or the person has signed in this role.
    RuleBrokenError
        When the policy or the separation of duties forbids it.
    WaitingError
        When whoever objected to the same dossier has the first word.
    ForbiddenError
        When the person does not hold the role or not for these sites, or the password is wrong.
    """
    actor = work.require(Action.REVIEW_SIGN)
    review = reviews.get(work.session, review_id)
    version = freezing.open_for_work(work, review)
    work.require(
        Action.REVIEW_SIGN,
        state=freezing.state_of(work, review),
        sites=review.scope["sites"],
        role=role,
    )
    current = reviews.dossier_of(work.session, review.id)
    document = freezing.frozen(work, current.digest)
    rules = freezing.rules_of(work, review, document)
    delegation = delegating.in_place_of(work, review, role=role, login=on_behalf, meaning=meaning)
    given = decisions.values(work.session, review.id)
    check_signoff(
        SignOff(person=actor.id, name=actor.name, role=role, meaning=meaning, dossier=dossier),
        reasons=reasons,
        dossier=current.digest,
        authors=dossiers.authors(work.session, version),
        given=given,
        rules=rules,
        duals=delegating.duals(work, actor.id, rules),
    )
    freezing.require_fresh(work, review, document)
    check_first_word(
        SignOff(person=actor.id, name=actor.name, role=role, meaning=meaning, dossier=dossier),
        asking.first_word(work, review, rules),
    )
    name = versions.name_of(work.session, version)
    signature = work.countersign(
        role=role,
        meaning=meaning.value,
        subject=f"{name}, dossier {current.number}{delegating.in_words(work, delegation)}",
        digest=current.digest,
        proof=proof,
        reasons=reasons,
        policy=f"{review.policy_name}/{review.policy_version}",
    )
    row = SignOffRow(
        id=work.new_id(),
        review_id=review.id,
        person_id=actor.id,
        role=role,
        registration=_registration(work, actor),
        meaning=meaning,
        reasons=reasons.strip() or None,
        dossier=current.digest,
        signed_at=work.now(),
        **signature.document(),
    )
    reviews.add_signoff(work.session, row, place=_place(row, rules, given))
    if delegation is not None:
        delegations.keep(work.session, row.id, delegation)
    work.record(
        Act.REVIEW_SIGNED,
        subject=name,
        why=reasons,
        after=_facts(review.id, current.digest, row, signature),
    )
    return row


def _place(row: SignOffRow, rules: TierRules, given: Sequence[SignOff]) -> str:
    """Return the seat of a sign-off: "required" once for a person, also where two are allowed."""
    required = required_roles(rules)
    if row.role not in required:
        return row.role.value
    sits = any(
        one.person == row.person_id and one.role in required and one.role is not row.role
        for one in valid(given, row.dossier)
    )
    return f"dual: {row.role.value}" if sits else REQUIRED


def _registration(work: Work, actor: Actor) -> str | None:
    """Return the number of a person's professional registration, as recorded now."""
    return people.record_of(work.session, actor.id).document.get("registration")


def _facts(review: UUID, dossier: str, row: SignOffRow, signature: Signature) -> dict[str, str]:
    """Return what the trail keeps of a signature."""
    return {
        "review": str(review),
        "dossier": dossier,
        "signoff": str(row.id),
        "role": row.role.value,
        "meaning": row.meaning.value,
        "key": signature.key,
        "signature": signature.signature,
    }


def withdraw(
    work: Work, review_id: UUID, signoff_id: UUID, *, reasons: str, proof: Proof
) -> SignOffWithdrawalRow:
    """Take one's own sign-off back, before the decision; the sign-off itself stays on record.

    Raises
    ------
    ForbiddenError
        When it is somebody else's.
    ConflictError
        When it is withdrawn already, or the review is decided.
    BadInputError
        When no reasons are given.
    """
    actor = work.require(Action.REVIEW_SIGN)
    review = reviews.get(work.session, review_id)
    version = freezing.open_for_work(work, review)
    work.require(Action.REVIEW_SIGN, state=freezing.state_of(work, review))
    row = reviews.signoff(work.session, review.id, signoff_id)
    if row.person_id != actor.id:
        raise ForbiddenError("Only the person who signed can take a sign-off back.")
    if reviews.withdrawal_of(work.session, row.id) is not None:
        raise ConflictError("This sign-off is withdrawn already.")
    if not reasons.strip():
        raise BadInputError("say why it is taken back.", field="reasons")
    name = versions.name_of(work.session, version)
    signature = work.countersign(
        role=row.role,
        meaning=f"withdrawal of: {row.meaning}",
        subject=f"{name}, sign-off {row.id}",
        digest=row.dossier,
        proof=proof,
        reasons=reasons,
        policy=f"{review.policy_name}/{review.policy_version}",
    )
    taken_back = SignOffWithdrawalRow(
        id=work.new_id(),
        signoff_id=row.id,
        reasons=reasons,
        withdrawn_at=work.now(),
        **signature.document(),
    )
    reviews.add_withdrawal(work.session, taken_back)
    work.record(
        Act.REVIEW_SIGNATURE_WITHDRAWN,
        subject=name,
        why=reasons,
        before={"signoff": str(row.id), "meaning": row.meaning.value, "dossier": row.dossier},
        after={"review": str(review.id), "withdrawal": str(taken_back.id)},
    )
    return taken_back
