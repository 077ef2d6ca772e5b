"""Facts about how safety cases stand, and who signs them."""

from typing import Any
from uuid import UUID

import pytest

from registry.domain.people import Role
from registry.domain.reviews import SelfApprovalError
from registry.domain.safety_cases import (
    CaseState,
    banner,
    changes,
    check_signer,
    require,
    signer_of,
    state_of,
)
from registry.domain.safety_cases.standing import against


class TestStateOf:
    """Cases 1, 2 and 3 about one version."""

    @pytest.mark.parametrize(
        ("signed", "states"),
        [
            ([], ["superseded", "superseded", "draft"]),
            ([1], ["signed", "superseded", "draft"]),
            ([1, 2], ["superseded", "signed", "draft"]),
            ([1, 3], ["superseded", "superseded", "signed"]),
        ],
    )
    def test_newest_signature_holds(self, signed: list[int], states: list[str]) -> None:
        """A signed case holds until a later one is signed; of drafts the newest alone counts."""
        found = [state_of(number, signed=signed, newest=3).value for number in (1, 2, 3)]
        assert found == states


class TestBanner:
    """The word across every page."""

    def test_of_each_state(self) -> None:
        """Only a signed case that says what is so bears none."""
        assert banner(CaseState.DRAFT, stale=True) == "DRAFT"
        assert banner(CaseState.SUPERSEDED, stale=False) == "SUPERSEDED"
        assert banner(CaseState.SIGNED, stale=True) == "STALE"
        assert banner(CaseState.SIGNED, stale=False) is None


class TestSigner:
    """Whose signature a case asks for."""

    def test_each_organisation_has_its_own_officer(self) -> None:
        """The release's safety officer does not sign for a hospital, nor the other way round."""
        assert signer_of(None) is Role.CLINICAL_SAFETY_OFFICER
        assert signer_of("Hungary") is Role.SITE_SAFETY_OFFICER

    def test_no_author_of_the_version(self) -> None:
        """Who made the version, or measured it, signs no case for it."""
        maker = UUID(int=7)
        with pytest.raises(SelfApprovalError, match="evidence 1"):
            check_signer(maker, {maker: "evidence 1"})
        check_signer(UUID(int=8), {maker: "evidence 1"})


class TestChanges:
    """What makes a case stale."""

    def test_what_it_rests_on(self) -> None:
        """Each part that differs is named in words; a part that came is one, too."""
        frozen: dict[str, Any] = {"hazards": {"log": 1}, "evidence": [], "standing": None}
        assert changes(frozen, dict(frozen)) == []
        now = frozen | {"hazards": {"log": 2}, "site": {"digest": "x"}}
        assert changes(frozen, now) == [
            "the hazards",
            "what the hospital laid down, or how the deployment stands",
        ]

    def test_signatures_make_nothing_stale(self) -> None:
        """Sign-offs and decision follow a case; they are not what it rests on."""
        assert changes({"signatures": {"signoffs": []}}, {"signatures": {"signoffs": [1]}}) == []

    @pytest.mark.parametrize("state", ["suspended", "superseded", "declined", "lapsed"])
    def test_end_of_use(self, state: str) -> None:
        """That a version's use ended is part of what a case rests on; that it began is not."""
        said = {"state": state, "since": "2026-11-23", "by": None, "reason": "Drift"}
        assert against(said) == said
        for running in ("draft", "current"):
            assert against(said | {"state": running}) is None


class TestRequire:
    """What a policy asks of a deployment."""

    def test_nothing_unless_asked(self) -> None:
        """The default asks nothing."""
        assert list(require(None, asked=None)) == []
        assert list(require(None, asked=False)) == []

    def test_missing_stale_met(self) -> None:
        """An unsigned case is missing, and so is one that the records have left behind."""
        (none,) = require(None, asked=True)
        (stale,) = require({"number": 2, "stale": ["the hazards"]}, asked=True)
        (met,) = require({"number": 2, "stale": []}, asked=True)
        assert [one["status"] for one in (none, stale, met)] == ["missing", "missing", "met"]
        assert "case 2 was written changed: the hazards" in stale["because"]
        assert none["waits_for"] == "clinical safety officer"
