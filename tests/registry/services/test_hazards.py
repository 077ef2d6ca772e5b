"""Facts about plans, hazards and issues of the log, on both databases."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    WaitingError,
)
from registry.domain.new_information import since
from registry.domain.people import Role
from registry.services import hazards, incidents, reviews
from registry.services.work import Workshop
from registry.shapes.incidents import IncidentRecordIn
from tests.factories.evidence import make_evidence, rows, table
from tests.factories.hazards import (
    control,
    make_hazard,
    make_log,
    make_plan,
    plan_in,
    shown_by,
    supersede,
)
from tests.factories.incidents import incident_in, report
from tests.factories.people import PROOF, Registry
from tests.factories.records import make_artifact, make_statements
from tests.factories.reviews import make_case


class TestPlans:
    """Risk management plans."""

    def test_approved_once_by_the_safety_officer(self, registry: Registry) -> None:
        """Nobody else approves, nobody approves what they did not see, and once is enough."""
        with registry.work(Role.MODEL_OWNER) as work:
            made = hazards.write_plan(work, "heart-cad", plan_in())
        said = {"digest": made["digest"], "reasons": "", "proof": PROOF}
        assert made["approved"] is None
        for role in (Role.MODEL_OWNER, Role.CLINICAL_LEAD):
            with pytest.raises(ForbiddenError), registry.work(role) as work:
                hazards.approve_plan(work, "heart-cad", 1, **said)
        with (
            pytest.raises(ConflictError, match="What you saw"),
            registry.work(Role.CLINICAL_SAFETY_OFFICER) as work,
        ):
            hazards.approve_plan(work, "heart-cad", 1, **said | {"digest": "sha256:0"})
        with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
            found = hazards.approve_plan(work, "heart-cad", 1, **said)
        assert found["approved"]["registration"] == "GMC 1234567"
        assert found["approved"]["statement"]["digest"] == made["digest"]
        with (
            pytest.raises(ConflictError, match="already"),
            registry.work(Role.CLINICAL_SAFETY_OFFICER) as work,
        ):
            hazards.approve_plan(work, "heart-cad", 1, **said)

    def test_newest_approved_plan_rates(self, registry: Registry) -> None:
        """A draft of a plan with another matrix rates nothing until it is approved."""
        make_plan(registry)
        stricter = [[3, 3, 3, 3, 3], *([4, 4, 4, 4, 5] for _ in range(4))]
        with registry.work(Role.MODEL_OWNER) as work:
            hazards.write_plan(work, "heart-cad", plan_in(matrix={"ratings": stricter}))
        assert make_hazard(registry)["initial"]["rating"] == 3
        make_plan(registry, matrix={"ratings": stricter})
        with registry.work(Role.AUDITOR) as work:
            assert [one["number"] for one in hazards.plans(work, "heart-cad")] == [1, 2, 3]
            assert hazards.show(work, "heart-cad", 1)["initial"]["rating"] == 4
            with pytest.raises(NotFoundError, match="plan 9"):
                hazards.plan_shown(work, "heart-cad", 9)


class TestHazards:
    """Hazards on the log."""

    def test_plan_comes_first(self, registry: Registry) -> None:
        """Without a plan there is no matrix to rate by."""
        with pytest.raises(ConflictError, match="cmr hazard plan write"):
            make_hazard(registry)

    def test_recorded_anew_and_never_deleted(self, registry: Registry) -> None:
        """Every record stays; a record that says the same is none."""
        make_plan(registry)
        first = make_hazard(registry)
        assert (first["number"], first["record"], first["rating"]) == (1, 1, 3)
        second = supersede(registry, status="open", harm="Death while waiting")
        assert [one["why"] for one in second["history"]] == ["raised", "The control was tried"]
        assert make_hazard(registry)["number"] == 2
        with pytest.raises(ConflictError):
            supersede(registry, harm="Death while waiting")
        with pytest.raises(ForbiddenError), registry.work(Role.AUDITOR) as work:
            hazards.issue(work, "heart-cad", overall="x")

    @pytest.mark.parametrize(
        ("link", "problem"),
        [
            ({"evidence": str(UUID(int=7))}, "no evidence"),
            ({"document": "sha256:" + "0" * 64}, "no artifact"),
            ({"statement": 9, "version": 1}, "states nothing"),
            ({"statement": 9}, "name the version"),
        ],
    )
    def test_link_to_nothing_is_refused(
        self, registry: Registry, link: dict[str, object], problem: str
    ) -> None:
        """A control is verified by what is here."""
        make_plan(registry)
        with pytest.raises(BadInputError, match=problem) as caught:
            make_hazard(registry, controls=[control(verification=[shown_by(**link)])])
        assert caught.value.field == "controls.1.verification.1"

    def test_unknown_version_and_hazard(self, registry: Registry) -> None:
        """What a hazard names must be there."""
        make_plan(registry)
        with pytest.raises(BadInputError, match="no version 9"):
            make_hazard(registry, versions=[9])
        with pytest.raises(BadInputError, match="no hazard 7"):
            make_hazard(registry, controls=[control(introduces=[7])])

    def test_evidence_documents_and_statements_verify(
        self, registry: Registry, protocol: str
    ) -> None:
        """A criterion that is met, a kept file and a statement; one that is not met does not."""
        make_plan(registry)
        make_statements(registry)
        found = str(make_evidence(registry, protocol, table(rows(exams=240))))
        links = [
            shown_by(evidence=found, criterion="discrimination"),
            shown_by(document=make_artifact(registry, b"attendance list")),
            shown_by(statement=9, version=1),
        ]
        for link in links:
            made = make_hazard(registry, controls=[control(verification=[link])])
            assert made["rating"] == 2
        assert made["controls"][0]["verification"][0]["version"] == 1
        with pytest.raises(BadInputError, match="judged no criterion"):
            make_hazard(
                registry,
                controls=[control(verification=[shown_by(evidence=found, criterion="other")])],
            )

    def test_site_goes_by_its_own_name(self, registry: Registry) -> None:
        """A hazard handed over to an alias is handed over to the site."""
        make_plan(registry)
        to = {"to": "HUN", "must_do": "Keep the wait short", "accepted_by": None}
        made = make_hazard(registry, status="transferred", transfer=to)
        assert made["transfer"]["to"] == "Hungary"

    @pytest.mark.parametrize("change", ["UPDATE hazards SET number = 7", "DELETE FROM hazards"])
    def test_database_refuses_to_forget(self, registry: Registry, change: str) -> None:
        """The database itself keeps a hazard from being changed or deleted."""
        make_plan(registry)
        make_hazard(registry)
        with (
            pytest.raises(DBAPIError, match="append-only"),
            registry.workshop.engine.begin() as connection,
        ):
            connection.execute(text(change))


class TestLogs:
    """Issues of the log."""

    def test_issue_waits_for_an_approved_plan(self, registry: Registry) -> None:
        """What is acceptable must have been approved first."""
        with registry.work(Role.MODEL_OWNER) as work:
            hazards.write_plan(work, "heart-cad", plan_in())
        make_hazard(registry)
        with pytest.raises(WaitingError, match="approve"), registry.work(Role.ML_ENGINEER) as work:
            hazards.issue(work, "heart-cad", overall="Few wait longer.")

    def test_issue_is_frozen_and_approved(self, registry: Registry) -> None:
        """It says what the log said; what comes later is told beside it and needs a new issue."""
        make_plan(registry)
        make_hazard(registry)
        made = make_log(registry)
        assert made["approved"]["meaning"] == "approval of the hazard log"
        assert (made["document"]["highest"], made["changed_since"]) == (3, [])
        with registry.work(Role.ML_ENGINEER) as work:
            second = hazards.issue(work, "heart-cad", overall="Few wait longer.")
        make_hazard(registry)
        with (
            pytest.raises(ConflictError, match="Hazard 2 changed since issue 2"),
            registry.work(Role.CLINICAL_SAFETY_OFFICER) as work,
        ):
            hazards.approve_log(
                work, "heart-cad", 2, digest=second["digest"], reasons="", proof=PROOF
            )
        make_log(registry)
        with registry.work(Role.AUDITOR) as work:
            issues = hazards.logs(work, "heart-cad")
            content = b"".join(hazards.log_bytes(work, "heart-cad", 1)[1])
        assert [one["approved"] is not None for one in issues] == [True, False, True]
        assert issues[0]["document"] == made["document"]
        assert [one["number"] for one in issues[0]["changed_since"]] == [2]
        assert b'"schema":"cmr.hazard_log/1"' in content
        with (
            pytest.raises(ConflictError, match="Issue 3 of the log is newer"),
            registry.work(Role.CLINICAL_SAFETY_OFFICER) as work,
        ):
            hazards.approve_log(
                work, "heart-cad", 2, digest=second["digest"], reasons="", proof=PROOF
            )


class TestInReviews:
    """What a review's dossier says of safety, and what blocks."""

    def test_safety_blocks_and_voids(self, workshop: Workshop) -> None:
        """A hazard above the plan's limit and a severe incident stand in the way, by name.

        A dossier without either is as it was before there were such records.
        """
        case = make_case(workshop)
        review = case.open()
        assert "hazards" not in case.view(review).documents.dossier
        make_plan(case.registry)
        make_hazard(case.registry)
        make_log(case.registry)
        report(case.registry)
        assert set(case.view(review).changed) == {"hazards", "incidents", "requirements"}
        with case.registry.work(Role.MODEL_OWNER) as work:
            reviews.refreeze(work, review)
        frozen = case.view(review).documents.dossier
        assert frozen["hazards"]["log"]["approved"]["by"]["name"] == "Clinical Safety Officer"
        assert "reported_by" not in frozen["incidents"][0]
        blocked = {one.what.split(":")[0]: one.kind.value for one in case.view(review).missing}
        assert blocked["No hazard is rated above 2, which is acceptable"] == "missing"
        assert blocked["No incident with harm “severe” or worse is open"] == "not met"
        kept = make_artifact(case.registry, b"attendance list")
        supersede(case.registry, controls=[control(verification=[shown_by(document=kept)])])
        assert "hazards" in case.view(review).changed
        make_log(case.registry)
        with case.registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
            said = incident_in().model_dump(exclude={"model", "blinded"}) | {
                "state": "closed",
                "closed_on": "2026-11-23",
                "cause": "Atypical symptoms",
                "why": "Looked into",
            }
            incidents.supersede(work, 1, IncidentRecordIn.model_validate(said))
        with case.registry.work(Role.MODEL_OWNER) as work:
            reviews.refreeze(work, review)
        left = [one.what.lower() for one in case.view(review).missing]
        assert left  # the sign-offs
        assert not [one for one in left if "hazard" in one or "incident" in one]
        news = since(frozen, case.view(review).documents.dossier)
        assert [one["subject"] for one in news] == [
            "hazard 1",
            "issue 2 of the hazard log",
            "incident 1",
        ]

    def test_told_after_the_decision(self, workshop: Workshop) -> None:
        """The dossier stays as it was decided upon; an incident stands beside it as news."""
        case = make_case(workshop)
        review = case.approved()
        assert case.view(review).since_decision == []
        report(case.registry)
        (news,) = case.view(review).since_decision
        assert news["kind"] == "incident"
        assert news["what"] == "Incident 1: 2026-11-20 at Hungary, harm: severe, open."
        assert "incidents" not in case.view(review).documents.dossier
