"""Facts about site dossiers: who may sign one, what carries, and when one is stale."""

from typing import Any
from uuid import UUID

import pytest

from registry.domain.deployments.dossiers import (
    SiteSignOff,
    assemble,
    carries,
    changes,
    check_signoff,
)
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, RuleBrokenError
from registry.domain.people import Role
from registry.domain.policies import DeploymentRules, Meaning
from registry.domain.reviews import SelfApprovalError
from registry.shapes.site_plans import SITE_PLAN
from tests.registry.domain.deployments.test_readiness import facts

OFFICER, EXECUTIVE = Role.SITE_SAFETY_OFFICER, Role.SITE_EXECUTIVE
SUPPORT, ACCEPT, OBJECT = Meaning.SUPPORT, Meaning.ACCEPT_RESIDUAL_RISK, Meaning.OBJECT


def signoff(person: int = 1, role: Role = OFFICER, meaning: Meaning = SUPPORT) -> SiteSignOff:
    """Return a signature by the person of a number."""
    return SiteSignOff(person=UUID(int=person), name=f"P{person}", role=role, meaning=meaning)


def check(one: SiteSignOff, **changes: Any) -> None:  # noqa: ANN401 -- any circumstance
    """Check a signature with a reason, by somebody who holds the role here."""
    whole: dict[str, Any] = {
        "reasons": "Because.",
        "site": "Hungary",
        "holds_role_here": True,
        "authors": {},
        "given": [],
    }
    check_signoff(one, **whole | changes)


@pytest.mark.parametrize(
    ("role", "meaning"),
    [(OFFICER, SUPPORT), (OFFICER, OBJECT), (EXECUTIVE, ACCEPT), (EXECUTIVE, OBJECT)],
)
def test_what_each_may_say(role: Role, meaning: Meaning) -> None:
    """Alone, each may say what is theirs."""
    check(signoff(role=role, meaning=meaning))


@pytest.mark.parametrize(
    ("one", "circumstances", "error"),
    [
        (signoff(role=Role.CLINICAL_LEAD), {}, RuleBrokenError),
        (signoff(meaning=ACCEPT), {}, RuleBrokenError),
        (signoff(role=EXECUTIVE), {}, RuleBrokenError),
        (signoff(), {"holds_role_here": False}, ForbiddenError),
        (signoff(), {"authors": {UUID(int=1): "evidence 1"}}, SelfApprovalError),
        (signoff(meaning=OBJECT), {"reasons": " "}, BadInputError),
        (signoff(role=EXECUTIVE, meaning=ACCEPT), {"reasons": ""}, BadInputError),
        (signoff(), {"given": [signoff(2)]}, ConflictError),
        (signoff(), {"given": [signoff(1, EXECUTIVE, ACCEPT)]}, ConflictError),
    ],
)
def test_refused(one: SiteSignOff, circumstances: dict[str, Any], error: type[Exception]) -> None:
    """Each reason for which a signature does not carry."""
    with pytest.raises(error):
        check(one, **circumstances)


def test_an_author_may_object() -> None:
    """Who made the version may still say that it must not run."""
    check(signoff(meaning=OBJECT), authors={UUID(int=1): "the version"})


def test_carries() -> None:
    """Both, and no objection."""
    accepts = signoff(2, EXECUTIVE, ACCEPT)
    assert carries([signoff(), accepts])
    assert not carries([signoff()])
    assert not carries([signoff(meaning=OBJECT), accepts])
    assert not carries([])


def test_changes() -> None:
    """What names a site dossier does not make it stale, nor do the days that pass."""

    def made(number: int, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- any fact
        return assemble(
            facts(SITE_PLAN, **changed),
            DeploymentRules().at("silent"),
            version={"name": "m/1", "artifacts": []},
            policy={},
            number=number,
            frozen={"at": number},
        )

    assert changes(made(1), made(2, days=3)) == []
    assert changes(made(1), made(1, release=None)) == ["release", "requirements"]
