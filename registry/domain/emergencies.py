"""Emergencies: access by breaking the glass, for a few hours, to read and to stop; nothing else.

It is opened by a signature and a reason, ends by itself, and is looked at afterwards by another
person. While it is open its person has this table in the place of their roles: they can neither
sign, approve nor enrol, also where their roles would let them. What was stopped is started again
in the ordinary way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, RuleBrokenError

SCHEMA: Final = "cmr.emergency/1"
REVIEW_SCHEMA: Final = "cmr.emergency_review/1"
LONGEST_HOURS: Final = 4
"""No installation may set more."""


class State(StrEnum):
    """Where an emergency access stands."""

    OPEN = "open"
    ENDED = "ended"
    REVIEWED = "reviewed"


class Finding(StrEnum):
    """What another person finds afterwards."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not justified"


@dataclass(frozen=True, kw_only=True)
class Times:
    """When an emergency access began, ends by itself, was ended, and was reviewed."""

    opened_at: datetime
    until: datetime
    ended_at: datetime | None = None
    reviewed_at: datetime | None = None

    def state(self, now: datetime) -> State:
        """Return where it stands."""
        if self.reviewed_at is not None:
            return State.REVIEWED
        if self.ended_at is not None or now >= self.until:
            return State.ENDED
        return State.OPEN


def check_opening(*, reason: str, hours: int, most: int, already: bool) -> None:
    """Refuse an emergency access without a reason, for too long, or beside another.

    Raises
    ------
    BadInputError
        Names the reason or the hours.
    ConflictError
        When one is open.
    """
    if not reason.strip():
        raise BadInputError("say what the emergency is.", field="reason")
    if not 1 <= hours <= min(most, LONGEST_HOURS):
        raise BadInputError(f"1 to {min(most, LONGEST_HOURS)}.", field="hours")
    if already:
        raise ConflictError("Your emergency access is open already; `cmr emergency end` ends it.")


def check_review(state: State, *, same_person: bool, remarks: str) -> None:
    """Refuse a review by the person themselves, too early, twice, or without a word.

    Raises
    ------
    ForbiddenError
        When it is one's own.
    RuleBrokenError
        When the access is still open.
    ConflictError
        When it was reviewed.
    BadInputError
        When nothing is remarked.
    """
    if same_person:
        raise ForbiddenError("An emergency access is looked at by another person than who had it.")
    if state is State.OPEN:
        raise RuleBrokenError("It is still open; it is looked at once it has ended.")
    if state is State.REVIEWED:
        raise ConflictError("This emergency access was reviewed already.")
    if not remarks.strip():
        raise BadInputError("say what you looked at and found.", field="remarks")


def opening(
    *, person: Mapping[str, str], reason: str, opened_at: str, until: str
) -> dict[str, Any]:
    """Return what is signed by who breaks the glass."""
    return {
        "schema": SCHEMA,
        "person": dict(person),
        "reason": reason,
        "opened_at": opened_at,
        "until": until,
    }


def review(
    *, emergency: str, person: Mapping[str, str], finding: Finding, remarks: str
) -> dict[str, Any]:
    """Return what is signed by who looks at it afterwards; `emergency` is its digest."""
    return {
        "schema": REVIEW_SCHEMA,
        "emergency": emergency,
        "person": dict(person),
        "finding": finding.value,
        "remarks": remarks,
    }
