"""Protocols: who signs one, and what a later one adds."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from registry.domain.errors import ConflictError, RuleBrokenError, WaitingError
from registry.domain.people import PERMISSIONS, Action, Role
from registry.domain.protocols import (
    SIGNATURES,
    Signed,
    added,
    in_force_since,
    missing_roles,
    require_in_force,
    require_signable,
    sequence,
)

AUTHOR, LEAD, VALIDATOR = UUID(int=1), UUID(int=2), UUID(int=3)


def moment(hour: int) -> datetime:
    """Return an hour of one day."""
    return datetime(2026, 11, 23, hour, tzinfo=UTC)


BY_LEAD = Signed(role=Role.CLINICAL_LEAD, person=LEAD, at=moment(9))
BY_VALIDATOR = Signed(role=Role.INDEPENDENT_VALIDATOR, person=VALIDATOR, at=moment(10))


class TestSignatures:
    """The table of who signs."""

    def test_signers_may_sign(self) -> None:
        """Every role that must sign is permitted to."""
        assert all(Action.PROTOCOL_SIGN in PERMISSIONS[role] for role in SIGNATURES)

    def test_two_roles(self) -> None:
        """Costs and statistics are answered for by two roles."""
        assert set(SIGNATURES) == {Role.CLINICAL_LEAD, Role.INDEPENDENT_VALIDATOR}


class TestMissingRoles:
    """Who must still sign."""

    def test_none_signed(self) -> None:
        """Without a signature both are missing, the clinical lead named first."""
        assert missing_roles([]) == [Role.CLINICAL_LEAD, Role.INDEPENDENT_VALIDATOR]

    def test_one_signed(self) -> None:
        """A role that signed is missing no longer."""
        assert missing_roles([BY_LEAD]) == [Role.INDEPENDENT_VALIDATOR]


class TestInForceSince:
    """When a protocol came into force."""

    def test_last_signature_counts(self) -> None:
        """It is in force from the later of the two signatures."""
        assert in_force_since([BY_VALIDATOR, BY_LEAD]) == moment(10)

    def test_one_is_not_enough(self) -> None:
        """With one signature it is not in force."""
        assert in_force_since([BY_LEAD]) is None


class TestRequireInForce:
    """No table before the signatures."""

    def test_says_who_must_sign(self) -> None:
        """The refusal names the role and what it answers for."""
        with pytest.raises(WaitingError) as refused:
            require_in_force("External", [BY_LEAD])
        assert refused.value.waits_for == (
            "The independent validator must sign it for statistics.",
        )

    def test_in_force(self) -> None:
        """With both it says since when."""
        assert require_in_force("External", [BY_LEAD, BY_VALIDATOR]) == moment(10)


def sign(
    role: Role = Role.INDEPENDENT_VALIDATOR,
    *,
    person: UUID = VALIDATOR,
    meaning: str | None = None,
    signatures: tuple[Signed, ...] = (BY_LEAD,),
) -> None:
    """Ask whether a signature is allowed."""
    require_signable(
        role=role,
        meaning=meaning or SIGNATURES.get(role, "anything"),
        person=person,
        author=AUTHOR,
        signatures=signatures,
    )


class TestRequireSignable:
    """Which signatures the rules refuse."""

    def test_second_person_signs(self) -> None:
        """Another person in the other role signs without complaint."""
        sign()

    def test_author_cannot_sign(self) -> None:
        """Who registered it cannot sign it."""
        with pytest.raises(RuleBrokenError, match="another person must sign"):
            sign(person=AUTHOR)

    def test_one_person_cannot_fill_both_roles(self) -> None:
        """Who signed as clinical lead cannot sign as validator, too."""
        with pytest.raises(RuleBrokenError, match="must be another person"):
            sign(person=LEAD)

    def test_a_role_signs_once(self) -> None:
        """A second signature of the same role is a conflict."""
        with pytest.raises(ConflictError, match="clinical lead has signed"):
            sign(Role.CLINICAL_LEAD)

    @pytest.mark.parametrize("role", sorted(set(Role) - set(SIGNATURES)))
    def test_other_roles_do_not_sign(self, role: Role) -> None:
        """No other role signs a protocol."""
        with pytest.raises(RuleBrokenError, match="does not sign protocols"):
            sign(role)

    def test_each_role_answers_for_its_own(self) -> None:
        """The validator cannot sign for costs and floors."""
        with pytest.raises(RuleBrokenError, match="not for “costs"):
            sign(meaning=SIGNATURES[Role.CLINICAL_LEAD])


def document(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part of a protocol
    """Return a protocol's document, in the parts that matter here."""
    point = {"threshold": 0.5, "rule": None, "origin": None, "positive_when": ">="}
    return {
        "name": "External",
        "purpose": "external testing",
        "operating_point": point,
        "findings": {},
        "criteria": [{"id": "discrimination", "at_least": 0.8}],
    } | changes


class TestAdded:
    """What a later protocol judges otherwise."""

    def test_the_same(self) -> None:
        """The same protocol adds nothing."""
        assert added(document(), document()) == []

    def test_name_does_not_judge(self) -> None:
        """Another name or description judges nothing otherwise."""
        assert added(document(), document(name="Again", reference_standard="angiography")) == []

    def test_lower_floor(self) -> None:
        """A criterion that changed is named."""
        assert added(document(), document(criteria=[])) == ["criteria"]

    def test_other_threshold(self) -> None:
        """A threshold that was set by hand and moved is named."""
        moved = {**document()["operating_point"], "threshold": 0.4}
        assert added(document(), document(operating_point=moved)) == ["operating point"]

    def test_same_rule_other_number(self) -> None:
        """A rule resolved on another version's evidence is the same specification."""
        first = {"threshold": 0.5, "rule": "sensitivity at least 0.90 in a", "origin": "a"}
        second = {"threshold": 0.4, "rule": "sensitivity at least 0.90 in b", "origin": "b"}
        assert (
            added(
                document(operating_point=first, findings={"x": first}),
                document(operating_point=second, findings={"x": second}),
            )
            == []
        )

    def test_other_rule(self) -> None:
        """A rule with another bound is another specification."""
        first = {"threshold": 0.5, "rule": "sensitivity at least 0.90 in a", "origin": "a"}
        second = {"threshold": 0.5, "rule": "sensitivity at least 0.80 in a", "origin": "a"}
        found = added(document(operating_point=first), document(operating_point=second))
        assert found == ["operating point"]

    def test_other_finding(self) -> None:
        """A finding read from another column is named."""
        first, second = {"a": {"label": "x"}}, {"a": {"label": "y"}}
        assert added(document(findings=first), document(findings=second)) == ["findings"]


class TestSequence:
    """What may be said of the order of registration, signature and use."""

    @pytest.mark.parametrize(
        ("signed", "said"),
        [
            ([], "registered, not signed"),
            (["2026-11-02", "2026-11-03"], "before this evidence was submitted"),
            (["2026-11-02", "2026-11-09"], "signed after this evidence was submitted"),
        ],
    )
    def test_order(self, signed: list[str], said: str) -> None:
        """Registered, signed, then used; nothing is said of when data were collected."""
        found = sequence("2026-11-01", signed, "2026-11-05")
        assert said in found
