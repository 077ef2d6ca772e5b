"""Passkeys: a person registers one in the browser, another person confirms whose it is."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from registry.domain import passkeys as rules
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Action
from registry.domain.trail import Act, instant_text
from registry.services.work import Work
from registry.store import passkeys, people
from registry.store.passkeys import PasskeyRow
from registry.store.people import PersonRow


def enrolment(work: Work, label: str) -> dict[str, Any]:
    """Return the statement that a new passkey of the actor's must answer.

    Raises
    ------
    ForbiddenError
        When a token asks, or a person who never signs.
    """
    actor = work.require(Action.PASSKEY_REGISTER)
    if actor.via != "session":
        raise ForbiddenError("A passkey is registered by a person signed in, never by a token.")
    return rules.enrolment(
        person={"id": str(actor.id), "login": actor.login, "name": actor.name},
        label=label.strip(),
        at=instant_text(work.now()),
        nonce=work.new_secret(),
    )


def options(work: Work, statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a browser needs to make the passkey that a statement asks for."""
    person = UUID(statement["person"]["id"])
    known = tuple(one.credential for one in passkeys.of_person(work.session, person))
    party = rules.party_of(work.settings.public_url)
    return rules.creation_options(statement, party=party, known=known)


def propose(
    work: Work, statement: Mapping[str, Any], credential: Mapping[str, Any]
) -> dict[str, Any]:
    """Keep the passkey that a browser made; it signs nothing before another confirms it.

    Raises
    ------
    BadInputError
        When it was not made for this statement.
    RuleBrokenError
        When it may be copied to other devices and this registry refuses that.
    ConflictError
        When it is registered already.
    """
    made = rules.register(
        credential,
        statement,
        party=rules.party_of(work.settings.public_url),
        synced_allowed=work.settings.synced_passkeys,
    )
    person = people.get(work.session, statement["person"]["login"])
    if any(one.name == made.name for one in passkeys.of_person(work.session, person.id)):
        raise ConflictError(f"The passkey {made.name} is registered already.")
    row = PasskeyRow(
        id=work.new_id(),
        person_id=person.id,
        label=statement["label"],
        proposed_at=work.now(),
        credential=made.credential,
        public_key=made.public_key,
        name=made.name,
        aaguid=made.aaguid,
        synced=made.synced,
        backed_up=made.backed_up,
        transports=list(made.transports),
        sign_count=made.sign_count,
    )
    return _changed(work, person, row, Act.PASSKEY_PROPOSED)


def confirm(work: Work, login: str, name: str) -> dict[str, Any]:
    """Confirm that a passkey is the person's, as an enroller who could not have made it."""
    by = work.require(Action.PASSKEY_CONFIRM)
    person = people.get(work.session, login)
    row = passkeys.locked(work.session, person, name)
    rules.require_confirmable(
        name,
        passkeys.state_of(row),
        person=person.id,
        enrolled_by=person.enrolled_by,
        by=by.id,
    )
    row.confirmed_by, row.confirmed_at = by.id, work.now()
    return _changed(work, person, row, Act.PASSKEY_CONFIRMED)


def revoke(work: Work, login: str, name: str, *, why: str) -> dict[str, Any]:
    """Revoke a passkey, one's own or as an enroller: it signs no more; what it signed stands."""
    actor = work.require(Action.RECORD_READ)
    person = people.get(work.session, login)
    if actor.via != "session" or person.id != actor.id:
        actor = work.require(Action.PASSKEY_CONFIRM)
    if not why.strip():
        raise BadInputError("say why the passkey is revoked.", field="why")
    row = passkeys.locked(work.session, person, name)
    rules.require_revocable(name, passkeys.state_of(row))
    row.revoked_by, row.revoked_at, row.revoked_why = actor.id, work.now(), why.strip()
    return _changed(work, person, row, Act.PASSKEY_REVOKED, why=why.strip())


def listed(work: Work, login: str) -> list[dict[str, Any]]:
    """Return all passkeys of a person, oldest first."""
    work.require(Action.RECORD_READ)
    person = people.get(work.session, login)
    return [
        passkeys.described(work.session, r) for r in passkeys.of_person(work.session, person.id)
    ]


def _changed(
    work: Work, person: PersonRow, row: PasskeyRow, act: Act, why: str = ""
) -> dict[str, Any]:
    """Keep a passkey with the act that changed it, and return it."""
    work.session.add(row)
    work.session.flush()
    facts = {"key": row.name, "aaguid": row.aaguid, "synced": row.synced}
    work.record(act, subject=f"person {person.login}", why=why, after=facts)
    return passkeys.described(work.session, row)
