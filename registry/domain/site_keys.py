"""Site keys: by whose word a key counts as a hospital's, and until when."""

from enum import StrEnum
from uuid import UUID

from registry.domain.errors import ConflictError, RuleBrokenError


class KeyState(StrEnum):
    """Where a site's key stands; only a confirmed one vouches for a tally."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REVOKED = "revoked"


def require_confirmable(name: str, state: KeyState, *, proposed_by: UUID, by: UUID) -> None:
    """Refuse to confirm a key that nobody proposes any more, or that one proposed oneself.

    Raises
    ------
    ConflictError
        When it is confirmed or revoked already.
    RuleBrokenError
        When the same person proposed it.
    """
    if state is not KeyState.PROPOSED:
        raise ConflictError(f"The key {name} is {state.value} already.")
    if proposed_by == by:
        raise RuleBrokenError(
            f"You proposed the key {name}; another person must confirm it, having asked the site "
            "for its name by another way than the one by which the key came."
        )


def require_revocable(name: str, state: KeyState) -> None:
    """Refuse to revoke a key twice.

    Raises
    ------
    ConflictError
        When it is revoked already.
    """
    if state is KeyState.REVOKED:
        raise ConflictError(f"The key {name} is revoked already.")
