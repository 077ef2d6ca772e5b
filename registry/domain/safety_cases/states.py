"""States: draft, signed, superseded; who signs a safety case, and what stands across its pages."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from registry.domain.errors import ForbiddenError
from registry.domain.people import Actor, Role
from registry.domain.reviews import SelfApprovalError


class CaseState(StrEnum):
    """How a safety case stands among those about the same thing."""

    DRAFT = "draft"
    SIGNED = "signed"
    SUPERSEDED = "superseded"


def state_of(number: int, *, signed: Sequence[int], newest: int) -> CaseState:
    """Return how a case stands.

    A signed case holds until a later one is signed, however many drafts are written meanwhile; a
    draft is superseded by the next.

    Parameters
    ----------
    number : int
        Of the case.
    signed : sequence of int
        The numbers of those that were signed.
    newest : int
        The highest number there is.
    """
    if number in signed:
        return CaseState.SIGNED if number == max(signed) else CaseState.SUPERSEDED
    return CaseState.DRAFT if number == newest else CaseState.SUPERSEDED


def banner(state: CaseState, *, stale: bool) -> str | None:
    """Return the word across every page, or None on a signed case that still says what is so."""
    if state is not CaseState.SIGNED:
        return state.value.upper()
    return "STALE" if stale else None


def signer_of(site: str | None) -> Role:
    """Return whose signature a case asks for: each organisation has its own safety officer."""
    return Role.CLINICAL_SAFETY_OFFICER if site is None else Role.SITE_SAFETY_OFFICER


WRITERS: Final = frozenset({Role.MODEL_OWNER, Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_LEAD})
"""Who may write the case of a release; that of a hospital its own safety officer alone."""


def check_writer(actor: Actor, site: str | None) -> None:
    """Refuse a case by somebody of the other organisation.

    Raises
    ------
    ForbiddenError
        Says whose it is to write.
    """
    writers = WRITERS if site is None else frozenset({Role.SITE_SAFETY_OFFICER})
    if not any(actor.acts_at(role, [] if site is None else [site]) for role in writers):
        named = " or ".join(sorted(role.value for role in writers))
        whose = "of a release" if site is None else f"of {site}"
        raise ForbiddenError(f"The case {whose} is written by its {named}.")


def check_signer(person: UUID, authors: Mapping[UUID, str]) -> None:
    """Refuse the signature of somebody who made the version or what it was tested by.

    Whoever wrote the case may sign it: the standards ask the safety officer for both.

    Raises
    ------
    SelfApprovalError
        Names what they made.
    """
    if person in authors:
        raise SelfApprovalError(person=person, made=authors[person])
