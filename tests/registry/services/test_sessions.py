"""Facts about signing in and out, and about tokens, on both databases."""

from dataclasses import replace
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
from registry.shapes.sessions import TokenIn
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


class TestOwnSessions:
    """Sessions are listed, ended and replaced by their person."""

    def test_listed_and_ended(self, registry: Registry, clock: FrozenClock) -> None:
        """One sees one's own that still hold, and ends the one on the lost machine."""
        lost, here = sign_in(registry).result(), sign_in(registry).result()
        sign_in(registry, login="model.owner")
        actor = registry.people[Role.CLINICAL_LEAD]
        with registry.work(actor) as work:
            found = sessions.sessions(work, here.secret)
            assert sorted(this for _, this in found) == [False, True]
            assert {row.by for row, _ in found} == {"password"}
            (other,) = [row.id for row, this in found if not this]
            sessions.end_session(work, other)
        assert not is_known(registry, lost.secret)
        assert is_known(registry, here.secret)
        with pytest.raises(NotFoundError, match="no open session"), registry.work(actor) as work:
            sessions.end_session(work, other)
        clock.advance(hours=13)
        with registry.work(actor) as work:
            assert sessions.sessions(work, None) == []

    def test_nobody_ends_anothers(self, registry: Registry) -> None:
        """A session of somebody else is not there for one, and a token looks after none."""
        theirs = sign_in(registry, login="model.owner").result()
        with registry.work(Role.MODEL_OWNER) as work:
            ((row, _),) = sessions.sessions(work, None)
        with pytest.raises(NotFoundError), registry.work(Role.CLINICAL_LEAD) as work:
            sessions.end_session(work, row.id)
        assert is_known(registry, theirs.secret)
        token = replace(registry.people[Role.MODEL_OWNER], via="token")
        with pytest.raises(ForbiddenError, match="no session"), registry.work(token) as work:
            sessions.sessions(work, None)

    def test_sign_in_replaces_the_session_that_was_presented(self, registry: Registry) -> None:
        """The old secret is worth nothing; somebody else's session stays."""
        first, theirs = sign_in(registry).result(), sign_in(registry, login="auditor").result()
        for presented in (first.secret, theirs.secret):
            with registry.workshop.begin(None) as work:
                outcome = sessions.sign_in(work, login=LOGIN, password=PASSWORD, replaces=presented)
                assert outcome.result().secret not in {first.secret, theirs.secret}
        assert not is_known(registry, first.secret)
        assert is_known(registry, theirs.secret)

    def test_renewed_secret(self, registry: Registry, clock: FrozenClock) -> None:
        """The old secret dies, and the session ends no later for it."""
        first = sign_in(registry).result()
        clock.advance(minutes=20)
        actor = registry.people[Role.CLINICAL_LEAD]
        with registry.work(actor) as work:
            second = sessions.renew(work, first.secret)
        assert second.expires_at == first.expires_at
        assert not is_known(registry, first.secret)
        assert is_known(registry, second.secret)
        for one in (actor, registry.people[Role.MODEL_OWNER]):
            with pytest.raises(NotFoundError, match="no open session"), registry.work(one) as work:
                sessions.renew(work, first.secret if one is actor else second.secret)


class TestAddress:
    """Failed sign-ins are counted by network address, too."""

    def test_many_logins_from_one_address(self, registry: Registry, clock: FrozenClock) -> None:
        """Who tries many logins is stopped; another address is not."""

        def tried(login: str, address: str, password: str = "wrong") -> SignIn:  # noqa: S107
            with registry.workshop.begin(None) as work:
                return sessions.sign_in(work, login=login, password=password, address=address)

        settings = replace(registry.workshop.settings, failures_per_address=3)
        registry.workshop = replace(registry.workshop, settings=settings)
        for n in range(3):
            tried(f"guess{n}", "192.0.2.1")
        with pytest.raises(BusyError, match="from here"):
            tried(LOGIN, "192.0.2.1", PASSWORD).result()
        assert tried(LOGIN, "192.0.2.2", PASSWORD).opened is not None
        clock.advance(minutes=16)
        assert tried(LOGIN, "192.0.2.1", PASSWORD).opened is not None


class TestRotateToken:
    """A token gives way to a new one."""

    def test_old_one_dies(self, registry: Registry, clock: FrozenClock) -> None:
        """At once, or after the hours asked for; name, scopes and days stay."""
        with registry.work(Role.ML_ENGINEER) as work:
            asked = TokenIn(name="pipeline", scopes=["records"], days=10)
            first, old = sessions.issue_token(work, asked)
        clock.advance(days=3)
        assert is_known(registry, old)
        with registry.work(Role.ML_ENGINEER) as work:
            second, newer = sessions.rotate_token(work, first.id, overlap_hours=24)
            assert (second.name, second.scopes) == ("pipeline", ["records"])
            assert second.expires_at - second.issued_at == timedelta(days=10)
        assert is_known(registry, old)
        clock.advance(hours=24)
        assert not is_known(registry, old)
        with registry.work(Role.ML_ENGINEER) as work:
            _, last = sessions.rotate_token(work, second.id, overlap_hours=0)
        assert not is_known(registry, newer)
        assert is_known(registry, last)
        with registry.work(Role.ML_ENGINEER) as work:
            used = {row.id: row.last_used_at for row in sessions.tokens(work)}
        assert used[first.id] is not None

    def test_only_ones_own_and_living(self, registry: Registry) -> None:
        """Nobody rotates another's token, or one that has ended; a token rotates none."""
        with registry.work(Role.ML_ENGINEER) as work:
            row, _ = sessions.issue_token(work, TokenIn(name="p", scopes=["records"], days=1))
        with (
            pytest.raises(ForbiddenError, match="whose token"),
            registry.work(Role.MODEL_OWNER) as work,
        ):
            sessions.rotate_token(work, row.id, overlap_hours=0)
        token = replace(
            registry.people[Role.ML_ENGINEER], via="token", scopes=frozenset({"records"})
        )
        with pytest.raises(ForbiddenError), registry.work(token) as work:
            sessions.rotate_token(work, row.id, overlap_hours=0)
        with registry.work(Role.ML_ENGINEER) as work:
            sessions.revoke_token(work, row.id)
        with pytest.raises(ConflictError, match="ended"), registry.work(Role.ML_ENGINEER) as work:
            sessions.rotate_token(work, row.id, overlap_hours=0)
