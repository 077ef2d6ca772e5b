"""Signings: how a ceremony stands, between a statement that is shown and its signature."""

from datetime import datetime, timedelta
from enum import StrEnum

from registry.domain.errors import ConflictError

LIFE = timedelta(minutes=10)
"""How long a statement waits for its signer."""

KEPT = timedelta(days=1)
"""How long a ceremony can be asked after once it is over."""


class Kind(StrEnum):
    """What a ceremony is for."""

    SIGNING = "signing"
    ENROLMENT = "enrolment"


class Ending(StrEnum):
    """How a ceremony ended."""

    DONE = "done"
    CANCELLED = "cancelled"


class State(StrEnum):
    """How a ceremony stands."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class CeremonyOverError(ConflictError):
    """A ceremony was answered, cancelled or forgotten: a statement is signed once, and soon."""

    code = "ceremony-over"


class ChangedSinceError(ConflictError):
    """What would be signed now is not what was shown."""

    code = "changed-since"


SENTENCES = {
    State.DONE: "This was signed already; nothing is signed twice.",
    State.CANCELLED: "This was cancelled; begin again to sign.",
    State.EXPIRED: "The time to sign this is over; begin again, and read what is shown then.",
}


def state_of(ending: Ending | None, *, expires_at: datetime, now: datetime) -> State:
    """Return how a ceremony stands at a time."""
    if ending is not None:
        return State(ending.value)
    return State.EXPIRED if now >= expires_at else State.WAITING


def require_waiting(ending: Ending | None, *, expires_at: datetime, now: datetime) -> None:
    """Refuse an answer to a ceremony that waits no more.

    Raises
    ------
    CeremonyOverError
        Says how it ended.
    """
    state = state_of(ending, expires_at=expires_at, now=now)
    if state is not State.WAITING:
        raise CeremonyOverError(SENTENCES[state])
