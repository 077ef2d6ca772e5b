"""Telling: who reads what of a review, from its opening to its decision."""

import pytest

from registry.domain.people import Actor, Role
from registry.domain.policies import Meaning
from registry.domain.reviews import Outcome
from registry.services import audit, deployments, notices, people, reviews
from registry.services.work import Workshop
from registry.shapes.people import RoleRevocationIn
from tests.conftest import FrozenClock
from tests.factories.deployments import EXECUTIVE, OFFICER, make_hospital, make_post
from tests.factories.incidents import report
from tests.factories.people import PROOF, Registry, make_person, make_registry
from tests.factories.reviews import SIGNERS, condition, make_case


def read_by(registry: Registry, role: Role) -> list[str]:
    """Return the headlines that a role's person was told, oldest first."""
    with registry.work(role) as work:
        return [one["headline"] for one in notices.mine(work, limit=50)][::-1]


class TestReview:
    """The notices of one review."""

    def test_from_opening_to_its_end(self, workshop: Workshop, clock: FrozenClock) -> None:
        """Whoever is asked is told, and nobody of what they did themselves."""
        case = make_case(workshop)
        registry = case.registry
        asked = "heart-cad/1: a review waits for your sign-off"
        review = case.open()
        for role in SIGNERS:
            assert asked in read_by(registry, role)
        assert asked not in read_by(registry, Role.ML_ENGINEER)
        late = make_person(registry, "late.lead", Role.CLINICAL_LEAD)

        first = case.sign(review, Role.CLINICAL_SAFETY_OFFICER, meaning=Meaning.OBJECT, reasons="x")
        objected = "heart-cad/1: the clinical safety officer objects"
        assert objected in read_by(registry, Role.MODEL_OWNER)
        assert objected in read_by(registry, Role.CLINICAL_LEAD)
        assert objected not in read_by(registry, Role.CLINICAL_SAFETY_OFFICER)
        decide = "heart-cad/1: every sign-off is given; a decision waits for you"
        assert decide not in read_by(registry, Role.CLINICAL_LEAD)

        with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
            reviews.withdraw(work, review, first, reasons="settled", proof=PROOF)
        withdrawn = "heart-cad/1: a sign-off was withdrawn"
        assert withdrawn in read_by(registry, Role.INDEPENDENT_VALIDATOR)

        case.sign_all(review)
        with registry.workshop.begin(late) as work:
            assert decide in [one["headline"] for one in notices.mine(work, limit=50)]
        case.decide(review, Outcome.APPROVE_WITH_CONDITIONS, conditions=[condition()])
        decided = "heart-cad/1: approve with conditions"
        named = "heart-cad/1: the decision names conditions that wait for you"
        for role in (Role.MODEL_OWNER, Role.CLINICAL_SAFETY_OFFICER):
            assert {decided, named} <= set(read_by(registry, role))
        assert named not in read_by(registry, Role.INDEPENDENT_VALIDATOR)

        clock.advance(days=60)
        reviews.sweep(workshop)
        due = "heart-cad/1: condition 1 falls due on 2027-01-29"
        for role in (Role.MODEL_OWNER, Role.CLINICAL_SAFETY_OFFICER):
            assert due in read_by(registry, role)  # its owner and its verifier
        assert due not in read_by(registry, Role.CLINICAL_LEAD)
        clock.advance(days=400)
        reviews.sweep(workshop)
        lapsed = "An approval of heart-cad/1 has lapsed"
        for role in (Role.MODEL_OWNER, Role.CLINICAL_LEAD):
            assert lapsed in read_by(registry, role)


class TestPeople:
    """Notices about people."""

    def test_enrollers_are_told(self, workshop: Workshop) -> None:
        """A revoked role and a suspension are told to those who enrol, the doer left out."""
        registry = make_registry(workshop)
        with registry.work(Role.ADMINISTRATOR) as work:
            role = RoleRevocationIn(role="clinical lead", why="moved on")
            people.revoke(work, "clinical.lead", role)
            people.suspend(work, "ml.engineer", why="left")
        assert read_by(registry, Role.ADMINISTRATOR) == []
        assert set(read_by(registry, Role.ENROLLER)) == {
            "person clinical.lead is no longer clinical lead",
            "person ml.engineer can sign in no more",
        }


class TestHospitals:
    """Notices of what runs where."""

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_only_the_hospital_concerned(self, workshop: Workshop) -> None:
        """Its two people are told what waits for them, and those of another hospital nothing.

        An incident there goes to the same two, and names what ran.
        """
        hospital = make_hospital(workshop)
        stranger = make_post(hospital.registry, "carl", OFFICER, "Cleveland")
        deployment = hospital.propose()
        hospital.freeze(deployment)

        def told(actor: Actor) -> list[str]:
            with workshop.begin(actor) as work:
                return [one["headline"] for one in notices.mine(work, limit=50)]

        frozen = "heart-cad/1 at Hungary: the site dossier for silent use waits for your signature"
        assert frozen in told(hospital.people[EXECUTIVE])
        assert frozen not in told(hospital.people[OFFICER])  # who froze it
        for role in (OFFICER, EXECUTIVE):
            hospital.sign(deployment, role)
        assert "heart-cad/1 at Hungary is silent" in told(hospital.people[OFFICER])
        with workshop.begin(hospital.people[OFFICER]) as work:
            deployments.suspend(work, deployment, reasons="Two missed cases", proof=PROOF)
        assert "heart-cad/1 at Hungary is suspended" in told(hospital.people[EXECUTIVE])
        for said in (str(deployment), "heart-cad/1@HUN"):
            made = report(hospital.registry, deployments=[said])
            assert made["deployments"] == ["heart-cad/1@Hungary"]
        assert "heart-cad: incident 1 was reported, harm: severe" in told(hospital.people[OFFICER])
        assert told(stranger) == []


class TestRedaction:
    """Words that are taken out."""

    def test_reason_goes_out_of_notices(self, workshop: Workshop) -> None:
        """What is redacted on the trail is not left standing in a notice of the same act."""
        registry = make_registry(workshop)
        with registry.work(Role.ADMINISTRATOR) as work:
            people.suspend(work, "ml.engineer", why="named a patient")
            people.suspend(work, "model.owner", why="left")
        with registry.work(Role.AUDITOR) as work:
            acts = [one for one in audit.read(work, start=0, limit=500) if one["why"]]
        with registry.work(Role.INFORMATION_GOVERNANCE) as work:
            seq = next(one["seq"] for one in acts if one["why"] == "named a patient")
            audit.redact(work, seq, path="why", why="a patient's name")
        with registry.work(Role.ENROLLER) as work:
            assert sorted(one["why"] for one in notices.mine(work, limit=9)) == ["", "left"]
