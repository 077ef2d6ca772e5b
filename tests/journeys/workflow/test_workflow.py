"""The whole workflow in any order, on both databases, the laws of governance checked every step."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from registry.domain.people import Role
from registry.domain.policies import Rung
from tests.journeys.workflow.afterwards import Everything

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_one_way_through(workflow: type[Everything]) -> None:
    """From a review to a permit and to its end: every law has something to look at."""
    machine = workflow()
    for _ in range(5):
        machine.help_a_review_along(0, conditions=False)
        machine.the_laws_hold()
    assert machine.reached["decision: approve"] == 1
    for _ in range(4):
        machine.help_a_hospital_along(Rung.SILENT)
        machine.the_laws_hold()
    assert machine.reached["site sign-off"] == 2
    machine.ask_for_a_permit(number=1, site="Hungary", rung=Rung.SILENT)
    assert machine.reached["permit: yes"] == 1
    machine.ask_for_a_permit(number=1, site="Hungary", rung=Rung.GENERAL)
    machine.ask_for_a_permit(number=1, site="Cleveland", rung=Rung.SILENT)
    assert (machine.reached["permit: yes"], machine.reached["permit: no"]) == (1, 2)
    machine.grant_or_revoke(pick=0, whose=0, role=Role.AUDITOR, grant=True)
    machine.pass_time(days=400)
    machine.ask_for_a_permit(number=1, site="Hungary", rung=Rung.SILENT)
    assert machine.reached["permit: yes"] == 1
    machine.the_laws_hold()


def test_any_way(workflow: type[Everything]) -> None:
    """A few short walks, the same ones every time."""
    run_state_machine_as_test(
        workflow,
        settings=settings(
            max_examples=4,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=QUIET,
        ),
    )
    assert any(what.startswith("refused") for what in workflow.reached)


@pytest.mark.soak
def test_any_way_for_long(workflow: type[Everything]) -> None:
    """Many long walks, other ones every time; `test_one_way_through` is sure to reach a permit."""
    run_state_machine_as_test(
        workflow,
        settings=settings(
            max_examples=60,
            stateful_step_count=60,
            deadline=None,
            database=None,
            suppress_health_check=QUIET,
        ),
    )
    assert any(what.startswith("refused") for what in workflow.reached)
