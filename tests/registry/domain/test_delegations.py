"""Facts about who may sign in whose place."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from registry.domain.delegations import (
    LONGEST,
    Delegation,
    Person,
    check_new,
    check_own_signature,
    check_people,
    check_term,
    registration_kind,
)
from registry.domain.duals import check_declaration, pairs_of, permitted
from registry.domain.errors import BadInputError, ConflictError, RuleBrokenError
from registry.domain.people import Role

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CSO, LEAD = Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_LEAD
ANNA = Person(id=UUID(int=1), name="Anna", roles=frozenset({CSO}), registration="GMC 1234567")
BEN = Person(id=UUID(int=2), name="Ben", roles=frozenset({CSO, LEAD}), registration="GMC 7654321")
GIVEN = Delegation(giver=ANNA.id, taker=BEN.id, role=CSO, until=NOW + timedelta(days=3))


class TestPeople:
    """Same role, same register."""

    @pytest.mark.parametrize(
        ("number", "kind"),
        [("GMC 1234567", "gmc"), ("gmc: 9", "gmc"), ("NMC-12A3", "nmc"), (" ", None), (None, None)],
    )
    def test_register_is_what_stands_before_the_number(
        self, number: str | None, kind: str | None
    ) -> None:
        """Its spelling does not matter."""
        assert registration_kind(number) == kind

    def test_same_role_and_register(self) -> None:
        """Two safety officers of one register may stand in for each other."""
        check_people(ANNA, BEN, CSO)

    @pytest.mark.parametrize("registration", ["NMC 1234567", None, ""])
    def test_another_register_or_none(self, registration: str | None) -> None:
        """A nurse does not accept a risk in a physician's place."""
        with pytest.raises(RuleBrokenError, match="same register only"):
            check_people(ANNA, replace(BEN, registration=registration), CSO)

    def test_neither_registered(self) -> None:
        """Where the role needs no register, two without one are alike."""
        check_people(replace(ANNA, registration=None), replace(BEN, registration=None), CSO)

    def test_another_role(self) -> None:
        """Both hold the role that is delegated."""
        with pytest.raises(RuleBrokenError, match="Anna is not clinical lead"):
            check_people(ANNA, BEN, LEAD)
        with pytest.raises(RuleBrokenError, match="Anna is not clinical lead"):
            check_people(BEN, ANNA, LEAD)

    def test_oneself(self) -> None:
        """It takes another person."""
        with pytest.raises(BadInputError, match="another person"):
            check_people(ANNA, ANNA, CSO)


class TestTerm:
    """Until when."""

    def test_a_month_at_most(self) -> None:
        """Longer is no delegation but another appointment."""
        check_term(NOW + LONGEST, now=NOW)
        for until in (NOW, NOW + LONGEST + timedelta(seconds=1)):
            with pytest.raises(BadInputError, match="until"):
                check_term(until, now=NOW)

    def test_ends(self) -> None:
        """By its day, or when it is taken back."""
        assert GIVEN.holds(NOW)
        assert not GIVEN.holds(GIVEN.until)
        assert not replace(GIVEN, revoked=True).holds(NOW)


class TestChains:
    """One person, one voice."""

    def test_not_passed_on(self) -> None:
        """Who stands in for somebody names nobody else."""
        with pytest.raises(RuleBrokenError, match="cannot be passed on"):
            check_new([GIVEN], giver=BEN.id, role=CSO, now=NOW, signed=False)

    def test_not_twice_and_not_after_signing(self) -> None:
        """A role is delegated once, and before it was used."""
        with pytest.raises(ConflictError, match="end that first"):
            check_new([GIVEN], giver=ANNA.id, role=CSO, now=NOW, signed=False)
        with pytest.raises(ConflictError, match="withdraw that sign-off"):
            check_new([], giver=ANNA.id, role=CSO, now=NOW, signed=True)

    def test_another_role_or_an_ended_one(self) -> None:
        """These stand in nobody's way."""
        check_new([GIVEN], giver=BEN.id, role=LEAD, now=NOW, signed=False)
        check_new([GIVEN], giver=ANNA.id, role=CSO, now=GIVEN.until, signed=False)

    def test_who_delegated_does_not_sign(self) -> None:
        """As long as the delegation holds, and in that role."""
        with pytest.raises(RuleBrokenError, match="end the delegation"):
            check_own_signature([GIVEN], person=ANNA.id, role=CSO, now=NOW)
        check_own_signature([GIVEN], person=ANNA.id, role=CSO, now=GIVEN.until)
        check_own_signature([GIVEN], person=ANNA.id, role=LEAD, now=NOW)
        check_own_signature([GIVEN], person=BEN.id, role=CSO, now=NOW)


class TestDuals:
    """Two required roles of one person."""

    def test_needs_policy_and_declaration(self) -> None:
        """Either alone permits nothing."""
        pair = pairs_of([(CSO, LEAD)])
        assert permitted(pair, pairs_of([(LEAD, CSO)])) == pair
        assert permitted(pair, []) == permitted([], pair) == frozenset()

    def test_two_roles_that_sign_and_are_held(self) -> None:
        """Anything else is refused by name."""
        check_declaration(frozenset({CSO, LEAD}), held=BEN.roles)
        with pytest.raises(RuleBrokenError, match="not clinical lead"):
            check_declaration(frozenset({CSO, LEAD}), held=ANNA.roles)
        for pair in ({CSO}, {CSO, Role.ML_ENGINEER}, {CSO, LEAD, Role.MODEL_OWNER}):
            with pytest.raises(BadInputError, match="two different roles"):
                check_declaration(frozenset(pair), held=frozenset(Role))
