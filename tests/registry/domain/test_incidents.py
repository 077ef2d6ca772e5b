"""Facts about incidents: what they may claim, how they move, and when they block."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from registry.domain.errors import BadInputError, RuleBrokenError
from registry.domain.incidents import (
    TRANSITIONS,
    IncidentState,
    concerning,
    require,
    require_incident,
    require_move,
)
from registry.domain.policies import Harm, IncidentRules

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def incident(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any field may be changed
    """Return an open incident with severe harm."""
    whole = {
        "number": 3,
        "versions": [1],
        "site": "Hungary",
        "happened_on": "2026-11-20",
        "harm": "severe",
        "cause": None,
        "actions": [],
        "state": "open",
        "made_safe_on": None,
        "closed_on": None,
    }
    return whole | changes


class TestRequireIncident:
    """What an incident may claim."""

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"happened_on": "2026-11-24"}, "happened_on"),
            ({"state": "made safe"}, "made_safe_on"),
            ({"state": "made safe", "made_safe_on": "2026-11-19"}, "made_safe_on"),
            ({"closed_on": "2026-11-22"}, "closed_on"),
            ({"state": "closed"}, "closed_on"),
            ({"state": "closed", "closed_on": "2026-11-22"}, "cause"),
            (
                {
                    "state": "closed",
                    "closed_on": "2026-11-22",
                    "cause": "A queue",
                    "actions": [{"what": "Fix", "owner": "Desk", "done": False}],
                },
                "actions.1",
            ),
        ],
    )
    def test_claim_without_ground(self, changes: dict[str, Any], field: str) -> None:
        """What is said to be safe or over must say since when and why."""
        with pytest.raises(BadInputError) as caught:
            require_incident(incident(**changes), now=NOW)
        assert caught.value.field == field

    def test_closed_with_its_cause(self) -> None:
        """Cause known and actions done, it may be closed."""
        done = {"state": "closed", "closed_on": "2026-11-23", "cause": "A queue"}
        require_incident(incident(**done), now=NOW)

    def test_only_moves_of_the_table(self) -> None:
        """Every pair of states is either staying, in the table, or refused."""
        refused = []
        for before, after in product(IncidentState, IncidentState):
            try:
                require_move(before, after)
            except RuleBrokenError:
                refused.append((before, after))
        assert refused == [(IncidentState.CLOSED, IncidentState.MADE_SAFE)]
        assert len(TRANSITIONS) == 5


class TestRequire:
    """When an incident blocks."""

    def test_none_and_nothing_asked(self) -> None:
        """Then nothing is required; a policy's requirement is met."""
        assert list(require([], None)) == []
        assert [one["status"] for one in require([], IncidentRules())] == ["met"]

    @pytest.mark.parametrize(
        ("changes", "rules", "status"),
        [
            ({}, None, "not met"),
            ({"state": "made safe"}, None, "not met"),
            ({"state": "closed"}, None, "met"),
            ({"harm": "moderate"}, None, "met"),
            ({"harm": "moderate"}, IncidentRules(open_from=Harm.LOW), "not met"),
            ({"harm": "fatal"}, IncidentRules(open_from=Harm.FATAL), "not met"),
            ({"harm": "severe"}, IncidentRules(open_from=Harm.FATAL), "not met"),
        ],
    )
    def test_open_and_grave_blocks(
        self, changes: dict[str, Any], rules: IncidentRules | None, status: str
    ) -> None:
        """Severe harm blocks whatever a policy asks; a policy may ask for less harm."""
        (found,) = require([incident(**changes)], rules)
        assert found["status"] == status

    def test_other_versions_incidents_do_not_concern(self) -> None:
        """Where the version is not known, every version is concerned."""
        found = [incident(), incident(number=4, versions=[2]), incident(number=5, versions=[])]
        assert [one["number"] for one in concerning(found, 2)] == [4, 5]
