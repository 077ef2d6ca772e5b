"""Standings: the small signed document that says how a version stands now, `cmr.standing/1`."""

from enum import StrEnum
from typing import Any, Final

from registry.domain.reviews import Outcome

SCHEMA: Final = "cmr.standing/1"


class State(StrEnum):
    """How a version stands."""

    DRAFT = "draft"
    CURRENT = "current"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"


def after(outcome: Outcome, before: State, *, same_scope: bool) -> State | None:
    """Return how a version stands after a decision, or None where nothing changes.

    Parameters
    ----------
    outcome : Outcome
        What was decided.
    before : State
        How the version stood.
    same_scope : bool
        Whether the decision reaches into the scope for which the version is current: declining
        it at one hospital leaves an approval at another as it is.
    """
    if outcome in {Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS}:
        return State.CURRENT
    if outcome is Outcome.RE_REVIEW or (before is State.CURRENT and not same_scope):
        return None
    return State.DECLINED


def unsigned(
    *,
    model: str,
    number: int,
    dossier: str | None,
    state: State,
    since: str,
    by: str | None,
    reason: str,
) -> dict[str, Any]:
    """Return the standing as it is signed: everything but the signature."""
    return {
        "schema": SCHEMA,
        "model": model,
        "number": number,
        "dossier": dossier,
        "state": state.value,
        "since": since,
        "by": by,
        "reason": reason,
    }
