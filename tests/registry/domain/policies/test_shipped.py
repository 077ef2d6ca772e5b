"""Shipped policies: each can be read, followed and combined, and keeps the house's laws."""

from importlib import resources

import pytest

from registry.domain import policies
from registry.domain.people import PERMISSIONS, Action, Role
from registry.domain.policies import Policy, Rung, Tier, strictest
from validation.protocols.shape import Partition

TEXTS = {
    file.name: file.read_text(encoding="utf-8")
    for file in (resources.files("registry.store") / "shipped_policies").iterdir()
    if file.name.endswith(".toml")
}
POLICIES = {name: policies.read(text) for name, text in TEXTS.items()}
USED = [
    (policy, tier)
    for policy in POLICIES.values()
    for tier in policy.tiers
    if tier != Tier.REGISTRATION_ONLY
]


def shipped(name: str) -> Policy:
    """Return one of them."""
    return POLICIES[f"{name}-1.toml"]


def test_all_are_there() -> None:
    """Standard, in the manner of ABCDS, DCB0129 and DCB0160, and a minimal one."""
    assert {policy.name for policy in POLICIES.values()} == {"standard", "abcds", "dcb", "minimal"}


@pytest.mark.parametrize("name", TEXTS)
def test_is_commented(name: str) -> None:
    """Each begins by saying what it is for, and is called by its file's name."""
    assert TEXTS[name].startswith("# ")
    assert name == f"{POLICIES[name].name}-{POLICIES[name].version}.toml"
    assert "complian" not in TEXTS[name]


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_registration_only_permits_nothing(policy: Policy) -> None:
    """What is only registered is deployed nowhere."""
    assert policy.rules(Tier.REGISTRATION_ONLY).rungs == ()


@pytest.mark.parametrize(("policy", "tier"), USED)
def test_safety_officer_and_validator_sign_whatever_is_used(policy: Policy, tier: Tier) -> None:
    """No tier that permits use does without the two."""
    roles = {rule.role for rule in policy.rules(tier).signoffs}
    assert roles >= {Role.CLINICAL_SAFETY_OFFICER, Role.INDEPENDENT_VALIDATOR}


@pytest.mark.parametrize(("policy", "tier"), USED)
def test_who_decides_may(policy: Policy, tier: Tier) -> None:
    """The decision maker's role has the permission."""
    assert Action.REVIEW_DECIDE in PERMISSIONS[policy.rules(tier).decision_maker]


def test_abcds_checkpoints() -> None:
    """Full review reaches general use by three checkpoints, the fast track a pilot by two."""
    full, fast = (shipped("abcds").rules(t) for t in (Tier.FULL_REVIEW, Tier.FAST_TRACK))
    assert full.rungs == (Rung.SILENT, Rung.PILOT, Rung.GENERAL)
    assert fast.rungs == (Rung.SILENT, Rung.PILOT)
    assert set(fast.statements) <= set(full.statements)
    assert {s.role for s in fast.signoffs} <= {s.role for s in full.signoffs}


@pytest.mark.parametrize("name", ["abcds", "dcb"])
def test_full_review_asks_for_a_hazard_log_and_for_failures_looked_at(name: str) -> None:
    """Plan and log are approved, and somebody looked at what external testing got wrong."""
    rules = shipped(name).rules(Tier.FULL_REVIEW)
    assert rules.hazards is not None
    assert rules.hazards.plan_approved
    assert rules.hazards.log_approved
    assert rules.failure_review is not None
    assert rules.failure_review.evidence == Partition.EXTERNAL_TESTING


@pytest.mark.parametrize("tier", [Tier.FAST_TRACK, Tier.FULL_REVIEW])
def test_dcb_order(tier: Tier) -> None:
    """Top management accepts the residual risk after the safety officer, and decides."""
    rules = shipped("dcb").rules(tier)
    last = next(rule for rule in rules.signoffs if rule.role is Role.TOP_MANAGEMENT)
    assert last.after == (Role.CLINICAL_SAFETY_OFFICER,)
    assert [m.value for m in last.meanings] == ["accept residual risk"]
    assert rules.decision_maker is Role.TOP_MANAGEMENT


@pytest.mark.parametrize("own", ["standard", "abcds", "minimal"])
def test_dcb_binds_beside_any(own: str) -> None:
    """Whatever the organisation's own policy, DCB can be bound beside it."""
    combined = strictest([shipped(own), shipped("dcb")])
    roles = {rule.role for rule in combined.rules(Tier.FAST_TRACK).signoffs}
    assert Role.TOP_MANAGEMENT in roles
    assert combined.rules(Tier.FAST_TRACK).decision_maker is Role.CLINICAL_LEAD
