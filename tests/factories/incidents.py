"""Incidents for tests, each with whole defaults."""

from typing import Any

from registry.domain.people import Actor, Role
from registry.services import incidents
from registry.shapes.incidents import IncidentIn
from tests.factories.people import Registry


def incident_in(**changes: Any) -> IncidentIn:  # noqa: ANN401 -- any field may be changed
    """Return a whole report of an incident with severe harm at Hungary."""
    whole = {
        "model": "heart-cad",
        "versions": [1],
        "site": "HUN",
        "happened_on": "2026-11-20",
        "summary": "A low score; the patient came back with an infarction.",
        "harm": "severe",
    }
    return IncidentIn.model_validate(whole | changes)


def report(
    registry: Registry,
    by: Role | Actor = Role.CLINICAL_LEAD,
    **changes: Any,  # noqa: ANN401 -- likewise
) -> dict[str, Any]:
    """Report an incident and return it."""
    with registry.work(by) as work:
        return incidents.report(work, incident_in(**changes))
