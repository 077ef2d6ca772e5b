"""Suspensions: who may stop a version and who may bring it back, and when neither goes."""

from typing import Any
from uuid import UUID

import pytest

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Role
from registry.domain.reviews import SelfApprovalError
from registry.domain.stages import Stage
from registry.domain.suspensions import (
    Cause,
    StandsAgainstError,
    Verb,
    check,
    check_reinstatement,
)

ME, OTHER = UUID(int=1), UUID(int=2)


def asked(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any argument of a check
    """Return what a version in use is asked, but for what changes."""
    whole = {"stage": Stage.APPROVED, "in_use": True, "under_review": False, "reasons": "Misses."}
    return whole | changes


class TestCheck:
    """What goes with how a version stands."""

    def test_in_use_is_suspended(self) -> None:
        """Whatever is in use can be stopped, also while a further review is open."""
        check(Verb.SUSPEND, **asked(under_review=True))

    def test_not_in_use(self) -> None:
        """What nobody may use anyway cannot be suspended; the error says how it stands."""
        with pytest.raises(ConflictError, match="it is lapsed"):
            check(Verb.SUSPEND, **asked(stage=Stage.LAPSED, in_use=False))

    @pytest.mark.parametrize("verb", list(Verb))
    def test_no_reasons(self, verb: Verb) -> None:
        """Neither goes without a word."""
        with pytest.raises(BadInputError, match="why"):
            check(verb, **asked(stage=Stage.SUSPENDED, reasons=" "))

    @pytest.mark.parametrize("stage", [s for s in Stage if s is not Stage.SUSPENDED])
    def test_only_what_is_suspended_comes_back(self, stage: Stage) -> None:
        """From anywhere else the way back is a review."""
        with pytest.raises(ConflictError, match="not suspended"):
            check(Verb.REINSTATE, **asked(stage=stage))

    def test_a_review_settles_it(self) -> None:
        """While a review is open, nobody goes round it."""
        with pytest.raises(ConflictError, match="review of it is open"):
            check(Verb.REINSTATE, **asked(stage=Stage.IN_REVIEW, under_review=True))


def bringing(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any argument of a check
    """Return what lets a clinical lead bring a version back, but for what changes."""
    whole = {
        "roles": frozenset({Role.CLINICAL_LEAD}),
        "decision_makers": [Role.CLINICAL_LEAD],
        "person": ME,
        "authors": {},
        "suspenders": {OTHER},
        "causes": [],
    }
    return whole | changes


class TestCheckReinstatement:
    """Who may bring a version back."""

    def test_whoever_decides(self) -> None:
        """In the role that decides."""
        assert check_reinstatement(**bringing()) is Role.CLINICAL_LEAD

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"roles": frozenset({Role.CLINICAL_SAFETY_OFFICER})}, ForbiddenError),
            ({"decision_makers": [Role.CLINICAL_LEAD, Role.SITE_EXECUTIVE]}, ForbiddenError),
            ({"decision_makers": []}, ConflictError),
            ({"suspenders": {OTHER, ME}}, ForbiddenError),
            ({"authors": {ME: "evidence 1"}}, SelfApprovalError),
            ({"causes": [Cause(kind="condition", sentence="Late.")]}, StandsAgainstError),
        ],
    )
    def test_who_may_not(self, change: dict[str, Any], error: type[Exception]) -> None:
        """Another role, a second approval's role, the suspender, an author, a standing cause."""
        with pytest.raises(error):
            check_reinstatement(**bringing(**change))
