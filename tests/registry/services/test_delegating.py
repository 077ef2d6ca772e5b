"""Facts about signing in somebody's place, and in two roles, on both databases."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from registry import store
from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RuleBrokenError,
)
from registry.domain.people import Actor, Role
from registry.domain.policies import Meaning
from registry.domain.reviews import Outcome, SelfApprovalError
from registry.domain.trail import Act
from registry.services import audit, dual_roles, people, policies, reviews
from registry.services.work import Workshop
from registry.shapes.people import DualRoleIn, DualRoleRevocationIn
from tests.factories.people import PROOF, make_person
from tests.factories.reviews import SIGNERS, Case, make_case

CSO, LEAD = Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_LEAD
UNTIL = date(2026, 12, 10)


@pytest.fixture
def case(workshop: Workshop) -> Case:
    """Return a registry in which version 1 lacks nothing but a review."""
    return make_case(workshop)


def delegate(case: Case, review: UUID, by: Role | Actor, to: str, **changes: Any) -> UUID:  # noqa: ANN401
    """Delegate the role of safety officer in a review; return the delegation's id."""
    said: dict[str, Any] = {"role": CSO, "reasons": "on leave", "until": UNTIL, "proof": PROOF}
    with case.registry.work(by) as work:
        return reviews.delegate(work, review, to=to, **said | changes).id


def sign_for(case: Case, review: UUID, by: Actor, login: str, **changes: Any) -> None:  # noqa: ANN401
    """Sign as safety officer in somebody's place."""
    said: dict[str, Any] = {"role": CSO, "meaning": Meaning.SUPPORT, "reasons": "", "proof": PROOF}
    dossier = case.view(review).documents.digest
    with case.registry.work(by) as work:
        reviews.sign(work, review, dossier=dossier, on_behalf=login, **said | changes)


def test_delegated_from_sign_off_to_decision(case: Case) -> None:
    """Named on the sign-off, in what is signed, in the decision document, and on the trail."""
    deputy = make_person(case.registry, "deputy", CSO)
    second = make_person(case.registry, "second.lead", LEAD)
    review = case.open()
    with pytest.raises(ForbiddenError, match="has not delegated"):
        sign_for(case, review, deputy, "clinical.safety.officer")
    delegate(case, review, CSO, "deputy")
    with pytest.raises(RuleBrokenError, match="end the delegation"):
        case.sign(review, CSO)
    with pytest.raises(BadInputError, match="authorship is one's own"):
        sign_for(case, review, deputy, "clinical.safety.officer", meaning=Meaning.AUTHORSHIP)
    sign_for(case, review, deputy, "clinical.safety.officer")
    (signoff,) = case.view(review).documents.signoffs
    assert signoff["person"]["name"] == "Deputy"
    assert signoff["for"]["person"]["name"] == "Clinical Safety Officer"
    assert signoff["statement"]["subject"].endswith(
        ", for Clinical Safety Officer (delegated 2026-11-23)"
    )
    kept = json.loads(case.registry.workshop.artifacts.read(signoff["for"]["delegation"]))
    assert (kept["schema"], kept["until"]) == ("cmr.delegation/1", "2026-12-11T00:00:00.000000Z")
    with pytest.raises(ConflictError, match="signed as clinical safety officer already"):
        case.sign(review, CSO, by=deputy)
    for role in SIGNERS:
        if role is not CSO:
            case.sign(review, role)
    delegate(case, review, second, "clinical.lead", role=LEAD)
    with case.registry.work(LEAD) as work:
        said: dict[str, Any] = {"reasons": "The bounds hold.", "proof": PROOF}
        reviews.decide(work, review, outcome=Outcome.APPROVE, on_behalf="second.lead", **said)
    decision = case.view(review).documents.decision
    assert decision is not None
    assert decision["decided"]["for"]["person"]["name"] == "Second Lead"
    assert [one["for"]["person"]["name"] for one in decision["signoffs"] if "for" in one] == [
        "Clinical Safety Officer"
    ]
    with case.registry.work(Role.AUDITOR) as work:
        acts = [event["act"] for event in audit.read(work, start=0, limit=1000)]
        assert acts.count(Act.REVIEW_DELEGATED) == 2
        assert {one["role"] for one in reviews.delegated(work, review)} == {CSO, LEAD}
    with pytest.raises(ConflictError, match="decided"):
        delegate(case, review, CSO, "deputy")


def test_to_whom_it_is_not_delegated(case: Case) -> None:
    """Not to another role or an author, not passed on, not after it was ended."""
    deputy = make_person(case.registry, "deputy", CSO)
    third = make_person(case.registry, "third", CSO)
    review = case.open()
    with pytest.raises(RuleBrokenError, match="not clinical safety officer"):
        delegate(case, review, CSO, "clinical.lead")
    with pytest.raises(ForbiddenError, match="password is wrong"):
        delegate(case, review, CSO, "deputy", proof=type(PROOF)("wrong wrong wrong"))
    delegation = delegate(case, review, CSO, "deputy")
    with pytest.raises(RuleBrokenError, match="cannot be passed on"):
        delegate(case, review, deputy, "third")
    with pytest.raises(ForbiddenError, match="between"), case.registry.work(third) as work:
        reviews.end_delegation(work, delegation, why="mine")
    with case.registry.work(CSO) as work:
        reviews.end_delegation(work, delegation, why="back from leave")
    with pytest.raises(ForbiddenError, match="or no longer"):
        sign_for(case, review, deputy, "clinical.safety.officer")
    case.sign(review, CSO)
    author = make_person(case.registry, "author", CSO, Role.ML_ENGINEER)
    with pytest.raises((SelfApprovalError, ConflictError)):
        delegate(case, review, CSO, author.login)


DUALS = 'dual_roles = [["clinical safety officer", "clinical lead"]]\ndecision_maker'


def allow_duals(case: Case) -> None:
    """Put the next version of the shipped policy in force, which allows a dual role."""
    text = (Path(store.__file__).parent / "shipped_policies" / "standard-1.toml").read_text("utf-8")
    changed = text.replace("version = 1", "version = 2", 1)
    tier = changed.index("[tiers.", changed.index('"fast track"') - 20)
    place = changed.index("decision_maker", tier)
    with case.registry.work(Role.ADMINISTRATOR) as work:
        policies.register(work, changed[:place] + DUALS + changed[place + len("decision_maker") :])


def declare(case: Case, login: str) -> None:
    """Declare a person safety officer and clinical lead at once."""
    said = DualRoleIn(roles=(CSO.value, LEAD.value), why="one safety officer in a small trust")
    with case.registry.work(Role.ENROLLER) as work:
        dual_roles.declare(work, login, said)


def test_two_required_roles_of_one_person(case: Case) -> None:
    """Only where policy and enroller say so; then it is printed with both signatures."""
    both = make_person(case.registry, "both", CSO, LEAD)
    review = case.open()
    declare(case, "both")
    case.sign(review, CSO, by=both)
    with pytest.raises(RuleBrokenError, match="cannot fill two required roles"):
        case.sign(review, LEAD, by=both)
    case.decide(review, Outcome.RE_REVIEW)
    allow_duals(case)
    review = case.open()
    case.sign(review, CSO, by=both)
    case.sign(review, LEAD, by=both)
    with pytest.raises(ConflictError, match="already"):
        case.sign(review, LEAD, by=both)
    case.sign(review, Role.INDEPENDENT_VALIDATOR)
    case.decide(review, by=both)
    view = case.view(review).documents
    also = {one["role"]: one["dual_role"]["also"] for one in view.signoffs if "dual_role" in one}
    assert also == {CSO.value: LEAD.value, LEAD.value: CSO.value}
    assert view.decision is not None
    assert view.decision["decided"]["dual_role"]["why"] == "one safety officer in a small trust"
    assert sum("dual_role" in one for one in view.decision["signoffs"]) == 2


def test_policy_alone_does_not_do(case: Case) -> None:
    """Without a declaration, or once it is taken back, two roles take two people."""
    both = make_person(case.registry, "both", CSO, LEAD)
    allow_duals(case)
    review = case.open()
    case.sign(review, CSO, by=both)
    with pytest.raises(RuleBrokenError, match="two required roles"):
        case.sign(review, LEAD, by=both)
    declare(case, "both")
    with pytest.raises(ConflictError, match="already"):
        declare(case, "both")
    said = DualRoleRevocationIn(roles=(LEAD.value, CSO.value), why="a second was appointed")
    with case.registry.work(Role.ENROLLER) as work:
        row = dual_roles.revoke(work, "both", said)
        assert people.described(work, row)["dual_roles"] == []
    with pytest.raises(NotFoundError), case.registry.work(Role.ENROLLER) as work:
        dual_roles.revoke(work, "both", said)
    with pytest.raises(RuleBrokenError, match="two required roles"):
        case.sign(review, LEAD, by=both)
    with (
        pytest.raises(ForbiddenError, match="for themselves"),
        case.registry.work(make_person(case.registry, "self", Role.ENROLLER, CSO, LEAD)) as work,
    ):
        dual_roles.declare(work, "self", DualRoleIn(roles=(CSO.value, LEAD.value), why="mine"))
