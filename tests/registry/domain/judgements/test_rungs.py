"""Facts about how far a decision lets a version go, and what ends it."""

import pytest

from registry.domain.judgements import rungs, verdicts
from registry.domain.judgements.rungs import Step
from registry.domain.policies import Rung, TierRules
from tests.factories.documents import (
    Json,
    criterion,
    make_condition,
    make_decision,
    make_dossier,
    make_signoff,
    make_standing,
)
from tests.factories.whole import make_bare_dossier, make_full_decision, make_full_dossier

SOUND = make_dossier(criteria=[criterion()])


def rules(**changes: object) -> TierRules:
    """Return what a policy asks at a tier, with changes."""
    whole: Json = {
        "rungs": ["silent", "pilot"],
        "criteria_from": "pilot",
        "statements": [],
        "documents": [{"kind": "privacy assessment", "from_rung": "pilot"}],
        "evidence": [{"id": "external", "purpose": "external testing"}],
        "signoffs": [{"role": "clinical lead", "meanings": ["support"]}],
        "decision_maker": "clinical lead",
        "months": 12,
    }
    return TierRules.model_validate(whole | changes)


def steps(
    dossier: Json,
    decision: Json | None,
    asked: TierRules | None = None,
    signoffs: tuple[Json, ...] = (),
) -> dict[str, Step]:
    """Return the ladder by name, under the headline of the same documents."""
    ruling = verdicts.rule(dossier, decision=decision, standing=None, signoffs=signoffs)
    return {one.name: one for one in rungs.ladder(dossier, decision, ruling, asked)}


class TestLadder:
    """Silent running, pilot use, general use."""

    def test_in_order(self) -> None:
        """Always all three."""
        assert list(steps(SOUND, None)) == ["Silent running", "Pilot use", "General use"]

    def test_permitted_just_when_the_headline_permits(self) -> None:
        """One rule judges both."""
        assert steps(SOUND, make_decision(SOUND))["Pilot use"].state == "permitted at Hungary"
        assert steps(SOUND, None)["Pilot use"].state == "blocked at Hungary"
        objection = make_signoff(meaning="object", role="clinical safety officer", reasons="No.")
        blocked = steps(SOUND, make_decision(SOUND), signoffs=(objection,))["Pilot use"]
        assert (blocked.permitted, blocked.state) == (False, "blocked at Hungary")

    def test_waits_for_conditions(self) -> None:
        """Conditions before go-live hold it up."""
        decision = make_decision(SOUND, conditions=[make_condition()])
        step = steps(SOUND, decision)["Pilot use"]
        assert step.state.startswith("permitted, once its conditions before go-live are closed")

    def test_an_approval_reaches_what_is_less(self) -> None:
        """Silent running goes with a pilot, as permits have it; the other way round it does not."""
        below = steps(SOUND, make_decision(SOUND))["Silent running"]
        assert below.state == "permitted at Hungary, being less than what was reviewed"
        assert below.permitted
        silent = make_dossier(criteria=[criterion(gates=False)], rung="silent")
        beyond = steps(silent, make_decision(silent))["Pilot use"]
        assert (beyond.state, beyond.permitted) == ("needs a review of its own", False)

    def test_what_the_tier_never_permits(self) -> None:
        """Says so, and what it does permit."""
        found = steps(SOUND, make_decision(SOUND), rules())
        assert found["General use"].state == "not permitted at this tier"
        assert found["General use"].asks == "The tier permits silent running and pilot use."

    def test_without_policy_nothing_is_said_to_be_asked(self) -> None:
        """Of a policy that is not at hand."""
        assert {one.asks for one in steps(SOUND, None).values()} == {""}


class TestAsks:
    """What policy asks for a rung."""

    def test_criteria_documents_and_the_hospital(self) -> None:
        """From which rung on each is asked."""
        assert rungs.asks_for(rules(), Rung.SILENT) == (
            "Criteria are judged and do not gate it. At each hospital: a plan of the silent run."
        )
        assert rungs.asks_for(rules(), Rung.PILOT) == (
            "Criteria gate it; document: privacy assessment. At each hospital: the results of the "
            "silent run, trained users, a monitoring plan, stop rules and a way back."
        )

    def test_days_on_the_rung_before(self) -> None:
        """As the policy's own rules for hospitals say."""
        asked = rules(deployments={"pilot": {"days_before": 30, "local_evidence": True}})
        text = rungs.asks_for(asked, Rung.PILOT)
        assert "local acceptance evidence whose criteria are met" in text
        assert text.endswith("a way back and 30 days on the rung before.")


class TestLimits:
    """Until when it holds."""

    def test_no_decision(self) -> None:
        """Nothing is permitted."""
        (line,) = rungs.limits(None, None)
        assert line.text == "There is none: nothing is permitted."

    @pytest.mark.parametrize(
        ("state", "tone"), [("current", "good"), ("suspended", "bad"), ("draft", "unsure")]
    )
    def test_decision_end_and_standing(self, state: str, tone: str) -> None:
        """Who, when, why; the last day; and how it stands."""
        standing = make_standing(state, reason="harm was seen", by="heart-cad/3")
        lines = rungs.limits(make_full_decision(SOUND), standing)
        assert lines[0].text == (
            "Approve with conditions, 23 Nov 2026, 12:00 UTC, by Ilona Kovács. The list is read "
            "in full anyway."
        )
        assert lines[1].text.startswith("By 23 Nov 2027; on that day the approval ends")
        assert lines[2].text.endswith("12:30 UTC. By heart-cad/3. Harm was seen.")
        assert lines[2].tone == tone

    def test_waivers(self) -> None:
        """With the verdict that stays, the reason and what each bridges."""
        (line,) = rungs.waived(make_full_decision(SOUND))
        assert "The verdict stays insufficient evidence." in line.text
        assert line.text.endswith(
            "It bridges: Specificity at Hungary rests on too little evidence."
        )
        assert rungs.waived(make_decision(SOUND)) == rungs.waived(None) == ()


class TestEndings:
    """What ends or voids an approval."""

    def test_before_and_after_the_decision(self) -> None:
        """Before it a change voids sign-offs; after it nothing changes the dossier."""
        assert "voids the sign-offs" in rungs.endings(SOUND, None, None)[0].text
        after = rungs.endings(SOUND, make_decision(SOUND), None)[0].text
        assert after.startswith("Nothing changes this dossier any more.")

    def test_without_an_approval_there_is_nothing_to_end(self) -> None:
        """A decision that declines ends nothing later."""
        (line,) = rungs.endings(SOUND, make_decision(SOUND, outcome="decline"), rules())
        assert line.text == "There is none that could end: the decision was decline."

    def test_conditions_that_come_late(self) -> None:
        """Each open one, with what the registry does; closed ones no more."""
        lines = rungs.endings(SOUND, make_full_decision(SOUND), None)
        assert [line.text for line in lines if line.label == "Condition late"] == [
            "C-1, if open after 31 Jan 2027, is reported: No go-live.",
            "C-2, if open after 31 Jan 2027, suspends the version: No go-live.",
        ]

    def test_what_policy_does(self) -> None:
        """Longest approval, waivers, withdrawn data."""
        asked = rules(
            waivers={"criteria": ["any"], "on_expiry": "tell"},
            on_dataset_withdrawn={"training": "suspend"},
        )
        said = {line.label: line.text for line in rungs.endings(SOUND, None, asked)}
        assert said["Policy"].startswith("An approval holds 12 months at most")
        assert said["Waiver over"].startswith("A waiver that expires is reported;")
        assert said["Data withdrawn"] == (
            "When a dataset is withdrawn, one of training suspends the version and one of "
            "evidence is reported."
        )
        assert "Waiver over" not in {line.label for line in rungs.endings(SOUND, None, rules())}


class TestConditions:
    """What a decision asks further."""

    def test_open_ones_first_and_in_a_sentence(self) -> None:
        """Where it holds, what it asks, and what follows if not."""
        two = [make_condition(state="closed"), make_condition(number=2, consequence=None)]
        found = rungs.conditions(make_decision(SOUND, conditions=two))
        assert [one["number"] for one in found] == [2, 1]
        assert rungs.conditions(None) == []
        here = {"text": "Count again", "site": "Oslo", "consequence": "use ends"}
        assert rungs.condition(here) == "Oslo: Count again. Otherwise: Use ends."
        assert rungs.condition({"text": "Count again."}) == "Count again."


class TestMonitoring:
    """How decay would be seen."""

    def test_plan_and_stop_rules(self) -> None:
        """The statement, and that stop rules are each hospital's."""
        plan, stop, windows = rungs.monitoring(make_full_dossier())
        assert (plan.tone, windows.text) == ("plain", "None yet.")
        assert stop.text.startswith("This dossier holds none")

    def test_nothing_said(self) -> None:
        """Missing is loud; not available has its reason."""
        assert rungs.monitoring(make_bare_dossier())[0].text.startswith("MISSING")
        dossier = make_full_dossier()
        dossier["statements"][8] |= {"kind": "not available", "text": None, "reason": "no data"}
        assert rungs.monitoring(dossier)[0].text == "Not available: No data."

    def test_windows(self) -> None:
        """Evidence of monitoring is named."""
        dossier = make_full_dossier()
        dossier["evidence"][1] |= {"purpose": "monitoring"}
        assert rungs.monitoring(dossier)[2].text == "Evidence 2."
