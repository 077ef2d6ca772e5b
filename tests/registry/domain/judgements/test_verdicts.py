"""Facts about what policy permits or blocks."""

import itertools
from typing import Any

import pytest

from registry.domain.judgements.verdicts import (
    banner,
    blocking,
    combined,
    describe,
    gating,
    objections,
    of_stratum,
    rule,
    ungated,
)
from tests.factories.documents import (
    Json,
    criterion,
    make_condition,
    make_decision,
    make_dossier,
    make_signoff,
    make_standing,
)

SWISS = criterion(
    id="specificity",
    metric="specificity",
    verdict="insufficient evidence",
    measured=0.625,
    low=0.306,
    high=0.863,
    required=0.6,
    by={"site": "Switzerland"},
    because="8 negatives, 10 required",
)
MISSED = criterion(verdict="not met", measured=0.7, low=0.65, high=0.75, because="")
OBJECTION = make_signoff(
    meaning="object", role="clinical safety officer", reasons="too few Swiss patients"
)


BASE = make_dossier()


def dossier(*criteria: Json, **changes: Any) -> Json:  # noqa: ANN401 - any part of a dossier
    """Return a dossier with just these criteria."""
    return {**BASE, "criteria": list(criteria), **changes}


def silent(*criteria: Json) -> Json:
    """Return a dossier for silent running with just these criteria."""
    return dossier(*criteria, scope={**BASE["scope"], "rung": "silent"})


class TestRule:
    """The headline."""

    def test_permits(self) -> None:
        """Approved, nothing blocks, no condition open."""
        whole = dossier(criterion())
        ruling = rule(whole, decision=make_decision(whole), standing=make_standing("current"))
        assert ruling.text == "Policy permits: pilot use at Hungary."
        assert ruling.tone == "good"

    def test_permits_once_conditions_are_closed(self) -> None:
        """A condition before go-live stands in the headline, one after it below."""
        whole = dossier(criterion())
        conditions = [
            make_condition(),
            make_condition(number=2, state="closed"),
            make_condition(number=3, when="after go-live"),
        ]
        ruling = rule(whole, decision=make_decision(whole, conditions=conditions), standing=None)
        assert ruling.text == "Policy permits: pilot use at Hungary, once condition 1 is closed."
        assert ruling.because[0] == "Condition 3 must be closed after go-live."
        assert ruling.tone == "unsure"

    def test_two_conditions_are_plural(self) -> None:
        """Grammar counts."""
        whole = dossier(criterion())
        two = [make_condition(), make_condition(number=2)]
        after = [make_condition(number=n, when="after go-live") for n in (3, 4)]
        ruling = rule(whole, decision=make_decision(whole, conditions=two + after), standing=None)
        assert "once conditions 1 and 2 are closed" in ruling.text
        assert ruling.because[0].startswith("Conditions 3 and 4 must")

    def test_permission_ends_on_a_day(self) -> None:
        """The last day of an approval stands under the headline."""
        whole = dossier(criterion())
        ruling = rule(whole, decision=make_decision(whole), standing=None)
        assert ruling.because == ("Valid until 23 Nov 2027.",)

    def test_permission_without_an_end_names_no_day(self) -> None:
        """An approval without a last day is not given one."""
        whole = dossier(criterion())
        ruling = rule(whole, decision=make_decision(whole, valid_until=None), standing=None)
        assert ruling.because == ()

    def test_undecided_is_blocked(self) -> None:
        """Without a decision nothing is permitted, however good the evidence."""
        ruling = rule(dossier(criterion()), decision=None, standing=None)
        assert ruling.text == (
            "Policy blocks: pilot use at Hungary, because it has not been decided."
        )

    def test_says_why_it_blocks(self) -> None:
        """The reason stands in the headline, not on page 3."""
        ruling = rule(dossier(SWISS), decision=None, standing=None)
        assert ruling.text == (
            "Policy blocks: pilot use at Hungary, because specificity at Switzerland rests on "
            "too little evidence."
        )
        assert ruling.tone == "unsure"

    def test_more_reasons_are_counted(self) -> None:
        """Two reasons are said, the others counted."""
        other = {"by": {"site": "Long Beach"}}
        ruling = rule(
            dossier(SWISS, MISSED, SWISS | other),
            decision=None,
            standing=None,
            signoffs=[OBJECTION],
        )
        assert ruling.text.endswith(
            "because the clinical safety officer objects, AUROC at Hungary does not reach what "
            "was agreed, and 2 more reasons."
        )
        assert ruling.tone == "bad"

    def test_decline_names_the_reason(self) -> None:
        """By what blocked it, or by what the decision says, or by who declined."""
        whole, clean = dossier(SWISS), dossier(criterion())
        said = make_decision(clean, outcome="decline", blocked_by=["The sample is too old."])
        bare = make_decision(clean, outcome="decline")
        texts = [
            rule(whole, decision=make_decision(whole, outcome="decline"), standing=None).text,
            rule(clean, decision=said, standing=None).text,
            rule(clean, decision=bare, standing=None).text,
        ]
        assert "it was declined: specificity at Switzerland" in texts[0]
        assert texts[1].endswith("because Ilona Kovács declined it: the sample is too old.")
        assert texts[2].endswith("because Ilona Kovács declined it.")

    def test_re_review(self) -> None:
        """A decision for another review permits nothing."""
        whole = dossier(criterion())
        decision = make_decision(whole, outcome="re-review")
        assert "asks for another review" in rule(whole, decision=decision, standing=None).text

    def test_re_review_says_what_is_missing(self) -> None:
        """Sent back for a reason: the headline has both."""
        whole = dossier(SWISS)
        ruling = rule(whole, decision=make_decision(whole, outcome="re-review"), standing=None)
        assert ruling.text.endswith(
            "because the decision asks for another review: specificity at Switzerland rests on "
            "too little evidence."
        )

    def test_waived_is_permitted_and_not_flattered(self) -> None:
        """The permission names the waiver, and under it stands that the verdict stays."""
        whole = dossier(SWISS)
        stated = {
            "of": "criterion",
            "id": SWISS["id"],
            "site": "Switzerland",
            "until": "2027-02-23",
            "verdicts": ["insufficient evidence"],
        }
        decision = make_decision(whole) | {"waivers": [{"document": stated}]}
        ruling = rule(whole, decision=decision, standing=make_standing("current"))
        assert ruling.text.endswith(", under 1 waiver.")
        assert (ruling.tone, ruling.blocks) == ("unsure", ())
        assert ruling.because[0] == (
            f"Waived until 23 Feb 2027: the criterion “{SWISS['id']}” at Switzerland. "
            "The verdict stays insufficient evidence."
        )
        elsewhere = decision | {"waivers": [{"document": stated | {"site": "Hungary"}}]}
        blocked = rule(whole, decision=elsewhere, standing=make_standing("current"))
        assert blocked.text.startswith("Policy blocks")

    @pytest.mark.parametrize(
        ("standing", "words"),
        [
            (
                make_standing("superseded", by="heart-cad/3"),
                "heart-cad/3 superseded heart-cad/2 on 23 Nov 2026.",
            ),
            (
                make_standing("suspended", reason="Recall of the analyser."),
                "heart-cad/2 has been suspended since 23 Nov 2026: recall of the analyser.",
            ),
            (
                make_standing("lapsed"),
                "the approval of heart-cad/2 lapsed on 23 Nov 2026; a new review must be decided.",
            ),
            (make_standing("suspended"), "heart-cad/2 has been suspended since 23 Nov 2026."),
        ],
    )
    def test_ended(self, standing: Json, words: str) -> None:
        """An approval that has ended is not printed as a permission."""
        whole = dossier(criterion())
        ruling = rule(whole, decision=make_decision(whole), standing=standing)
        assert ruling.text.endswith(f"because {words}")

    @pytest.mark.parametrize(
        ("verdict", "outcome", "state", "objected"),
        list(
            itertools.product(
                ["met", "not met", "insufficient evidence", "not assessed"],
                [None, "approve", "approve with conditions", "re-review", "decline"],
                [None, "draft", "current", "declined", "superseded", "suspended", "lapsed"],
                [False, True],
            )
        ),
    )
    def test_never_permits_over_what_blocks(
        self, verdict: str, outcome: str | None, state: str | None, objected: bool
    ) -> None:
        """A law: a permission has an approval, nothing that blocks, and a standing that holds."""
        whole = dossier(criterion(verdict=verdict))
        ruling = rule(
            whole,
            decision=None if outcome is None else make_decision(whole, outcome=outcome),
            standing=None if state is None else make_standing(state),
            signoffs=[OBJECTION] if objected else [],
        )
        permitted = ruling.text.startswith("Policy permits: ")
        assert permitted is (
            verdict == "met"
            and not objected
            and outcome in {"approve", "approve with conditions"}
            and state not in {"superseded", "suspended", "lapsed"}
        )
        assert permitted or (ruling.text.startswith("Policy blocks: ") and "because" in ruling.text)
        assert "recommend" not in ruling.text.lower()


class TestUngated:
    """A rung at which policy lets no criterion block."""

    FREED = MISSED | {"gates": False}

    def test_permission_says_that_it_proves_nothing(self) -> None:
        """Silent running may be permitted over what is not met, never in green."""
        whole = silent(self.FREED)
        ruling = rule(whole, decision=make_decision(whole), standing=make_standing("current"))
        assert ruling.text == (
            "Policy permits: silent running at Hungary. No criterion gates it: this is no proof "
            "of performance."
        )
        assert ruling.tone == "unsure"
        assert ruling.blocks == ()
        assert [block.kind for block in ruling.open] == ["not met"]

    def test_what_is_open_is_named(self) -> None:
        """Judged all the same, with what each found."""
        assert gating(silent(self.FREED, SWISS | {"gates": False})) == (
            "Criteria do not gate silent running: no score reaches anybody. Judged all the same: "
            "AUROC at Hungary does not reach what was agreed and specificity at Switzerland rests "
            "on too little evidence."
        )

    def test_all_met_is_said_and_still_no_proof(self) -> None:
        """Even then the permission rests on nothing that was gated."""
        whole = silent(criterion(gates=False))
        ruling = rule(whole, decision=make_decision(whole), standing=None)
        assert ruling.because[-1].endswith("every criterion in scope is met.")
        assert ruling.tone == "unsure"

    def test_objection_still_blocks(self) -> None:
        """The safety officer's word gates every rung; what is open stands below it."""
        whole = silent(self.FREED)
        ruling = rule(whole, decision=make_decision(whole), standing=None, signoffs=[OBJECTION])
        assert ruling.text.startswith("Policy blocks: silent running")
        assert [block.kind for block in ruling.blocks] == ["objection"]
        assert [block.kind for block in ruling.open] == ["not met"]

    def test_a_policy_may_free_other_rungs(self) -> None:
        """Where scores do reach people it does not say that none does."""
        sentence = gating(dossier(self.FREED))
        assert sentence is not None
        assert sentence.startswith("Criteria do not gate pilot use under this policy.")

    def test_gated_rung_says_nothing_of_it(self) -> None:
        """The sentence stands only where it is needed."""
        assert gating(dossier(MISSED)) is None


class TestBlocking:
    """Everything that stands against use."""

    def test_what_does_not_gate_does_not_block(self) -> None:
        """At a rung where policy lets no criterion block, none does; it stays open."""
        freed = MISSED | {"gates": False}
        assert blocking(dossier(freed)) == ()
        assert [block.kind for block in ungated(dossier(freed))] == ["not met"]

    def test_one_of_several_is_enough_where_any_is(self) -> None:
        """A criterion that needs any of its strata does not block once one is met."""
        any_ = {"needs": "any"}
        met = criterion(by={"site": "Long Beach"}) | any_
        assert blocking(dossier(MISSED | any_, met)) == ()

    def test_worst_first(self) -> None:
        """Objection, not met, insufficient, missing, not assessed."""
        requirement = {
            "id": "evidence",
            "text": "External testing evidence",
            "status": "missing",
            "because": "there is none",
            "waits_for": "ML engineer",
        }
        absent = criterion(verdict="not assessed", measured=None, because="no such site")
        whole = dossier(absent, SWISS, MISSED, requirements=[requirement])
        kinds = [block.kind for block in blocking(whole, [OBJECTION])]
        assert kinds == ["objection", "not met", "insufficient evidence", "missing", "not assessed"]

    def test_other_sites_do_not_block(self) -> None:
        """What lies outside the scope stands in the tables with its verdict."""
        assert blocking(dossier(SWISS | {"in_scope": False})) == ()

    def test_requirement_says_for_whom_it_waits(self) -> None:
        """The remedy has a person."""
        requirement = {
            "id": "statements",
            "text": "All thirteen considerations are stated",
            "status": "not met",
            "because": "two are missing",
            "waits_for": "model owner",
        }
        (block,) = blocking(dossier(requirements=[requirement]))
        assert block.text == (
            "All thirteen considerations are stated. Two are missing. Waits for: model owner."
        )

    def test_only_the_safety_officers_objection_blocks(self) -> None:
        """Another's objection stays on the card and blocks nothing."""
        assert blocking(dossier(), [make_signoff(meaning="object", reasons="no")]) == ()

    def test_requirement_without_reason_or_person(self) -> None:
        """What nobody explained and nobody owes is its own sentence, with nothing made up."""
        bare = {"id": "card", "text": "A card was drawn", "status": "missing"}
        (block,) = blocking(dossier(requirements=[bare]))
        assert block.text == "A card was drawn."

    @pytest.mark.parametrize("end", [{"void": True}, {"withdrawn_at": "2026-11-24T09:00:00Z"}])
    def test_ended_objection_does_not_block(self, end: Json) -> None:
        """Void and withdrawn objections no longer stand."""
        assert objections([OBJECTION | end]) == ()


class TestDescribe:
    """One criterion as a sentence."""

    def test_whole(self) -> None:
        """What was measured, what was required, why."""
        assert describe(SWISS) == (
            "Specificity: specificity at Switzerland is 62.5% (30.6%–86.3%), at least 60.0% "
            "required; 8 negatives, 10 required."
        )

    def test_group(self) -> None:
        """A group is said with its attribute."""
        assert "AUROC in sex F is" in describe(MISSED | {"by": {"sex": "F"}})

    @pytest.mark.parametrize(
        ("over", "words"),
        [
            ("difference by sex", "by sex"),
            ("pooled external", "over the external sites"),
            ("overall", "in all exams together"),
        ],
    )
    def test_over_nobody_in_particular(self, over: str, words: str) -> None:
        """Criteria over several strata say over what."""
        assert f"AUROC {words} is" in describe(MISSED | {"by": {}, "over": over})

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"by": {}}, "by age band"),
            ({"by": {}, "basis": "crude"}, "by age band"),
            ({"by": {}, "basis": "site-standardised"}, "by age band within the same sites"),
            ({"by": {"site": "Hungary"}}, "by age band at Hungary"),
        ],
    )
    def test_between_groups(self, facts: Json, words: str) -> None:
        """A gap says between whom, and whether within the same sites."""
        gap = MISSED | {"attribute": "age_band", "over": "overall"} | facts
        assert f"AUROC {words} is" in describe(gap)

    def test_absent(self) -> None:
        """What was not assessed has no number."""
        absent = criterion(verdict="not assessed", measured=None, required=None, because="")
        assert describe(absent) == "Discrimination: AUROC at Hungary."


class TestCombined:
    """The verdict over several strata."""

    @pytest.mark.parametrize(
        ("verdicts", "word"),
        [
            (["met", "met"], "met"),
            (["met", "insufficient evidence"], "insufficient evidence"),
            (["insufficient evidence", "not met"], "not met"),
            (["met", "not assessed"], "not assessed"),
            ([], "not judged"),
        ],
    )
    def test_the_worst_wins(self, verdicts: list[str], word: str) -> None:
        """Any not met is not met; any insufficient is insufficient."""
        assert combined(verdicts) == word

    def test_of_a_stratum(self) -> None:
        """Only criteria of exactly that stratum count."""
        whole = dossier(criterion(), SWISS)
        assert of_stratum(whole, {"site": "Hungary"}) == "met"
        assert of_stratum(whole, {"site": "Nowhere"}) == "not judged"


class TestBanner:
    """The word across every page."""

    @pytest.mark.parametrize(
        ("outcome", "state", "word"),
        [
            (None, None, "DRAFT"),
            (None, "draft", "DRAFT"),
            (None, "current", "DRAFT"),
            ("approve", None, None),
            ("approve", "current", None),
            ("approve", "draft", "DRAFT"),
            ("re-review", "current", "DRAFT"),
            ("decline", None, "DECLINED"),
            ("decline", "declined", "DECLINED"),
            ("approve", "superseded", "SUPERSEDED"),
            ("approve", "suspended", "SUSPENDED"),
            ("approve", "lapsed", "LAPSED"),
        ],
    )
    def test_word(self, outcome: str | None, state: str | None, word: str | None) -> None:
        """Only a decided card whose version stands is without one."""
        decision = None if outcome is None else {"outcome": outcome}
        standing = None if state is None else {"state": state}
        assert banner(decision, standing) == word
