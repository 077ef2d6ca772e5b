"""Incidents: what went wrong, or nearly did, where a version was in use."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from registry.domain.asked import requirement
from registry.domain.errors import BadInputError, RuleBrokenError
from registry.domain.people import Role
from registry.domain.policies.hazards import Harm, IncidentRules

SCHEMA: Final = "cmr.incident/1"


class IncidentState(StrEnum):
    """How far an incident has come."""

    OPEN = "open"
    MADE_SAFE = "made safe"
    CLOSED = "closed"


TRANSITIONS: Final[frozenset[tuple[IncidentState, IncidentState]]] = frozenset(
    {
        (IncidentState.OPEN, IncidentState.MADE_SAFE),
        (IncidentState.MADE_SAFE, IncidentState.CLOSED),
        (IncidentState.OPEN, IncidentState.CLOSED),
        # What was thought to be over may not be.
        (IncidentState.MADE_SAFE, IncidentState.OPEN),
        (IncidentState.CLOSED, IncidentState.OPEN),
    }
)
"""The moves there are, beside staying; what is not written down is refused."""


def require_move(before: str, after: str) -> None:
    """Refuse a move that the table does not have.

    Raises
    ------
    RuleBrokenError
        Names both states.
    """
    if before == after:
        return
    if (IncidentState(before), IncidentState(after)) not in TRANSITIONS:
        raise RuleBrokenError(f"An incident that is {before} cannot become {after}.")


def require_incident(incident: Mapping[str, Any], *, now: datetime) -> None:
    """Refuse an incident that claims more than it says.

    Parameters
    ----------
    incident : mapping
        ``happened_on``, ``state``, ``made_safe_on``, ``closed_on``, ``cause``, ``actions``.
    now : datetime

    Raises
    ------
    BadInputError
        Names the field.
    """
    today = now.date()
    happened = date.fromisoformat(incident["happened_on"])
    if happened > today:
        raise BadInputError("is in the future.", field="happened_on")
    state = IncidentState(incident["state"])
    if state is IncidentState.MADE_SAFE and incident["made_safe_on"] is None:
        raise BadInputError("say since when nobody is at risk any more.", field="made_safe_on")
    for field in ("made_safe_on", "closed_on"):
        if (
            incident[field] is not None
            and not happened <= date.fromisoformat(incident[field]) <= today
        ):
            raise BadInputError("lies before the incident, or in the future.", field=field)
    if state is IncidentState.CLOSED:
        _require_closable(incident)
    elif incident["closed_on"] is not None:
        raise BadInputError("an incident that is not closed has no such day.", field="closed_on")


def _require_closable(incident: Mapping[str, Any]) -> None:
    """Refuse to close an incident whose cause is unknown or whose actions are not done."""
    if incident["closed_on"] is None:
        raise BadInputError("say when it was closed.", field="closed_on")
    if not (incident["cause"] or "").strip():
        raise BadInputError("say what caused it before it is closed.", field="cause")
    for place, action in enumerate(incident["actions"], start=1):
        if not action["done"]:
            raise BadInputError(
                "is not done; an incident is closed once each of its actions is.",
                field=f"actions.{place}",
            )


def concerning(incidents: Sequence[Mapping[str, Any]], version: int) -> list[Mapping[str, Any]]:
    """Return the incidents about one version; those about no version in particular are."""
    return [one for one in incidents if not one["versions"] or version in one["versions"]]


def require(
    incidents: Sequence[Mapping[str, Any]], rules: IncidentRules | None
) -> Iterator[dict[str, Any]]:
    """Yield the requirement that no grave incident with the version is open.

    A policy may ask for less harm than *severe*; it cannot ask that a severe one be passed over.

    Parameters
    ----------
    incidents : sequence of mapping
        The dossier's part on incidents.
    rules : IncidentRules or None
    """
    least = min(Harm.SEVERE, (rules or IncidentRules()).open_from, key=list(Harm).index)
    if not incidents and rules is None:
        return
    key, text = "incidents.open", f"No incident with harm “{least}” or worse is open"
    grave = [
        one
        for one in incidents
        if one["state"] != IncidentState.CLOSED and Harm(one["harm"]).reaches(least)
    ]
    if not grave:
        yield requirement(key, text)
        return
    because = " ".join(
        f"Incident {one['number']} of {one['happened_on']}"
        f"{' at ' + one['site'] if one['site'] else ''} ({one['harm']}) is {one['state']}."
        for one in grave
    )
    yield requirement(key, text, "not met", because, Role.CLINICAL_SAFETY_OFFICER)
