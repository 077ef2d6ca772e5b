"""News: what came up about a version since it was decided; the dossier itself never changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.domain.trail import instant_text
from registry.services.work import Work
from registry.store import dependents, evidence
from registry.store.reviews import DecisionRow
from registry.store.versions import VersionRow


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
    found = [*_evidence(work, version, decision), *_datasets(work, version, decision)]
    return [one.document() for one in sorted(found, key=lambda one: (one.at, one.kind, one.what))]


def _evidence(work: Work, version: VersionRow, decision: DecisionRow) -> Iterator[News]:
    """Yield the evidence attached since."""
    for row in evidence.attached_to(work.session, version.id):
        if row.settled_at is not None and row.settled_at > decision.decided_at:
            purpose = evidence.described(work.session, row)["purpose"]
            what = f"Evidence {row.number}, {purpose}, was attached; it is in no approval yet."
            yield News(kind="evidence", at=row.settled_at, what=what)


def _datasets(work: Work, version: VersionRow, decision: DecisionRow) -> Iterator[News]:
    """Yield the datasets under the version that were withdrawn since."""
    for one in dependents.withdrawn_under(work.session, version, since=decision.decided_at):
        yield News(kind="dataset", at=one.withdrawn_at or decision.decided_at, what=one.sentence)
