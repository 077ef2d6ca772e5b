"""Checks on both databases: what is missing, for whom it waits, and the answer."""

from datetime import UTC, datetime

import pytest

from registry.domain.checks import Answer
from registry.domain.errors import NotFoundError
from registry.domain.people import Role
from registry.domain.policies import Rung
from registry.domain.reviews import Outcome
from registry.services import checks, reviews
from registry.services.checks import Check
from registry.services.work import Workshop
from tests.conftest import FrozenClock
from tests.factories.people import PROOF
from tests.factories.records import make_version
from tests.factories.reviews import Case, condition, make_case


@pytest.fixture
def case(workshop: Workshop) -> Case:
    """Return a registry in which version 1 lacks nothing but a review."""
    return make_case(workshop)


def check(case: Case, number: int = 1, *sites: str, rung: Rung | None = None) -> Check:
    """Check a version as an auditor."""
    with case.registry.work(Role.AUDITOR) as work:
        return checks.check(work, "heart-cad", number, sites_asked=sites, rung=rung)


class TestCheck:
    """From the records to the approval, and beyond its end."""

    def test_without_a_review(self, case: Case) -> None:
        """It waits for somebody to open one, at the sites that were measured."""
        found = check(case)
        assert (found.answer, found.basis) == (Answer.WAITING, "records")
        assert found.scope["sites"] == ["Hungary"]
        assert found.missing[-1].waits_for == "model owner"

    def test_bare_version(self, case: Case) -> None:
        """A version without statements or evidence waits for both."""
        make_version(case.registry, content=b"{}")
        whom = {one.waits_for for one in check(case, 2).missing}
        assert whom >= {"ML engineer", "model owner", "clinical safety officer"}

    def test_in_review(self, case: Case) -> None:
        """An open review waits for its sign-offs."""
        review = case.open()
        case.sign(review, Role.CLINICAL_LEAD)
        found = check(case)
        assert found.basis == "review"
        assert [one.waits_for for one in found.missing] == [
            "independent validator",
            "clinical safety officer",
        ]

    def test_signed_but_not_decided(self, case: Case) -> None:
        """When everybody has signed it waits for the decision."""
        case.sign_all(case.open())
        (found,) = check(case).missing
        assert found.waits_for == "clinical lead"

    def test_insufficient(self, case: Case) -> None:
        """Sixteen exams in Switzerland are too few."""
        case.measure(site="Switzerland", exams=16)
        found = check(case, 1, "Switzerland", rung=Rung.PILOT)
        assert found.answer is Answer.INSUFFICIENT
        assert any("8 negatives" in one.what for one in found.missing)

    def test_rung_beyond_the_tier(self, case: Case) -> None:
        """General use is not met at the fast track, whatever the evidence."""
        assert check(case, rung=Rung.GENERAL).answer is Answer.NOT_MET

    def test_approved(self, case: Case) -> None:
        """An approval permits."""
        case.approved()
        assert check(case, 1, "Hungary", rung=Rung.SILENT).answer is Answer.PERMITTED

    def test_approved_elsewhere(self, case: Case) -> None:
        """An approval at Hungary permits nothing at Long Beach."""
        case.approved()
        assert check(case, 1, "Long Beach", rung=Rung.PILOT).answer is Answer.INSUFFICIENT

    def test_silent_running_waits_for_people_alone(self, case: Case) -> None:
        """Where no criterion gates, too little evidence leaves only the sign-offs to wait for."""
        case.measure(site="Switzerland", exams=16)
        found = check(case, 1, "Switzerland", rung=Rung.SILENT)
        assert found.answer is Answer.WAITING

    def test_condition_before_go_live(self, case: Case) -> None:
        """An open condition is waited for; once closed, use is permitted."""
        review = case.open()
        case.sign_all(review)
        case.decide(review, Outcome.APPROVE_WITH_CONDITIONS, conditions=[condition()])
        assert check(case).missing[0].waits_for == "Clinical Safety Officer"
        with case.registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
            reviews.close_condition(work, review, 1, evidence="List", proof=PROOF)
        assert check(case).answer is Answer.PERMITTED

    def test_ended(self, case: Case, clock: FrozenClock) -> None:
        """After its last day an approval permits nothing."""
        case.approved()
        clock.moment = datetime(2027, 11, 24, 9, tzinfo=UTC)
        assert check(case).answer is Answer.NOT_MET

    def test_declined(self, case: Case) -> None:
        """A declined version says so first."""
        case.decide(case.open(), Outcome.DECLINE)
        found = check(case)
        assert found.answer is Answer.NOT_MET
        assert found.missing[0].what.startswith("The version is declined since 2026-11-23")

    def test_unknown_site(self, case: Case) -> None:
        """A site that is not registered is refused, never guessed."""
        with pytest.raises(NotFoundError):
            check(case, 1, "Atlantis")
