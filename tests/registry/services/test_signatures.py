"""Facts about bundles on a subject: whatever anybody signed is in them, and they prove it alone."""

import json
from collections import Counter
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from sqlmodel import SQLModel

from registry.domain import proving
from registry.domain.digests import canonical, document_digest
from registry.domain.emergencies import Finding
from registry.domain.errors import NotFoundError
from registry.domain.people import Role
from registry.domain.proving import UnprovedError
from registry.domain.reviews import Outcome
from registry.services import deployments, emergencies, reviews, signatures
from registry.services.work import Workshop
from registry.store import signatures as kept
from tests.factories.deployments import EXECUTIVE, OFFICER, make_hospital
from tests.factories.hazards import make_hazard, make_log, make_plan
from tests.factories.people import PROOF, Registry, make_person
from tests.factories.policies import make_policy
from tests.factories.reviews import condition, make_case
from tests.registry.services.reviews.test_waivers import ASKED

LEAD, OWNER = Role.CLINICAL_LEAD, Role.MODEL_OWNER
CSO = Role.CLINICAL_SAFETY_OFFICER


def collected(registry: Registry, subject: str) -> dict[str, Any]:
    """Return the bundle on a subject as it lies in a file; see that whoever has it can trust it.

    Every document that was signed is in it, and each field that was changed is found.
    """
    with registry.work(Role.AUDITOR) as work:
        made = signatures.about(work, subject, with_documents=True)
        assert "documents" not in signatures.about(work, subject)
    bundle: dict[str, Any] = json.loads(canonical(made))
    signed = {one["statement"]["digest"] for one in bundle["signatures"]}
    assert {document_digest(one) for one in bundle["documents"]} == signed
    assert len(proving.verified_all(bundle)) == len(bundle["signatures"])
    for place, one in enumerate(bundle["signatures"]):
        for field in one["statement"]:
            changed = deepcopy(bundle)
            changed["signatures"][place]["statement"][field] = "another"
            with pytest.raises(UnprovedError, match=f"signature {place + 1}: "):
                proving.verified_all(changed)
    for place, document in enumerate(bundle["documents"]):
        for field in document:
            changed = deepcopy(bundle)
            changed["documents"][place][field] = "another"
            with pytest.raises(UnprovedError, match=f"document {place + 1} "):
                proving.verified_all(changed)
    return bundle


def meanings(bundle: dict[str, Any]) -> Counter[str]:
    """Return what was stated in a bundle, and how often."""
    return Counter(one["statement"]["meaning"] for one in bundle["signatures"])


def test_no_place_is_forgotten() -> None:
    """Every table that keeps a signature of a person is among those that are searched."""
    keeping = {
        name
        for name, table in SQLModel.metadata.tables.items()
        if {"statement", "signature"} <= set(table.columns.keys()) or "signed" in table.columns
    }
    assert keeping == {row.__tablename__ for row in (*kept.ROWS, *kept.HOLDERS)}


def test_what_runs_at_a_hospital(workshop: Workshop) -> None:
    """Site dossiers, suspension and return, the version's own, hazards, and broken glass."""
    hospital = make_hospital(workshop)
    registry, deployment = hospital.registry, hospital.running()
    with registry.work(hospital.people[OFFICER]) as work:
        deployments.suspend(work, deployment, reasons="Scores on a screen.", proof=PROOF)
    hospital.start(deployment, what_was_done="The screen was taken off the feed.")
    with registry.work(hospital.people[EXECUTIVE]) as work:
        deployments.withdraw(work, deployment, reasons="The clinic closes.", proof=PROOF)
    at_site = meanings(collected(registry, "Hungary"))
    assert at_site == {"support": 2, "accept residual risk": 2, "suspend": 1, "withdraw": 1}

    with registry.work(CSO) as work:
        reviews.suspend(work, "heart-cad", 1, reasons="It misses women.", proof=PROOF)
    with registry.work(LEAD) as work:
        reviews.reinstate(work, "heart-cad", 1, reasons="The cause was found.", proof=PROOF)
    of_version = meanings(collected(registry, "heart-cad/1"))
    assert of_version - at_site == {
        "review": 1, "support": 2, "decision: approve": 1, "suspend": 1, "reinstate": 1
    }  # fmt: skip

    make_plan(registry)
    make_hazard(registry)
    log = make_log(registry)
    assert len(collected(registry, "model heart-cad")["signatures"]) == 2
    (approval,) = collected(registry, log["digest"])["signatures"]
    assert approval["statement"]["subject"] == "model heart-cad, hazard log issue 1"

    with registry.work(Role.ML_ENGINEER) as work:
        opened = emergencies.break_glass(work, reason="all flagged", hours=1, proof=PROOF).id
        emergencies.end(work)
    with registry.work(LEAD) as work:
        said: dict[str, Any] = {"finding": Finding.JUSTIFIED, "remarks": "inverted images"}
        emergencies.review(work, opened, **said, proof=PROOF)
    broken = meanings(collected(registry, "person ml.engineer"))
    assert broken == {"emergency access": 1, "emergency access: justified": 1}

    with registry.work(Role.AUDITOR) as work:
        for nothing in ("heart-cad/2", "HEART-CAD/1", "heart-cad/_", "%"):
            with pytest.raises(NotFoundError, match="Nobody signed"):
                signatures.about(work, nothing)


def test_what_a_decision_leaves_open(workshop: Workshop) -> None:
    """Waivers, delegations, sign-offs taken back, and conditions extended and closed."""
    case = make_case(workshop)
    make_policy(case.registry, waivers='criteria = ["any"]')
    make_person(case.registry, "deputy", CSO)
    case.measure(site="Switzerland", exams=16)
    waived = case.open(sites=("Switzerland",))
    with case.registry.work(OWNER) as work:
        number = reviews.propose_waiver(work, waived, **ASKED).number
    with case.registry.work(LEAD) as work:
        reviews.sign_waiver(work, waived, number, role=LEAD, proof=PROOF)
    with case.registry.work(CSO) as work:
        said: dict[str, Any] = {"role": CSO, "to": "deputy", "until": date(2026, 12, 10)}
        reviews.delegate(work, waived, reasons="on leave", **said, proof=PROOF)
    signed = case.sign(waived, LEAD)
    with case.registry.work(LEAD) as work:
        reviews.withdraw(work, waived, signed, reasons="Too early.", proof=PROOF)
        of_review = signatures.of_review(work, waived)
    found = meanings(collected(case.registry, "heart-cad/1"))
    assert found == {
        "waiver 1": 1, "delegation to Deputy": 1, "support": 1, "withdrawal of: support": 1
    }  # fmt: skip
    assert found <= meanings(of_review)

    with case.registry.work(LEAD) as work:
        reviews.decide(work, waived, outcome=Outcome.DECLINE, reasons="Too few.", proof=PROOF)
    review = case.open()
    case.sign_all(review)
    case.decide(review, Outcome.APPROVE_WITH_CONDITIONS, conditions=[condition()])
    with case.registry.work(LEAD) as work:
        due = date(2027, 2, 26)
        reviews.extend(work, review, 1, due=due, reasons="Two were ill.", proof=PROOF)
    with case.registry.work(CSO) as work:
        reviews.close_condition(work, review, 1, evidence="The whole list", proof=PROOF)
    found = meanings(collected(case.registry, "condition 1"))
    assert found == {"condition 1 extended to 2027-02-26": 1, "condition 1 is met": 1}
    protocol = collected(case.registry, f"protocol {case.protocol}")
    assert {one["statement"]["digest"] for one in protocol["signatures"]} == {case.protocol}
