"""Addresses: where a person gets mail, which is contact data and no record."""

from dataclasses import dataclass

from registry.domain.errors import NotSignedInError
from registry.domain.notices.mail import check_address
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.work import Work
from registry.store import notices, people


@dataclass(frozen=True, kw_only=True)
class Reachable:
    """Whether a person gets mail, and where."""

    login: str
    name: str
    address: str | None


def reachable(work: Work) -> list[Reachable]:
    """Return where everybody gets mail, by login; to those who look after people only."""
    work.require(Action.PERSON_ENROL)
    return [
        Reachable(
            login=row.login,
            name=people.name_of(work.session, row.id),
            address=notices.address_of(work.session, row.id),
        )
        for row in people.everyone(work.session)
        if row.suspended_at is None
    ]


def set_address(work: Work, login: str | None, address: str | None) -> Reachable:
    """Set where a person gets mail, oneself or, for those who enrol people, somebody else.

    The trail says that it was changed and by whom, and not what it is: it can never forget.

    Raises
    ------
    BadInputError
        When it is no mail address.
    ForbiddenError
        When it is somebody else's and the actor does not enrol people.
    """
    if work.actor is None:
        raise NotSignedInError("Nobody is signed in; use `cmr login`.")
    row = people.get(work.session, login or work.actor.login)
    if row.id != work.actor.id:
        work.require(Action.PERSON_ENROL)
    else:
        work.require(Action.RECORD_READ)
    wanted = None if address is None else check_address(address)
    notices.set_address(work.session, row.id, wanted, now=work.now())
    work.record(
        Act.PERSON_ADDRESS_CHANGED,
        subject=f"person {row.login}",
        after={"mail": "removed" if wanted is None else "set"},
    )
    return Reachable(login=row.login, name=people.name_of(work.session, row.id), address=wanted)
