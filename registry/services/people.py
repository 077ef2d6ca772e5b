"""People: founding a registry, enrolling, roles, signing in, and tokens."""

from typing import Any
from uuid import UUID

from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    NotSignedInError,
)
from registry.domain.people import (
    SIGNING_ROLES,
    Action,
    Actor,
    Role,
    check_site,
    check_together,
    lacking_for,
)
from registry.domain.trail import Act
from registry.services.proofs import PASSWORDS
from registry.services.work import Work
from registry.shapes.people import (
    PersonIn,
    PersonRecordIn,
    RoleIn,
    RoleRevocationIn,
)
from registry.store import delegations, people, records, sites
from registry.store.people import (
    PersonRecordRow,
    PersonRoleRow,
    PersonRow,
)

SHORTEST_PASSWORD = 12
ENROLLERS = 2


def found(work: Work, administrator: PersonIn, enrollers: list[PersonIn]) -> None:
    """Found the registry: its first administrator and the two who enrol everybody else.

    Raises
    ------
    ConflictError
        When somebody is enrolled already; a registry is founded once.
    BadInputError
        When there are not two enrollers, or the three are not three people.
    """
    if not people.is_empty(work.session):
        raise ConflictError("This registry was founded already; `cmr login` signs in.")
    if len(enrollers) != ENROLLERS:
        raise BadInputError("Name exactly two enrollers.", field="enrollers")
    if len({person.login for person in (administrator, *enrollers)}) != 1 + ENROLLERS:
        raise BadInputError(
            "The administrator and the enrollers must be three people.", field="enrollers"
        )
    why = "founding of the registry"
    work.record(
        Act.REGISTRY_FOUNDED,
        subject=work.settings.origin,
        why=why,
        after={
            "administrator": administrator.login,
            "enrollers": [person.login for person in enrollers],
        },
    )
    for person, role in (
        (administrator, Role.ADMINISTRATOR),
        *((enroller, Role.ENROLLER) for enroller in enrollers),
    ):
        row = _add_person(work, person, by=None)
        _add_role(work, row, role, site_id=None, why=why, by=None)


def enrol(work: Work, person: PersonIn) -> PersonRow:
    """Enrol a person, as yet without a role."""
    by = work.require(Action.PERSON_ENROL)
    if people.find(work.session, person.login) is not None:
        raise ConflictError(f"The login “{person.login}” is taken.")
    return _add_person(work, person, by=by)


def _add_person(work: Work, person: PersonIn, *, by: Actor | None) -> PersonRow:
    """Keep a person and their first record."""
    row = PersonRow(
        id=work.new_id(),
        login=person.login,
        password_hash=_first_password(work, person),
        enrolled_by=None if by is None else by.id,
        enrolled_at=work.now(),
    )
    document = person.model_dump(include={"name", "registration", "qualification"})
    work.session.add(row)
    work.session.flush()
    work.session.add(work.new_record(PersonRecordRow, row.id, document, why="enrolment"))
    work.session.flush()
    work.record(
        Act.PERSON_ENROLLED,
        subject=f"person {row.login}",
        after={"id": str(row.id), **document},
    )
    return row


def _first_password(work: Work, person: PersonIn) -> str:
    """Return the digest of the first password; of one that nobody knows where none is given.

    Raises
    ------
    BadInputError
        When none is given and there is no provider of identities to sign in through.
    """
    if person.password is not None:
        return _hashed(person.password.get_secret_value(), field="password")
    if work.settings.oidc_issuer is None:
        raise BadInputError(
            "give a first password: no provider of identities is set.", field="password"
        )
    return PASSWORDS.hash(work.new_secret())


def correct(work: Work, login: str, record: PersonRecordIn) -> PersonRow:
    """Supersede what is recorded of a person.

    Raises
    ------
    ForbiddenError
        When somebody corrects their own record: what entitles one to sign is recorded by another.
    """
    by = work.require(Action.PERSON_ENROL)
    row = people.get(work.session, login)
    if row.id == by.id:
        raise ForbiddenError("Nobody corrects their own record; ask another enroller.")
    document = record.model_dump(include={"name", "registration", "qualification"})
    for role in people.roles_of(work.session, row.id):
        lacking = lacking_for(role, document)
        if lacking is not None:
            raise BadInputError(f"{row.login} is {role.value} and needs one.", field=lacking)
    newer = work.new_record(PersonRecordRow, row.id, document, why=record.why)
    older = records.supersede(work.session, newer)
    work.record(
        Act.PERSON_SUPERSEDED,
        subject=f"person {row.login}",
        why=record.why,
        before=older.document,
        after=newer.document,
    )
    return row


def grant(work: Work, login: str, role: RoleIn) -> PersonRow:
    """Grant a role to another person.

    Raises
    ------
    ForbiddenError
        When it would be one's own; or when a role that signs would come from the same person who
        enrolled, and so chose the first password.
    BadInputError
        When the person's record lacks what the role needs, or a role of a site names none.
    RuleBrokenError
        When the role does not go with one that the person holds.
    ConflictError
        When the person holds the role already.
    """
    by = work.require(Action.ROLE_GRANT)
    row, wanted = people.get(work.session, login), Role(role.role)
    if row.id == by.id:
        raise ForbiddenError("Nobody grants a role to themselves; ask another enroller.")
    if wanted in SIGNING_ROLES and row.enrolled_by == by.id:
        raise ForbiddenError(
            f"{by.name} enrolled {login}; a role that signs ({wanted.value}) must be granted by "
            "another enroller."
        )
    lacking = lacking_for(wanted, people.record_of(work.session, row.id).document)
    if lacking is not None:
        raise BadInputError(
            f"record the {lacking} of {login} first; a {wanted.value} needs one.", field=lacking
        )
    check_site(wanted, role.site)
    check_together(people.roles_of(work.session, row.id), wanted)
    site_id = None if role.site is None else sites.get(work.session, role.site).id
    held = [one for one in people.grants_of(work.session, row.id) if one.role is wanted]
    if any(one.site_id is None or one.site_id == site_id for one in held):
        raise ConflictError(f"{login} is {wanted.value} already.")
    _add_role(work, row, wanted, site_id=site_id, why=role.why, by=by)
    return row


def _add_role(
    work: Work, row: PersonRow, role: Role, *, site_id: UUID | None, why: str, by: Actor | None
) -> None:
    """Keep a granted role."""
    granted = PersonRoleRow(
        id=work.new_id(),
        person_id=row.id,
        role=role,
        site_id=site_id,
        why=why,
        granted_by=None if by is None else by.id,
        granted_at=work.now(),
    )
    work.session.add(granted)
    work.session.flush()
    work.record(
        Act.PERSON_ROLE_GRANTED,
        subject=f"person {row.login}",
        why=why,
        after={
            "role": role.value,
            **({} if site_id is None else {"site": sites.by_id(work.session, site_id).name}),
        },
    )


def revoke(work: Work, login: str, role: RoleRevocationIn) -> PersonRow:
    """Take a role back, everywhere or for one site; the grant stays on record."""
    by = work.require(Action.ROLE_GRANT)
    row, word = people.get(work.session, login), Role(role.role)
    site_id = None if role.site is None else sites.get(work.session, role.site).id
    held = [
        grant
        for grant in people.grants_of(work.session, row.id)
        if grant.role is word and (site_id is None or grant.site_id == site_id)
    ]
    if not held:
        where = "" if role.site is None else f" for {role.site}"
        raise NotFoundError(f"{login} is not {word.value}{where}.")
    _keep_one(work, row, word)
    for granted in held:
        granted.revoked_by, granted.revoked_at = by.id, work.now()
        granted.revoked_why = role.why
        work.session.add(granted)
    work.record(
        Act.PERSON_ROLE_REVOKED,
        subject=f"person {row.login}",
        why=role.why,
        before={"role": word.value, **({} if role.site is None else {"site": role.site})},
    )
    return row


def suspend(work: Work, login: str, *, why: str) -> PersonRow:
    """Let a person sign in no more, at once; what they signed stands."""
    by = work.require(Action.PERSON_ENROL)
    row = people.get(work.session, login)
    if row.id == by.id:
        raise ForbiddenError("Nobody suspends themselves; ask another enroller.")
    if row.suspended_at is not None:
        raise ConflictError(f"{login} is suspended already.")
    for role in people.roles_of(work.session, row.id):
        _keep_one(work, row, role)
    row.suspended_at = work.now()
    work.session.add(row)
    people.close_sessions(work.session, row.id, work.now())
    work.record(Act.PERSON_SUSPENDED, subject=f"person {row.login}", why=why)
    return row


def _keep_one(work: Work, row: PersonRow, role: Role) -> None:
    """Refuse to leave the registry with nobody to enrol or administer it."""
    if role not in {Role.ADMINISTRATOR, Role.ENROLLER}:
        return
    if not people.holders_of(work.session, role) - {row.id}:
        raise ConflictError(f"{row.login} is the last {role.value}; grant the role to another.")


def change_password(work: Work, *, old: str, new: str) -> PersonRow:
    """Change one's own password; every session of the person ends.

    Raises
    ------
    ForbiddenError
        When a token asks, or the old password is wrong.
    """
    actor = work.actor
    if actor is None:
        raise NotSignedInError("Nobody is signed in; use `cmr login`.")
    row = people.by_id(work.session, actor.id)
    if actor.via != "session" or not PASSWORDS.verify(old, row.password_hash):
        raise ForbiddenError("The old password is wrong, or a token asked; nothing was changed.")
    row.password_hash = _hashed(new, field="new")
    work.session.add(row)
    people.close_sessions(work.session, row.id, work.now())
    work.record(Act.PERSON_PASSWORD_CHANGED, subject=f"person {row.login}")
    return row


def described(work: Work, row: PersonRow) -> dict[str, Any]:
    """Return a person as colleagues see them."""
    granted = people.grants_of(work.session, row.id)
    return {
        "id": row.id,
        "login": row.login,
        **people.record_of(work.session, row.id).document,
        "roles": [
            {
                "role": grant.role.value,
                "site": None
                if grant.site_id is None
                else sites.by_id(work.session, grant.site_id).name,
                "why": grant.why,
                "granted_at": grant.granted_at,
            }
            for grant in granted
        ],
        "dual_roles": [
            {
                "roles": (dual.first.value, dual.second.value),
                "why": dual.why,
                "declared_at": dual.declared_at,
            }
            for dual in delegations.duals_of(work.session, row.id)
        ],
        "enrolled_at": row.enrolled_at,
        "suspended_at": row.suspended_at,
    }


def everyone(work: Work) -> list[dict[str, Any]]:
    """Return all people by login."""
    work.require(Action.RECORD_READ)
    return [described(work, row) for row in people.everyone(work.session)]


def myself(work: Work) -> dict[str, Any]:
    """Return the person who asks."""
    actor = work.require(Action.RECORD_READ)
    return described(work, people.by_id(work.session, actor.id))


def _hashed(password: str, *, field: str) -> str:
    """Return the argon2id digest of a password that is long enough."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInputError(
            f"A password needs at least {SHORTEST_PASSWORD} characters; a sentence is a good one.",
            field=field,
        )
    return PASSWORDS.hash(password)
