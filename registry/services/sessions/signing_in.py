"""Signing in: with a login and a password, and what happens when they are wrong."""

from dataclasses import dataclass
from functools import cache

from registry.domain.errors import BusyError, NotSignedInError
from registry.domain.people import FAILURES, FAILURES_WITHIN
from registry.domain.trail import Act
from registry.services.proofs import PASSWORDS
from registry.services.sessions.keeping import Opened, opened
from registry.services.work import Work
from registry.store import people
from registry.store.people import FailedSignInRow


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """What came of a sign-in: a session, or the error to answer with.

    A refusal is a result, not something raised, because its record must be committed first.
    """

    opened: Opened | None = None
    refused: BusyError | NotSignedInError | None = None

    def result(self) -> Opened:
        """Return the session, or raise the refusal once its record is safe."""
        if self.opened is None:
            raise self.refused or NotSignedInError("The sign-in was refused.")
        return self.opened


def sign_in(
    work: Work,
    *,
    login: str,
    password: str,
    address: str | None = None,
    replaces: str | None = None,
) -> SignIn:
    """Open a session for a login and password, or say why not.

    A wrong password and an unknown login take the same time and get the same answer; after five
    failures within fifteen minutes a login is refused without looking, and after many more an
    address. A session that was presented ends as the new one begins.

    Parameters
    ----------
    work : Work
    login, password : str
    address : str or None
        The network address that asks; None where there is no network.
    replaces : str or None
        The secret of the session that was presented, if any.
    """
    busy = _busy(work, login, address)
    if busy is not None:
        return SignIn(refused=busy)
    row = people.find(work.session, login)
    known = _dummy_hash() if row is None else row.password_hash
    fits = PASSWORDS.verify(password, known)
    if row is None or not fits or row.suspended_at is not None:
        return _refused(work, login, address)
    people.forget_failures(work.session, login)
    session = opened(work, row, by="password", auth_time=work.now(), replaces=replaces)
    return SignIn(opened=session)


def _busy(work: Work, login: str, address: str | None) -> BusyError | None:
    """Return why a sign-in is not even looked at, or None."""
    since = work.now() - FAILURES_WITHIN
    if people.failures_since(work.session, login, since) >= FAILURES:
        return BusyError(
            f"Too many failed sign-ins for “{login[:64]}”; try again in fifteen minutes."
        )
    most = work.settings.failures_per_address
    if address is None or not most:
        return None
    if people.failures_from(work.session, address, since) >= most:
        return BusyError("Too many failed sign-ins from here; try again in fifteen minutes.")
    return None


def _refused(work: Work, login: str, address: str | None) -> SignIn:
    """Note a failed sign-in; the password is nowhere in it."""
    row = FailedSignInRow(id=work.new_id(), login=login[:64], address=address, at=work.now())
    work.session.add(row)
    work.record(Act.SESSION_REFUSED, subject=f"login {login[:64]}")
    return SignIn(refused=NotSignedInError("The login or the password is wrong."))


@cache
def _dummy_hash() -> str:
    """Return a digest to compare with where nobody bears the login, so that time tells nothing."""
    return PASSWORDS.hash("nobody bears this login")
