"""Approvals: the decision by which a version may run at a site and rung, as it stands now."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from registry.domain.checks import after_approval, covers
from registry.domain.policies import Rung
from registry.domain.reviews import Kind, Missing
from registry.domain.scopes import Scope
from registry.domain.standings import State
from registry.store import conditions, reviews, sites, standings
from registry.store.artifacts.filesystem import Artifacts
from registry.store.reviews import DecisionRow, ReviewRow


@dataclass(frozen=True, kw_only=True)
class Approval:
    """A decision that permits, its review and its scope."""

    review: ReviewRow
    decision: DecisionRow
    scope: Scope

    def document(self) -> dict[str, Any]:
        """Return the approval as a site dossier or a permit cites it."""
        until = self.decision.valid_until
        return {
            "dossier": self.decision.dossier,
            "decision": self.decision.digest,
            "scope": self.scope.document(),
            "valid_until": None if until is None else until.isoformat(),
        }


def over(session: Session, dossier: str) -> Approval | None:
    """Return the approval over a dossier, or None while nothing is decided over it."""
    decision = reviews.decision_over(session, dossier)
    if decision is None:
        return None
    review = reviews.get(session, decision.review_id)
    return Approval(review=review, decision=decision, scope=Scope.read(review.scope))


def covering(
    session: Session, version_id: UUID, *, site: str, rung: Rung, replaced_by: str | None = None
) -> Approval | None:
    """Return the newest approval that stands and covers a site and a rung, or None.

    Parameters
    ----------
    session : Session
    version_id : UUID
    site : str
    rung : Rung
    replaced_by : str or None
        A version such as ``heart-cad/2``: what was approved until that one superseded it counts
        as well. This is for going back from it.
    """
    for digest in reversed(_dossiers(session, version_id, replaced_by)):
        found = over(session, digest)
        if found is not None and covers(found.scope, sites=[site], rung=rung):
            return found
    return None


def _dossiers(session: Session, version_id: UUID, replaced_by: str | None) -> list[str]:
    """Return the dossiers for which a version is current, or was until one superseded it."""
    history = standings.history(session, version_id)
    standing = standings.approved_in(history)
    last = history[-1] if history else None
    if replaced_by is None or last is None or last.state is not State.SUPERSEDED:
        return standing
    if last.document["by"] != replaced_by:
        return standing
    before: list[str] = []
    for row in history[:-1]:
        before = [*before, row.dossier] if row.state is State.CURRENT and row.dossier else []
    return before


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What bounds an approval in time: its conditions as they stand, its waivers, its last day.

    `time_zone` is that of the site where its days and those of its waivers are counted.
    """

    conditions: Sequence[dict[str, Any]]
    waivers: Sequence[dict[str, Any]]
    valid_until: date | None
    time_zone: str

    def against(self, now: datetime) -> list[Missing]:
        """Return what holds the approval up: its end, its conditions, waivers that expired."""
        return after_approval(
            self.conditions,
            waivers=self.waivers,
            valid_until=self.valid_until,
            time_zone=self.time_zone,
            now=now,
        )


def bounds(session: Session, artifacts: Artifacts, approval: Approval) -> Bounds:
    """Return what bounds an approval, its waivers as its decision was signed."""
    signed: dict[str, Any] = json.loads(artifacts.read(approval.decision.digest))
    return Bounds(
        conditions=conditions.of_decision(session, approval.decision),
        waivers=signed.get("waivers", []),
        valid_until=approval.decision.valid_until,
        time_zone=sites.zone_of(session, approval.scope.sites[0]),
    )


def standing_against(session: Session, version_id: UUID) -> list[Missing]:
    """Return what a version's newest standing holds against its use, if anything."""
    row = standings.current(session, version_id)
    if row is None or row.state in {State.DRAFT, State.CURRENT}:
        return []
    what = f"The version is {row.state} since {row.since:%Y-%m-%d}: {row.document['reason']}"
    return [Missing(kind=Kind.NOT_MET, what=what, waits_for=None)]
