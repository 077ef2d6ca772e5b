"""Policies on both databases: registered, in force, and kept for reviews opened before."""

import pytest

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Role
from registry.services import policies
from registry.services.policies import Known
from registry.services.work import Workshop
from tests.factories.people import Registry, make_registry
from tests.factories.reviews import make_case
from tests.registry.domain.test_policies import TEXT

NEXT = TEXT.replace("version = 1", "version = 2", 1)


def register(registry: Registry, text: str, role: Role = Role.ADMINISTRATOR) -> Known:
    """Register a policy as somebody."""
    with registry.work(role) as work:
        return policies.register(work, text)


def listed(registry: Registry) -> list[Known]:
    """Return all policies as an auditor sees them."""
    with registry.work(Role.AUDITOR) as work:
        return policies.listed(work)


class TestRegister:
    """A policy of one's own."""

    def test_comes_into_force(self, workshop: Workshop) -> None:
        """The last one registered is in force, the shipped one no more."""
        registry = make_registry(workshop)
        register(registry, NEXT)
        found = [(known.policy.version, known.in_force) for known in listed(registry)]
        assert found == [(1, False), (2, True)]

    def test_kept_under_its_digest(self, workshop: Workshop) -> None:
        """Its canonical document stands among the artifacts."""
        registry = make_registry(workshop)
        assert workshop.artifacts.has(register(registry, NEXT).digest)

    @pytest.mark.parametrize("version", ["1", "3"])
    def test_gap_or_repetition(self, workshop: Workshop, version: str) -> None:
        """Versions follow one another, and none is said twice."""
        registry = make_registry(workshop)
        with pytest.raises(ConflictError, match="is 2, not"):
            register(registry, TEXT.replace("version = 1", f"version = {version}", 1))

    def test_more_signers_than_people(self, workshop: Workshop) -> None:
        """Nobody can be asked for two safety officers where there is one."""
        registry = make_registry(workshop)
        role = 'role = "clinical safety officer"'
        with pytest.raises(BadInputError, match="enrol people first"):
            register(registry, NEXT.replace(role, f"{role}\nquorum = 2", 1))

    def test_not_by_an_engineer(self, workshop: Workshop) -> None:
        """Whoever builds models does not write the rules for them."""
        registry = make_registry(workshop)
        with pytest.raises(ForbiddenError):
            register(registry, NEXT, Role.ML_ENGINEER)


class TestGet:
    """Reading one version."""

    def test_shipped(self, workshop: Workshop) -> None:
        """The shipped policy is there from the beginning, and in force."""
        registry = make_registry(workshop)
        with registry.work(Role.AUDITOR) as work:
            assert policies.get(work, "standard", 1).in_force


def test_a_review_keeps_its_policy(workshop: Workshop) -> None:
    """A stricter policy registered meanwhile does not move the goal of an open review."""
    case = make_case(workshop)
    review = case.open()
    register(case.registry, NEXT.replace('rungs = ["silent", "pilot"]', 'rungs = ["silent"]', 1))
    case.sign_all(review)
    case.decide(review)
    assert case.view(review).documents.dossier["policy"]["version"] == 1
