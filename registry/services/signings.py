"""Signings: ceremonies in which a person first sees the very statement, then signs it.

The act that is signed runs twice, unchanged: once to learn its statement, undone at the point of
signing; once to be carried out, when the statement must come out the same. The acts themselves
know nothing of it, so that each of them can be signed by a passkey.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any
from uuid import UUID

from registry.domain import dossiers, passkeys, signatures, signings
from registry.domain.digests import document_digest
from registry.domain.errors import BadInputError, ForbiddenError, NotFoundError, NotSignedInError
from registry.domain.people import Actor
from registry.domain.signatures import (
    Ceremony,
    FreshLogin,
    Passkey,
    Password,
    Proof,
    Rehearsal,
    Rehearsed,
)
from registry.domain.signings import Ending, Kind
from registry.domain.trail import Act, instant_text
from registry.services.work import Work, Workshop
from registry.store import passkeys as passkeys_store
from registry.store import people, reviews
from registry.store import signings as store
from registry.store.signings import CeremonyRow

SHOWN_BYTES = 200_000  # a larger document is read elsewhere, by its digest


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An act that somebody wants to sign.

    Attributes
    ----------
    act : str
        Its name, and what it does in a clause.
    request : mapping
        What was asked, as it travelled: enough to ask it again.
    perform : callable
        Does it in a piece of work and returns the answer, as JSON.
    """

    act: str
    request: Mapping[str, Any]
    perform: Callable[[Work], dict[str, Any] | None]


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks after a ceremony: a signed-in person, or whoever holds its link."""

    actor: Actor | None
    secret: str | None


def prepare(workshop: Workshop, actor: Actor | None, asked: Asked) -> dict[str, Any]:
    """Learn the statement of an act, and keep it for its signer; nothing else is done.

    Raises
    ------
    RegistryError
        Whatever the act itself refuses, before it comes to the signature.
    BadInputError
        When the act comes to its end without a signature.
    """
    at = workshop.clock()
    try:
        with workshop.begin(actor) as rehearsal:
            rehearsal.ceremony = Ceremony(proof=Rehearsal(), at=at)
            asked.perform(rehearsal)
            raise BadInputError("this act asks for no signature; do it directly.", field="path")
    except Rehearsed as stopped:
        statement = dict(stopped.statement)
    with workshop.begin(actor) as work:
        store.forget(work.session, at - signings.KEPT)
        row, secret = begin(work, Kind.SIGNING, asked.act, asked.request, statement, at=at)
        return {**described(work, row), "page": page_of(work, "sign", row, secret)}


def begin(
    work: Work,
    kind: Kind,
    act: str,
    request: Mapping[str, Any],
    statement: dict[str, Any],
    *,
    at: datetime,
) -> tuple[CeremonyRow, str]:
    """Keep a statement for the actor to answer; return it with the secret of its link."""
    if work.actor is None:
        raise NotSignedInError("Sign in first; a signature needs a person.")
    secret = work.new_secret()
    row = CeremonyRow(
        id=work.new_id(),
        kind=kind,
        person_id=work.actor.id,
        act=act,
        request=dict(request),
        statement=statement,
        secret_hash=_hash(secret),
        begun_at=at,
        expires_at=at + signings.LIFE,
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.SIGNATURE_PREPARED,
        subject=str(statement.get("subject", f"person {work.actor.login}")),
        after={"ceremony": str(row.id), "act": act, "statement": document_digest(statement)},
    )
    return row, secret


def page_of(work: Work, page: str, row: CeremonyRow, secret: str) -> str:
    """Return the link to a ceremony's page; its secret never reaches a server's log."""
    party = passkeys.party_of(work.settings.public_url)
    return f"{party.origin}/{page}/{row.id}#{secret}"


def carry_out(
    workshop: Workshop,
    caller: Caller,
    ceremony_id: UUID,
    proof: Proof,
    asked: Callable[[Mapping[str, Any]], Asked],
) -> dict[str, Any]:
    """Do the act of a ceremony, signed by what its person proves; a ceremony is answered once.

    `asked` returns the act of a request that was kept.

    Raises
    ------
    CeremonyOverError
        When it was answered, cancelled or forgotten.
    ChangedSinceError
        When the statement is no longer what was shown.
    ForbiddenError
        When the proof is wrong.
    """
    with workshop.begin(None, reads=True) as work:
        row = opened(work, caller, ceremony_id, Kind.SIGNING)
        signer = people.actor_of(work.session, row.person_id, work.clock())
    with workshop.begin(signer) as work:
        row = store.get(work.session, ceremony_id, Kind.SIGNING, lock=True)
        require_waiting(work, row)
        work.ceremony = Ceremony(proof=proof, at=row.begun_at, shown=row.statement)
        row.answer = asked(row.request).perform(work)
        end(work, row, Ending.DONE, method=method_of(proof))
        return described(work, row)


def method_of(proof: Proof) -> str:
    """Return the method of a signature by a proof."""
    match proof:
        case Passkey():
            return signatures.BY_PASSKEY
        case FreshLogin():
            return signatures.BY_LOGIN
        case Password():
            return signatures.METHOD
        case Rehearsal():
            raise BadInputError("a rehearsal signs nothing.")


def end(work: Work, row: CeremonyRow, ending: Ending, *, method: str | None = None) -> None:
    """Note how a ceremony ended."""
    row.ending, row.ended_at, row.method = ending, work.clock(), method
    work.session.add(row)
    work.session.flush()


def require_waiting(work: Work, row: CeremonyRow) -> None:
    """Refuse an answer to a ceremony that waits no more."""
    signings.require_waiting(row.ending, expires_at=row.expires_at, now=work.clock())


def cancel(work: Work, caller: Caller, ceremony_id: UUID) -> dict[str, Any]:
    """End a ceremony without a signature."""
    row = _answering(work, caller, ceremony_id, Kind.SIGNING)
    end(work, row, Ending.CANCELLED)
    work.record(
        Act.SIGNATURE_CANCELLED,
        subject=str(row.statement["subject"]),
        after={"ceremony": str(row.id)},
    )
    return described(work, row)


def _answering(work: Work, caller: Caller, ceremony_id: UUID, kind: Kind) -> CeremonyRow:
    """Return a ceremony that still waits, held; from here on its person is who acts."""
    opened(work, caller, ceremony_id, kind)
    row = store.get(work.session, ceremony_id, kind, lock=True)
    require_waiting(work, row)
    work.actor = people.actor_of(work.session, row.person_id, work.clock())
    return row


def ask_passkey(work: Work, statement: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the statement that a new passkey of the actor's must answer; return its link."""
    act = "Register a passkey"
    row, secret = begin(work, Kind.ENROLMENT, act, {}, dict(statement), at=work.now())
    return {**_enrolment(work, row), "page": page_of(work, "passkey", row, secret)}


def asked_passkey(work: Work, caller: Caller, ceremony_id: UUID) -> dict[str, Any]:
    """Return a ceremony in which a passkey is registered."""
    return _enrolment(work, opened(work, caller, ceremony_id, Kind.ENROLMENT))


def take_passkey(work: Work, caller: Caller, ceremony_id: UUID) -> dict[str, Any]:
    """Return the statement that a passkey answers now, and end its ceremony."""
    row = _answering(work, caller, ceremony_id, Kind.ENROLMENT)
    end(work, row, Ending.DONE)
    return row.statement


def _enrolment(work: Work, row: CeremonyRow) -> dict[str, Any]:
    """Return a ceremony in which a passkey is registered, as its page shows it."""
    state = signings.state_of(row.ending, expires_at=row.expires_at, now=work.clock())
    return {
        "id": row.id,
        "state": state.value,
        "statement": row.statement,
        "expires_at": instant_text(row.expires_at),
        "page": None,
    }


def show(work: Work, caller: Caller, ceremony_id: UUID) -> dict[str, Any]:
    """Return a ceremony to its person, or to whoever holds its link."""
    return described(work, opened(work, caller, ceremony_id, Kind.SIGNING))


def opened(work: Work, caller: Caller, ceremony_id: UUID, kind: Kind) -> CeremonyRow:
    """Return a ceremony if the caller may see it.

    Raises
    ------
    NotSignedInError
        When nobody is signed in and no link's secret is sent, or its person is suspended.
    ForbiddenError
        When both are sent, or a token asks.
    NotFoundError
        When it is somebody else's, or the secret is another's: nothing is told of it.
    """
    if caller.actor is None and caller.secret is None:
        raise NotSignedInError("Open the link that `cmr` printed, or sign in.")
    if caller.actor is not None and caller.secret is not None:
        raise ForbiddenError("Send either a session or a link's secret, not both.")
    row = store.get(work.session, ceremony_id, kind)
    if caller.actor is not None:
        if caller.actor.via != "session":
            raise ForbiddenError("A signature needs a person signed in; a token can never sign.")
        known = caller.actor.id == row.person_id
    else:
        known = compare_digest(row.secret_hash, _hash(caller.secret or ""))
    if not known:
        raise NotFoundError("Nothing waits to be signed here; begin again.")
    if people.actor_of(work.session, row.person_id, work.clock()) is None:
        raise NotSignedInError("The person who was to sign is suspended.")
    return row


def _hash(secret: str) -> str:
    """Return the SHA-256 of a secret of 256 random bits, as hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def described(work: Work, row: CeremonyRow) -> dict[str, Any]:
    """Return a ceremony as its page shows it: the statement, and what stands behind it."""
    state = signings.state_of(row.ending, expires_at=row.expires_at, now=work.clock())
    keys = passkeys_store.usable(work.session, row.person_id)
    return {
        "id": row.id,
        "act": row.act,
        "state": state.value,
        "statement": row.statement,
        "digest": document_digest(row.statement),
        "document": _document(work, row.statement),
        "changed": _changed(work, row.statement),
        "party": passkeys.party_of(work.settings.public_url).id,
        "passkeys": [{"id": one.credential, "transports": one.transports} for one in keys],
        "expires_at": instant_text(row.expires_at),
        "method": row.method,
        "answer": row.answer,
        "page": None,
    }


def _document(work: Work, statement: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the document whose digest is signed, if it is here, JSON and short."""
    digest = str(statement["digest"])
    if not work.artifacts.has(digest) or work.artifacts.size(digest) > SHOWN_BYTES:
        return None
    try:
        found = json.loads(work.artifacts.read(digest))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _changed(work: Work, statement: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return in which parts a dossier differs from the one before it, if one is signed."""
    try:
        row = reviews.by_digest(work.session, str(statement["digest"]))
    except NotFoundError:
        return None
    before = [
        one for one in reviews.dossiers_of(work.session, row.review_id) if one.number < row.number
    ]
    if not before:
        return None
    older, newer = (json.loads(work.artifacts.read(one.digest)) for one in (before[-1], row))
    return {"since": before[-1].number, "parts": dossiers.changes(older, newer)}
