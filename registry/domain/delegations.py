"""Delegations: who may sign in somebody's place, for one review and no longer than a month.

Approval and acceptance of risk are delegated only to a person of the same role and the same kind
of professional registration; who delegated does not sign beside them; and nobody passes on what
was delegated to them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from registry.domain.errors import BadInputError, ConflictError, RuleBrokenError
from registry.domain.people import Role

SCHEMA = "cmr.delegation/1"
LONGEST = timedelta(days=31)
"""No delegation lasts longer."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person as a delegation sees them."""

    id: UUID
    name: str
    roles: frozenset[Role]
    registration: str | None


@dataclass(frozen=True, kw_only=True)
class Delegation:
    """A delegation as the rules see it."""

    giver: UUID
    taker: UUID
    role: Role
    until: datetime
    revoked: bool = False

    def holds(self, now: datetime) -> bool:
        """Tell whether it is in force."""
        return not self.revoked and now < self.until


def registration_kind(number: str | None) -> str | None:
    """Return the register of a registration number: what stands before its first digit.

    Examples
    --------
    >>> registration_kind("GMC 1234567")
    'gmc'
    >>> registration_kind("NMC 12A3456E")
    'nmc'
    >>> registration_kind(None) is None
    True
    """
    if number is None or not number.strip():
        return None
    before = number.strip()
    for place, letter in enumerate(before):
        if letter.isdigit():
            before = before[:place]
            break
    return before.strip(" :-/.").casefold()


def check_people(giver: Person, taker: Person, role: Role) -> None:
    """Refuse a delegation between people whose role or registration is not the same.

    Raises
    ------
    BadInputError
        When somebody delegates to themselves.
    RuleBrokenError
        Names the role or the register that differs.
    """
    if giver.id == taker.id:
        raise BadInputError("name another person.", field="to")
    if role not in giver.roles:
        raise RuleBrokenError(f"{giver.name} is not {role.value} and cannot delegate it.")
    if role not in taker.roles:
        raise RuleBrokenError(
            f"{taker.name} is not {role.value}; it is delegated to a person of the same role only."
        )
    ours, theirs = registration_kind(giver.registration), registration_kind(taker.registration)
    if ours != theirs:
        raise RuleBrokenError(
            f"{giver.name} is registered with {_named(giver.registration)} and {taker.name} with "
            f"{_named(taker.registration)}; it is delegated within the same register only."
        )


def _named(registration: str | None) -> str:
    """Return a registration in words."""
    return registration or "nobody"


def check_term(until: datetime, *, now: datetime) -> None:
    """Refuse a delegation that is over already, or lasts too long.

    Raises
    ------
    BadInputError
        Says by when it must end.
    """
    if until <= now:
        raise BadInputError("is not in the future.", field="until")
    if until > now + LONGEST:
        raise BadInputError(f"{(now + LONGEST).date()} at the latest.", field="until")


def check_new(
    given: Collection[Delegation], *, giver: UUID, role: Role, now: datetime, signed: bool
) -> None:
    """Refuse to delegate what one has delegated, was delegated or has signed already.

    Raises
    ------
    ConflictError
        When the person has delegated the role in this review, or has signed in it.
    RuleBrokenError
        When they act in somebody's place themselves.
    """
    if signed:
        raise ConflictError(f"You have signed as {role.value}; withdraw that sign-off first.")
    for one in given:
        if one.role is not role or not one.holds(now):
            continue
        if one.giver == giver:
            raise ConflictError("You have delegated this role in this review; end that first.")
        if one.taker == giver:
            raise RuleBrokenError("You act in somebody's place; that cannot be passed on.")


def check_own_signature(
    given: Collection[Delegation], *, person: UUID, role: Role, now: datetime
) -> None:
    """Refuse that somebody signs in a role that they have delegated.

    Raises
    ------
    RuleBrokenError
        When a delegation of theirs is in force.
    """
    if any(one.giver == person and one.role is role and one.holds(now) for one in given):
        raise RuleBrokenError(
            f"You have delegated the role {role.value} in this review; end the delegation to sign."
        )


def document(
    *,
    version: str,
    role: Role,
    giver: Mapping[str, str],
    taker: Mapping[str, str],
    registration: str | None,
    reasons: str,
    until: str,
) -> dict[str, Any]:
    """Return what is signed by who delegates; what it is about follows from the request alone."""
    return {
        "schema": SCHEMA,
        "version": version,
        "role": role.value,
        "from": dict(giver),
        "to": dict(taker),
        "registration": registration,
        "reasons": reasons,
        "until": until,
    }
