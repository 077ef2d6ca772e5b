"""Waivers and withdrawn datasets end to end, on both databases, by the clock."""

import json
from datetime import date
from typing import Any

import pytest

from registry.domain.checks import Answer
from registry.domain.errors import ConflictError, RuleBrokenError
from registry.domain.people import Role
from registry.domain.permits import Asked
from registry.domain.policies import Rung
from registry.domain.reviews import InsufficientError, Outcome, StaleDossierError
from registry.domain.stages import Stage
from registry.domain.standings import State
from registry.domain.suspensions import StandsAgainstError
from registry.domain.trail import Act
from registry.domain.waivers import Named, Of
from registry.faces import worker
from registry.services import checks, datasets, deployments, permits, reviews
from registry.services.work import Workshop
from tests.conftest import FrozenClock
from tests.factories.deployments import EXECUTIVE, OFFICER, Hospital, make_post
from tests.factories.people import PROOF
from tests.factories.policies import make_policy
from tests.factories.records import make_dataset, make_statements, make_version
from tests.factories.reviews import SIGNERS, Case, make_case
from tests.registry.services.reviews.test_life import acts, standing_of

ASKED: dict[str, Any] = {
    "what": Named(of=Of.CRITERION, id="discrimination"),
    "reason": "A cardiologist reads every exam until spring.",
    "until": date(2027, 2, 23),
}


def named(criterion: str) -> dict[str, Any]:
    """Return that another criterion is to be waived."""
    return {"what": Named(of=Of.CRITERION, id=criterion)}


def test_a_waiver_from_its_proposal_to_its_end(workshop: Workshop, clock: FrozenClock) -> None:
    """Nothing is waived until all have signed; it bridges, expires, and the verdict counts."""
    case = make_case(workshop)
    case.measure(site="Switzerland", exams=16)
    scope: dict[str, Any] = {"sites": ("Switzerland",)}
    early = case.open(**scope)
    with case.registry.work(Role.MODEL_OWNER) as work, pytest.raises(RuleBrokenError):
        reviews.propose_waiver(work, early, **ASKED)
    with case.registry.work(Role.CLINICAL_LEAD) as work:
        reviews.decide(work, early, outcome=Outcome.DECLINE, reasons="Too few.", proof=PROOF)

    make_policy(case.registry, waivers='criteria = ["any"]')
    review = case.open(**scope, use="Order the waiting list, read by a cardiologist")
    case.sign_all(review)
    blocking = {entry["id"] for entry in case.view(review).documents.dossier["criteria"]}
    with case.registry.work(Role.MODEL_OWNER) as work, pytest.raises(ConflictError):
        reviews.propose_waiver(work, review, **ASKED | named("nobody's"))
    for name in sorted(blocking):
        with case.registry.work(Role.MODEL_OWNER) as work:
            number = reviews.propose_waiver(work, review, **ASKED | named(name)).number
        for role in SIGNERS:
            with pytest.raises(InsufficientError):
                case.decide(review)
            with case.registry.work(role) as work:
                reviews.sign_waiver(work, review, number, role=role, proof=PROOF)
            with case.registry.work(role) as work, pytest.raises(ConflictError):
                reviews.sign_waiver(work, review, number, role=role, proof=PROOF)
    case.decide(review)
    view = case.view(review)
    assert {one["state"] for one in view.waivers} == {"granted"}
    with case.registry.work(Role.AUDITOR) as work:
        assert view.decision is not None
        signed = json.loads(work.artifacts.read(view.decision.digest))
        assert checks.check(work, "heart-cad", 1).answer is Answer.PERMITTED
    first = signed["waivers"][0]["document"]
    assert first["schema"] == "cmr.waiver/1"
    assert set(first["verdicts"]) == {"insufficient evidence"}
    let_in(case, "Switzerland")

    clock.advance(days=92)  # 2027-02-23: its last day
    reviews.sweep(workshop)
    assert standing_of(case) == (Stage.APPROVED, State.CURRENT)
    assert asked(case, "Switzerland")["permit"] == "yes"
    clock.advance(days=1)
    with case.registry.work(Role.AUDITOR) as work:  # nobody swept yet
        assert checks.check(work, "heart-cad", 1).answer is Answer.INSUFFICIENT
    (reason, *_) = asked(case, "Switzerland")["reasons"]
    assert "expired on 2027-02-23; it counts again" in reason["what"]
    reviews.sweep(workshop)
    assert standing_of(case) == (Stage.SUSPENDED, State.SUSPENDED)
    assert Act.WAIVER_EXPIRED.value in acts(workshop, Act.WAIVER_EXPIRED)
    with case.registry.work(Role.CLINICAL_LEAD) as work, pytest.raises(StandsAgainstError):
        reviews.reinstate(work, "heart-cad", 1, reasons="Please.", proof=PROOF)


def let_in(case: Case, site: str) -> None:
    """Let version 1 run silently at a hospital, by the signatures of two people there."""
    hospital = Hospital(case=case)
    for role, login in ((OFFICER, "livia"), (EXECUTIVE, "beat")):
        hospital.people[role] = make_post(case.registry, login, role, site)
    with case.registry.work(hospital.people[OFFICER]) as work:
        deployment = deployments.propose(work, "heart-cad/1", site).id
    hospital.start(deployment)


def asked(case: Case, site: str) -> dict[str, Any]:
    """Ask for a permit of version 1's silent run at a hospital."""
    with case.registry.work(Role.DATA_STEWARD) as work:
        return permits.ask(work, Asked(version="heart-cad/1", site=site, rung=Rung.SILENT))


def test_another_dossier_voids_a_waiver(workshop: Workshop) -> None:
    """What was signed over one dossier says nothing about the next."""
    case = make_case(workshop)
    case.measure(site="Switzerland", exams=16)
    make_policy(case.registry, waivers='criteria = ["discrimination"]')
    review = case.open(sites=("Switzerland",))
    with case.registry.work(Role.MODEL_OWNER) as work:
        reviews.propose_waiver(work, review, **ASKED)
    case.measure(site="Switzerland", exams=18)
    with case.registry.work(Role.MODEL_OWNER) as work:
        reviews.refreeze(work, review)
    assert [one["state"] for one in case.view(review).waivers] == ["void"]
    with case.registry.work(Role.CLINICAL_LEAD) as work, pytest.raises(StaleDossierError):
        reviews.sign_waiver(work, review, 1, role=Role.CLINICAL_LEAD, proof=PROOF)


def test_a_withdrawn_dataset_stops_what_grew_from_it(
    workshop: Workshop, clock: FrozenClock
) -> None:
    """Every version that rests on it is listed; policy suspends; a worker sees to it at once."""
    case = make_case(workshop)
    make_policy(case.registry, on_dataset_withdrawn='training = "suspend"')
    make_dataset(case.registry)
    trained = [{"name": "cleveland-1988", "number": 1, "use": "training"}]
    make_version(case.registry, datasets=trained)
    parent = [{"model": "heart-cad", "number": 2, "relation": "fine-tuned from"}]
    make_version(case.registry, parents=parent)
    make_statements(case.registry, number=2)
    case.measure(2)
    case.approved(2)
    clock.advance(days=1)
    with case.registry.work(Role.DATA_STEWARD) as work:
        datasets.withdraw(work, "cleveland-1988", 1, why="Consent was withdrawn.")
    worker.drain(workshop)
    with case.registry.work(Role.AUDITOR) as work:
        found = [(one.version, one.how) for one in datasets.resting_on(work, "cleveland-1988", 1)]
        standing = reviews.standing_of(work, "heart-cad", 2)
    assert standing["state"] == "suspended"
    assert standing["reason"] == (
        "The dataset cleveland-1988/1 was withdrawn: Consent was withdrawn; "
        "heart-cad/2 was trained on it."
    )
    assert found == [
        ("heart-cad/2", "was trained on it"),
        ("heart-cad/3", "came from heart-cad/2, which was trained on it"),
    ]
