"""Facts about what plan and policy ask of hazards."""

from datetime import date
from typing import Any

import pytest

from registry.domain.hazards import Matrix, for_version, require
from registry.domain.policies import HazardRules
from tests.factories.hazards import MAJOR_MEDIUM, control, on_log, shown_by

HOLDS = {**shown_by(document="sha256:1"), "problem": None}
TODAY = date(2026, 11, 23)
ALL = HazardRules(
    plan_approved=True, log_approved=True, highest_residual=3, all_verified=True, none_open=True
)


def plan(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any key
    """Return an approved plan as a dossier has it."""
    whole = {"number": 1, "acceptable_rating": 2, "approved": {"by": {}}, "review_by": "2027-11-30"}
    return whole | changes


def part(*hazards: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any key
    """Return a dossier's part on hazards, plan and log approved; acceptable is 2."""
    whole = {
        "plan": plan(),
        "log": {"number": 4, "plan": 1, "approved": {"by": {}}},
        "changed_since": [],
        "hazards": for_version(hazards, Matrix(), version=1),
    }
    return whole | changes


def asked(found: dict[str, Any] | None, rules: HazardRules | None = ALL) -> dict[str, Any]:
    """Return the requirements by id."""
    return {one["id"]: one for one in require(found, rules, today=TODAY)}


SOUND = on_log(status="closed", controls=[control(verification=[HOLDS])])


class TestRequire:
    """What is asked."""

    def test_nothing_recorded_and_nothing_asked(self) -> None:
        """Then nothing is required."""
        assert asked(None, None) == {}

    def test_sound_log_meets_everything(self) -> None:
        """Five requirements, all met."""
        found = asked(part(SOUND))
        assert {one["status"] for one in found.values()} == {"met"}
        assert len(found) == 5

    def test_no_log_is_missing(self) -> None:
        """A policy that asks for a log is not met by silence."""
        found = asked(None)
        assert (found["hazards.plan"]["status"], found["hazards.log"]["status"]) == (
            "missing",
            "missing",
        )

    @pytest.mark.parametrize(
        ("changes", "key", "because"),
        [
            ({"plan": None}, "hazards.plan", "There is none"),
            (
                {"plan": plan(number=2, approved=None)},
                "hazards.plan",
                "Plan 2 waits",
            ),
            (
                {"plan": plan(review_by="2026-11-22")},
                "hazards.plan",
                "to be reviewed by 2026-11-22",
            ),
            ({"log": None}, "hazards.log", "No issue"),
            ({"log": {"number": 4, "plan": 7}}, "hazards.log", "under plan 7; plan 1"),
            (
                {"changed_since": [{"number": 3, "name": "x", "what": "added"}]},
                "hazards.log",
                "hazard 3 (added)",
            ),
        ],
    )
    def test_what_waits_for_approval(self, changes: dict[str, Any], key: str, because: str) -> None:
        """A plan or an issue that is not approved as it stands is missing, with the reason."""
        if changes.get("plan", 1) is None:
            changes = {**changes, "log": None}
        found = asked(part(SOUND, **changes))[key]
        assert found["status"] == "missing"
        assert because in found["because"]

    def test_stricter_of_plan_and_policy_counts(self) -> None:
        """The plan accepts 2, the policy 3: a hazard that counts as 3 is not met, and named."""
        hazard = on_log(residual=MAJOR_MEDIUM, controls=[control(verification=[HOLDS])])
        found = asked(part(hazard))["hazards.residual"]
        assert found["status"] == "not met"
        assert "Hazard 1, Missed obstruction, counts as 3" in found["because"]
        lenient = part(hazard, plan=plan(acceptable_rating=4))
        assert asked(lenient)["hazards.residual"]["status"] == "met"
        stricter = HazardRules(highest_residual=2)
        assert asked(lenient, stricter)["hazards.residual"]["status"] == "not met"

    def test_plan_binds_without_a_policy(self) -> None:
        """What the plan calls unacceptable blocks whatever a policy asks."""
        hazard = on_log(residual=MAJOR_MEDIUM)
        assert asked(part(hazard), None)["hazards.residual"]["status"] == "not met"

    def test_open_verification_is_missing(self) -> None:
        """Acceptable once its control is verified: something is missing, nothing is refuted."""
        found = asked(part(on_log()))
        assert found["hazards.residual"]["status"] == "missing"
        assert "no control is verified" in found["hazards.residual"]["because"]
        assert "1 of 1 controls" in found["hazards.verified"]["because"]
        assert found["hazards.open"]["status"] == "missing"

    def test_unrated_hazard_blocks(self) -> None:
        """A hazard that nobody rated on this matrix is above every limit."""
        hazard = on_log(initial={"severity": "grave", "likelihood": "low"}, residual=None)
        assert asked(part(hazard))["hazards.residual"]["status"] == "not met"
