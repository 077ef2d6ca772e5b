"""Strictness: several policies become the one that asks all that any of them asks."""

import copy
from typing import Any

import pytest

from registry.domain.errors import BadInputError
from registry.domain.policies import (
    HazardRules,
    IncidentRules,
    Policy,
    Rung,
    Tier,
    from_document,
    strictest,
)
from registry.domain.policies.deployments import RungRules
from registry.domain.policies.life import WaiverRules, WithdrawalRules
from registry.domain.policies.shape import (
    EvidenceRule,
    Floor,
    ProtocolRules,
    SignOffRule,
    TierRules,
)
from registry.domain.policies.strictness import STRICTER, SUBJECT, How, effect_of
from tests.registry.domain.test_policies import standard

FAST = "fast track"


def other(**changes: Any) -> Policy:  # noqa: ANN401 -- any key of the fast track
    """Return the shipped policy under another name, with other answers at the fast track."""
    document = copy.deepcopy(standard().document())
    document["name"] = "dcb"
    document["tiers"][FAST].update(changes)
    return from_document(document)


def signoffs(**changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- any key of the rule
    """Return the sign-offs of the fast track, that of the safety officer changed."""
    rules: list[dict[str, Any]] = copy.deepcopy(standard().document()["tiers"][FAST]["signoffs"])
    rules[1].update(changes)
    return rules


def together(*policies: Policy) -> TierRules:
    """Return what policies ask together at the fast track."""
    return strictest([standard(), *policies]).rules(FAST)


class TestTable:
    """The table says of every key how it combines."""

    @pytest.mark.parametrize(
        ("part", "path"),
        [
            (TierRules, ""),
            (ProtocolRules, "protocol."),
            (SignOffRule, "signoffs."),
            (EvidenceRule, "evidence."),
            (Floor, "protocol.floors."),
            (RungRules, "deployments.pilot."),
            (WaiverRules, "waivers."),
            (WithdrawalRules, "on_dataset_withdrawn."),
            (HazardRules, "hazards."),
            (IncidentRules, "incidents."),
        ],
    )
    def test_every_key_has_its_line(self, part: type[Any], path: str) -> None:
        """A new key of a policy needs a line in `STRICTER`, or names what a part is about."""
        about = {key.rstrip("?") for key in SUBJECT.get(path.rstrip("."), ())} | {"id"}
        lacking = {f"{path}{key}" for key in part.model_fields if key not in about} - set(STRICTER)
        assert not lacking

    def test_every_list_says_what_its_parts_are_about(self) -> None:
        """Where parts combine one by one, it is known which two are about the same."""
        assert {path for path, how in STRICTER.items() if how is How.EACH} == set(SUBJECT)


class TestStrictest:
    """Key by key."""

    def test_alone(self) -> None:
        """One policy is itself, and combines nothing."""
        assert strictest([standard()]) == standard()

    def test_names_all(self) -> None:
        """The label names every policy and version, and each is kept with its digest."""
        combined = strictest([standard(), other()])
        assert combined.label == "standard/1 + dcb/1"
        assert [(one.name, one.version) for one in combined.combines] == [
            ("standard", 1),
            ("dcb", 1),
        ]
        assert all(one.digest.startswith("sha256:") for one in combined.combines)

    def test_reads_back(self) -> None:
        """What is kept of a combined policy reads as the same policy."""
        combined = strictest([standard(), other(months=6)])
        assert from_document(combined.document()) == combined

    @pytest.mark.parametrize(
        ("key", "value", "expected"),
        [
            ("rungs", ["silent"], (Rung.SILENT,)),
            ("criteria_from", "silent", Rung.SILENT),
            ("criteria_from", "general", Rung.PILOT),
            ("statements", [2, 3], (1, 2, 3, 4, 5, 6, 7, 8, 12, 13)),
            ("statements_months", 24, 24),
            ("overlap_checked", True, True),
            ("months", 6, 6),
            ("months", 24, 12),
        ],
    )
    def test_key(self, key: str, value: object, expected: object) -> None:
        """Whichever policy comes first, the stricter answer stands."""
        assert getattr(together(other(**{key: value})), key) == expected
        turned = strictest([other(**{key: value}), standard()]).rules(FAST)
        assert getattr(turned, key) == expected

    def test_protocol(self) -> None:
        """Floors of the same metric and strata: the stronger; others stand beside."""
        rules = standard().document()["tiers"][FAST]["protocol"]
        floors = [
            {"metric": "auroc", "over": "every site", "at_least": 0.8},
            {"metric": "auroc", "over": "overall", "at_least": 0.9},
            {"metric": "specificity", "over": "every site", "at_least": 0.1},
        ]
        asked = {**rules, "positives": 50, "negatives": 5, "subgroups": True, "floors": floors}
        found = together(other(protocol=asked)).protocol
        assert (found.positives, found.negatives, found.subgroups) == (50, 10, True)
        assert {(f.metric, f.over): f.at_least for f in found.floors} == {
            ("auroc", "every site"): 0.8,
            ("auroc", "overall"): 0.9,
            ("sensitivity", "every site"): 0.7,
            ("specificity", "every site"): 0.4,
        }

    def test_evidence(self) -> None:
        """The same kind of evidence: the better custody; another kind stands beside it."""
        asked = [
            {"id": "external", "purpose": "external testing", "custody": "independent party"},
            {"id": "local", "purpose": "local acceptance"},
        ]
        found = together(other(evidence=asked)).evidence
        assert [(rule.id, rule.custody.value) for rule in found] == [
            ("external", "independent party"),
            ("local", "from the author"),
        ]

    def test_evidence_of_one_name(self) -> None:
        """Two kinds that policies call by one name are told apart."""
        asked = [{"id": "external", "purpose": "local acceptance"}]
        assert [rule.id for rule in together(other(evidence=asked)).evidence] == [
            "external",
            "external_too",
        ]

    def test_signoffs(self) -> None:
        """The higher quorum, every order, and only the meanings that all accept."""
        asked = signoffs(quorum=2, meanings=["support"], after=["independent validator"])
        officer = together(other(signoffs=asked)).signoffs[1]
        assert (officer.quorum, officer.meanings, officer.after) == (
            2,
            ("support",),
            ("independent validator",),
        )

    def test_no_meaning_left(self) -> None:
        """Policies that accept nothing in common are refused, naming the key."""
        with pytest.raises(BadInputError, match="nobody could satisfy both") as caught:
            together(other(signoffs=signoffs(meanings=["review"])))
        assert caught.value.field == "tiers.fast track.signoffs.meanings"

    def test_orders_in_a_circle(self) -> None:
        """Each order may be fine and both together impossible."""
        first = signoffs(after=["clinical lead"])
        second = signoffs()
        second[2]["after"] = ["clinical safety officer"]
        with pytest.raises(BadInputError, match="wait for each other"):
            strictest([other(signoffs=first), other(signoffs=second)])

    def test_what_a_rung_leaves_out_is_still_asked(self) -> None:
        """A key that one policy leaves out stands as by default, and is not loosened by another."""
        asked = {"pilot": {"training": False, "permit_minutes": 60, "days_before": 14}}
        found = together(other(deployments=asked)).deployments
        assert found is not None
        pilot = found.at("pilot")
        assert (pilot.training, pilot.permit_minutes, pilot.days_before) == (True, 60, 14)

    def test_who_decides(self) -> None:
        """The first policy's; who decides by another must support it."""
        found = together(other(decision_maker="top management"))
        assert found.decision_maker == "clinical lead"
        assert found.signoffs[-1].role == "top management"
        assert set(found.signoffs[-1].meanings) == {"support", "support with conditions"}

    def test_asked_is_no_longer_optional(self) -> None:
        """A role that one policy asks is required, though another only allows it."""
        asked = [*signoffs(), {"role": "model owner", "meanings": ["review"]}]
        found = together(other(signoffs=asked))
        assert "model owner" in {rule.role for rule in found.signoffs}
        assert "model owner" not in {rule.role for rule in found.optional}

    def test_two_roles_of_one_person(self) -> None:
        """Only where every policy lets one person fill both."""
        pair = ["clinical safety officer", "clinical lead"]
        assert together(other(dual_roles=[pair])).dual_roles == ()
        both = strictest([other(dual_roles=[pair]), other(dual_roles=[pair])])
        assert both.rules(FAST).dual_roles == (tuple(pair),)
        assert effect_of("dual_roles", None, [pair]) == "looser"

    def test_safety(self) -> None:
        """The lower rating, all failures rather than some, and the milder harm."""
        mine: dict[str, Any] = {"hazards": {"highest_residual": 3, "log_approved": True}}
        mine |= {"failure_review": {"evidence": "external testing", "at_least": 20}}
        theirs: dict[str, Any] = {"hazards": {"highest_residual": 2, "none_open": True}}
        theirs |= {"failure_review": {"evidence": "external testing", "at_least": "all"}}
        theirs |= {"incidents": {"open_from": "moderate"}}
        mine |= {"incidents": {"open_from": "severe"}}
        found = strictest([other(**mine), other(**theirs)])
        rules = found.rules(FAST)
        assert rules.hazards == HazardRules(log_approved=True, highest_residual=2, none_open=True)
        assert rules.failure_review is not None
        assert rules.failure_review.at_least == "all"
        assert rules.incidents is not None
        assert rules.incidents.open_from == "moderate"

    def test_three(self) -> None:
        """More than two combine alike."""
        found = together(other(months=9), other(months=3))
        assert found.months == 3

    @pytest.mark.parametrize("tier", list(Tier))
    def test_asks_no_less_than_each(self, tier: Tier) -> None:
        """With a policy that is stricter here and looser there, nothing is lost at any tier."""
        loose = other(statements=[2], overlap_checked=True, months=24)
        found = strictest([standard(), loose]).rules(tier)
        for one in (standard(), loose):
            asked = one.rules(tier)
            assert set(asked.statements) <= set(found.statements)
            assert found.months <= asked.months
            assert set(found.rungs) <= set(asked.rungs)


class TestEffectOf:
    """Whether a change asks more or less."""

    @pytest.mark.parametrize(
        ("path", "before", "after", "effect"),
        [
            ("months", 12, 6, "stricter"),
            ("months", 6, 12, "looser"),
            ("statements", [1], [1, 2], "stricter"),
            ("statements", [1, 2], [1], "looser"),
            ("statements", [1, 2], [2, 3], "other"),
            ("rungs", ["silent", "pilot"], ["silent"], "stricter"),
            ("overlap_checked", False, True, "stricter"),
            ("statements_months", None, 12, "stricter"),
            ("statements_months", 12, None, "looser"),
            ("evidence.custody", "independent party", "from the author", "looser"),
            ("decision_maker", "clinical lead", "top management", "other"),
        ],
    )
    def test_effect(self, path: str, before: object, after: object, effect: str) -> None:
        """By the same table by which policies combine."""
        assert effect_of(path, before, after) == effect


class TestLife:
    """What several policies let be waived, and what they stop."""

    def test_only_what_all_let_be_waived(self) -> None:
        """A policy that is silent lets nothing be waived; two let what both name, the shorter."""
        lenient = other(waivers={"criteria": ["women", "men"], "months": 6})
        assert together(lenient).waivers is None
        both = strictest([lenient, other(waivers={"criteria": ["women"], "on_expiry": "tell"})])
        rules = both.rules(FAST).waivers
        assert rules is not None
        assert (rules.criteria, rules.months, rules.on_expiry) == (("women",), 3, "suspend")
        apart = strictest([lenient, other(waivers={"requirements": ["overlap"]})])
        assert apart.rules(FAST).waivers is None

    def test_suspends_where_one_does(self) -> None:
        """One policy's word is enough to stop a version."""
        found = together(other(on_dataset_withdrawn={"training": "suspend"})).on_dataset_withdrawn
        assert found is not None
        assert (found.training, found.evidence) == ("suspend", "tell")

    def test_requests_are_only_told_where_all_say_so(self) -> None:
        """Else an open request stands in the way."""
        assert together(other(requests_for_change="tell")).requests_for_change is None
