"""What was approved at a site on a day, by whom and on what evidence, out of a registry."""

from datetime import date
from typing import Any

import pytest

from registry.domain.errors import NotFoundError
from registry.domain.people import Role
from registry.domain.reviews import Outcome
from registry.services import audit
from registry.services.work import Workshop
from tests.conftest import FrozenClock
from tests.factories.reviews import Case, condition, make_case


def recalled(case: Case, on: date, site: str = "Hungary") -> dict[str, Any]:
    """Return the answer as a site's safety officer gets it."""
    with case.registry.work(Role.SITE_SAFETY_OFFICER) as work:
        return audit.recall(work, site=site, on=on)


def test_before_while_and_after(workshop: Workshop, clock: FrozenClock) -> None:
    """On the day it was approved, while it stood, and once a newer version had taken its place."""
    case = make_case(workshop)
    review = case.open()
    case.sign_all(review)
    case.decide(review, conditions=[condition()], outcome=Outcome.APPROVE_WITH_CONDITIONS)
    first = clock().date()
    assert recalled(case, date(2026, 11, 22))["approved"] == []
    (found,) = recalled(case, first)["approved"]
    assert (found["version"], found["rung"], found["until"]) == ("heart-cad/1", "pilot", None)
    assert found["decision"]["by"] == "Clinical Lead"
    assert {one["role"]: one["meaning"] for one in found["signers"]} == {
        "independent validator": "review",
        "clinical safety officer": "support",
        "clinical lead": "support",
    }
    assert [(one["number"], one["closed"]) for one in found["conditions"]] == [(1, False)]
    assert found["evidence"][0]["table"].startswith("sha256:")
    with case.registry.work(Role.AUDITOR) as work:
        entry = audit.read(work, start=found["entries"]["decision"], limit=1)[0]
    assert entry["after"]["decision"] == found["decision"]["digest"]
    assert recalled(case, first, site="Cleveland")["approved"] == []
    year_later = first.replace(year=first.year + 3)
    assert recalled(case, year_later)["approved"] == []
    assert [one["version"] for one in recalled(case, year_later)["lapsed"]] == ["heart-cad/1"]
    with pytest.raises(NotFoundError):
        recalled(case, first, site="Nowhere")
