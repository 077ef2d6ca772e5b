"""Facts about signing in through a real provider of identities, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from registry.domain import proving
from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotSignedInError,
)
from registry.domain.identities import ProviderError, still_fresh
from registry.domain.people import Role
from registry.domain.signatures import FreshLogin, Signature, holds
from registry.domain.trail import Act
from registry.faces.api import acts
from registry.services import audit, identities, sessions, signings
from registry.services.sessions import Back, Begun, Opened
from registry.services.signings import Caller
from registry.services.work import Workshop
from registry.shapes.identities import IdentityIn
from registry.store import identities as store
from registry.store.identities import LoginRow
from registry.store.people import SessionRow
from registry.store.providers import ProviderClient
from tests.factories.evidence import make_protocol
from tests.factories.people import Registry, make_person, make_registry
from tests.factories.providers import browser_returns, running_provider, with_provider
from tests.factories.records import make_model, make_sites

BACK = "http://127.0.0.1:4711/callback"
LEAD = "clinical.lead"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Return the issuer of a provider that runs on this machine."""
    with running_provider() as address:
        yield address


@pytest.fixture
def registry(workshop: Workshop, issuer: str) -> Registry:
    """Return a founded registry that knows the provider."""
    return make_registry(with_provider(workshop, issuer))


def bind(registry: Registry, login: str, subject: str) -> None:
    """Bind a person to a subject of the provider, by two people."""
    body = IdentityIn(subject=subject, why="seen with a staff card")
    with registry.work(Role.ENROLLER) as work:
        proposed = identities.propose(work, login, body)
    with registry.work(Role.ADMINISTRATOR) as work:
        identities.confirm(work, proposed.id)


def back(begun: Begun, subject: str) -> Back:
    """Sign in at the provider and return what comes back, to who began the login."""
    answer = browser_returns(begun.address, subject)
    return Back(
        state=answer["state"],
        code=answer["code"],
        secret=begun.secret,
        issuer=answer.get("iss"),
    )


def sign_in(registry: Registry, subject: str, replaces: str | None = None) -> Opened:
    """Sign in through the provider, the whole way."""
    begun = sessions.begin(registry.workshop, redirect_uri=BACK)
    return sessions.complete(registry.workshop, back(begun, subject), replaces=replaces)


class TestComplete:
    """Signing in by code, with PKCE."""

    def test_session_of_the_person(self, registry: Registry) -> None:
        """A bound subject signs in as the person, and the older session gives way."""
        bind(registry, LEAD, "anna")
        first = sign_in(registry, "anna")
        second = sign_in(registry, "anna", replaces=first.secret)
        with registry.workshop.begin(None) as work:
            actor = sessions.recognise(work, second.secret)
            kept = work.session.exec(select(SessionRow)).all()
            assert [row.by for row in kept] == ["provider", "provider"]
            assert all(row.auth_time is not None for row in kept)
        assert (actor.login, actor.roles) == (LEAD, frozenset({Role.CLINICAL_LEAD}))
        with pytest.raises(NotSignedInError), registry.workshop.begin(None) as work:
            sessions.recognise(work, first.secret)

    def test_nobody_is_enrolled_by_a_login(self, registry: Registry) -> None:
        """Unknown, proposed only, revoked, suspended: refused, and on the trail."""
        with pytest.raises(NotSignedInError, match=r"“berta” at .* is bound to nobody"):
            sign_in(registry, "berta")
        body = IdentityIn(subject="berta", why="seen")
        with registry.work(Role.ENROLLER) as work:
            proposed = identities.propose(work, LEAD, body)
        with pytest.raises(NotSignedInError, match="bound to nobody"):
            sign_in(registry, "berta")
        with registry.work(Role.ADMINISTRATOR) as work:
            identities.confirm(work, proposed.id)
        assert sign_in(registry, "berta").person.login == LEAD
        with registry.work(Role.ENROLLER) as work:
            identities.revoke(work, proposed.id, why="taken over")
        with pytest.raises(NotSignedInError, match="bound to nobody"):
            sign_in(registry, "berta")
        with registry.work(Role.AUDITOR) as work:
            acts = [event["act"] for event in audit.read(work, start=0, limit=1000)]
        assert acts.count(Act.SESSION_REFUSED) == 3

    def test_each_login_comes_back_once(self, registry: Registry) -> None:
        """A code cannot be replayed, and another browser's state is unknown."""
        bind(registry, LEAD, "anna")
        begun = sessions.begin(registry.workshop, redirect_uri=BACK)
        came = back(begun, "anna")
        sessions.complete(registry.workshop, came)
        unknown = Back(state=sessions.digest("x"), code=came.code, secret="x")
        for tried in (came, unknown):
            with pytest.raises(ProviderError, match="unknown or over"):
                sessions.complete(registry.workshop, tried)

    def test_who_saw_code_and_state_completes_nothing(self, registry: Registry) -> None:
        """The browser and whoever watches it know both; the secret stays with who began."""
        bind(registry, LEAD, "anna")
        begun = sessions.begin(registry.workshop, redirect_uri=BACK)
        came = back(begun, "anna")
        for secret in ("", "guessed", begun.state):
            with pytest.raises(ProviderError, match="begun by somebody else"):
                sessions.complete(registry.workshop, replace(came, secret=secret))
        assert sessions.complete(registry.workshop, came).person.login == LEAD

    def test_code_without_its_verifier(self, registry: Registry) -> None:
        """Who stole a code has not the verifier: the provider refuses it."""
        bind(registry, LEAD, "anna")
        begun = sessions.begin(registry.workshop, redirect_uri=BACK)
        came = back(begun, "anna")
        with registry.workshop.begin(None) as work:
            row = work.session.exec(select(LoginRow)).one()
            row.verifier = "z" * 43
            work.session.add(row)
        with pytest.raises(ProviderError, match="code_verifier"):
            sessions.complete(registry.workshop, came)

    def test_nonce_of_another_login(self, registry: Registry) -> None:
        """A token that was made for another login is refused."""
        bind(registry, LEAD, "anna")
        begun = sessions.begin(registry.workshop, redirect_uri=BACK)
        came = back(begun, "anna")
        with registry.workshop.begin(None) as work:
            row = work.session.exec(select(LoginRow)).one()
            row.nonce = "another"
            work.session.add(row)
        with pytest.raises(ProviderError, match="nonce"):
            sessions.complete(registry.workshop, came)

    def test_answer_of_another_issuer(self, registry: Registry) -> None:
        """Where the provider says who it is, it must be the one that was asked (RFC 9207)."""
        begun = sessions.begin(registry.workshop, redirect_uri=BACK)
        came = back(begun, "anna")
        with pytest.raises(ProviderError, match="comes from"):
            sessions.complete(registry.workshop, replace(came, issuer="https://x.example"))

    def test_too_late(self, registry: Registry) -> None:
        """Ten minutes after it was begun a login is over."""
        begun = sessions.begin(registry.workshop, redirect_uri=BACK)
        came = back(begun, "anna")
        later = replace(
            registry.workshop, clock=lambda: registry.workshop.clock() + timedelta(minutes=10)
        )
        with pytest.raises(ProviderError, match="over"):
            sessions.complete(later, came)

    def test_no_provider(self, workshop: Workshop) -> None:
        """Without one the setting is named; one that does not answer is told so."""
        with pytest.raises(BadInputError, match="CMR_OIDC_ISSUER"):
            sessions.begin(workshop, redirect_uri=BACK)
        silent = ProviderClient(issuer="http://localhost:1", client_id="cmr", client_secret=None)
        with pytest.raises(ProviderError, match="does not answer"):
            sessions.begin(replace(workshop, provider=silent), redirect_uri=BACK)


class TestFresh:
    """Showing anew who one is, for one signature."""

    def test_proves_one_signature(self, registry: Registry) -> None:
        """It is of the person who asked, of just now, and used once."""
        bind(registry, LEAD, "anna")
        actor = registry.people[Role.CLINICAL_LEAD]
        begun = sessions.begin(registry.workshop, redirect_uri=BACK, fresh_for=actor)
        assert "prompt=login&max_age=0" in begun.address
        came = back(begun, "anna")
        with pytest.raises(ForbiddenError, match="not begun by you"):
            sessions.complete_fresh(registry.workshop, registry.people[Role.MODEL_OWNER], came)
        # Whoever presents a state uses it up; so the person begins anew.
        begun = sessions.begin(registry.workshop, redirect_uri=BACK, fresh_for=actor)
        came = back(begun, "anna")
        proof = sessions.complete_fresh(registry.workshop, actor, came)
        kept = sessions.digest(proof.secret)
        stranger = registry.people[Role.MODEL_OWNER].id
        with registry.work(actor) as work:
            now = work.now()
            assert store.take_fresh(work.session, kept, person_id=stranger, now=now) is None
            row = store.take_fresh(work.session, kept, person_id=actor.id, now=now)
            assert row is not None
            assert row.auth_time is not None
            assert still_fresh(row.auth_time, now=now)
        with registry.work(actor) as work:
            assert store.take_fresh(work.session, kept, person_id=actor.id, now=now) is None

    def test_somebody_else_at_the_provider(self, registry: Registry) -> None:
        """Another person's login there signs nothing for this one."""
        bind(registry, LEAD, "anna")
        bind(registry, "model.owner", "oskar")
        actor = registry.people[Role.CLINICAL_LEAD]
        begun = sessions.begin(registry.workshop, redirect_uri=BACK, fresh_for=actor)
        came = back(begun, "oskar")
        with pytest.raises(ForbiddenError, match="Somebody else signed in"):
            sessions.complete_fresh(registry.workshop, actor, came)

    def test_token_and_session_stay_apart(self, registry: Registry) -> None:
        """A token asks for none, and a login that was to sign opens no session."""
        bind(registry, LEAD, "anna")
        actor = registry.people[Role.CLINICAL_LEAD]
        token = replace(actor, via="token")
        with pytest.raises(ForbiddenError, match="token can never sign"):
            sessions.begin(registry.workshop, redirect_uri=BACK, fresh_for=token)
        begun = sessions.begin(registry.workshop, redirect_uri=BACK, fresh_for=actor)
        came = back(begun, "anna")
        with pytest.raises(ProviderError, match="begun to sign"):
            sessions.complete(registry.workshop, came)


class TestIdentities:
    """Binding needs two people."""

    def test_two_enrollers(self, registry: Registry) -> None:
        """Neither the proposer nor the person confirms; nobody proposes their own."""
        second = make_person(registry, "second", Role.ENROLLER)
        body = IdentityIn(subject="x", why="seen")
        with registry.work(Role.ENROLLER) as work:
            proposed = identities.propose(work, "second", body)
        for one in (registry.people[Role.ENROLLER], second):
            with pytest.raises(ForbiddenError, match="two enrollers"), registry.work(one) as work:
                identities.confirm(work, proposed.id)
        with pytest.raises(ForbiddenError, match="their own"), registry.work(second) as work:
            identities.propose(work, "second", IdentityIn(subject="y", why="mine"))
        with registry.work(Role.ADMINISTRATOR) as work:
            assert identities.confirm(work, proposed.id).state == "confirmed"
        with pytest.raises(ConflictError), registry.work(Role.ADMINISTRATOR) as work:
            identities.confirm(work, proposed.id)

    def test_subject_is_one_persons_for_good(self, registry: Registry) -> None:
        """It is not given to another, also once it was revoked."""
        bind(registry, LEAD, "anna")
        with registry.work(Role.ENROLLER) as work:
            (found,) = identities.of_person(work, LEAD)
            identities.revoke(work, found.id, why="left")
        with pytest.raises(ConflictError, match="for good"), registry.work(Role.ENROLLER) as work:
            identities.propose(work, "model.owner", IdentityIn(subject="anna", why="seen"))

    def test_who_may_read_and_propose(self, registry: Registry) -> None:
        """A lead reads their own, not another's, and proposes none."""
        with registry.work(Role.CLINICAL_LEAD) as work:
            assert identities.of_person(work, LEAD) == []
            with pytest.raises(ForbiddenError):
                identities.of_person(work, "model.owner")
            with pytest.raises(ForbiddenError):
                identities.propose(work, "model.owner", IdentityIn(subject="x", why="seen"))


class TestSigning:
    """Signing by a fresh login, where people have no password here."""

    def test_signs_what_was_shown(self, registry: Registry) -> None:
        """A fresh login signs one statement, within two minutes, and is labelled as weaker."""
        make_sites(registry)
        make_model(registry)
        digest = make_protocol(registry)
        bind(registry, LEAD, "anna")
        actor = registry.people[Role.CLINICAL_LEAD]
        workshop = registry.workshop
        asked = acts.asked(
            {"path": f"/protocols/{digest}/signatures", "body": {"role": "clinical lead"}}
        )
        shown = signings.prepare(workshop, actor, asked)
        caller = Caller(actor=actor, secret=None)

        def sign(secret: str, *, later: int = 0) -> dict[str, Any]:
            moved = replace(workshop, clock=lambda: workshop.clock() + timedelta(minutes=later))
            return signings.carry_out(moved, caller, shown["id"], FreshLogin(secret), acts.asked)

        def fresh() -> str:
            begun = sessions.begin(workshop, redirect_uri=BACK, fresh_for=actor)
            return sessions.complete_fresh(workshop, actor, back(begun, "anna")).secret

        for secret, later in (("cmrf_another", 0), (fresh(), 3)):
            with pytest.raises(ForbiddenError, match="nothing was signed"):
                sign(secret, later=later)
        done = sign(fresh())
        (kept,) = done["answer"]["signatures"]
        assert kept["method"] == done["method"] == "fresh-login+server-key"
        signature = Signature(**{part: kept[part] for part in proving.PARTS})
        public = workshop.keys.public()
        assert holds(signature, public=public)
        assert not holds(replace(signature, method="password+server-key"), public=public)
