"""Ceremonies: an act is shown as a statement, signed by passkey, and done once."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from registry.domain import attestations, proving
from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    NotSignedInError,
    RuleBrokenError,
)
from registry.domain.people import Actor, Role
from registry.domain.signatures import Passkey, Password, key_name
from registry.domain.signings import CeremonyOverError, ChangedSinceError
from registry.domain.trail import HOUSEKEEPING, read_body
from registry.faces.api import acts
from registry.services import passkeys, protocols, signatures, signings
from registry.services.signings import Caller
from registry.services.work import Workshop
from registry.store import audit
from registry.store import protocols as protocols_store
from tests.conftest import FrozenClock
from tests.factories.evidence import make_protocol
from tests.factories.passkeys import Authenticator, make_passkey, propose_passkey, secret_of
from tests.factories.people import PASSWORD, PROOF, Registry, make_person
from tests.factories.reviews import Case, make_case

LEAD = Role.CLINICAL_LEAD


@pytest.fixture
def draft(registry: Registry) -> str:
    """Return the digest of a protocol that nobody has signed."""
    return make_protocol(registry)


class Signing:
    """The clinical lead signs a protocol by passkey, step by step."""

    def __init__(self, registry: Registry, digest: str) -> None:
        self.registry = registry
        self.digest = digest
        self.key = make_passkey(registry, LEAD)

    def begun(self, role: Role = LEAD) -> dict[str, Any]:
        """Prepare the signature and return what comes back."""
        request = {
            "path": f"/protocols/{self.digest}/signatures",
            "body": {"role": role.value},
        }
        actor = self.registry.people[LEAD]
        return signings.prepare(self.registry.workshop, actor, acts.asked(request))

    def answered(self, begun: Mapping[str, Any], assertion: Mapping[str, Any]) -> dict[str, Any]:
        """Answer with an assertion."""
        return self.proved(begun, Passkey(assertion=assertion))

    def proved(self, begun: Mapping[str, Any], proof: Passkey | Password) -> dict[str, Any]:
        """Answer with a proof."""
        caller = Caller(actor=None, secret=secret_of(begun))
        return signings.carry_out(self.registry.workshop, caller, begun["id"], proof, acts.asked)

    def signatures(self) -> list[Any]:
        """Return the signatures under the protocol."""
        with self.registry.workshop.begin(None, reads=True) as work:
            row = protocols_store.get(work.session, self.digest)
            return list(protocols_store.signatures_of(work.session, row.id))


@pytest.fixture
def signing(registry: Registry, draft: str) -> Signing:
    """Return the clinical lead, who holds a passkey, before a protocol."""
    return Signing(registry, draft)


def acts_of(workshop: Workshop) -> list[str]:
    """Return the acts on the trail, without its own housekeeping."""
    with workshop.begin(None, reads=True) as work:
        every = [read_body(bytes(body))["act"] for _, body, _ in audit.entries(work.session)]
        return [act for act in every if act not in HOUSEKEEPING]


class TestCeremony:
    """Prepare, show, sign, once."""

    def test_the_whole_way(self, signing: Signing, clock: FrozenClock) -> None:
        """What is shown is what is signed, at the time that was shown; before that nothing is."""
        begun = signing.begun()
        assert begun["state"] == "waiting"
        assert begun["statement"]["meaning"] == "costs, operating point and floors"
        assert begun["statement"]["digest"] == signing.digest
        assert signing.signatures() == []
        clock.advance(minutes=3)
        done = signing.answered(begun, signing.key.signed(begun["statement"]))
        (kept,) = signing.signatures()
        assert (done["state"], done["method"], kept.method) == ("done", "passkey", "passkey")
        assert kept.statement == begun["statement"]
        assert done["answer"]["signatures"][0]["key"] == kept.key
        assert kept.signed_at.isoformat() == "2026-11-23T09:30:00+00:00"
        with pytest.raises(CeremonyOverError, match="signed already"):
            signing.answered(begun, signing.key.signed(begun["statement"]))
        assert acts_of(signing.registry.workshop)[-2:] == ["signature.prepared", "protocol.signed"]

    def test_only_what_was_shown(self, signing: Signing, clock: FrozenClock) -> None:
        """Nothing but a verified answer to this statement, at this address, signs."""
        begun = signing.begun()
        shown = begun["statement"]
        key = signing.key
        wrong = {
            "another statement": key.signed({**shown, "meaning": "statistics"}),
            "user not verified": Authenticator(
                key.secret, credential=key.credential, verifies=False
            ).signed(shown),
            "another address": Authenticator(
                key.secret, credential=key.credential, origin="https://evil.example"
            ).signed(shown),
            "another host": Authenticator(
                key.secret, credential=key.credential, party="evil.example"
            ).signed(shown),
            "another key": Authenticator(credential=key.credential).signed(shown),
            "a key that nobody registered": Authenticator(credential=b"nobody's").signed(shown),
        }
        for answer in wrong.values():
            with pytest.raises(ForbiddenError, match="nothing was signed"):
                signing.answered(begun, answer)
        with pytest.raises(BadInputError, match="not what a passkey answers"):
            signing.answered(begun, {"id": key.id})
        assert signing.signatures() == []
        assert acts_of(signing.registry.workshop).count("signature.refused") == len(wrong)
        clock.advance(minutes=10)
        with pytest.raises(CeremonyOverError, match="time to sign this is over"):
            signing.answered(begun, key.signed(shown))

    def test_records_that_changed_are_said(self, signing: Signing) -> None:
        """Where the act would sign something else by now, nothing is signed."""
        begun = signing.begun()
        with signing.registry.work(Role.ADMINISTRATOR) as work:
            from registry.services import people
            from registry.shapes.people import PersonRecordIn

            record = PersonRecordIn(name="Another Name", qualification="Consultant", why="married")
            people.correct(work, signing.registry.people[LEAD].login, record)
        with pytest.raises(ChangedSinceError, match=r"\(signer\)"):
            signing.answered(begun, signing.key.signed(begun["statement"]))
        with signing.registry.work(LEAD) as work:
            protocols.sign(work, signing.digest, role=LEAD, meaning=None, proof=PROOF)
        with pytest.raises(ConflictError, match="has signed this protocol already"):
            signing.answered(begun, signing.key.signed(begun["statement"]))

    def test_password_again_is_the_weaker_way(self, signing: Signing) -> None:
        """The same statement may be signed by the password, and says so."""
        begun = signing.begun()
        with pytest.raises(ForbiddenError, match="password is wrong"):
            signing.proved(begun, Password("not the password"))
        done = signing.proved(begun, Password(PASSWORD))
        assert done["method"] == signing.signatures()[0].method == "password+server-key"

    def test_who_may_see_it(self, signing: Signing, clock: FrozenClock) -> None:
        """Its signer, and whoever holds the link; nobody else, and no token."""
        begun = signing.begun()
        lead, other = signing.registry.people[LEAD], signing.registry.people[Role.MODEL_OWNER]
        token = Actor(id=lead.id, login=lead.login, name=lead.name, roles=lead.roles, via="token")

        def show(actor: Actor | None, secret: str | None, ceremony: UUID = begun["id"]) -> Any:  # noqa: ANN401
            with signing.registry.workshop.begin(actor, reads=True) as work:
                return signings.show(work, Caller(actor=actor, secret=secret), ceremony)

        assert show(lead, None)["page"] is None
        with pytest.raises(NotFoundError):
            show(other, None)
        with pytest.raises(NotFoundError):
            show(None, "another secret")
        with pytest.raises(NotSignedInError):
            show(None, None)
        with pytest.raises(ForbiddenError, match="not both"):
            show(lead, secret_of(begun))
        with pytest.raises(ForbiddenError, match="never sign"):
            show(token, None)
        with pytest.raises(ForbiddenError, match="never sign"):
            signings.prepare(
                signing.registry.workshop,
                token,
                acts.asked(
                    {
                        "path": f"/protocols/{signing.digest}/signatures",
                        "body": {"role": "clinical lead"},
                    }
                ),
            )
        with signing.registry.workshop.begin(None) as work:
            caller = Caller(actor=None, secret=secret_of(begun))
            assert signings.cancel(work, caller, begun["id"])["state"] == "cancelled"
        with pytest.raises(CeremonyOverError, match="cancelled"):
            signing.answered(begun, signing.key.signed(begun["statement"]))
        clock.advance(days=2)
        signing.begun()
        with pytest.raises(NotFoundError):
            show(lead, None)

    def test_what_is_not_signed_cannot_be(self, signing: Signing) -> None:
        """An act without a signature is not done by the way, and unknown ones are named."""
        workshop, admin = signing.registry.workshop, signing.registry.people[Role.ADMINISTRATOR]
        person = {"login": "new.person", "name": "New Person"}
        with pytest.raises(BadInputError, match="directly"):
            signings.prepare(workshop, admin, acts.asked({"path": "/people", "body": person}))
        with workshop.begin(admin, reads=True) as work:
            from registry.services import people

            assert "new.person" not in [one["login"] for one in people.everyone(work)]
        for path, body, field in (
            ("/models", {}, "path"),
            ("/protocols/x/signatures", {"password": "p", "role": "clinical lead"}, "body"),
            ("/protocols/x/signatures", {"role": "nobody"}, "body.role"),
            (
                "/reviews/no-id/signoffs",
                {"role": "clinical lead", "meaning": "support", "dossier": "sha256:" + "0" * 64},
                "review_id",
            ),
        ):
            with pytest.raises(BadInputError) as refused:
                acts.asked({"path": path, "body": body})
            assert refused.value.field == field


class TestPasskeys:
    """Registering takes two people."""

    def test_only_a_confirmed_one_signs(self, registry: Registry, draft: str) -> None:
        """Proposed, confirmed by an enroller who is another, revoked: only in between it signs."""
        signing = Signing.__new__(Signing)
        signing.registry, signing.digest = registry, draft
        key = Authenticator()
        login = registry.people[LEAD].login
        name = propose_passkey(registry, LEAD, key)
        begun = signing.begun()
        assert begun["passkeys"] == []
        with pytest.raises(ForbiddenError, match="no confirmed passkey"):
            signing.answered(begun, key.signed(begun["statement"]))
        with registry.work(LEAD) as work, pytest.raises(ForbiddenError):
            passkeys.confirm(work, login, name)
        with registry.work(Role.ENROLLER) as work:
            confirmed = passkeys.confirm(work, login, name)
        assert (confirmed["state"], confirmed["synced"]) == ("confirmed", False)
        with registry.work(LEAD) as work:
            passkeys.revoke(work, login, name, why="lost")
            assert [one["state"] for one in passkeys.listed(work, login)] == ["revoked"]
        with pytest.raises(ForbiddenError, match="no confirmed passkey"):
            signing.answered(begun, key.signed(begun["statement"]))
        assert acts_of(registry.workshop)[-4:-1] == [
            "signature.refused",
            "passkey.confirmed",
            "passkey.revoked",
        ]

    def test_who_chose_the_first_password_does_not_confirm(self, registry: Registry) -> None:
        """Whoever could have signed in as the person cannot be the second of the two."""
        enroller = registry.people[Role.ENROLLER]
        other = make_person(registry, "other.enroller", Role.ENROLLER)
        person = make_person(registry, "new.lead", Role.CLINICAL_LEAD)
        from registry.store import people as store

        with registry.workshop.begin(None) as work:
            row = store.get(work.session, "new.lead")
            row.enrolled_by = enroller.id
            work.session.add(row)
        registry.people[Role.SITE_EXECUTIVE] = person
        name = propose_passkey(registry, Role.SITE_EXECUTIVE, Authenticator())
        with registry.work(enroller) as work, pytest.raises(RuleBrokenError, match="password"):
            passkeys.confirm(work, "new.lead", name)
        with registry.work(other) as work:
            assert passkeys.confirm(work, "new.lead", name)["confirmed_by"] == "Other Enroller"

    def test_tokens_and_roles_that_never_sign_register_none(self, registry: Registry) -> None:
        """A passkey is registered by a person signed in, who signs."""
        lead = registry.people[LEAD]
        token = Actor(
            id=lead.id,
            login=lead.login,
            name=lead.name,
            roles=lead.roles,
            via="token",
            scopes=frozenset({"records"}),
        )
        for actor in (token, registry.people[Role.ADMINISTRATOR]):
            with registry.work(actor) as work, pytest.raises(ForbiddenError):
                passkeys.enrolment(work, "badge")
        with registry.work(LEAD) as work:
            statement = passkeys.enrolment(work, "badge")
            assert passkeys.options(work, statement)["rp"]["id"] == "localhost"
            with pytest.raises(BadInputError, match="not the passkey"):
                passkeys.propose(work, statement, Authenticator().made({**statement, "nonce": ""}))


class TestReviews:
    """Every signed act of a review goes by passkey, and each by the same way."""

    def test_a_review_from_sign_off_to_closure(self, workshop: Workshop) -> None:
        """Sign-offs, a withdrawal, a decision with a condition, and its closure."""
        case = make_case(workshop)
        review = case.open()
        safety = Role.CLINICAL_SAFETY_OFFICER
        keys = {role: make_passkey(case.registry, role) for role in (LEAD, safety)}
        by_passkey = _Signer(case, keys)
        digest = case.view(review).documents.digest
        path = f"/reviews/{review}"
        said = {"role": safety.value, "meaning": "support", "dossier": digest}
        first = by_passkey(safety, f"{path}/signoffs", said)
        signoff = first["signoffs"][0]
        assert signoff["method"] == "passkey"
        by_passkey(safety, f"{path}/signoffs/{signoff['id']}/withdrawal", {"reasons": "too soon"})
        by_passkey(safety, f"{path}/signoffs", said)
        for role in (Role.INDEPENDENT_VALIDATOR, LEAD):
            case.sign(review, role)
        condition = {
            "text": "Train the staff.",
            "when": "before go-live",
            "owner": "model.owner",
            "verifier": "clinical.safety.officer",
            "due": "2027-01-29",
            "site": "Hungary",
            "evidence_needed": "List",
            "consequence": "No pilot.",
        }
        decided = by_passkey(
            LEAD,
            f"{path}/decision",
            {"outcome": "approve with conditions", "reasons": "Good.", "conditions": [condition]},
        )
        assert decided["decision"]["signed"]["method"] == "passkey"
        closed = by_passkey(safety, f"{path}/conditions/1/closure", {"evidence": "List seen."})
        assert closed["decision"]["conditions"][0]["state"] == "closed"
        digest = case.view(review).documents.digest
        with case.registry.work(Role.AUDITOR) as work:
            bundle = signatures.of_review(work, review)
            envelope = signatures.attestation(work, review)
            named = bundle["signatures"][-1]["signature"]
            assert signatures.assertion(work, named)["schema"] == "cmr.assertion/1"
            with pytest.raises(NotFoundError):
                signatures.assertion(work, digest)
        key = key_name(workshop.keys.public())
        proved = proving.verified_all(json.loads(json.dumps(bundle)), trusted=key)
        assert Counter(one.method for one in proved) == {"passkey": 5, "password+server-key": 4}
        meanings = [one.statement["meaning"] for one in proved]
        assert {"withdrawal of: support", "condition 1 is met", "statistics"} < set(meanings)
        predicate = attestations.opened(envelope, trusted=key)
        assert predicate["dossier_digest"] == digest
        assert proving.verified_all(predicate["signatures"]) == proved


class _Signer:
    """Somebody who signs whatever is asked, by passkey."""

    def __init__(self, case: Case, keys: Mapping[Role, Authenticator]) -> None:
        self.case = case
        self.keys = keys

    def __call__(self, role: Role, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Prepare an act, sign it, and return its answer."""
        workshop, actor = self.case.registry.workshop, self.case.registry.people[role]
        begun = signings.prepare(workshop, actor, acts.asked({"path": path, "body": body}))
        proof = Passkey(assertion=self.keys[role].signed(begun["statement"]))
        done = signings.carry_out(
            workshop, Caller(actor=actor, secret=None), begun["id"], proof, acts.asked
        )
        answer: dict[str, Any] = done["answer"]
        return answer
