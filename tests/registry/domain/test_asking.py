"""Asking: who has not answered and for how long, and who has the first word."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from registry.domain.errors import WaitingError
from registry.domain.people import Role
from registry.domain.policies import Meaning, SignOffRule, TierRules
from registry.domain.reviews import SignOff, asked, check_first_word, first_word

OPENED = datetime(2026, 11, 23, 9, tzinfo=UTC)
ADA, BEN, CEM, DAN = (UUID(int=n) for n in range(1, 5))
LEAD, OFFICER = Role.CLINICAL_LEAD, Role.CLINICAL_SAFETY_OFFICER
RULES = TierRules(
    rungs=(),
    statements=(),
    signoffs=(
        SignOffRule(role=LEAD, meanings=(Meaning.SUPPORT,)),
        SignOffRule(role=OFFICER, meanings=(Meaning.SUPPORT,), quorum=2),
    ),
    decision_maker=LEAD,
    months=12,
)


def said(person: UUID, meaning: Meaning = Meaning.SUPPORT, *, active: bool = True) -> SignOff:
    """Return what a safety officer said of the dossier."""
    return SignOff(
        person=person, name="N", role=OFFICER, meaning=meaning, dossier="a", active=active
    )


class TestAsked:
    """Who was asked."""

    def test_by_role_with_those_who_could(self) -> None:
        """One officer has answered, one is an author: of three the third is left."""
        holders = {LEAD: {ADA: "Ada"}, OFFICER: {BEN: "Ben", CEM: "Cem", DAN: "Dan"}}
        found = asked(
            RULES,
            [said(BEN)],
            dossier="a",
            since=OPENED,
            now=OPENED + timedelta(days=9, hours=23),
            holders=holders,
            authors={CEM: "evidence 1"},
        )
        assert [(one["role"], one["lacking"], one["days"], one["people"]) for one in found] == [
            (LEAD, 1, 9, ["Ada"]),
            (OFFICER, 1, 9, ["Dan"]),
        ]


class TestFirstWord:
    """Whoever objected to the same dossier speaks first."""

    @pytest.mark.parametrize(
        ("given", "days", "silent"),
        [
            ([], 0, True),
            ([], 6, True),
            ([], 7, False),
            ([said(ADA, Meaning.ABSTAIN)], 0, False),
            ([said(ADA, active=False)], 0, False),
            ([said(BEN, Meaning.OBJECT)], 0, True),
        ],
    )
    def test_until_heard_or_seven_days(
        self, given: list[SignOff], days: int, *, silent: bool
    ) -> None:
        """Any answer of theirs ends it, even one taken back; another's does not; time does."""
        word = first_word(
            {ADA: "Ada"},
            signoffs=given,
            opened_at=OPENED,
            now=OPENED + timedelta(days=days),
            rules=RULES,
        )
        assert (word is not None) is silent

    def test_policy_sets_the_days(self) -> None:
        """Fourteen days where the policy says so."""
        rules = RULES.model_copy(update={"first_word_days": 14})
        word = first_word(
            {ADA: "Ada"},
            signoffs=[],
            opened_at=OPENED,
            now=OPENED + timedelta(days=13),
            rules=rules,
        )
        assert word is not None
        assert word.until == datetime(2026, 12, 7, 9, tzinfo=UTC)

    @pytest.mark.parametrize("meaning", list(Meaning))
    def test_others_may_only_not_carry(self, meaning: Meaning) -> None:
        """Meanwhile nobody else may support, review or bear a risk; to object stays free."""
        word = first_word({ADA: "Ada"}, signoffs=[], opened_at=OPENED, now=OPENED, rules=RULES)
        check_first_word(said(ADA, meaning), word)
        check_first_word(said(BEN, meaning), None)
        if meaning in {Meaning.OBJECT, Meaning.ABSTAIN, Meaning.AUTHORSHIP}:
            check_first_word(said(BEN, meaning), word)
            return
        with pytest.raises(WaitingError, match="first word"):
            check_first_word(said(BEN, meaning), word)
