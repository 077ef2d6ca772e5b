"""Policies: read strictly; the shipped one obeys the laws; weak protocols are refused."""

import copy
from importlib import resources
from typing import Any

import pytest

from registry.domain import policies
from registry.domain.digests import document_digest
from registry.domain.errors import BadInputError
from registry.domain.people import PERMISSIONS, Action, Role
from registry.domain.policies import Policy, Rung, Tier, check_protocol

TEXT = (resources.files("registry.store") / "shipped_policies" / "standard-1.toml").read_text(
    encoding="utf-8"
)

SHIPPED = "sha256:5a35ee76ebeb10df7f4e46d4916fa0a6f40f5b63cb9e086b361485d00286f94f"


def standard() -> Policy:
    """Return the shipped policy."""
    return policies.read(TEXT)


def document() -> dict[str, Any]:
    """Return the shipped policy as a document that may be changed."""
    return copy.deepcopy(standard().document())


def protocol(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any key may be changed
    """Return a protocol's document that the fast track accepts."""
    whole: dict[str, Any] = {
        "purpose": "external testing",
        "reference_standard": "angiography",
        "findings": [{"name": None}],
        "costs": {"set_by": "heart team", "set_on": "2026-11-20", "why": "ten to one"},
        "population": {"prevalence": 0.36},
        "minimum": {"positives": 10, "negatives": 10},
        "criteria": [
            criterion("auroc", 0.75),
            criterion("sensitivity", 0.70),
            criterion("specificity", 0.40),
        ],
    }
    return whole | changes


def criterion(metric: str, at_least: float, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a criterion over every site."""
    whole = {"id": metric, "metric": metric, "over": "every site", "at_least": at_least}
    return whole | changes


class TestStandard:
    """Laws of the shipped policy."""

    def test_registration_only_permits_nothing(self) -> None:
        """At the lowest tier nothing may be deployed."""
        assert standard().rules("registration only").rungs == ()

    def test_fast_track_stops_before_general_use(self) -> None:
        """General use needs the full review."""
        assert standard().rules("fast track").rungs == (Rung.SILENT, Rung.PILOT)
        assert Rung.GENERAL in standard().rules("full review").rungs

    def test_criteria_gate_from_the_pilot_on(self) -> None:
        """Silent running shows no score to anybody; from the pilot on every criterion blocks."""
        for tier in ("fast track", "full review"):
            rules = standard().rules(tier)
            assert not rules.gates(Rung.SILENT)
            assert rules.gates(Rung.PILOT)
            assert rules.gates(Rung.GENERAL)

    @pytest.mark.parametrize("tier", [Tier.FAST_TRACK, Tier.FULL_REVIEW])
    def test_safety_and_validation_sign_whatever_is_used(self, tier: Tier) -> None:
        """No tier that permits use does without safety officer, validator and clinical lead."""
        roles = {rule.role for rule in standard().rules(tier).signoffs}
        assert roles >= {
            Role.CLINICAL_SAFETY_OFFICER,
            Role.INDEPENDENT_VALIDATOR,
            Role.CLINICAL_LEAD,
        }

    def test_full_review_asks_no_less_than_fast_track(self) -> None:
        """Statements, sign-offs and minimum evidence only grow with the risk."""
        fast, full = (standard().rules(t) for t in (Tier.FAST_TRACK, Tier.FULL_REVIEW))
        assert set(fast.statements) <= set(full.statements)
        assert {s.role for s in fast.signoffs} <= {s.role for s in full.signoffs}
        assert fast.protocol.positives <= full.protocol.positives

    def test_full_review_floors_are_no_weaker(self) -> None:
        """Each floor of the fast track stands at least as high in the full review."""
        fast, full = (
            {(f.metric, f.over): f.at_least for f in standard().rules(tier).protocol.floors}
            for tier in (Tier.FAST_TRACK, Tier.FULL_REVIEW)
        )
        assert all((full[key] or 0) >= (bound or 0) for key, bound in fast.items())

    @pytest.mark.parametrize("tier", list(Tier))
    def test_who_decides_may_decide(self, tier: Tier) -> None:
        """The decision maker's role has the permission."""
        assert Action.REVIEW_DECIDE in PERMISSIONS[standard().rules(tier).decision_maker]

    def test_reads_back_from_its_document(self) -> None:
        """The canonical document is the policy, whole."""
        assert policies.from_document(document()) == standard()


class TestRead:
    """Strict reading: each mistake names its path."""

    def test_not_toml(self) -> None:
        """Text that is not TOML is refused as such."""
        with pytest.raises(BadInputError, match="not TOML"):
            policies.read("name = ")

    def test_unknown_key_names_its_path(self) -> None:
        """A key that would have no effect is refused where it stands."""
        with pytest.raises(BadInputError) as caught:
            policies.read(TEXT.replace("costs = true", "cost = true", 1))
        assert caught.value.field == "tiers.fast track.protocol.cost"

    def test_missing_key(self) -> None:
        """A required key that is absent is named."""
        wrong = document()
        del wrong["tiers"]["fast track"]["months"]
        with pytest.raises(BadInputError, match=r"months: this is required"):
            policies.from_document(wrong)

    def test_missing_tier(self) -> None:
        """A policy may not be silent about a tier."""
        wrong = document()
        del wrong["tiers"]["full review"]
        with pytest.raises(BadInputError, match="lacks full review"):
            policies.from_document(wrong)

    def test_unsigned_rung(self) -> None:
        """No tier can let anything out without sign-offs."""
        wrong = document()
        wrong["tiers"]["fast track"]["signoffs"] = []
        with pytest.raises(BadInputError, match="must ask for"):
            policies.from_document(wrong)

    def test_rung_without_evidence(self) -> None:
        """Nor without evidence."""
        wrong = document()
        wrong["tiers"]["fast track"]["evidence"] = []
        with pytest.raises(BadInputError, match="evidence"):
            policies.from_document(wrong)

    @pytest.mark.parametrize(
        ("after", "match"),
        [
            ([None, "site executive"], "does not ask"),
            (["clinical safety officer", "independent validator"], "wait for each other"),
            (["independent validator", None], "wait for each other"),
        ],
    )
    def test_impossible_order(self, after: list[str | None], match: str) -> None:
        """Sign-offs wait for roles that are asked, and never in a circle."""
        wrong = document()
        for rule, role in zip(wrong["tiers"]["fast track"]["signoffs"], after, strict=False):
            rule["after"] = [] if role is None else [role]
        with pytest.raises(BadInputError, match=match):
            policies.from_document(wrong)

    def test_new_keys_leave_older_digests_alone(self) -> None:
        """A policy that does not use a newer key has the digest it always had."""
        assert document_digest(document()) == SHIPPED

    def test_role_that_cannot_sign(self) -> None:
        """An auditor only reads, so that no policy can wait for one."""
        wrong = document()
        wrong["tiers"]["fast track"]["signoffs"][0]["role"] = "auditor"
        with pytest.raises(BadInputError, match="cannot sign"):
            policies.from_document(wrong)

    @pytest.mark.parametrize("meaning", ["object", "abstain"])
    def test_objection_cannot_carry(self, meaning: str) -> None:
        """An objection or abstention never counts as the sign-off that is asked for."""
        wrong = document()
        wrong["tiers"]["fast track"]["signoffs"][0]["meanings"].append(meaning)
        with pytest.raises(BadInputError, match="objection"):
            policies.from_document(wrong)

    def test_authorship_alone_cannot_carry(self) -> None:
        """A required sign-off must be able to say more than that one made it."""
        wrong = document()
        wrong["tiers"]["fast track"]["signoffs"][0]["meanings"] = ["authorship"]
        with pytest.raises(BadInputError, match="able to carry"):
            policies.from_document(wrong)

    def test_role_twice(self) -> None:
        """More people of one role are a quorum, not two rules."""
        wrong = document()
        rules = wrong["tiers"]["fast track"]["signoffs"]
        rules.append(rules[0])
        with pytest.raises(BadInputError, match="quorum"):
            policies.from_document(wrong)

    def test_decider_without_permission(self) -> None:
        """The model owner can never be the one who decides."""
        wrong = document()
        wrong["tiers"]["fast track"]["decision_maker"] = "model owner"
        with pytest.raises(BadInputError, match="cannot decide"):
            policies.from_document(wrong)

    def test_floor_on_an_unknown_metric(self) -> None:
        """A metric that nothing measures is refused with the nearest word."""
        wrong = document()
        wrong["tiers"]["fast track"]["protocol"]["floors"][0]["metric"] = "aurok"
        with pytest.raises(BadInputError, match="auroc"):
            policies.from_document(wrong)

    def test_floor_with_two_bounds(self) -> None:
        """A floor sets one bound."""
        wrong = document()
        wrong["tiers"]["fast track"]["protocol"]["floors"][0]["at_most"] = 0.9
        with pytest.raises(BadInputError, match="exactly one"):
            policies.from_document(wrong)

    def test_unknown_tier(self) -> None:
        """Asking for a tier that is not one names the nearest."""
        with pytest.raises(BadInputError, match="fast track"):
            standard().rules("fast-trak")


class TestCheckProtocol:
    """The weakest protocol a tier accepts."""

    def reasons(self, **changes: Any) -> list[str]:  # noqa: ANN401 -- any key may be changed
        """Return why the fast track refuses a protocol."""
        return check_protocol(standard(), "fast track", protocol(**changes))

    def test_just_strong_enough(self) -> None:
        """Bounds equal to the floors are accepted."""
        assert self.reasons() == []

    def test_weaker_bound(self) -> None:
        """Below the floor the reason names both numbers."""
        criteria = [criterion("auroc", 0.6), *protocol()["criteria"][1:]]
        assert self.reasons(criteria=criteria) == [
            "[[criteria]] asks only for 0.6; the floor is auroc at least 0.7 over every site."
        ]

    def test_no_bound(self) -> None:
        """Leaving a metric out is weaker than any bound."""
        (reason,) = self.reasons(criteria=protocol()["criteria"][1:])
        assert "sets nothing for auroc" in reason

    @pytest.mark.parametrize(
        "change",
        [
            {"over": "overall"},
            {"exploratory": True},
            {"needs": "any"},
            {"at": {"site": "Hungary"}},
            {"source": "comparison"},
            {"basis": "site-standardised"},
        ],
    )
    def test_bound_over_less(self, change: dict[str, Any]) -> None:
        """A bound that spares some site, or that does not count, answers no floor."""
        criteria = [criterion("auroc", 0.9, **change), *protocol()["criteria"][1:]]
        assert any("auroc" in reason for reason in self.reasons(criteria=criteria))

    def test_every_finding_needs_its_bound(self) -> None:
        """A bound for one finding says nothing about another."""
        findings = [{"name": "effusion"}, {"name": "mass"}]
        criteria = [
            criterion("auroc", 0.8, finding="effusion"),
            criterion("sensitivity", 0.8),
            criterion("specificity", 0.5),
        ]
        (reason,) = self.reasons(findings=findings, criteria=criteria)
        assert "for mass" in reason

    def test_upper_floor(self) -> None:
        """Where small is good, a higher bound is the weaker one."""
        strong = [
            criterion("auroc", 0.8),
            criterion("sensitivity", 0.8),
            criterion("specificity", 0.5),
        ]
        cost = {"id": "cost", "metric": "cost_against_default", "over": "every site"}
        sex = criterion("sensitivity", 0.8, over="every sex")
        whole = {"minimum": {"positives": 20, "negatives": 20}}
        found = [
            check_protocol(
                standard(),
                "full review",
                protocol(criteria=[*strong, sex, {**cost, "at_most": bound}], **whole),
            )
            for bound in (1.0, 1.2)
        ]
        assert found[0] == []
        assert "cost_against_default at most 1" in found[1][0]

    def test_subgroup_for_the_full_review(self) -> None:
        """The full review wants at least one criterion over a subgroup."""
        found = check_protocol(standard(), "full review", protocol())
        assert any("subgroup" in reason for reason in found)

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"reference_standard": ""}, "reference_standard"),
            ({"costs": None}, "costs"),
            ({"costs": {"set_by": "x", "set_on": "2026-01-01", "why": ""}}, "why"),
            ({"population": None}, "population"),
            ({"minimum": {"positives": 5, "negatives": 10}}, "minimum.positives"),
        ],
    )
    def test_missing_part(self, change: dict[str, Any], word: str) -> None:
        """Each part that the policy asks for and the protocol lacks is named."""
        (reason,) = self.reasons(**change)
        assert word in reason

    def test_development_is_free(self) -> None:
        """Floors bind what can satisfy a gate; development may be measured as one likes."""
        assert self.reasons(purpose="development", criteria=[]) == []
