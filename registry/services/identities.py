"""Identities: binding a person to the provider's name for them, by two people."""

from uuid import UUID

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.work import Work
from registry.shapes.identities import IdentityIn, IdentityOut
from registry.store import identities, people
from registry.store.identities import IdentityRow


def propose(work: Work, login: str, identity: IdentityIn) -> IdentityOut:
    """Propose that the provider's subject is a person; it counts once another confirms it.

    Raises
    ------
    BadInputError
        When no provider of identities is set.
    ForbiddenError
        When somebody proposes their own.
    ConflictError
        When the subject is or was somebody's: it is never given to another.
    """
    by = work.require(Action.PERSON_ENROL)
    issuer = work.settings.oidc_issuer
    if issuer is None:
        raise BadInputError("No provider of identities is set; see CMR_OIDC_ISSUER.")
    person = people.get(work.session, login)
    if person.id == by.id:
        raise ForbiddenError("Nobody proposes their own identity; ask another enroller.")
    taken = identities.find(work.session, issuer, identity.subject)
    if taken is not None:
        owner = people.by_id(work.session, taken.person_id).login
        raise ConflictError(
            f"“{identity.subject}” is or was the identity of {owner}; a subject is one person's "
            "for good."
        )
    row = IdentityRow(
        id=work.new_id(),
        person_id=person.id,
        issuer=issuer,
        subject=identity.subject,
        why=identity.why,
        proposed_by=by.id,
        proposed_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    _record(work, Act.PERSON_IDENTITY_PROPOSED, row, why=identity.why)
    return _shown(work, row)


def confirm(work: Work, identity_id: UUID) -> IdentityOut:
    """Confirm a proposed identity; from now on the person may sign in by it.

    Raises
    ------
    ForbiddenError
        When the one who proposed it asks, or the person it is of.
    ConflictError
        When it was confirmed or revoked already.
    """
    by = work.require(Action.PERSON_ENROL)
    row = identities.get(work.session, identity_id)
    if row.confirmed_at is not None or row.revoked_at is not None:
        raise ConflictError("This identity was confirmed or revoked already.")
    if by.id in {row.proposed_by, row.person_id}:
        raise ForbiddenError("An identity needs two enrollers; another than you must confirm it.")
    row.confirmed_by, row.confirmed_at = by.id, work.now()
    work.session.add(row)
    _record(work, Act.PERSON_IDENTITY_CONFIRMED, row)
    return _shown(work, row)


def revoke(work: Work, identity_id: UUID, *, why: str) -> IdentityOut:
    """End an identity at once, with every session of its person.

    Raises
    ------
    ConflictError
        When it was revoked already.
    """
    by = work.require(Action.PERSON_ENROL)
    row = identities.get(work.session, identity_id)
    if row.revoked_at is not None:
        raise ConflictError("This identity was revoked already.")
    row.revoked_by, row.revoked_at, row.revoked_why = by.id, work.now(), why
    work.session.add(row)
    people.close_sessions(work.session, row.person_id, work.now())
    _record(work, Act.PERSON_IDENTITY_REVOKED, row, why=why)
    return _shown(work, row)


def of_person(work: Work, login: str) -> list[IdentityOut]:
    """Return the identities of a person, to who may enrol people and to the person."""
    actor = work.require(Action.RECORD_READ)
    person = people.get(work.session, login)
    if person.id != actor.id:
        work.require(Action.PERSON_ENROL)
    return [_shown(work, row) for row in identities.of_person(work.session, person.id)]


def _record(work: Work, act: Act, row: IdentityRow, *, why: str = "") -> None:
    """Put what became of an identity on the trail; the subject itself stays in the record."""
    login = people.by_id(work.session, row.person_id).login
    after = {"identity": str(row.id), "issuer": row.issuer}
    work.record(act, subject=f"person {login}", why=why, after=after)


def _shown(work: Work, row: IdentityRow) -> IdentityOut:
    """Return an identity as it travels."""
    state = "proposed" if row.confirmed_at is None else "confirmed"
    return IdentityOut(
        id=row.id,
        login=people.by_id(work.session, row.person_id).login,
        issuer=row.issuer,
        subject=row.subject,
        why=row.why,
        state="revoked" if row.revoked_at is not None else state,
        proposed_by=people.name_of(work.session, row.proposed_by),
        confirmed_by=None
        if row.confirmed_by is None
        else people.name_of(work.session, row.confirmed_by),
    )
