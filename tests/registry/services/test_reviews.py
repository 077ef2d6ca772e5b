"""Reviews end to end on both databases: opened, signed, decided, superseded, closed."""

import json
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from registry.domain import signatures
from registry.domain.cards import Outcome as Shown
from registry.domain.digests import digest_of, document_digest
from registry.domain.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RuleBrokenError,
    WaitingError,
)
from registry.domain.people import Role
from registry.domain.policies import Meaning, Rung
from registry.domain.reviews import (
    BlockedError,
    InsufficientError,
    Outcome,
    SelfApprovalError,
    StaleDossierError,
)
from registry.domain.signatures import Password, Signature
from registry.domain.stages import Stage
from registry.domain.standings import State
from registry.faces import worker
from registry.services import audit, cards, reviews, statements
from registry.services import versions as versions_service
from registry.services.work import Workshop
from registry.shapes.statements import StatementIn
from registry.store import reviews as store
from registry.store import standings, versions
from registry.store.reviews import SeatRow, SignOffRow
from tests.factories.people import PROOF, make_person
from tests.factories.records import make_statements, make_version
from tests.factories.reviews import SIGNERS, Case, condition, make_case, scope


@pytest.fixture
def case(workshop: Workshop) -> Case:
    """Return a registry in which version 1 lacks nothing but a review."""
    return make_case(workshop)


def stage_of(case: Case, number: int = 1) -> Stage:
    """Return the stage of a version."""
    with case.registry.work(Role.AUDITOR) as work:
        return versions.get(work.session, "heart-cad", number).stage


def states_of(case: Case, number: int = 1) -> list[State]:
    """Return every standing of a version, oldest first."""
    with case.registry.work(Role.AUDITOR) as work:
        version = versions.get(work.session, "heart-cad", number)
        return [row.state for row in standings.history(work.session, version.id)]


def restate(case: Case) -> None:
    """Change something inside the dossier: another statement."""
    with case.registry.work(Role.ML_ENGINEER) as work:
        said = StatementIn(consideration=9, text="Checked every month by the data office.")
        statements.make(work, "heart-cad", 1, said)


class TestOpenReview:
    """A scope, and a dossier frozen from the records."""

    def test_dossier_is_its_digest(self, case: Case) -> None:
        """What is signed are the exact bytes under the digest."""
        review = case.open()
        with case.registry.work(Role.AUDITOR) as work:
            digest, chunks = reviews.dossier_bytes(work, review)
            assert digest_of(b"".join(chunks)) == digest

    def test_dossier_holds_every_part(self, case: Case) -> None:
        """The keys of the documented shape, no more and no fewer."""
        dossier = case.view(case.open()).documents.dossier
        assert set(dossier) == {"schema", "number", "opened", "in_use", "policy", "scope"} | {
            *("model", "version", "datasets", "overlap", "statements", "protocols", "evidence"),
            *("criteria", "requirements"),
        }

    def test_moves_into_review(self, case: Case) -> None:
        """The version is in review from then on."""
        case.open()
        assert stage_of(case) is Stage.IN_REVIEW

    def test_only_a_release_candidate(self, case: Case) -> None:
        """A build goes into review once the owner has named it, and nobody else can."""
        make_version(case.registry, candidate=False)
        with pytest.raises(WaitingError, match="cmr version candidate heart-cad/2"):
            case.open(2)
        engineer = case.registry.work(Role.ML_ENGINEER)
        with pytest.raises(ForbiddenError), engineer as work:
            versions_service.name_candidate(work, "heart-cad", 2, why="ready")
        with case.registry.work(Role.MODEL_OWNER) as work:
            made = versions_service.name_candidate(work, "heart-cad", 2, why="ready")
        assert made["candidate"]["why"] == "ready"
        again = case.registry.work(Role.MODEL_OWNER)
        with pytest.raises(ConflictError, match="already"), again as work:
            versions_service.name_candidate(work, "heart-cad", 2, why="ready")
        case.open(2)

    def test_one_at_a_time(self, case: Case) -> None:
        """A second review waits for the decision of the first."""
        case.open()
        with pytest.raises(ConflictError, match="decide that one first"):
            case.open()

    def test_unknown_site(self, case: Case) -> None:
        """A site that is not registered is refused, and nothing is left behind."""
        with pytest.raises(NotFoundError):
            case.open(sites=("Atlantis",))
        assert stage_of(case) is Stage.REGISTERED

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"sites": ()}, "sites"),
            ({"sites": ("Hungary", "Hungary")}, "sites"),
            ({"population": " "}, "population"),
            ({"use": ""}, "use"),
            ({"site_prevalence": {"Long Beach": 0.3}}, "site_prevalence"),
            ({"site_prevalence": {"Hungary": 1.3}}, "site_prevalence"),
        ],
    )
    def test_empty_scope(self, case: Case, change: dict[str, Any], field: str) -> None:
        """A scope that says nothing is refused by its field."""
        with pytest.raises(BadInputError) as caught:
            case.open(**change)
        assert caught.value.field == field

    def test_validator_cannot_open(self, case: Case) -> None:
        """Reviews are opened by those who answer for the model."""
        with (
            pytest.raises(ForbiddenError),
            case.registry.work(Role.INDEPENDENT_VALIDATOR) as work,
        ):
            reviews.open_review(work, "heart-cad", 1, scope=scope())


class TestSign:
    """One person, one role, one meaning, over what they saw."""

    def test_signature_holds(self, case: Case) -> None:
        """Anyone with the public key can check the statement, which names the digest."""
        review = case.open()
        case.sign(review, Role.CLINICAL_LEAD)
        view = case.view(review)
        (signed,) = view.documents.signoffs
        signature = Signature(
            statement=signed["statement"], signature=signed["signature"], key=signed["key"]
        )
        assert signatures.holds(signature, public=case.registry.workshop.keys.public())
        assert signed["statement"]["digest"] == view.documents.digest

    def test_registration_is_kept(self, case: Case) -> None:
        """The number under which a clinician is registered stands with the signature."""
        review = case.open()
        case.sign(review, Role.CLINICAL_SAFETY_OFFICER)
        assert case.view(review).documents.signoffs[0]["registration"] == "GMC 1234567"

    def test_wrong_password(self, case: Case) -> None:
        """The password is asked again; a wrong one signs nothing."""
        review = case.open()
        with pytest.raises(ForbiddenError, match="nothing was signed"):
            case.sign(review, Role.CLINICAL_LEAD, proof=Password("correct horse"))
        assert case.view(review).documents.signoffs == []

    def test_guessing_closes_the_login(self, case: Case) -> None:
        """Five wrong passwords leave their trace, and then the right one does not help either."""
        review = case.open()
        for _ in range(5):
            with pytest.raises(ForbiddenError, match="nothing was signed"):
                case.sign(review, Role.CLINICAL_LEAD, proof=Password("a guess"))
        with pytest.raises(BusyError, match="Too many wrong passwords"):
            case.sign(review, Role.CLINICAL_LEAD)
        with case.registry.work(Role.AUDITOR) as work:
            acts = [event["act"] for event in audit.read(work, start=0, limit=1000)]
        assert acts.count("signature.refused") == 5

    def test_reasons_are_in_the_signed_statement(self, case: Case) -> None:
        """Why somebody signed is covered by the signature, not only written beside it."""
        review = case.open()
        case.sign(review, Role.CLINICAL_LEAD, meaning=Meaning.OBJECT, reasons="Too few women.")
        (signoff,) = case.view(review).documents.signoffs
        assert signoff["statement"]["reasons"] == "Too few women."

    def test_token_never_signs(self, case: Case) -> None:
        """A token of the right person cannot sign, whatever its scopes."""
        review = case.open()
        lead = case.registry.people[Role.CLINICAL_LEAD]
        token = replace(lead, via="token", scopes=frozenset({"read", "records", "evidence"}))
        with pytest.raises(ForbiddenError, match="token"):
            case.sign(review, Role.CLINICAL_LEAD, by=token)

    def test_role_that_one_does_not_hold(self, case: Case) -> None:
        """One signs in a role that one holds."""
        review = case.open()
        lead = case.registry.people[Role.CLINICAL_LEAD]
        with pytest.raises(ForbiddenError, match="does not hold"):
            case.sign(review, Role.CLINICAL_SAFETY_OFFICER, by=lead)

    def test_site_officer_signs_for_their_own_site_alone(self, case: Case) -> None:
        """The safety officer of Cleveland has no say about Hungary; Hungary's own has."""
        officer = case.registry.people[Role.SITE_SAFETY_OFFICER]
        review = case.open()
        away, here = (
            replace(officer, posts=frozenset({(Role.SITE_SAFETY_OFFICER, site)}))
            for site in ("Cleveland", "Hungary")
        )
        said: dict[str, Any] = {"meaning": Meaning.SUPPORT, "by": away}
        with pytest.raises(ForbiddenError, match=r"of Cleveland.*concerns Hungary"):
            case.sign(review, Role.SITE_SAFETY_OFFICER, **said)
        case.sign(review, Role.SITE_SAFETY_OFFICER, **said | {"by": here})
        assert case.view(review).documents.signoffs[-1]["role"] == "site safety officer"

    def test_author_of_the_evidence(self, case: Case) -> None:
        """Who handed the evidence in cannot support the version in another role."""
        review = case.open()
        steward = case.registry.people[Role.DATA_STEWARD]
        both = replace(steward, roles=steward.roles | {Role.CLINICAL_LEAD})
        with pytest.raises(SelfApprovalError, match="evidence 1"):
            case.sign(review, Role.CLINICAL_LEAD, by=both)

    def test_two_required_roles(self, case: Case) -> None:
        """One person cannot fill two of them."""
        review = case.open()
        two = make_person(case.registry, "dora", Role.CLINICAL_LEAD, Role.CLINICAL_SAFETY_OFFICER)
        case.sign(review, Role.CLINICAL_LEAD, by=two)
        with pytest.raises(RuleBrokenError, match="two required roles"):
            case.sign(review, Role.CLINICAL_SAFETY_OFFICER, by=two)

    def test_database_refuses_a_second_seat(self, case: Case) -> None:
        """Were the rule passed by, the database itself would still refuse."""
        review = case.open()
        case.sign(review, Role.CLINICAL_LEAD)
        with case.registry.work(Role.AUDITOR) as work:
            first = work.session.exec(select(SignOffRow)).one()
            again = SignOffRow(**first.model_dump() | {"id": work.new_id()})
        with pytest.raises(ConflictError), case.registry.work(Role.CLINICAL_LEAD) as work:
            store.add_signoff(work.session, again, place="required")

    def test_other_dossier_than_seen(self, case: Case) -> None:
        """Who names another digest has not read this dossier."""
        review = case.open()
        with pytest.raises(StaleDossierError, match="dossier changed"):
            case.sign(review, Role.CLINICAL_LEAD, dossier="sha256:" + "0" * 64)

    def test_records_that_moved_on(self, case: Case) -> None:
        """When the records changed since, signing is refused and names the part."""
        review = case.open()
        restate(case)
        with pytest.raises(StaleDossierError, match=r"changed since.*: statements"):
            case.sign(review, Role.CLINICAL_LEAD)


class TestWithdraw:
    """A sign-off taken back stays on record."""

    def withdraw(self, case: Case, role: Role = Role.CLINICAL_LEAD) -> dict[str, object]:
        """Sign as the clinical lead, take it back as somebody, and return the sign-off."""
        review = case.open()
        signed = case.sign(review, Role.CLINICAL_LEAD)
        with case.registry.work(role) as work:
            reviews.withdraw(work, review, signed, reasons="A second site is in it.", proof=PROOF)
        return case.view(review).documents.signoffs[0]

    def test_shown_as_withdrawn(self, case: Case) -> None:
        """The sign-off is still there, with the time at which it was taken back."""
        assert self.withdraw(case)["withdrawn_at"] is not None

    def test_seat_is_free_again(self, case: Case) -> None:
        """The person may sign anew, with another meaning."""
        self.withdraw(case)
        (view,) = _views(case)
        case.sign(view.review.id, Role.CLINICAL_LEAD, meaning=Meaning.OBJECT, reasons="Two sites.")
        assert len(case.view(view.review.id).documents.signoffs) == 2

    def test_only_ones_own(self, case: Case) -> None:
        """Nobody takes back what another signed."""
        with pytest.raises(ForbiddenError, match="Only the person who signed"):
            self.withdraw(case, Role.INDEPENDENT_VALIDATOR)


def _views(case: Case) -> list[reviews.View]:
    """Return all reviews."""
    with case.registry.work(Role.AUDITOR) as work:
        return reviews.listed(work)


class TestRefreeze:
    """A change inside the dossier makes a new one and voids its sign-offs."""

    def test_voids(self, case: Case) -> None:
        """Sign-offs over the older dossier are kept, shown void, and count no more."""
        review = case.open()
        case.sign_all(review)
        restate(case)
        with case.registry.work(Role.MODEL_OWNER) as work:
            reviews.refreeze(work, review)
        view = case.view(review)
        assert [one["void"] for one in view.documents.signoffs] == [True, True, True]
        assert [one.waits_for for one in view.missing] == [role.value for role in SIGNERS]
        assert view.number == 2

    def test_nothing_changed(self, case: Case) -> None:
        """Without a change there is nothing to freeze."""
        review = case.open()
        with (
            pytest.raises(ConflictError, match="Nothing changed"),
            case.registry.work(Role.MODEL_OWNER) as work,
        ):
            reviews.refreeze(work, review)

    def test_signed_again(self, case: Case) -> None:
        """Everybody may sign the newer dossier, whatever they signed before."""
        review = case.open()
        case.sign_all(review)
        restate(case)
        with case.registry.work(Role.MODEL_OWNER) as work:
            reviews.refreeze(work, review)
        case.sign_all(review)
        case.decide(review)
        assert stage_of(case) is Stage.APPROVED


class TestDecide:
    """The outcome by the policy."""

    def test_approved(self, case: Case) -> None:
        """Met and signed: approved, current, valid for the policy's longest."""
        view = case.view(case.approved())
        decision = view.documents.decision
        assert decision is not None
        assert (stage_of(case), states_of(case)) == (Stage.APPROVED, [State.CURRENT])
        assert decision["valid_until"] == "2027-11-23"
        assert view.documents.standing["dossier"] == view.documents.digest

    def test_approved_signatures_match_the_dossier(self, case: Case) -> None:
        """Every sign-off under an approval is over the dossier that was approved."""
        decision = case.view(case.approved()).documents.decision
        assert decision is not None
        assert {one["dossier"] for one in decision["signoffs"]} == {decision["dossier"]}

    def test_decision_bytes_are_signed(self, case: Case) -> None:
        """The decision maker's statement names the digest of the exact document."""
        view = case.view(case.approved())
        assert view.decision is not None
        content = case.registry.workshop.artifacts.read(view.decision.digest)
        assert json.loads(content)["outcome"] == "approve"
        assert view.decision.statement["digest"] == digest_of(content)

    def test_standing_is_signed(self, case: Case) -> None:
        """The small document can be checked with the registry's public key alone."""
        document = case.view(case.approved()).documents.standing
        mark = document.pop("signature")
        signature = Signature(statement=document, signature=mark["value"], key=mark["key"])
        assert signatures.holds(signature, public=case.registry.workshop.keys.public())

    @pytest.mark.parametrize("left_out", list(SIGNERS))
    def test_every_role_is_needed(self, case: Case, left_out: Role) -> None:
        """Without any one of them the approval waits, and says for whom."""
        review = case.open()
        for role in set(SIGNERS) - {left_out}:
            case.sign(review, role)
        with pytest.raises(WaitingError) as caught:
            case.decide(review)
        assert f"Waits for: {left_out}" in caught.value.waits_for[0]
        assert stage_of(case) is Stage.IN_REVIEW

    def test_safety_officers_objection(self, case: Case) -> None:
        """It blocks, although another safety officer supports."""
        review = case.open()
        case.sign_all(review)
        other = make_person(case.registry, "dora", Role.CLINICAL_SAFETY_OFFICER)
        case.sign(
            review,
            Role.CLINICAL_SAFETY_OFFICER,
            meaning=Meaning.OBJECT,
            reasons="No downtime procedure.",
            by=other,
        )
        with pytest.raises(BlockedError, match="Dora, clinical safety officer, objects"):
            case.decide(review)

    def test_site_that_nobody_measured(self, case: Case) -> None:
        """Evidence at Hungary permits nothing at Long Beach."""
        review = case.open(sites=("Hungary", "Long Beach"))
        case.sign_all(review)
        with pytest.raises(InsufficientError, match="Long Beach: AUROC not assessed"):
            case.decide(review)

    def test_too_few_exams(self, case: Case) -> None:
        """Eight positives and eight negatives are insufficient, and no condition bridges that."""
        case.measure(site="Switzerland", exams=16)
        review = case.open(sites=("Switzerland",))
        case.sign_all(review)
        with pytest.raises(InsufficientError, match="8 negatives"):
            case.decide(
                review, Outcome.APPROVE_WITH_CONDITIONS, conditions=[condition(site="Switzerland")]
            )

    def test_rung_beyond_the_tier(self, case: Case) -> None:
        """The fast track cannot permit general use, whoever signs."""
        review = case.open(rung=Rung.GENERAL)
        case.sign_all(review)
        with pytest.raises(BlockedError, match="permits silent and pilot"):
            case.decide(review)

    def test_decline(self, case: Case) -> None:
        """A refusal needs nobody's signature and records what blocked."""
        review = case.open()
        case.decide(review, Outcome.DECLINE)
        decision = case.view(review).documents.decision
        assert decision is not None
        assert (stage_of(case), states_of(case)) == (Stage.DECLINED, [State.DECLINED])
        assert len(decision["blocked_by"]) == len(SIGNERS)

    def test_re_review(self, case: Case) -> None:
        """Another look puts the version back without a standing."""
        case.decide(case.open(), Outcome.RE_REVIEW)
        assert (stage_of(case), states_of(case)) == (Stage.REGISTERED, [])

    def test_stale(self, case: Case) -> None:
        """Nothing is approved that the records have left behind."""
        review = case.open()
        case.sign_all(review)
        restate(case)
        with pytest.raises(StaleDossierError):
            case.decide(review)

    def test_only_once(self, case: Case) -> None:
        """After the decision neither decision nor signature nor dossier changes."""
        review = case.approved()
        for act in (
            lambda: case.decide(review, Outcome.DECLINE),
            lambda: case.sign(review, Role.CLINICAL_LEAD),
        ):
            with pytest.raises(ConflictError, match="was decided"):
                act()

    def test_engineer_cannot_decide(self, case: Case) -> None:
        """Deciding is not for those who made it."""
        review = case.open()
        with pytest.raises(ForbiddenError):
            case.decide(review, by=Role.ML_ENGINEER)

    def test_too_long(self, case: Case) -> None:
        """No approval outlives what the policy permits."""
        review = case.open()
        case.sign_all(review)
        with pytest.raises(BadInputError, match="2027-11-23 at most"):
            case.decide(review, valid_until=date(2028, 1, 1))


class TestStanding:
    """How versions stand to one another."""

    def second(self, case: Case) -> None:
        """Register and measure version 2."""
        make_version(case.registry, content=b'{"coefficients": [3]}')
        make_statements(case.registry, number=2)
        case.measure(2)

    def test_superseded(self, case: Case) -> None:
        """Approving version 2 for the same hospital takes version 1 out of its place."""
        case.approved()
        self.second(case)
        case.approved(2)
        assert (stage_of(case), states_of(case)) == (
            Stage.SUPERSEDED,
            [State.CURRENT, State.SUPERSEDED],
        )
        self.require_card_that_says_so(case)

    def require_card_that_says_so(self, case: Case) -> None:
        """Nobody asks for it; whoever holds the old file learns that it is out of date."""
        worker.drain(case.registry.workshop)
        with case.registry.work(Role.AUDITOR) as work:
            old, new = cards.listed(work, "heart-cad/1")
        assert (old.row.banner, old.current) == (None, False)
        assert (new.row.banner, new.current) == ("SUPERSEDED", True)
        asked = cards.verify(case.registry.workshop, digests=[old.file[0]])
        assert asked.known is not None
        assert (asked.answer.outcome, asked.known.now) == (Shown.OLDER, State.SUPERSEDED)

    def test_silent_version_supersedes_nothing(self, case: Case) -> None:
        """A version that only runs silently leaves the pilot as it is."""
        case.approved()
        self.second(case)
        case.approved(2, rung=Rung.SILENT)
        assert states_of(case) == [State.CURRENT]

    def test_in_use_stands_in_the_dossier(self, case: Case) -> None:
        """The review of version 2 says which version is in use at the site."""
        case.approved()
        self.second(case)
        in_use = case.view(case.open(2)).documents.dossier["in_use"]
        assert (in_use["model"], in_use["number"]) == ("heart-cad", 1)

    def test_declined_elsewhere(self, case: Case) -> None:
        """Declining Long Beach leaves the approval at Hungary."""
        case.approved()
        case.decide(case.open(sites=("Long Beach",)), Outcome.DECLINE)
        assert (stage_of(case), states_of(case)) == (Stage.APPROVED, [State.CURRENT])

    def test_declined_here(self, case: Case) -> None:
        """Declining Hungary later takes the approval back."""
        case.approved()
        case.decide(case.open(reason="It misses women."), Outcome.DECLINE)
        assert (stage_of(case), states_of(case)) == (
            Stage.DECLINED,
            [State.CURRENT, State.DECLINED],
        )


class TestCloseCondition:
    """What was left open is closed by its verifier."""

    def conditioned(self, case: Case) -> UUID:
        """Return a review that was approved with one condition."""
        review = case.open()
        case.sign_all(review)
        case.decide(review, Outcome.APPROVE_WITH_CONDITIONS, conditions=[condition()])
        return review

    def close(self, case: Case, role: Role) -> dict[str, object]:
        """Close the condition as somebody and return it as it stands."""
        review = self.conditioned(case)
        with case.registry.work(role) as work:
            reviews.close_condition(work, review, 1, evidence="List", proof=PROOF)
        decision = case.view(review).documents.decision
        assert decision is not None
        return dict(decision["conditions"][0])

    def test_verifier(self, case: Case) -> None:
        """The decision shows it closed; the signed bytes are as they were."""
        closed = self.close(case, Role.CLINICAL_SAFETY_OFFICER)
        assert (closed["state"], closed["closed_at"]) == ("closed", "2026-11-23T09:30:00.000000Z")

    def test_both_signatures_hold_offline(self, case: Case) -> None:
        """With the public key alone: the decision as signed, and the closure that came after."""
        review = self.conditioned(case)
        with case.registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
            reviews.close_condition(work, review, 1, evidence="List", proof=PROOF)
            public = work.keys.public()
        decision = case.view(review).documents.decision
        assert decision is not None
        for one in (decision["signed"], decision["conditions"][0]["closure"]):
            signature = Signature(
                statement=one["statement"], signature=one["signature"], key=one["key"]
            )
            assert signatures.holds(signature, public=public)
            assert one["statement"]["digest"] == document_digest(one["document"])
        assert decision["signed"]["document"]["conditions"][0]["state"] == "open"

    def test_owner(self, case: Case) -> None:
        """The owner does not verify their own work."""
        with pytest.raises(ForbiddenError, match="alone"):
            self.close(case, Role.MODEL_OWNER)

    def test_owner_as_verifier(self, case: Case) -> None:
        """A condition whose owner would verify it is refused, and nothing is decided."""
        review = case.open()
        case.sign_all(review)
        with pytest.raises(BadInputError) as caught:
            case.decide(
                review,
                Outcome.APPROVE_WITH_CONDITIONS,
                conditions=[condition(verifier="model.owner")],
            )
        assert caught.value.field == "conditions.1.verifier"
        assert stage_of(case) is Stage.IN_REVIEW


def test_void_seats_stay_on_record(case: Case) -> None:
    """Seats are by dossier, so that a newer one begins with none taken."""
    review = case.open()
    case.sign(review, Role.CLINICAL_LEAD)
    restate(case)
    with case.registry.work(Role.MODEL_OWNER) as work:
        newer = reviews.refreeze(work, review).digest
        seats = work.session.exec(select(SeatRow)).all()
    assert [seat.dossier == newer for seat in seats] == [False]
