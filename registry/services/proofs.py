"""Proofs: whether what a person shows proves who they are, and their signature where it does."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from registry.domain import passkeys, people, signatures
from registry.domain.digests import canonical
from registry.domain.errors import BusyError, ForbiddenError
from registry.domain.identities import still_fresh
from registry.domain.people import Actor
from registry.domain.signatures import (
    FreshLogin,
    Passkey,
    Password,
    Proof,
    Rehearsal,
    Rehearsed,
    Signature,
)
from registry.store import identities
from registry.store import passkeys as passkeys_store
from registry.store import people as people_store
from registry.store.artifacts.filesystem import Artifacts
from registry.store.session import Session

PASSWORDS = PasswordHash((Argon2Hasher(),))


class Refused(Exception):  # noqa: N818 -- what is raised to the caller is `error`
    """What was shown does not prove it; `guessed` where it counts as a wrong password."""

    def __init__(self, error: ForbiddenError, *, guessed: bool = False) -> None:
        self.error = error
        self.guessed = guessed
        super().__init__(str(error))


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where a person signs: what is needed to check what they show, and to keep it.

    Attributes
    ----------
    key : Ed25519PrivateKey
        The registry's.
    address : str
        Where browsers reach the registry; passkeys are bound to it.
    now : datetime
        The present time, in a ceremony, too.
    """

    session: Session
    artifacts: Artifacts
    key: Ed25519PrivateKey
    address: str
    now: datetime


def signed(desk: Desk, actor: Actor, statement: Mapping[str, Any], proof: Proof) -> Signature:
    """Return the actor's signature over a statement, by what they show.

    Raises
    ------
    Refused
        When it does not prove who they are.
    BusyError
        When wrong passwords were given too often of late; the right one does not help.
    Rehearsed
        When nothing is shown yet: carries the statement.
    """
    match proof:
        case Rehearsal():
            raise Rehearsed(statement)
        case Password():
            _require_password(desk, actor, proof.secret)
            return signatures.sign(statement, desk.key)
        case FreshLogin():
            _require_fresh_login(desk, actor, proof.secret)
            return signatures.sign(statement, desk.key, method=signatures.BY_LOGIN)
        case Passkey():
            return _by_passkey(desk, actor, statement, proof)


def _require_password(desk: Desk, actor: Actor, password: str) -> None:
    """Refuse a wrong password, and any after too many of them."""
    since = desk.now - people.FAILURES_WITHIN
    if people_store.failures_since(desk.session, actor.login, since) >= people.FAILURES:
        raise BusyError("Too many wrong passwords; nothing was signed. Try again later.")
    known = people_store.password_hash_of(desk.session, actor.id)
    if not PASSWORDS.verify(password, known):
        raise Refused(ForbiddenError("The password is wrong; nothing was signed."), guessed=True)


def _require_fresh_login(desk: Desk, actor: Actor, secret: str) -> None:
    """Refuse a login that is not this person's, not of just now, or has signed already."""
    used = hashlib.sha256(secret.encode()).hexdigest()
    row = identities.take_fresh(desk.session, used, person_id=actor.id, now=desk.now)
    if row is None or row.auth_time is None or not still_fresh(row.auth_time, now=desk.now):
        raise Refused(
            ForbiddenError("This login does not prove a signature now; nothing was signed.")
        )


def _by_passkey(
    desk: Desk, actor: Actor, statement: Mapping[str, Any], proof: Passkey
) -> Signature:
    """Return the signature of the actor's passkey; its assertion is kept as an artifact."""
    assertion = passkeys.plain(proof.assertion)
    row = passkeys_store.answering(desk.session, actor.id, assertion["id"])
    if row is None:
        raise Refused(
            ForbiddenError(f"This is no confirmed passkey of {actor.name}; nothing was signed.")
        )
    party = passkeys.party_of(desk.address)
    try:
        count = passkeys.check(assertion, statement, public_key=row.public_key, party=party)
    except ForbiddenError as error:
        raise Refused(error) from error
    row.sign_count = count
    desk.session.add(row)
    kept = passkeys_store.assertion_document(
        desk.session, row, assertion, party=party, key=desk.key
    )
    return Signature(
        statement=statement,
        signature=desk.artifacts.put_bytes(canonical(kept)).digest,
        key=row.name,
        method=signatures.BY_PASSKEY,
    )
