"""The whole workflow in any order, on both databases, the laws of governance checked every step."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from registry.domain.people import Role
from registry.domain.policies import Rung
from tests.journeys.workflow.everything import Beginning, Everything

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_one_way_through(workflow: type[Everything]) -> None:
    """From a review to a permit and to its end: every law has something to look at."""
    machine = workflow()
    machine.come_to_an_approval(5)
    assert machine.reached["decision: approve"] == 1
    machine.come_to_run(Rung.SILENT)
    assert machine.reached["site sign-off"] == 2
    assert machine.reached["permit: yes"] == 1
    machine.ask_for_a_permit(number=1, site="Hungary", rung=Rung.GENERAL)
    machine.ask_for_a_permit(number=1, site="Cleveland", rung=Rung.SILENT)
    assert (machine.reached["permit: yes"], machine.reached["permit: no"]) == (1, 2)
    machine.grant_or_revoke(pick=0, whose=0, role=Role.AUDITOR, grant=True)
    machine.pass_time(days=400)
    machine.ask_for_a_permit(number=1, site="Hungary", rung=Rung.SILENT)
    assert machine.reached["permit: yes"] == 1
    machine.the_laws_hold()


def test_one_way_by_a_waiver_and_a_dual_role(workflow: type[Everything]) -> None:
    """What rests on too little is approved by a waiver alone, and runs no longer than it.

    One person signs as safety officer and lead, and decides, as was declared.
    """
    machine = workflow()
    machine.declare_a_dual_role(pick=0, whose=0, declare=True)
    for which in (0, 0, 1, 1, 1, 1):
        machine.help_a_review_along(which, conditions=False, site="Cleveland")
        machine.the_laws_hold()
    signed = Counter(row["person_id"] for row in machine.checker.rows["signoffs"])
    assert sorted(signed.values()) == [1, 2]
    reached = machine.reached
    assert (reached["waiver"], reached["waiver signed"], reached["decision: approve"]) == (1, 3, 1)
    assert machine.checker.gaps(machine.checker.rows["decisions"][0]["dossier"])
    machine.come_to_run(Rung.SILENT, "Cleveland")
    for days, answers in ((20, 2), (10, 3), (1, 3)):  # its last day, and the day after
        machine.pass_time(days=days)
        machine.ask_for_a_permit(number=1, site="Cleveland", rung=Rung.SILENT)
        assert reached["permit: yes"] == answers
    assert reached["permit: no"] == 1  # though nobody swept yet
    machine.sweep()
    machine.the_laws_hold()
    assert machine.checker.rows["versions"][0]["stage"] == "suspended"


def walk(workflow: type[Everything], beginning: Beginning, wanted: settings) -> Counter[str]:
    """Walk from a beginning, and return what was reached."""
    counted = Counter[str]()
    words = {"__module__": __name__, "beginning": beginning, "reached": counted}
    run_state_machine_as_test(type(f"From{beginning.name}", (workflow,), words), settings=wanted)
    return counted


def walks(workflow: type[Everything], wanted: settings) -> None:
    """Walk from every beginning: each comes as far as it says, and much is refused."""
    reached = {one: walk(workflow, one, wanted) for one in Beginning}
    assert all(any(what.startswith("refused") for what in found) for found in reached.values())
    assert reached[Beginning.APPROVED]["decision: approve with conditions"]
    assert reached[Beginning.RUNNING]["decision: approve"]
    assert reached[Beginning.RUNNING]["permit: yes"]
    assert reached[Beginning.WAIVED]["waiver signed"]
    assert reached[Beginning.WAIVED]["permit: yes"]


def test_any_way(workflow: type[Everything]) -> None:
    """A few short walks from every beginning, the same ones every time."""
    walks(
        workflow,
        settings(
            max_examples=4,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=QUIET,
        ),
    )


@pytest.mark.soak
def test_any_way_for_long(workflow: type[Everything]) -> None:
    """Many long walks from every beginning, other ones every time."""
    walks(
        workflow,
        settings(
            max_examples=15,
            stateful_step_count=60,
            deadline=None,
            database=None,
            suppress_health_check=QUIET,
        ),
    )
