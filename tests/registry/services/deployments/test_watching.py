"""Monitoring on both databases: from a silent run's windows to a stop rule that suspends."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from registry.domain.deployments.states import State
from registry.domain.errors import ConflictError, RuleBrokenError
from registry.domain.people import Role
from registry.domain.permits import Asked
from registry.domain.policies import Rung
from registry.services import audit, deployments, evidence, notices, permits
from registry.services.deployments.falling_due import Planned
from registry.services.work import Workshop
from registry.shapes.site_plans import SITE_PLAN
from tests.conftest import FrozenClock
from tests.factories.deployments import EXECUTIVE, OFFICER, Hospital, make_hospital
from tests.factories.evidence import make_evidence, make_signed_protocol, rows, table, unscored
from tests.factories.people import PROOF
from tests.registry.services.test_signatures import collected

WELL = 240


def worse(lines: list[str]) -> list[str]:
    """Return rows in which the score says the opposite."""
    split = [line.rsplit(",", 1) for line in lines]
    return [f"{head},{1 - float(score):.4f}" for head, score in split]


def handed_in(hospital: Hospital, protocol: str, lines: list[str]) -> UUID:
    """Measure a monitoring table of version 1 and return the evidence's id."""
    return make_evidence(hospital.registry, protocol, table(lines))


def test_from_silence_to_a_stop(workshop: Workshop, clock: FrozenClock) -> None:
    """A silent run's windows open the way to a pilot; the pilot's hold it, then suspend it."""
    hospital = make_hospital(workshop)
    (baseline,) = evidence_of(hospital)
    protocol = make_signed_protocol(hospital.registry, purpose="monitoring", name="Monitoring")
    deployment = hospital.running()
    clock.advance(days=40)
    silent = handed_in(hospital, protocol, rows(exams=WELL, first=1000))
    plan: dict[str, Any] = {
        "rung": "pilot",
        "monitoring": SITE_PLAN["monitoring"] | {"baseline": baseline},
    }
    hospital.freeze(deployment, **plan)
    assert "0 of 28 days." in " ".join(one.what for one in hospital.view(deployment).missing)
    first = hospital.window(deployment, silent, date(2026, 11, 23), date(2026, 12, 20))
    assert (first["state"], first["performance"]["verdict"]) == ("silent", None)
    assert first["counts"]["positives"] == WELL // 2
    refused_windows(hospital, deployment, silent)
    hospital.start(deployment, **plan)
    held(hospital, deployment, protocol, clock)
    suspended(hospital, deployment, protocol, clock)
    with hospital.registry.work(Role.AUDITOR) as work:
        assert len(deployments.windows(work, deployment)) == 4
        assert not audit.verify(work).findings
    added_to_alone(workshop)
    (released,) = (
        one
        for one in collected(hospital.registry, "Hungary")["signatures"]
        if one["statement"]["meaning"] == "release"
    )
    assert released["statement"]["signer"]["login"] == "ilona"


def added_to_alone(workshop: Workshop) -> None:
    """See that the database itself refuses to change or delete what happened at a hospital."""
    for name in (
        "deployments",
        "site_dossiers",
        "site_signoffs",
        "deployment_moves",
        "monitoring_windows",
        "monitoring_reminders",
    ):
        table = SQLModel.metadata.tables[name]
        for attack in (update(table).values(id=table.c.id), delete(table)):
            with (
                pytest.raises(DBAPIError, match=f"{name} is append-only"),
                workshop.engine.begin() as connection,
            ):
                connection.execute(attack)


def evidence_of(hospital: Hospital) -> list[str]:
    """Return the ids of the evidence on version 1."""
    with hospital.registry.work(Role.AUDITOR) as work:
        return [one["id"] for one in evidence.of_version(work, "heart-cad", 1)]


def refused_windows(hospital: Hospital, deployment: UUID, silent: UUID) -> None:
    """See that no day and no evidence counts twice, and that other evidence is no window."""
    (external, *_) = evidence_of(hospital)
    for other, days, error in (
        (silent, (date(2026, 12, 21), date(2026, 12, 22)), ConflictError),
        (UUID(external), (date(2026, 12, 21), date(2026, 12, 22)), RuleBrokenError),
        (silent, (date(2026, 12, 20), date(2026, 12, 21)), ConflictError),
    ):
        with pytest.raises(error):
            hospital.window(deployment, other, *days)


def held(hospital: Hospital, deployment: UUID, protocol: str, clock: FrozenClock) -> None:
    """Hand in a good window; then one with too much unscored, which holds; then release it."""
    clock.advance(days=56)
    assert hospital.view(deployment).window == Planned(
        due=date(2027, 1, 29), owner="Chest pain clinic, data office", late=False
    )
    clock.advance(days=4)
    assert [deployments.sweep(hospital.registry.workshop) for _ in range(2)] == [1, 0]
    good = handed_in(hospital, protocol, rows(exams=WELL, first=2000))
    found = hospital.window(deployment, good, date(2027, 1, 2), date(2027, 1, 20))
    assert found["performance"] == found["performance"] | {"verdict": "met", "unfit": []}
    assert found["signals"][0]["psi"] == pytest.approx(0.0, abs=1e-9)
    assert found["cusum"][0]["observed"] == WELL // 2
    assert found["fired"] == []
    gaps = handed_in(hospital, protocol, unscored(rows(exams=WELL, first=3000), 10))
    found = hospital.window(deployment, gaps, date(2027, 1, 21), date(2027, 1, 30), blinded=False)
    assert found["performance"]["verdict"] is None
    assert [one["action"] for one in found["fired"]] == ["hold"]
    last = hospital.view(deployment).moves[-1]
    assert (last["act"], last["state"], last["by"]) == ("hold", "suspended", None)
    with hospital.registry.work(Role.DATA_STEWARD) as work:
        asked = Asked(version="heart-cad/1", site="Hungary", rung=Rung.PILOT)
        answer = permits.ask(work, asked)
    assert "unscored is 0.1; the bound is 0.05." in answer["reasons"][0]["what"]
    with hospital.registry.work(hospital.people[OFFICER]) as work:
        deployments.release(work, deployment, reasons="The scanner is mended.", proof=PROOF)
    assert hospital.view(deployment).state is State.PILOT


def suspended(hospital: Hospital, deployment: UUID, protocol: str, clock: FrozenClock) -> None:
    """Hand in a window in which the model is wrong; the officer alone cannot end what follows."""
    clock.advance(days=30)
    bad = handed_in(hospital, protocol, worse(rows(exams=WELL, first=4000)))
    found = hospital.window(deployment, bad, date(2027, 2, 1), date(2027, 2, 20))
    assert found["performance"]["verdict"] == "not met"
    assert found["cusum"][0]["observed"] == WELL
    assert [one["rule"] for one in found["fired"]] == ["bounds"]
    assert hospital.view(deployment).moves[-1]["act"] == "suspend"
    with hospital.registry.work(hospital.people[EXECUTIVE]) as work:
        told = [
            one["why"] for one in notices.mine(work, limit=50) if "is suspended" in one["headline"]
        ]
    assert any("Window 4 fired a stop rule. bounds: " in why for why in told)
    with (
        pytest.raises(RuleBrokenError, match="both sign"),
        hospital.registry.work(hospital.people[OFFICER]) as work,
    ):
        deployments.release(work, deployment, reasons="It is fine.", proof=PROOF)
