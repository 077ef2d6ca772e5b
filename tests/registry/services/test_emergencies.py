"""Facts about breaking the glass, from the signature to what another found, on both databases."""

from datetime import timedelta
from uuid import UUID

import pytest

from registry.domain.emergencies import Finding
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Actor, Role
from registry.domain.signatures import Password
from registry.domain.trail import Act
from registry.services import audit, deployments, emergencies, reviews, sessions
from registry.services.work import Workshop
from registry.shapes.sessions import TokenIn
from tests.conftest import FrozenClock
from tests.factories.deployments import make_hospital
from tests.factories.people import (
    PASSWORD,
    PROOF,
    Registry,
    login_of,
    make_person,
    make_registry,
)
from tests.factories.reviews import make_case

ENGINEER = Role.ML_ENGINEER


def broken(registry: Registry, role: Role = ENGINEER, hours: int = 1) -> UUID:
    """Break the glass as a role's person; return the emergency's id."""
    with registry.work(role) as work:
        return emergencies.break_glass(work, reason="all flagged", hours=hours, proof=PROOF).id


def recognised(registry: Registry, role: Role = ENGINEER) -> Actor:
    """Return a role's person as their session makes them known."""
    with registry.workshop.begin(None) as work:
        secret = sessions.sign_in(work, login=login_of(role), password=PASSWORD).result().secret
    with registry.workshop.begin(None) as work:
        return sessions.recognise(work, secret)


def test_stops_what_runs_and_nothing_else(workshop: Workshop, clock: FrozenClock) -> None:
    """An engineer stops a deployment at night; it is told, listed, and looked at by another."""
    hospital = make_hospital(workshop)
    registry, deployment = hospital.registry, hospital.running()
    plain = recognised(registry)
    with pytest.raises(ForbiddenError, match="who broke the glass"), registry.work(plain) as work:
        deployments.suspend_in_emergency(work, deployment, reasons="all flagged")
    emergency = broken(registry)
    actor = recognised(registry)
    assert actor.emergency == emergency
    with registry.work(actor) as work:
        audit.read(work, start=0, limit=10)
        moved = deployments.suspend_in_emergency(work, deployment, reasons="all flagged")
        assert (moved.moved_by, moved.signed) == (actor.id, None)
    assert hospital.view(deployment).state == "suspended"
    with registry.work(actor) as work:
        standing = reviews.suspend_in_emergency(work, "heart-cad", 1, reasons="all flagged")
        assert standing["state"] == "suspended"
        assert standing["reason"].endswith("Suspended by emergency access of Ml Engineer.")
    with pytest.raises(ConflictError), registry.work(actor) as work:
        reviews.suspend_in_emergency(work, "heart-cad", 1, reasons="all flagged")
    with pytest.raises(ForbiddenError, match="reads and stops"), registry.work(actor) as work:
        sessions.issue_token(work, TokenIn(name="x", scopes=["read"], days=1))
    with registry.work(actor) as work:
        emergencies.end(work)
    assert recognised(registry).emergency is None
    with registry.work(Role.AUDITOR) as work:
        (waiting,) = emergencies.listed(work, waiting=True)
        assert (waiting["id"], waiting["state"]) == (emergency, "ended")
    clock.advance(hours=1)
    with registry.work(Role.INFORMATION_GOVERNANCE) as work:
        emergencies.review(
            work, emergency, finding=Finding.JUSTIFIED, remarks="inverted images", proof=PROOF
        )
    with registry.work(Role.AUDITOR) as work:
        assert emergencies.listed(work, waiting=True) == []
        (seen,) = emergencies.listed(work)
        assert seen["review"]["by"]["name"] == "Information Governance"
        acts = [event["act"] for event in audit.read(work, start=0, limit=1000)]
    wanted = [Act.EMERGENCY_OPENED, Act.EMERGENCY_ENDED, Act.EMERGENCY_REVIEWED]
    assert [act for act in acts if act in wanted] == wanted


def test_who_stopped_does_not_bring_back(workshop: Workshop, clock: FrozenClock) -> None:
    """A clinical lead who stopped a version by breaking the glass leaves it to another lead."""
    case = make_case(workshop)
    case.approved()
    broken(case.registry, Role.CLINICAL_LEAD)
    actor = recognised(case.registry, Role.CLINICAL_LEAD)
    with case.registry.work(actor) as work:
        reviews.suspend_in_emergency(work, "heart-cad", 1, reasons="all flagged")
    clock.advance(hours=2)

    def reinstate(by: Role | Actor) -> str:
        with case.registry.work(by) as work:
            standing = reviews.reinstate(work, "heart-cad", 1, reasons="Cause found.", proof=PROOF)
            return str(standing["state"])

    with pytest.raises(ForbiddenError, match="another person"):
        reinstate(Role.CLINICAL_LEAD)
    other = make_person(case.registry, "second.lead", Role.CLINICAL_LEAD)
    assert reinstate(other) == "current"


def test_signed_short_and_anothers_to_review(workshop: Workshop, clock: FrozenClock) -> None:
    """The password is asked, the hours are few, and nobody looks at their own."""
    registry = make_registry(workshop)
    lead = Role.CLINICAL_LEAD
    with pytest.raises(ForbiddenError, match="password"), registry.work(lead) as work:
        emergencies.break_glass(work, reason="x", hours=1, proof=Password("wrong wrong wrong"))
    with pytest.raises(BadInputError, match="hours"):
        broken(registry, lead, hours=registry.workshop.settings.emergency_hours + 1)
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.ENROLLER):
        with pytest.raises(ForbiddenError):
            broken(registry, role)
    emergency = broken(registry, lead)
    with pytest.raises(ConflictError, match="open already"):
        broken(registry, lead)
    actor = recognised(registry, lead)
    with pytest.raises(ForbiddenError, match="reads and stops"), registry.work(actor) as work:
        emergencies.review(work, emergency, finding=Finding.JUSTIFIED, remarks="m", proof=PROOF)
    clock.advance(hours=1)
    assert recognised(registry, lead).emergency is None
    with pytest.raises(ForbiddenError, match="another person"), registry.work(lead) as work:
        emergencies.review(work, emergency, finding=Finding.JUSTIFIED, remarks="m", proof=PROOF)
    with pytest.raises(ConflictError, match="no emergency"), registry.work(lead) as work:
        emergencies.end(work)
    with registry.work(Role.AUDITOR) as work:
        (one,) = emergencies.listed(work, waiting=True)
        assert one["until"] - one["opened_at"] == timedelta(hours=1)
