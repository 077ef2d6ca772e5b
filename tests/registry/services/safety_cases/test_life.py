"""Facts about safety cases on both databases: written, signed, left behind, written anew."""

import hashlib
import json
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.domain.deployments.states import State
from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    WaitingError,
)
from registry.domain.people import Role
from registry.domain.reviews import SelfApprovalError, StaleDossierError
from registry.domain.trail import Act
from registry.services import audit, deployments, safety_cases, signatures
from registry.services.work import Workshop
from tests.factories.deployments import (
    OFFICER,
    Hospital,
    allow_pilots,
    make_hospital,
    make_post,
)
from tests.factories.hazards import make_hazard, make_log, make_plan, supersede
from tests.factories.incidents import report
from tests.factories.safety_cases import claim, link, sign, write

AUDITOR = Role.AUDITOR
LINKS = (link(hazard=1), link(evidence=1, criterion="sensitivity"), link(statement=1))


def logged(workshop: Workshop) -> Hospital:
    """Return Hungary and an approved version with one hazard on an approved log."""
    hospital = make_hospital(workshop)
    make_plan(hospital.registry)
    make_hazard(hospital.registry, residual=None)
    make_log(hospital.registry)
    return hospital


def test_draft_and_signature(workshop: Workshop) -> None:
    """A draft is refused its signature until records and argument are whole."""
    registry = make_hospital(workshop).registry
    make_plan(registry)
    make_hazard(registry, residual=None)
    with pytest.raises(ForbiddenError):
        write(registry, Role.ML_ENGINEER)
    with pytest.raises(BadInputError, match="there are: 1") as caught:
        write(registry, claims=[claim(link(hazard=2))])
    assert caught.value.field == "claims.1.evidence.1.hazard"
    early = write(registry, claims=[])
    with pytest.raises(WaitingError, match=r"No issue of the hazard log.*claims nothing"):
        sign(registry, early)
    make_log(registry)
    with pytest.raises(StaleDossierError, match="the hazards"):
        sign(registry, early)
    with pytest.raises(BadInputError, match="since case 1"):
        write(registry)

    made = write(registry, claims=[claim(*LINKS)], changed="The log was approved.")
    assert (made["number"], made["state"], made["stale"], made["lacks"]) == (2, "draft", [], [])
    assert made["document"]["supersedes"] == early["digest"]
    assert made["open"][0].startswith("Hazard 1, Missed obstruction, counts as more than 2,")
    assert made["open"][1] == "Controls that are not verified: of hazard 1, 1 of 1."
    with pytest.raises(ConflictError, match="newer case"):
        sign(registry, early)
    with pytest.raises(ConflictError, match="not what is kept"):
        sign(registry, made, digest=early["digest"])
    maker = registry.people[Role.ML_ENGINEER]
    both = replace(maker, roles=maker.roles | {Role.CLINICAL_SAFETY_OFFICER})
    with pytest.raises(SelfApprovalError):
        sign(registry, made, both)
    signed = sign(registry, made, reasons="Discussed on 23 November.")
    assert (signed["state"], signed["signed"]["registration"]) == ("signed", "GMC 1234567")
    assert signed["signed"]["statement"]["digest"] == made["digest"]
    with pytest.raises(ConflictError, match="signed already"):
        sign(registry, made)
    with registry.work(AUDITOR) as work:
        assert len(signatures.about(work, made["digest"])["signatures"]) == 1
        _, pieces = safety_cases.document_bytes(work, made["id"])
        assert "sha256:" + hashlib.sha256(b"".join(pieces)).hexdigest() == made["digest"]
        acts = [one["act"] for one in audit.read(work, start=0, limit=1000)]
        with pytest.raises(NotFoundError, match="cmr safety-case list"):
            safety_cases.show(work, work.new_id())
    assert acts.count(Act.SAFETY_CASE_WRITTEN.value) == 2
    assert acts.count(Act.SAFETY_CASE_SIGNED.value) == 1
    for table in ("safety_cases", "safety_case_signatures"):
        for order in (f"DELETE FROM {table}", f"UPDATE {table} SET digest = 'x'"):  # noqa: S608
            with pytest.raises(DBAPIError), workshop.engine.begin() as connection:
                connection.execute(text(order))


def test_a_hospitals_own_case(workshop: Workshop) -> None:
    """It rests on the site dossier, and nobody else's officer writes or signs it."""
    hospital = logged(workshop)
    registry, officer = hospital.registry, hospital.people[OFFICER]
    with pytest.raises(WaitingError, match="no site dossier"):
        write(registry, officer, site="Hungary")
    deployment = hospital.running()
    elsewhere = make_post(registry, "milos", OFFICER, "Cleveland")
    with pytest.raises(ForbiddenError, match="own site"):
        write(registry, elsewhere, site="Hungary")
    with pytest.raises(ForbiddenError, match="of Hungary is written by its site safety officer"):
        write(registry, site="Hungary")
    with pytest.raises(ForbiddenError, match="of a release is written by its clinical lead or"):
        write(registry, officer)
    made = write(registry, officer, site="Hungary")
    said = made["document"]["generated"]
    assert (made["site"], said["site"]["dossier"]["plan"]["rung"]) == ("Hungary", "silent")
    assert said["release_case"] is None
    assert made["open"][-1] == "The release itself has no signed safety case (DCB0129)."
    with pytest.raises(ForbiddenError):
        sign(registry, made)
    assert sign(registry, made, officer)["state"] == "signed"
    sign(registry, write(registry))
    hospital.freeze(deployment, downtime_procedure="Ordered by telephone.")
    with registry.work(AUDITOR) as work:
        assert safety_cases.show(work, made["id"])["stale"] == [
            "what the hospital laid down, or how the deployment stands",
            "the safety case of the release",
        ]


def test_left_behind_and_written_anew(workshop: Workshop) -> None:
    """Whatever it rests on changes, the case says so; the next one supersedes it."""
    registry = logged(workshop).registry
    made = write(registry, claims=[claim(*LINKS)])
    sign(registry, made)
    supersede(registry, residual=None, harm="Death while waiting")
    with registry.work(AUDITOR) as work:
        assert safety_cases.show(work, made["id"])["stale"] == ["the hazards"]
        outline = safety_cases.outline(work, "heart-cad/1", None)
    assert outline["before"]["claims"][0]["id"] == "C1"
    assert outline["lacks"] == [
        "Hazard 1 changed since issue 1 of the log was approved; issue it anew."
    ]
    make_log(registry)
    newer = write(registry, changed="Hazard 1 is graver.")
    with registry.work(AUDITOR) as work:
        states = [one["state"] for one in safety_cases.listed(work, "heart-cad/1", None)]
    assert states == ["signed", "draft"]
    assert sign(registry, newer)["state"] == "signed"
    report(registry)
    with registry.work(AUDITOR) as work:
        both = safety_cases.listed(work, "heart-cad/1", None)
    assert [(one["state"], one["stale"]) for one in both] == [
        ("superseded", []),
        ("signed", ["test issues, incidents, conditions or waivers"]),
    ]


def test_a_policy_asks_for_it(workshop: Workshop) -> None:
    """A hospital starts only over a signed case of the release that nothing has left behind."""
    hospital = logged(workshop)
    registry = hospital.registry
    deployment = hospital.propose()
    tables = '\n[tiers."fast track".deployments.silent]\nsafety_case = true\n'
    allow_pilots(registry, tables=tables)
    hospital.freeze(deployment)
    with pytest.raises(WaitingError, match="None is signed"):
        hospital.sign(deployment, OFFICER)
    made = write(registry)
    sign(registry, made)
    hospital.start(deployment)
    with registry.work(AUDITOR) as work:
        view = deployments.view(work, deployment)
        frozen = json.loads(work.artifacts.read(str(view.carried_by)))
    assert view.state is State.SILENT
    assert frozen["safety_case"]["digest"] == made["digest"]
    report(registry)
    hospital.freeze(deployment)
    with pytest.raises(WaitingError, match="case 1 was written changed: test issues"):
        hospital.sign(deployment, OFFICER)
