"""Facts about signing in and out, and about tokens, on both databases."""

from datetime import timedelta

import pytest

from registry.domain.errors import (
    BusyError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    NotSignedInError,
)
from registry.domain.people import Action, Role, may
from registry.domain.trail import Act
from registry.services import audit, sessions
from registry.services.sessions import SignIn
from registry.services.work import Workshop
from registry.shapes.people import TokenIn
from tests.conftest import FrozenClock
from tests.factories.people import PASSWORD, PROOF, Registry, make_registry

LOGIN = "clinical.lead"


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a founded registry."""
    return make_registry(workshop)


def sign_in(registry: Registry, password: str = PASSWORD, login: str = LOGIN) -> SignIn:
    """Try to sign in, in a transaction of its own."""
    with registry.workshop.begin(None) as work:
        return sessions.sign_in(work, login=login, password=password)


def is_known(registry: Registry, secret: str) -> bool:
    """Tell whether a secret is recognised, in a transaction of its own."""
    try:
        with registry.workshop.begin(None) as work:
            sessions.recognise(work, secret)
    except NotSignedInError:
        return False
    return True


class TestSignIn:
    """Signing in."""

    def test_secret_is_recognised_as_the_person(self, registry: Registry) -> None:
        """The session speaks for the person, with their roles."""
        secret = sign_in(registry).result().secret
        with registry.workshop.begin(None) as work:
            actor = sessions.recognise(work, secret)
        assert secret.startswith("cmrs_")
        assert (actor.login, actor.via) == (LOGIN, "session")
        assert actor.roles == {Role.CLINICAL_LEAD}

    @pytest.mark.parametrize("login", [LOGIN, "nobody"])
    def test_wrong_password_and_unknown_login_get_one_answer(
        self, registry: Registry, login: str
    ) -> None:
        """The answer does not tell whether the login exists."""
        with pytest.raises(NotSignedInError, match=r"^The login or the password is wrong\.$"):
            sign_in(registry, "wrong wrong wrong", login).result()

    def test_failure_is_on_the_trail_without_the_password(self, registry: Registry) -> None:
        """A refused sign-in leaves its mark, and the password is nowhere in it."""
        sign_in(registry, "my secret password")
        with registry.work(Role.AUDITOR) as work:
            last = audit.read(work, start=0, limit=1000)[-1]
        assert (last["act"], last["subject"]) == (Act.SESSION_REFUSED, f"login {LOGIN}")
        assert "my secret password" not in str(last)

    def test_sixth_attempt_is_refused_unseen(self, registry: Registry, clock: FrozenClock) -> None:
        """After five failures even the right password waits fifteen minutes."""
        for _ in range(5):
            sign_in(registry, "wrong wrong wrong")
        with pytest.raises(BusyError, match="fifteen minutes"):
            sign_in(registry).result()
        clock.advance(minutes=15, seconds=1)
        assert sign_in(registry).opened is not None

    def test_success_forgets_failures(self, registry: Registry) -> None:
        """Four failures, a success and four more do not lock anybody out."""
        for _ in range(2):
            for _ in range(4):
                sign_in(registry, "wrong wrong wrong")
            assert sign_in(registry).opened is not None

    def test_one_logins_failures_lock_no_other(self, registry: Registry) -> None:
        """The limit is per login."""
        for _ in range(5):
            sign_in(registry, "wrong wrong wrong", "auditor")
        assert sign_in(registry).opened is not None


class TestRecognise:
    """Who presents which secret."""

    def test_idle_session_ends(self, registry: Registry, clock: FrozenClock) -> None:
        """Thirty minutes without a request end it."""
        secret = sign_in(registry).result().secret
        clock.advance(minutes=29)
        assert is_known(registry, secret)
        clock.advance(minutes=30)
        assert not is_known(registry, secret)

    def test_use_keeps_a_session_alive_but_not_for_ever(
        self, registry: Registry, clock: FrozenClock
    ) -> None:
        """Used every twenty minutes it lives for twelve hours and no longer."""
        opened = sign_in(registry).result()
        for _ in range(35):
            clock.advance(minutes=20)
            assert is_known(registry, opened.secret)
        clock.advance(minutes=20)
        assert clock() == opened.expires_at
        assert not is_known(registry, opened.secret)

    def test_signed_out_is_unknown(self, registry: Registry) -> None:
        """A session that was ended is worth nothing, and cannot be ended twice."""
        secret = sign_in(registry).result().secret
        with registry.work(Role.CLINICAL_LEAD) as work:
            sessions.sign_out(work, secret)
        assert not is_known(registry, secret)
        with pytest.raises(NotFoundError), registry.work(Role.CLINICAL_LEAD) as work:
            sessions.sign_out(work, secret)

    @pytest.mark.parametrize(
        "secret", ["", "cmrs_", "cmrs_" + "a" * 43, "reg_" + "0" * 32 + "_" + "a" * 43, "x" * 9999]
    )
    def test_unknown_secret_is_nobodys(self, registry: Registry, secret: str) -> None:
        """Malformed and unknown secrets get one answer."""
        assert not is_known(registry, secret)


class TestTokens:
    """API tokens."""

    def issue(self, registry: Registry, role: Role = Role.ML_ENGINEER) -> str:
        """Issue a token with every scope for thirty days."""
        with registry.work(role) as work:
            asked = TokenIn(name="pipeline", scopes=["read", "records", "evidence"], days=30)
            return sessions.issue_token(work, asked)[1]

    def test_token_speaks_within_its_scopes(self, registry: Registry) -> None:
        """The person's role and the scope together say what it may."""
        secret = self.issue(registry)
        with registry.workshop.begin(None) as work:
            actor = sessions.recognise(work, secret)
        assert actor.via == "token"
        assert may(actor, Action.MODEL_REGISTER)
        assert not may(actor, Action.TOKEN_ISSUE)

    def test_token_of_a_signer_cannot_sign(self, registry: Registry) -> None:
        """The model owner signs in person only."""
        secret = self.issue(registry, Role.MODEL_OWNER)
        with registry.workshop.begin(None) as work:
            actor = sessions.recognise(work, secret)
        with (
            pytest.raises(ForbiddenError, match="token can never sign"),
            registry.work(actor) as work,
        ):
            work.countersign(
                role=Role.MODEL_OWNER,
                meaning="authorship",
                subject="dossier",
                digest="sha256:" + "0" * 64,
                proof=PROOF,
            )

    def test_token_expires(self, registry: Registry, clock: FrozenClock) -> None:
        """It lives as many days as were asked."""
        secret = self.issue(registry)
        clock.advance(days=30, seconds=-1)
        assert is_known(registry, secret)
        clock.moment += timedelta(seconds=1)
        assert not is_known(registry, secret)

    def test_secret_of_another_token_does_not_fit(self, registry: Registry) -> None:
        """The id of one with the secret of another is nobody."""
        first, second = self.issue(registry), self.issue(registry)
        mixed = first[: len("reg_") + 33] + second[len("reg_") + 33 :]
        assert not is_known(registry, mixed)

    def test_secret_is_kept_as_a_digest(self, registry: Registry) -> None:
        """What is listed and what is on the trail hold no secret."""
        secret = self.issue(registry)
        with registry.work(Role.ML_ENGINEER) as work:
            listed = str([row.model_dump() for row in sessions.tokens(work)])
        with registry.work(Role.AUDITOR) as work:
            listed += str(audit.read(work, start=0, limit=1000))
        assert secret.rsplit("_", 1)[1] not in listed

    def test_revoked_token_is_unknown(self, registry: Registry) -> None:
        """Its holder ends it; a second time there is nothing to end."""
        secret = self.issue(registry)
        with registry.work(Role.ML_ENGINEER) as work:
            (row,) = sessions.tokens(work)
            sessions.revoke_token(work, row.id)
        assert not is_known(registry, secret)
        with pytest.raises(ConflictError), registry.work(Role.ML_ENGINEER) as work:
            sessions.revoke_token(work, row.id)

    def test_another_persons_token_is_not_ones_own(self, registry: Registry) -> None:
        """Only its holder, or who enrols people, ends a token."""
        self.issue(registry)
        with registry.work(Role.ML_ENGINEER) as work:
            (row,) = sessions.tokens(work)
        with pytest.raises(ForbiddenError), registry.work(Role.DATA_STEWARD) as work:
            sessions.revoke_token(work, row.id)
        with registry.work(Role.ADMINISTRATOR) as work:
            sessions.revoke_token(work, row.id)

    def test_auditor_gets_no_token(self, registry: Registry) -> None:
        """An auditor only reads, in person."""
        with pytest.raises(ForbiddenError), registry.work(Role.AUDITOR) as work:
            sessions.issue_token(work, TokenIn(name="x", scopes=["read"]))
