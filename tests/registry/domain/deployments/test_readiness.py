"""Facts about what a site dossier lacks: every requirement, met and not."""

from typing import Any

import pytest

from registry.domain.deployments.readiness import Facts, blockers, judge
from registry.domain.deployments.states import State
from registry.domain.policies import DeploymentRules, RungRules
from registry.domain.reviews import Kind, Missing
from registry.shapes.site_plans import SITE_PLAN

RELEASE = {"dossier": "sha256:" + "0" * 64}
PILOT = SITE_PLAN | {"rung": "pilot", "silent_plan": None}
GENERAL = PILOT | {"rung": "general"}
FULFILLED = {"fulfilled": True, "lacking": []}


def facts(plan: dict[str, Any], **changes: Any) -> Facts:  # noqa: ANN401 -- any fact
    """Return facts of which nothing is lacking for a silent run."""
    whole: dict[str, Any] = {
        "site": "Hungary",
        "plan": plan,
        "release": RELEASE,
        "against": [],
        "state": State.PROPOSED,
        "days": 0,
        "local": [],
        "criteria": [],
        "silent": None,
        "verdicts": [],
        "rollback": None,
        "hazards": [],
        "objections": [],
    }
    return Facts(**whole | changes)


def lacking(found: Facts, said: RungRules | None = None) -> dict[str, str]:
    """Return the requirements that are not met, each with its status."""
    rung = found.plan["rung"]
    rules = DeploymentRules(**{rung: said}).at(rung)
    return {one["id"]: one["status"] for one in judge(found, rules) if one["status"] != "met"}


def criterion(verdict: str) -> dict[str, Any]:
    """Return one judged criterion of local evidence."""
    return {
        "evidence": "e",
        "id": "sensitivity",
        "verdict": verdict,
        "metric": "sensitivity",
        "measured": 0.7,
        "low": 0.6,
        "high": 0.8,
        "comparison": "at least",
        "required": 0.8,
        "over": "overall",
        "by": {},
        "finding": None,
        "because": "",
        "needs": "all",
        "in_scope": True,
        "gates": True,
    }


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (facts(SITE_PLAN), {}),
        (facts(SITE_PLAN, release=None), {"release.approval": "missing"}),
        (
            facts(SITE_PLAN, against=[Missing(kind=Kind.NOT_MET, what="Ended.", waits_for=None)]),
            {"release.conditions": "not met"},
        ),
        (
            facts(SITE_PLAN, against=[Missing(kind=Kind.MISSING, what="Open.", waits_for="Ana")]),
            {"release.conditions": "missing"},
        ),
        (facts(SITE_PLAN | {"silent_plan": None}), {"silent.plan": "missing"}),
        (facts(PILOT), {"silent.results": "missing"}),
        (facts(PILOT, silent=FULFILLED), {}),
        (
            facts(PILOT, silent={"fulfilled": False, "lacking": ["3 of 28 days."]}),
            {"silent.results": "insufficient evidence"},
        ),
        (facts(PILOT | {"training": []}, silent=FULFILLED), {"plan.training": "missing"}),
        (facts(PILOT | {"stop_rules": []}, silent=FULFILLED), {"plan.stop_rules": "missing"}),
        (facts(PILOT | {"monitoring": None}, silent=FULFILLED), {"plan.monitoring": "missing"}),
        (
            facts(PILOT, silent=FULFILLED, rollback={"version": "m/1", "against": "It ended."}),
            {"rollback": "not met"},
        ),
        (facts(PILOT, silent=FULFILLED, rollback={"version": "m/1", "against": None}), {}),
        (
            facts(SITE_PLAN | {"permit_minutes": 1441, "grace_minutes": 1441}),
            {"permits.length": "not met"},
        ),
        (
            facts(GENERAL, state=State.PILOT),
            {"before.performance": "insufficient evidence"},
        ),
        (facts(GENERAL, state=State.PILOT, verdicts=["insufficient evidence", "met"]), {}),
        (
            facts(GENERAL, state=State.PILOT, verdicts=["met", "not met"]),
            {"before.performance": "not met"},
        ),
        (facts(GENERAL, state=State.LIVE), {}),
        (facts(SITE_PLAN, state=State.SUSPENDED), {"suspension.mended": "missing"}),
        (
            facts(SITE_PLAN | {"what_was_done": "Set it right."}, state=State.SUSPENDED),
            {},
        ),
        (facts(SITE_PLAN, criteria=[criterion("not met")]), {"local.sensitivity": "not met"}),
        (
            facts(SITE_PLAN, criteria=[criterion("not assessed")]),
            {"local.sensitivity": "insufficient evidence"},
        ),
        (facts(SITE_PLAN, criteria=[criterion("met")]), {}),
    ],
)
def test_requirements(found: Facts, expected: dict[str, str]) -> None:
    """Where a policy says nothing else, this is what each rung lacks."""
    assert lacking(found) == expected


def test_what_a_policy_adds() -> None:
    """Local evidence, days on the rung before and a stricter label rule, where it says so."""
    said = RungRules(local_evidence=True, days_before=30, label_positives=50, performance=False)
    found = facts(GENERAL, state=State.PILOT, days=29)
    assert lacking(found, said) == {
        "local.evidence": "missing",
        "before.days": "missing",
        "monitoring.positives": "not met",
    }
    enough = facts(GENERAL, state=State.PILOT, days=30, local=[{"id": "e"}])
    assert lacking(enough, said.model_copy(update={"label_positives": 10})) == {}


def test_blockers_begin_with_the_hardest() -> None:
    """What is not met stands before what is missing, with its sentence and for whom it waits."""
    short = SITE_PLAN | {"silent_plan": None, "grace_minutes": 9999}
    first, second = blockers(judge(facts(short), DeploymentRules().at("silent")))
    assert first.kind is Kind.NOT_MET
    assert "9999" in first.what
    assert (second.kind, second.waits_for) == (Kind.MISSING, "site safety officer")
    assert second.what == (
        "What the silent run must show is fixed before it begins: Write [silent_plan] in the site "
        "plan."
    )


def test_hazards_handed_over_are_accepted() -> None:
    """A hazard that the hospital has not accepted is missing, with what must be done."""
    handed = {"number": 2, "name": "Long wait", "must_do": "Keep it short.", "accepted_by": None}
    found = facts(SITE_PLAN, hazards=[handed])
    assert lacking(found)["hazards.accepted"] == "missing"
    accepted = facts(SITE_PLAN, hazards=[{**handed, "accepted_by": "Dr Kovács"}])
    assert "hazards.accepted" not in lacking(accepted)
