"""Facts about what a hospital lays down: what cannot be followed is refused by its field."""

from typing import Any

import pytest

from registry.domain.deployments.plans import BOUNDLESS, SIGNALS, check
from registry.domain.errors import BadInputError
from registry.shapes.site_plans import MONITORING, SITE_PLAN


def rule(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part of a rule
    """Return a stop rule that holds when too much is unscored."""
    whole = {"id": "r", "signal": "unscored", "above": 0.1, "below": None, "action": "hold"}
    return whole | changes


def test_example_can_be_followed() -> None:
    """The plan that the documentation shows is sound."""
    check(SITE_PLAN, site="Hungary")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rung": "pilot"}, "silent_plan"),
        ({"stop_rules": [rule(action="suspend")]}, "stop_rules.0.action"),
        ({"stop_rules": [rule(signal="psi", action="suspend")]}, "stop_rules.0.action"),
        ({"stop_rules": [rule(below=0.1)]}, "stop_rules.0"),
        ({"stop_rules": [rule(above=None)]}, "stop_rules.0"),
        ({"stop_rules": [rule(signal="verdict")]}, "stop_rules.0.above"),
        ({"stop_rules": [rule(), rule()]}, "stop_rules.1.id"),
        ({"monitoring": None}, "stop_rules.0"),
        (
            {
                "monitoring": MONITORING | {"cusum": None},
                "stop_rules": [rule(signal="cusum", above=None, action="suspend")],
            },
            "stop_rules.0",
        ),
        (
            {"monitoring": MONITORING | {"baseline": None}, "stop_rules": [rule(signal="ks")]},
            "stop_rules.0",
        ),
    ],
)
def test_refused(changes: dict[str, Any], field: str) -> None:
    """Each contradiction names where it stands."""
    with pytest.raises(BadInputError) as refused:
        check(SITE_PLAN | changes, site="Hungary")
    assert refused.value.field == field


def test_only_labels_suspend() -> None:
    """A signal without labels tells that something changed, not that patients fare worse."""
    may_suspend = {signal for signal, actions in SIGNALS.items() if "suspend" in actions}
    assert may_suspend == BOUNDLESS == {"verdict", "cusum"}
