"""News: what came up about a version since it was decided; the dossier itself never changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from registry.domain import new_information
from registry.domain.deployments.states import State
from registry.domain.trail import instant_text
from registry.services.reviews import freezing
from registry.services.work import Work
from registry.store import dependents, deployments, dossiers, evidence, monitoring, sites
from registry.store.reviews import DecisionRow
from registry.store.versions import VersionRow

_OF_WINDOWS: Final = "monitoring"  # evidence of this purpose is told as the window it measures


@dataclass(frozen=True, kw_only=True)
class News:
    """One thing that the decision could not know: its kind, when it came up, and what it is."""

    kind: str
    at: datetime
    what: str

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"kind": self.kind, "at": instant_text(self.at), "what": self.what}


def since(work: Work, version: VersionRow, decision: DecisionRow) -> list[dict[str, Any]]:
    """Return everything that came up after a decision, oldest first."""
    found = [
        *_evidence(work, version, decision),
        *_datasets(work, version, decision),
        *_safety(work, version, decision),
        *_deployments(work, version, decision),
    ]
    return [one.document() for one in sorted(found, key=lambda one: (one.at, one.kind, one.what))]


def _evidence(work: Work, version: VersionRow, decision: DecisionRow) -> Iterator[News]:
    """Yield the evidence attached since, but for that of monitoring windows."""
    for row in evidence.attached_to(work.session, version.id):
        if row.settled_at is None or row.settled_at <= decision.decided_at:
            continue
        purpose = evidence.described(work.session, row)["purpose"]
        if purpose != _OF_WINDOWS:
            what = f"Evidence {row.number}, {purpose}, was attached; it is no part of the decision."
            yield News(kind="evidence", at=row.settled_at, what=what)


def _datasets(work: Work, version: VersionRow, decision: DecisionRow) -> Iterator[News]:
    """Yield the datasets under the version that were withdrawn since."""
    for one in dependents.withdrawn_under(work.session, version, since=decision.decided_at):
        yield News(kind="dataset", at=one.withdrawn_at or decision.decided_at, what=one.sentence)


def _safety(work: Work, version: VersionRow, decision: DecisionRow) -> Iterator[News]:
    """Yield what hazards, incidents and failures say that the dossier decided upon did not."""
    dossier = freezing.frozen(work, decision.dossier)
    now = dossiers.safety(work.session, work.artifacts, version)
    for one in new_information.since(dossier, now):
        at = decision.decided_at if one["at"] is None else datetime.fromisoformat(one["at"])
        what = f"{one['subject'].capitalize()}: {one['what']}"
        yield News(kind=one["kind"], at=at, what=what)


def _deployments(work: Work, version: VersionRow, decision: DecisionRow) -> Iterator[News]:
    """Yield what hospitals that run the version saw of it since: windows, and stops."""
    for row in deployments.listed(work.session, version_id=version.id):
        site = sites.by_id(work.session, row.site_id).name
        for window in monitoring.of_deployment(work.session, row.id):
            if window.submitted_at > decision.decided_at:
                what = f"Window {window.number} at {site}, {window.first} to {window.last}, is in."
                yield News(kind="window", at=window.submitted_at, what=what)
        for move in deployments.moves_of(work.session, row.id):
            if move.state is State.SUSPENDED and move.moved_at > decision.decided_at:
                what = f"It was stopped at {site}: {move.why.strip().rstrip('.')}."
                yield News(kind="deployment", at=move.moved_at, what=what)
