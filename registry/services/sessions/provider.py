"""Provider: signing in through the provider of identities, and showing anew who one is.

The way is always the same: `begin` keeps state, nonce and verifier and returns the address to
which the person goes; the provider sends them back with a code; `complete` redeems it, outside
any transaction, and opens a session, or keeps a fresh login that proves one signature.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from joserfc.jwk import KeySet

from registry.domain import identities as rules
from registry.domain.errors import BadInputError, ForbiddenError, NotSignedInError
from registry.domain.identities import Asked, Identity, ProviderError, UnknownKeyError
from registry.domain.people import Actor
from registry.domain.trail import Act
from registry.services.sessions.keeping import Opened, digest, opened
from registry.services.sessions.signing_in import SignIn
from registry.services.work import Work, Workshop
from registry.store import identities, people
from registry.store.identities import IdentityRow, LoginRow
from registry.store.providers import ProviderClient


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A login under way: where the person goes, and what must come back with them.

    The state travels through the browser and is the SHA-256 of the secret, which does not: only
    who began the login can complete it, also where somebody else saw the code and the state.
    """

    address: str
    state: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Back:
    """What came back with a person: state and code, the issuer where the provider sends it.

    `secret` is what was given to whoever began the login.
    """

    state: str
    code: str
    secret: str
    issuer: str | None = None


@dataclass(frozen=True, kw_only=True)
class FreshProof:
    """A person who has just shown anew who they are; `secret` proves it for one signature."""

    secret: str
    auth_time: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class _Returned:
    """A login that came back: what was asked with it."""

    person_id: UUID | None
    verifier: str
    redirect_uri: str
    asked: Asked


def begin(workshop: Workshop, *, redirect_uri: str, fresh_for: Actor | None = None) -> Begun:
    """Begin a login at the provider; `fresh_for` must show anew who they are.

    Raises
    ------
    BadInputError
        When no provider is set, or the person would be sent back to somewhere else.
    ForbiddenError
        When a token asks for a fresh login.
    ProviderError
        When the provider cannot be reached.
    """
    client = _client(workshop)
    rules.check_redirect(redirect_uri, public_url=workshop.settings.public_url)
    if fresh_for is not None and fresh_for.via != "session":
        raise ForbiddenError("A token can never sign; sign in as yourself.")
    provider = client.provider()
    with workshop.begin(None) as work:
        now = work.now()
        identities.forget_logins(work.session, now - timedelta(days=1))
        secret, nonce, verifier = (work.new_secret() for _ in range(3))
        state = digest(secret)
        row = LoginRow(
            id=work.new_id(),
            state_hash=digest(state),
            nonce=nonce,
            verifier=verifier,
            redirect_uri=redirect_uri,
            person_id=None if fresh_for is None else fresh_for.id,
            begun_at=now,
            expires_at=now + rules.LOGIN_LASTS,
        )
        work.session.add(row)
        asked = _asked(work, client, row)
        address = rules.authorization_address(
            provider, asked, redirect_uri=redirect_uri, state=state, verifier=verifier
        )
        return Begun(address=address, state=state, secret=secret, expires_at=row.expires_at)


def complete(workshop: Workshop, back: Back, *, replaces: str | None = None) -> Opened:
    """Open a session for who comes back from the provider.

    Parameters
    ----------
    workshop : Workshop
    back : Back
        What came back.
    replaces : str or None
        The secret of a session that was presented and ends.

    Raises
    ------
    ProviderError
        When anything about the answer is not right.
    NotSignedInError
        When the provider's subject is bound to nobody here, or to somebody suspended.
    """
    returned = _returned(workshop, back)
    if returned.asked.fresh:
        raise ProviderError("This login was begun to sign, not to open a session.")
    identity = _identity(workshop, returned, back.code)
    with workshop.begin(None) as work:
        outcome = _signed_in(work, identity, replaces)
    return outcome.result()


def _signed_in(work: Work, identity: Identity, replaces: str | None) -> SignIn:
    """Open a session for a provider's subject, or note why not."""
    bound = identities.find(work.session, identity.issuer, identity.subject)
    row = None if bound is None else people.by_id(work.session, bound.person_id)
    if row is None or not _holds(bound) or row.suspended_at is not None:
        work.record(Act.SESSION_REFUSED, subject=f"identity {digest(identity.subject)[:16]}")
        sentence = (
            f"“{identity.subject}” at {identity.issuer} is bound to nobody who may sign in here; "
            "ask an enroller (`cmr identity propose`)."
        )
        return SignIn(refused=NotSignedInError(sentence))
    auth_time = identity.auth_time or work.now()
    return SignIn(opened=opened(work, row, by="provider", auth_time=auth_time, replaces=replaces))


def _holds(bound: IdentityRow | None) -> bool:
    """Tell whether an identity was confirmed and not revoked."""
    return bound is not None and bound.confirmed_at is not None and bound.revoked_at is None


def complete_fresh(workshop: Workshop, actor: Actor, back: Back) -> FreshProof:
    """Keep, for one signature, that a signed-in person has just shown anew who they are.

    Raises
    ------
    ProviderError
        When anything about the answer is not right, or the person did not sign in anew.
    ForbiddenError
        When somebody else signed in at the provider than is signed in here.
    """
    returned = _returned(workshop, back)
    if not returned.asked.fresh or returned.person_id != actor.id:
        raise ForbiddenError("This login was not begun by you to sign; begin anew.")
    identity = _identity(workshop, returned, back.code)
    with workshop.begin(actor) as work:
        bound = identities.find(work.session, identity.issuer, identity.subject)
        if bound is None or not _holds(bound) or bound.person_id != actor.id:
            raise work.kept(
                ForbiddenError("Somebody else signed in at the provider; nothing was signed."),
                act=Act.SIGNATURE_REFUSED,
                subject=f"person {actor.login}",
            )
        row = identities.login_by_state(work.session, digest(back.state))
        if row is None or identity.auth_time is None:
            raise ProviderError("The login is over; begin anew.")
        secret = f"cmrf_{work.new_secret()}"
        row.proof_hash, row.auth_time, row.acr = digest(secret), identity.auth_time, identity.acr
        work.session.add(row)
        until = identity.auth_time + rules.FRESH_FOR
        return FreshProof(secret=secret, auth_time=identity.auth_time, expires_at=until)


def _client(workshop: Workshop) -> ProviderClient:
    """Return the way to the provider, or say that none is set."""
    if workshop.provider is None:
        raise BadInputError("No provider of identities is set; see CMR_OIDC_ISSUER.")
    return workshop.provider


def _asked(work: Work, client: ProviderClient, row: LoginRow) -> Asked:
    """Return what is asked of the provider by a login."""
    return Asked(
        client=client.client_id,
        nonce=row.nonce,
        since=row.begun_at,
        fresh=row.person_id is not None,
        acr=work.settings.oidc_acr,
    )


def _returned(workshop: Workshop, back: Back) -> _Returned:
    """Take a login that came back to who began it; each comes back once, and soon."""
    client = _client(workshop)
    if not compare_digest(digest(back.secret).encode(), back.state.encode()):
        raise ProviderError("This login was begun by somebody else; begin it yourself.")
    with workshop.begin(None) as work:
        row = identities.login_by_state(work.session, digest(back.state))
        if row is None or row.returned_at is not None or work.now() >= row.expires_at:
            raise ProviderError("This login is unknown or over; begin anew.")
        asked, verifier = _asked(work, client, row), row.verifier
        row.returned_at, row.verifier, row.nonce = work.now(), "", ""
        work.session.add(row)
        taken = _Returned(
            person_id=row.person_id, verifier=verifier, redirect_uri=row.redirect_uri, asked=asked
        )
    if back.issuer is not None and back.issuer != client.issuer:
        raise ProviderError(f"The answer comes from “{back.issuer}”, not from {client.issuer}.")
    return taken


def _identity(workshop: Workshop, returned: _Returned, code: str) -> Identity:
    """Return whom the provider recognised; unknown keys are fetched anew, once."""
    client = _client(workshop)
    token = client.redeem(code, redirect_uri=returned.redirect_uri, verifier=returned.verifier)

    def read(keys: KeySet) -> Identity:
        return rules.identity_of(
            token,
            keys,
            provider=client.provider(),
            asked=returned.asked,
            now=workshop.clock(),
            skew=timedelta(seconds=workshop.settings.oidc_skew_seconds),
        )

    try:
        return read(client.keys())
    except UnknownKeyError:
        return read(client.keys(anew=True))
