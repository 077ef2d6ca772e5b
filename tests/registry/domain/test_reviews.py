"""Reviews: who may sign what, and what stands between a dossier and its approval."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from registry.domain import reviews
from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    RuleBrokenError,
    WaitingError,
)
from registry.domain.people import Actor, Role
from registry.domain.policies import Meaning, SignOffRule, read
from registry.domain.reviews import (
    BlockedError,
    InsufficientError,
    Kind,
    Missing,
    Outcome,
    SelfApprovalError,
    SignOff,
    StaleDossierError,
)
from tests.registry.domain.test_policies import TEXT

RULES = read(TEXT).rules("fast track")
NOW, OLD = "sha256:now", "sha256:old"
HOLDERS = dict.fromkeys(Role, 1)
ANNA, BELA, CARA = (UUID(int=n) for n in (1, 2, 3))
NEEDED = {
    Role.INDEPENDENT_VALIDATOR: Meaning.REVIEW,
    Role.CLINICAL_SAFETY_OFFICER: Meaning.SUPPORT,
    Role.CLINICAL_LEAD: Meaning.SUPPORT,
}


def signoff(
    role: Role = Role.CLINICAL_SAFETY_OFFICER,
    meaning: Meaning = Meaning.SUPPORT,
    *,
    person: UUID = ANNA,
    dossier: str = NOW,
    active: bool = True,
) -> SignOff:
    """Return a sign-off over the current dossier."""
    return SignOff(
        person=person, name="Anna", role=role, meaning=meaning, dossier=dossier, active=active
    )


def everybody() -> list[SignOff]:
    """Return the sign-offs that the fast track asks for."""
    return [
        signoff(role, meaning, person=UUID(int=9 + n))
        for n, (role, meaning) in enumerate(NEEDED.items())
    ]


class TestCheckSignoff:
    """What a sign-off must be."""

    def check(self, wanted: SignOff, **changes: Any) -> None:  # noqa: ANN401 -- any argument
        """Check a sign-off over the current dossier."""
        whole: dict[str, Any] = {"reasons": "", "authors": {}, "given": [], "rules": RULES}
        reviews.check_signoff(wanted, dossier=NOW, **whole | changes)

    @pytest.mark.parametrize(("role", "meaning"), NEEDED.items())
    def test_what_is_asked_for(self, role: Role, meaning: Meaning) -> None:
        """The sign-offs of the policy pass."""
        self.check(signoff(role, meaning))

    def test_other_dossier(self) -> None:
        """Who has read another dossier than the current one must read again."""
        with pytest.raises(StaleDossierError, match="dossier changed"):
            self.check(signoff(dossier=OLD))

    def test_role_without_a_say(self) -> None:
        """A role that the policy does not name cannot sign."""
        with pytest.raises(RuleBrokenError, match="site executive"):
            self.check(signoff(Role.SITE_EXECUTIVE))

    def test_meaning_that_is_not_accepted(self) -> None:
        """A safety officer cannot merely review."""
        with pytest.raises(RuleBrokenError, match="accept residual risk"):
            self.check(signoff(meaning=Meaning.REVIEW))

    @pytest.mark.parametrize("meaning", sorted(reviews.NEEDS_REASONS - {"support with conditions"}))
    def test_reasons_are_compulsory(self, meaning: Meaning) -> None:
        """Objection, abstention and residual risk need words; blanks are none."""
        with pytest.raises(BadInputError) as caught:
            self.check(signoff(meaning=meaning), reasons="  ")
        assert caught.value.field == "reasons"

    def test_support_with_conditions_needs_reasons(self) -> None:
        """So does support with conditions."""
        with pytest.raises(BadInputError):
            self.check(signoff(meaning=Meaning.SUPPORT_WITH_CONDITIONS))

    @pytest.mark.parametrize("meaning", [Meaning.OBJECT, Meaning.ABSTAIN])
    def test_everybody_with_a_say_may_object(self, meaning: Meaning) -> None:
        """Objection and abstention need no leave of the policy."""
        for role in NEEDED:
            self.check(signoff(role, meaning), reasons="Eight negatives are too few.")

    @pytest.mark.parametrize(("role", "meaning"), NEEDED.items())
    def test_author_never_approves(self, role: Role, meaning: Meaning) -> None:
        """Who made a part of the dossier can neither review nor support it."""
        with pytest.raises(SelfApprovalError) as caught:
            self.check(signoff(role, meaning), authors={ANNA: "evidence 1"})
        assert (caught.value.person, caught.value.made) == (ANNA, "evidence 1")

    def test_author_may_say_so(self) -> None:
        """Authorship is what an author may state."""
        self.check(signoff(Role.MODEL_OWNER, Meaning.AUTHORSHIP), authors={ANNA: "heart-cad/1"})

    def test_second_required_role(self) -> None:
        """One person cannot fill two required roles."""
        with pytest.raises(RuleBrokenError, match="two required roles"):
            self.check(signoff(), given=[signoff(Role.CLINICAL_LEAD)])

    def test_required_and_optional_role(self) -> None:
        """A required and an optional role do not collide."""
        self.check(signoff(), given=[signoff(Role.MODEL_OWNER, Meaning.AUTHORSHIP)])

    def test_same_role_again(self) -> None:
        """One active sign-off for each person and role."""
        with pytest.raises(ConflictError, match="withdraw"):
            self.check(signoff(meaning=Meaning.OBJECT), reasons="New facts.", given=[signoff()])

    @pytest.mark.parametrize("gone", [{"active": False}, {"dossier": OLD}])
    def test_after_withdrawal_or_voiding(self, gone: dict[str, Any]) -> None:
        """A sign-off that no longer counts stands in nobody's way."""
        self.check(signoff(), given=[signoff(Role.CLINICAL_LEAD, **gone), signoff(**gone)])


class TestOrder:
    """Who signs after whom."""

    VALIDATOR, OFFICER = Role.INDEPENDENT_VALIDATOR, Role.CLINICAL_SAFETY_OFFICER

    def check(self, wanted: SignOff, given: list[SignOff], quorum: int = 1) -> None:
        """Check a sign-off where the safety officer comes after the validator."""
        rules = RULES.model_copy(
            update={
                "signoffs": (
                    SignOffRule(role=self.VALIDATOR, meanings=(Meaning.REVIEW,), quorum=quorum),
                    SignOffRule(
                        role=self.OFFICER, meanings=(Meaning.SUPPORT,), after=(self.VALIDATOR,)
                    ),
                )
            }
        )
        reviews.check_signoff(
            wanted, reasons="why", dossier=NOW, authors={}, given=given, rules=rules
        )

    def test_before_its_turn(self) -> None:
        """The refusal names whom it waits for."""
        with pytest.raises(WaitingError, match="1 sign-off of the independent validator"):
            self.check(signoff(self.OFFICER), [])

    def test_after(self) -> None:
        """Once the validator has reviewed this dossier, the officer may support it."""
        self.check(signoff(self.OFFICER), [signoff(self.VALIDATOR, Meaning.REVIEW, person=BELA)])

    @pytest.mark.parametrize(
        "given",
        [
            signoff(VALIDATOR, Meaning.REVIEW, person=BELA, dossier=OLD),
            signoff(VALIDATOR, Meaning.REVIEW, person=BELA, active=False),
            signoff(VALIDATOR, Meaning.ABSTAIN, person=BELA),
        ],
    )
    def test_what_does_not_count(self, given: SignOff) -> None:
        """Void, withdrawn and abstaining sign-offs open the way for nobody."""
        with pytest.raises(WaitingError):
            self.check(signoff(self.OFFICER), [given])

    def test_quorum_first(self) -> None:
        """All who come before must have signed, not one of them."""
        given = [signoff(self.VALIDATOR, Meaning.REVIEW, person=BELA)]
        with pytest.raises(WaitingError, match="1 sign-off of the independent"):
            self.check(signoff(self.OFFICER), given, quorum=2)

    @pytest.mark.parametrize("meaning", [Meaning.OBJECT, Meaning.ABSTAIN])
    def test_an_objection_never_waits(self, meaning: Meaning) -> None:
        """Nobody is kept from objecting by an order."""
        self.check(signoff(self.OFFICER, meaning), [])


class TestMissingSignoffs:
    """Which sign-offs a decision still waits for."""

    def roles(self, *given: SignOff) -> list[str | None]:
        """Return the roles that are waited for."""
        found = reviews.missing_signoffs(RULES, given, dossier=NOW, holders=HOLDERS)
        return [one.waits_for for one in found]

    def test_nobody_signed(self) -> None:
        """At first it waits for every required role."""
        assert self.roles() == [role.value for role in NEEDED]

    def test_everybody_signed(self) -> None:
        """Then for nobody."""
        assert self.roles(*everybody()) == []

    @pytest.mark.parametrize("meaning", [Meaning.OBJECT, Meaning.ABSTAIN])
    def test_objection_fills_no_seat(self, meaning: Meaning) -> None:
        """An objection or abstention is not the sign-off that was asked for."""
        assert "clinical safety officer" in self.roles(signoff(meaning=meaning))

    def test_void_and_withdrawn_fill_no_seat(self) -> None:
        """Nor is one that was withdrawn or spoke of an older dossier."""
        gone = [signoff(active=False), signoff(dossier=OLD)]
        assert "clinical safety officer" in self.roles(*gone)

    def test_quorum_counts_people(self) -> None:
        """Two of a role means two people, and the sentence says how many are there."""
        two = SignOffRule(role=Role.CLINICAL_LEAD, meanings=(Meaning.SUPPORT,), quorum=2)
        rules = RULES.model_copy(update={"signoffs": (two,)})
        given = [signoff(Role.CLINICAL_LEAD), signoff(Role.CLINICAL_LEAD)]
        (found,) = reviews.missing_signoffs(
            rules, given, dossier=NOW, holders={Role.CLINICAL_LEAD: 1}
        )
        assert "(1 of 2)" in found.what
        assert "Only 1 hold that role" in found.what

    def test_role_that_nobody_holds(self) -> None:
        """Waiting for nobody is said, so that somebody is enrolled."""
        (first, *_) = reviews.missing_signoffs(RULES, [], dossier=NOW, holders={})
        assert first.what.endswith("Nobody holds it yet.")

    def test_awaited_names_role_and_meaning(self) -> None:
        """The card prints a place for each sign-off still to come."""
        waiting = reviews.awaited(RULES, everybody()[1:], NOW)
        assert waiting == [
            {
                "role": "independent validator",
                "meaning": "review or support or support with conditions",
            }
        ]


def criterion(verdict: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part
    """Return a judged criterion in scope."""
    whole = {
        "evidence": "e1",
        "id": "specificity",
        "verdict": verdict,
        "measured": 0.5,
        "required": 0.6,
        "comparison": "at least",
        "metric": "specificity",
        "over": "every site",
        "needs": "all",
        "by": {"site": "Switzerland"},
        "because": "8 negatives",
        "in_scope": True,
        "gates": True,
        "finding": None,
    }
    return whole | changes


def requirement(status: str, waits_for: str | None = None) -> dict[str, Any]:
    """Return a requirement with a status."""
    return {"text": "A thing", "status": status, "because": "Why.", "waits_for": waits_for}


class TestBlockers:
    """Everything that blocks, the hardest first."""

    def blockers(self, **changes: Any) -> list[Missing]:  # noqa: ANN401 -- any argument
        """Return what blocks a dossier that everybody signed."""
        whole: dict[str, Any] = {
            "requirements": [],
            "criteria": [],
            "signoffs": everybody(),
            "dossier": NOW,
            "holders": HOLDERS,
        }
        return reviews.blockers(RULES, **whole | changes)

    def test_nothing(self) -> None:
        """Everything met and signed: nothing blocks."""
        assert self.blockers(criteria=[criterion("met")], requirements=[requirement("met")]) == []

    def test_safety_officers_objection(self) -> None:
        """It blocks although every seat is filled."""
        objection = signoff(meaning=Meaning.OBJECT, person=CARA)
        (found,) = self.blockers(signoffs=[*everybody(), objection])
        assert (found.kind, found.what) == (
            Kind.NOT_MET,
            "Anna, clinical safety officer, objects.",
        )

    def test_other_objection_leaves_its_mark_only(self) -> None:
        """A model owner's objection stands on the card and does not block."""
        objection = signoff(Role.MODEL_OWNER, Meaning.OBJECT, person=CARA)
        assert self.blockers(signoffs=[*everybody(), objection]) == []

    @pytest.mark.parametrize(
        ("verdict", "kind"),
        [
            ("not met", Kind.NOT_MET),
            ("insufficient evidence", Kind.INSUFFICIENT),
            ("not assessed", Kind.INSUFFICIENT),
        ],
    )
    def test_criterion(self, verdict: str, kind: Kind) -> None:
        """Insufficient evidence blocks exactly as not met does, under its own name."""
        (found,) = self.blockers(criteria=[criterion(verdict)])
        assert found.kind is kind
        assert found.what == (
            "“specificity” at Switzerland: Specificity 0.5; at least 0.6 is asked; 8 negatives."
        )

    def test_unmeasured_criterion_says_so(self) -> None:
        """Where nothing was measured the sentence says that, not a number."""
        (found,) = self.blockers(criteria=[criterion("not assessed", measured=None)])
        assert "Specificity not assessed; at least 0.6 is asked" in found.what

    def test_what_does_not_gate_does_not_block(self) -> None:
        """Below the rung at which criteria gate, an unmet one stands in nobody's way."""
        assert self.blockers(criteria=[criterion("not met", gates=False)]) == []

    def test_order(self) -> None:
        """Not met, then insufficient, then what waits for people."""
        found = self.blockers(
            requirements=[requirement("missing", "ML engineer"), requirement("not met")],
            criteria=[criterion("insufficient evidence")],
            signoffs=[],
        )
        assert [one.kind for one in found] == [
            Kind.NOT_MET,
            Kind.INSUFFICIENT,
            *[Kind.MISSING] * 4,
        ]


class TestDecide:
    """What each outcome needs."""

    blocked = (Missing(kind=Kind.NOT_MET, what="No.", waits_for=None),)

    @pytest.mark.parametrize("outcome", [Outcome.DECLINE, Outcome.RE_REVIEW])
    def test_declining_is_always_possible(self, outcome: Outcome) -> None:
        """Nothing blocks a refusal or another look."""
        assert reviews.decide(outcome, blocked=self.blocked, conditions=0, reasons="Why.") == []

    def test_conditions_bridge_nothing(self) -> None:
        """An unmet criterion blocks an approval with conditions just the same."""
        found = reviews.decide(
            Outcome.APPROVE_WITH_CONDITIONS, blocked=self.blocked, conditions=1, reasons="Why."
        )
        assert found == list(self.blocked)

    @pytest.mark.parametrize("outcome", list(Outcome))
    def test_reasons(self, outcome: Outcome) -> None:
        """Every decision needs reasons."""
        with pytest.raises(BadInputError) as caught:
            reviews.decide(outcome, blocked=[], conditions=0, reasons=" ")
        assert caught.value.field == "reasons"

    def test_with_conditions_and_none(self) -> None:
        """An approval with conditions names at least one."""
        with pytest.raises(BadInputError, match="at least one"):
            reviews.decide(
                Outcome.APPROVE_WITH_CONDITIONS, blocked=[], conditions=0, reasons="Why."
            )

    def test_conditions_elsewhere(self) -> None:
        """A plain approval or a refusal carries none."""
        with pytest.raises(BadInputError, match="only"):
            reviews.decide(Outcome.APPROVE, blocked=[], conditions=1, reasons="Why.")


class TestBlockedError:
    """Which refusal is raised, so that machines can tell them apart."""

    def test_waiting(self) -> None:
        """Where only people are missing it is a matter of waiting."""
        missing = Missing(kind=Kind.MISSING, what="Sign-off.", waits_for="clinical lead")
        error = BlockedError.of([missing])
        assert isinstance(error, WaitingError)
        assert error.waits_for == ("Sign-off. Waits for: clinical lead.",)

    def test_insufficient(self) -> None:
        """Where nothing speaks against it, too little is known."""
        kinds = (Kind.INSUFFICIENT, Kind.MISSING)
        error = BlockedError.of([Missing(kind=k, what="x", waits_for=None) for k in kinds])
        assert isinstance(error, InsufficientError)

    def test_not_met(self) -> None:
        """One thing that is not met makes the whole a block."""
        kinds = (Kind.NOT_MET, Kind.INSUFFICIENT)
        error = BlockedError.of([Missing(kind=k, what="x", waits_for=None) for k in kinds])
        assert error.code == "blocked"


class TestCheckDecider:
    """Who may decide."""

    def decider(self, *roles: Role) -> Actor:
        """Return Anna with roles."""
        return Actor(id=ANNA, login="anna", name="Anna", roles=frozenset(roles), via="session")

    def check(self, actor: Actor, **changes: Any) -> Role:  # noqa: ANN401 -- any argument
        """Check who would decide."""
        whole: dict[str, Any] = {"authors": {}, "signoffs": []}
        return reviews.check_decider(actor, rules=RULES, dossier=NOW, **whole | changes)

    def test_clinical_lead(self) -> None:
        """The role that the policy names decides, signed or not."""
        given = [signoff(Role.CLINICAL_LEAD)]
        assert self.check(self.decider(Role.CLINICAL_LEAD), signoffs=given) is Role.CLINICAL_LEAD

    def test_other_role(self) -> None:
        """Nobody else does."""
        with pytest.raises(ForbiddenError, match="clinical lead"):
            self.check(self.decider(Role.SITE_EXECUTIVE))

    def test_author(self) -> None:
        """An author cannot decide on their own work."""
        with pytest.raises(SelfApprovalError):
            self.check(self.decider(Role.CLINICAL_LEAD), authors={ANNA: "heart-cad/1"})

    def test_signer_in_another_role(self) -> None:
        """Who filled another required role cannot decide as well."""
        actor = self.decider(Role.CLINICAL_LEAD, Role.CLINICAL_SAFETY_OFFICER)
        with pytest.raises(RuleBrokenError, match="another clinical lead"):
            self.check(actor, signoffs=[signoff()])


class TestCheckValidity:
    """Until when an approval holds."""

    today, latest = date(2026, 11, 23), date(2027, 11, 23)

    def test_as_long_as_the_policy_permits(self) -> None:
        """Without a date it is the policy's longest."""
        assert reviews.check_validity(None, today=self.today, latest=self.latest) == self.latest

    @pytest.mark.parametrize("wrong", [date(2026, 11, 23), date(2027, 11, 24)])
    def test_outside(self, wrong: date) -> None:
        """Today is not in the future, and a day more than the policy permits is too late."""
        with pytest.raises(BadInputError):
            reviews.check_validity(wrong, today=self.today, latest=self.latest)

    def test_sooner(self) -> None:
        """A sooner day is taken."""
        soon = date(2027, 1, 1)
        assert reviews.check_validity(soon, today=self.today, latest=self.latest) == soon


class TestCheckSeats:
    """Never more signers than hold the role."""

    def test_enough(self) -> None:
        """One holder for a quorum of one is enough."""
        reviews.check_seats(RULES.signoffs, HOLDERS)

    def test_too_few(self) -> None:
        """A quorum above the number of holders is refused by role."""
        with pytest.raises(BadInputError, match="independent validator"):
            reviews.check_seats(RULES.signoffs, {})

    def test_a_review_does_not_open_without_them(self) -> None:
        """What could never be signed whole is not begun."""
        reviews.require_seats(RULES.signoffs, HOLDERS)
        with pytest.raises(WaitingError, match="clinical lead: 1 asked for, held by nobody"):
            reviews.require_seats(RULES.signoffs, {**HOLDERS, Role.CLINICAL_LEAD: 0})
