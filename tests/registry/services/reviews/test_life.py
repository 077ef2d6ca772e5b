"""The life of a decision, told by a clock: conditions, suspension, lapse, on both databases."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from registry.domain.conditions import OnOverdue
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from registry.domain.people import Role
from registry.domain.reviews import Outcome
from registry.domain.stages import Stage
from registry.domain.standings import State
from registry.domain.suspensions import StandsAgainstError
from registry.domain.trail import Act, read_body
from registry.services import audit, reviews
from registry.services.work import Workshop
from registry.store import audit as trail
from registry.store import standings, versions
from tests.conftest import FrozenClock
from tests.factories.people import PROOF
from tests.factories.reviews import Case, condition, make_case


def standing_of(case: Case) -> tuple[Stage, State]:
    """Return the stage and the state of version 1."""
    with case.registry.work(Role.AUDITOR) as work:
        version = versions.get(work.session, "heart-cad", 1)
        row = standings.current(work.session, version.id)
        return version.stage, State.DRAFT if row is None else row.state


def acts(workshop: Workshop, *wanted: Act) -> list[str]:
    """Return the acts on the trail that are among those wanted, in order."""
    with workshop.begin(None, reads=True) as work:
        bodies = [read_body(body)["act"] for _, body, _ in trail.entries(work.session)]
    return [act for act in bodies if act in wanted]


def the_condition(case: Case, review: UUID) -> dict[str, Any]:
    """Return the only condition of a decided review, as it stands."""
    decision = case.view(review).documents.decision
    assert decision is not None
    (found,) = decision["conditions"]
    whole: dict[str, Any] = found
    return whole


def conditional(case: Case, on_overdue: OnOverdue) -> UUID:
    """Approve version 1 with one condition, owned by the model owner; return the review."""
    review = case.open()
    case.sign_all(review)
    case.decide(
        review, Outcome.APPROVE_WITH_CONDITIONS, conditions=[condition(on_overdue=on_overdue)]
    )
    return review


def test_a_condition_from_its_statement_to_its_closing(
    workshop: Workshop, clock: FrozenClock
) -> None:
    """It is told of, answered by its owner, extended by signature, and closed by its verifier."""
    case = make_case(workshop)
    review = case.open()
    case.sign_all(review)
    with pytest.raises(BadInputError, match="a Sunday, on which nobody works at Hungary"):
        case.decide(
            review,
            Outcome.APPROVE_WITH_CONDITIONS,
            conditions=[condition(due=date(2027, 1, 31))],
        )
    case.decide(review, Outcome.APPROVE_WITH_CONDITIONS, conditions=[condition()])
    reviews.sweep(workshop)
    reminded = (Act.CONDITION_REMINDED, Act.CONDITION_OVERDUE)
    assert acts(workshop, *reminded) == []
    clock.advance(days=40)  # 2027-01-02, 27 days before
    assert (reviews.sweep(workshop), reviews.sweep(workshop)) == (1, 0)
    assert acts(workshop, *reminded) == ["condition.reminded"]

    with case.registry.work(Role.ML_ENGINEER) as work, pytest.raises(ForbiddenError, match="owns"):
        reviews.submit(work, review, 1, evidence="A list")
    with case.registry.work(Role.MODEL_OWNER) as work, pytest.raises(NotFoundError):
        reviews.submit(work, review, 1, evidence="A list", artifact="sha256:" + "0" * 64)
    with case.registry.work(Role.MODEL_OWNER) as work:
        reviews.submit(work, review, 1, evidence="Half of the list")

    clock.advance(days=30)  # 2027-02-01: late
    assert reviews.sweep(workshop) == 1
    assert acts(workshop, *reminded) == ["condition.reminded", "condition.overdue"]
    assert standing_of(case) == (Stage.APPROVED, State.CURRENT)  # it says "tell"
    said: dict[str, Any] = {"due": date(2027, 2, 26), "reasons": "Two were ill.", "proof": PROOF}
    with case.registry.work(Role.CLINICAL_SAFETY_OFFICER) as work, pytest.raises(ForbiddenError):
        reviews.extend(work, review, 1, **said)
    with case.registry.work(Role.CLINICAL_LEAD) as work:
        reviews.extend(work, review, 1, **said)
    shown = the_condition(case, review)
    assert (shown["due"], shown["extensions"][0]["due_before"]) == ("2027-02-26", "2027-01-29")
    with case.registry.work(Role.AUDITOR) as work:
        due = {one.about: (one.days_left, one.waits_for) for one in reviews.falling_due(work)}
    assert due["condition 1"] == (25, "Clinical Safety Officer")
    reviews.sweep(workshop)  # a new date is told anew
    assert acts(workshop, *reminded)[-1] == "condition.reminded"

    with case.registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
        reviews.close_condition(work, review, 1, evidence="The whole list", proof=PROOF)
    closed = the_condition(case, review)
    assert closed["closure"]["document"]["submission"] == 1
    with case.registry.work(Role.CLINICAL_LEAD) as work, pytest.raises(ConflictError):
        reviews.extend(work, review, 1, **said)
    with case.registry.work(Role.AUDITOR) as work:
        assert audit.verify(work).intact


def test_a_late_condition_suspends_where_it_says_so(workshop: Workshop, clock: FrozenClock) -> None:
    """Late it suspends, nobody goes round it, and extended it lets the version come back."""
    case = make_case(workshop)
    review = conditional(case, OnOverdue.SUSPEND)
    clock.advance(days=67)  # 2027-01-29 in the morning: its own day
    reviews.sweep(workshop)
    assert standing_of(case) == (Stage.APPROVED, State.CURRENT)
    clock.advance(hours=14)  # 23:30 UTC, so that it is past midnight in Budapest
    reviews.sweep(workshop)
    assert standing_of(case) == (Stage.SUSPENDED, State.SUSPENDED)
    assert reviews.sweep(workshop) == 0
    back: dict[str, Any] = {"reasons": "It was extended.", "proof": PROOF}
    with case.registry.work(Role.CLINICAL_LEAD) as work, pytest.raises(StandsAgainstError):
        reviews.reinstate(work, "heart-cad", 1, **back)
    with case.registry.work(Role.CLINICAL_LEAD) as work:
        reviews.extend(work, review, 1, due=date(2027, 3, 1), reasons="Ill.", proof=PROOF)
    with case.registry.work(Role.CLINICAL_LEAD) as work:
        standing = reviews.reinstate(work, "heart-cad", 1, **back)
    assert standing["state"] == "current"
    assert standing["reason"] == "Reinstated by the clinical lead: It was extended."
    assert standing_of(case) == (Stage.APPROVED, State.CURRENT)
    assert acts(workshop, Act.VERSION_SUSPENDED, Act.VERSION_REINSTATED) == [
        "version.suspended",
        "version.reinstated",
    ]


def test_a_safety_officer_suspends_and_a_review_goes_on(workshop: Workshop) -> None:
    """Every approval stops at once; an open review of it stands in review, and decides."""
    case = make_case(workshop)
    case.approved()
    further = case.open(use="Order the urgent list")
    said: dict[str, Any] = {"reasons": "Two missed occlusions", "proof": PROOF}
    with case.registry.work(Role.CLINICAL_LEAD) as work, pytest.raises(ForbiddenError):
        reviews.suspend(work, "heart-cad", 1, **said)
    with case.registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
        reviews.suspend(work, "heart-cad", 1, **said)
    assert standing_of(case) == (Stage.IN_REVIEW, State.SUSPENDED)
    with case.registry.work(Role.CLINICAL_LEAD) as work, pytest.raises(ConflictError):
        reviews.reinstate(work, "heart-cad", 1, **said)
    case.decide(further, Outcome.RE_REVIEW)
    assert standing_of(case) == (Stage.SUSPENDED, State.SUSPENDED)
    with case.registry.work(Role.CLINICAL_LEAD) as work:
        reviews.reinstate(work, "heart-cad", 1, **said)
    assert standing_of(case) == (Stage.APPROVED, State.CURRENT)


def test_approvals_lapse_one_after_the_other(workshop: Workshop, clock: FrozenClock) -> None:
    """The day ends at the site; what holds elsewhere holds on; with the last one it lapses."""
    case = make_case(workshop)
    for use, until in (("A", date(2027, 1, 29)), ("B", date(2027, 2, 26))):
        review = case.open(use=use)
        case.sign_all(review)
        case.decide(review, valid_until=until)
    clock.advance(days=67, hours=13, minutes=29)  # 22:59 UTC: a minute before midnight in Budapest
    reviews.sweep(workshop)
    assert acts(workshop, Act.APPROVAL_REMINDED) == ["approval.reminded"] * 2
    assert acts(workshop, Act.APPROVAL_LAPSED) == []
    clock.advance(minutes=1)
    reviews.sweep(workshop)
    assert acts(workshop, Act.APPROVAL_LAPSED) == ["approval.lapsed"]
    assert standing_of(case) == (Stage.APPROVED, State.CURRENT)
    clock.advance(days=30)
    assert (reviews.sweep(workshop), reviews.sweep(workshop)) == (1, 0)
    assert acts(workshop, Act.APPROVAL_LAPSED) == ["approval.lapsed"] * 2
    assert standing_of(case) == (Stage.LAPSED, State.LAPSED)
