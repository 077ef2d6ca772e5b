"""What is said of a dossier, and how the next one tells what changed, on both databases."""

from typing import Any
from uuid import UUID

import pytest

from registry.domain.comments import CommentKind, CommentState
from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    WaitingError,
)
from registry.domain.people import Role
from registry.domain.policies import Meaning
from registry.domain.reviews import Outcome
from registry.services import notices, reviews, statements
from registry.services.work import Workshop
from registry.shapes.statements import StatementIn
from tests.conftest import FrozenClock
from tests.factories.people import PROOF
from tests.factories.reviews import Case, condition, make_case


def restate(case: Case, text: str) -> None:
    """Change something inside the dossier."""
    with case.registry.work(Role.ML_ENGINEER) as work:
        statements.make(work, "heart-cad", 1, StatementIn(consideration=9, text=text))


def since_last(case: Case, review: UUID) -> dict[str, Any]:
    """Return what a review's current dossier tells of the one before."""
    found: dict[str, Any] = case.view(review).documents.dossier["since_last"]
    return found


def test_an_open_request_stands_in_the_way(workshop: Workshop) -> None:
    """Anybody with a say may ask; it blocks until another answers or the asker withdraws."""
    case = make_case(workshop)
    review = case.open()
    case.sign_all(review)
    said: dict[str, Any] = {"kind": CommentKind.REQUEST, "text": "Say who is called."}
    with case.registry.work(Role.AUDITOR) as work, pytest.raises(ForbiddenError):
        reviews.comment(work, review, **said)
    with case.registry.work(Role.CLINICAL_LEAD) as work, pytest.raises(BadInputError) as caught:
        reviews.comment(work, review, **said, part="appendix")
    assert caught.value.field == "part"
    for role in (Role.CLINICAL_LEAD, Role.DATA_STEWARD):
        with case.registry.work(role) as work:
            reviews.comment(work, review, **said, part="statements")
    with pytest.raises(WaitingError, match="Request for change 1 by Clinical Lead is open"):
        case.decide(review)
    with case.registry.work(Role.ML_ENGINEER) as work:
        answered: dict[str, Any] = {"state": CommentState.ANSWERED, "text": "The duty nurse."}
        reviews.end_comment(work, review, 1, **answered)
    with case.registry.work(Role.MODEL_OWNER) as work, pytest.raises(ConflictError):
        reviews.end_comment(work, review, 1, **answered)
    with case.registry.work(Role.DATA_STEWARD) as work:
        reviews.end_comment(work, review, 2, state=CommentState.WITHDRAWN, text="It is there.")
    for role, headline in (
        (Role.CLINICAL_LEAD, "your request for change 1 on the dossier was answered"),
        (Role.MODEL_OWNER, "request for change 2 on the dossier was withdrawn"),
    ):
        with case.registry.work(role) as work:
            told = [one["headline"] for one in notices.mine(work, limit=50)]
        assert f"heart-cad/1: {headline}" in told
    case.decide(review)
    assert [one["state"] for one in case.view(review).comments] == ["answered", "withdrawn"]
    with case.registry.work(Role.CLINICAL_LEAD) as work, pytest.raises(ConflictError):
        reviews.comment(work, review, **said)


def test_each_dossier_tells_what_changed(workshop: Workshop, clock: FrozenClock) -> None:
    """Voided sign-offs, moved parts, closed conditions and what is new since stand in order."""
    case = make_case(workshop)
    review = case.open()
    assert "since_last" not in case.view(review).documents.dossier
    case.sign(review, Role.CLINICAL_LEAD)
    clock.advance(days=3)
    (asked,) = [one for one in case.view(review).asked if one["role"] == "independent validator"]
    assert (asked["days"], asked["people"]) == (3, ["Independent Validator"])
    assert "clinical lead" not in {one["role"] for one in case.view(review).asked}
    restate(case, "Checked every month.")
    with case.registry.work(Role.MODEL_OWNER) as work:
        reviews.refreeze(work, review)
    told = since_last(case, review)
    assert (told["number"], told["parts"]) == (1, ["statements"])
    assert told["signoffs_voided"] == ["Clinical Lead, clinical lead: support"]
    assert case.view(review).changed == []

    case.sign_all(review)
    case.decide(review, Outcome.APPROVE_WITH_CONDITIONS, conditions=[condition()])
    clock.advance(days=1)
    with case.registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
        reviews.close_condition(work, review, 1, evidence="The list", proof=PROOF)
    case.measure(exams=300)
    (news,) = case.view(review).since_decision
    assert news["kind"] == "evidence"
    assert news["what"].startswith("Evidence 2, external testing, was attached")
    again = case.open()
    told = since_last(case, again)
    assert told["conditions_closed"] == ["Condition 1: Train the staff of the waiting list."]
    assert told["signoffs_voided"] == []
    assert {one["id"] for one in told["criteria"]} >= {"discrimination"}


def test_the_objector_has_the_first_word(workshop: Workshop, clock: FrozenClock) -> None:
    """An unchanged dossier needs a reason, and whoever objected is heard before others support."""
    case = make_case(workshop)
    review = case.open()
    officer = Role.CLINICAL_SAFETY_OFFICER
    case.sign(review, officer, meaning=Meaning.OBJECT, reasons="No downtime procedure.")
    case.decide(review, Outcome.DECLINE)
    with pytest.raises(BadInputError, match="say why it is reviewed again") as caught:
        case.open()
    assert caught.value.field == "reason"
    again = case.open(reason="The procedure hangs in the ward now.")
    assert case.view(again).first_word == {
        "people": ["Clinical Safety Officer"],
        "until": "2026-11-30T09:30:00.000000Z",
    }
    with pytest.raises(WaitingError, match="has the first word"):
        case.sign(again, Role.CLINICAL_LEAD)
    case.sign(again, officer)
    case.sign(again, Role.CLINICAL_LEAD)
    case.decide(again, Outcome.DECLINE)
    clock.advance(days=1)
    third = case.open(reason="Once more.")  # nobody objected to the second
    assert case.view(third).first_word is None
