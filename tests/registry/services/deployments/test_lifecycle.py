"""Deployments on both databases: from the proposal to a rung, and off it again."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import UUID

import pytest

from registry.domain.deployments.states import MoveError, State
from registry.domain.errors import ConflictError, ForbiddenError, RuleBrokenError, WaitingError
from registry.domain.people import Role
from registry.domain.policies import Meaning
from registry.domain.reviews import SelfApprovalError, StaleDossierError
from registry.services import audit, deployments
from registry.services.work import Workshop
from tests.factories.deployments import (
    EXECUTIVE,
    OFFICER,
    Hospital,
    allow_pilots,
    make_hospital,
    make_post,
)
from tests.factories.people import PROOF
from tests.registry.services.test_signatures import collected, meanings


def refused(hospital: Hospital) -> UUID:
    """See that nobody signs what is incomplete, stale or not theirs; return the deployment."""
    deployment = hospital.propose()
    with pytest.raises(ConflictError, match="at Hungary already"):
        hospital.propose()
    hospital.freeze(deployment, silent_plan=None)
    with pytest.raises(WaitingError, match=r"silent_plan.*site safety officer"):
        hospital.sign(deployment, OFFICER)
    old = hospital.freeze(deployment)
    hospital.freeze(deployment, downtime_procedure="By date of referral.")
    with pytest.raises(StaleDossierError):
        hospital.sign(deployment, OFFICER, dossier=old)
    elsewhere = make_post(hospital.registry, "carla", OFFICER, "Cleveland")
    with pytest.raises(ForbiddenError, match="acts only for their own site"):
        hospital.sign(deployment, OFFICER, by=elsewhere)
    author = hospital.registry.people[Role.ML_ENGINEER]
    post = hospital.people[OFFICER]
    two_hats = replace(author, roles=author.roles | post.roles, posts=post.posts)
    with pytest.raises(SelfApprovalError):
        hospital.sign(deployment, OFFICER, by=two_hats)
    hospital.sign(deployment, EXECUTIVE, meaning=Meaning.OBJECT, reasons="Nobody asked the ward.")
    with pytest.raises(ConflictError, match="signed as site executive already"):
        hospital.sign(deployment, EXECUTIVE)
    hospital.sign(deployment, OFFICER)
    assert hospital.view(deployment).state is State.PROPOSED
    digest = hospital.freeze(deployment)
    with hospital.registry.work(Role.AUDITOR) as work:
        named, content = deployments.dossier(work, deployment)
    assert named == digest
    frozen = json.loads(content)
    assert [one["reasons"] for one in frozen["objections"]] == ["Nobody asked the ward."]
    return deployment


def test_the_whole_way(workshop: Workshop) -> None:
    """Silent by two signatures; suspended by one; back by two; withdrawn for good."""
    hospital = make_hospital(workshop)
    deployment = refused(hospital)
    hospital.sign(deployment, OFFICER)
    assert hospital.view(deployment).state is State.PROPOSED
    hospital.sign(deployment, EXECUTIVE)
    found = hospital.view(deployment)
    assert (found.state, found.carried_by) == (State.SILENT, found.moves[-1]["dossier"])
    with hospital.registry.work(hospital.people[OFFICER]) as work:
        deployments.suspend(work, deployment, reasons="Scores on a screen.", proof=PROOF)
    with (
        pytest.raises(RuleBrokenError, match="both sign"),
        hospital.registry.work(hospital.people[OFFICER]) as work,
    ):
        deployments.release(work, deployment, reasons="Fine again.", proof=PROOF)
    hospital.freeze(deployment)
    with pytest.raises(WaitingError, match="what_was_done"):
        hospital.sign(deployment, OFFICER)
    hospital.start(deployment, what_was_done="The screen was taken off the feed.")
    assert hospital.view(deployment).state is State.SILENT
    with hospital.registry.work(hospital.people[EXECUTIVE]) as work:
        deployments.withdraw(work, deployment, reasons="The clinic closes.", proof=PROOF)
    with pytest.raises(MoveError):
        hospital.freeze(deployment)
    again = hospital.propose()
    assert hospital.view(again).row.number == 2
    with hospital.registry.work(Role.AUDITOR) as work:
        assert not audit.verify(work).findings


def test_another_version_and_back(workshop: Workshop) -> None:
    """A second version takes the first one's place; going back, the first runs again."""
    hospital = make_hospital(workshop)
    allow_pilots(hospital.registry)
    first = hospital.running(rung="pilot")
    hospital.second_version()
    second = hospital.propose("heart-cad/2")
    hospital.freeze(second, rung="pilot", rollback="heart-cad/2")
    missing = [one.what for one in hospital.view(second).missing]
    assert any("It is the version itself" in what for what in missing)
    hospital.start(second, rung="pilot", rollback="heart-cad/1")
    assert hospital.view(first).state is State.SUSPENDED
    assert hospital.view(first).moves[-1]["by"] is None
    with hospital.registry.work(hospital.people[OFFICER]) as work:
        deployments.roll_back(work, second, reasons="It misses women.", proof=PROOF)
    states = [hospital.view(one).state for one in (first, second)]
    assert states == [State.PILOT, State.SUSPENDED]
    assert hospital.view(first).moves[-1]["act"] == "return"
    assert meanings(collected(hospital.registry, "Hungary"))["roll back"] == 1


def test_both_at_once(workshop: Workshop) -> None:
    """Officer and executive who sign at the same moment start the version once, and wholly."""
    hospital = make_hospital(workshop)
    deployment = hospital.propose()
    hospital.freeze(deployment)
    gate = Barrier(2)

    def sign(role: Role) -> None:
        gate.wait()
        hospital.sign(deployment, role)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(sign, (OFFICER, EXECUTIVE)))
    found = hospital.view(deployment)
    assert (found.state, len(found.moves), len(found.signoffs)) == (State.SILENT, 1, 2)
