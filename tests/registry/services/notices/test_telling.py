"""Telling: who reads what of a review, from its opening to its decision."""

from registry.domain.people import Role
from registry.domain.policies import Meaning
from registry.domain.reviews import Outcome
from registry.services import notices, people, reviews
from registry.services.work import Workshop
from registry.shapes.people import RoleRevocationIn
from tests.factories.people import PROOF, Registry, make_person, make_registry
from tests.factories.reviews import SIGNERS, condition, make_case


def read_by(registry: Registry, role: Role) -> list[str]:
    """Return the headlines that a role's person was told, oldest first."""
    with registry.work(role) as work:
        return [one["headline"] for one in notices.mine(work, limit=50)][::-1]


class TestReview:
    """The notices of one review."""

    def test_from_opening_to_decision(self, workshop: Workshop) -> None:
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
