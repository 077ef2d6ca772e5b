"""Suspensions: who took a version out of use or brought it back by signature, and approvals' ends.

A suspension that the registry makes by itself stands as a standing and on the trail, unsigned by
anybody; here stand those that people signed.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Field, Session, col, select

from registry.domain.people import Role
from registry.domain.standings import State
from registry.domain.suspensions import Verb
from registry.store import standings
from registry.store.columns import Row, UtcInstant, word
from registry.store.reviews import Signed


class SuspensionRow(Signed, table=True):
    """One signed act: a version suspended, or brought back."""

    __tablename__ = "suspensions"

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="versions.id", index=True)
    verb: Verb = Field(sa_type=word(Verb))
    role: Role = Field(sa_type=word(Role))
    person_id: UUID = Field(foreign_key="people.id")
    reasons: str
    digest: str = Field(max_length=71)
    at: datetime = Field(sa_type=UtcInstant)


class ApprovalLapseRow(Row, table=True):
    """An approval that reached its last day."""

    __tablename__ = "approval_lapses"

    decision_id: UUID = Field(primary_key=True, foreign_key="decisions.id")
    dossier: str = Field(max_length=71, index=True)
    lapsed_at: datetime = Field(sa_type=UtcInstant)


def of_version(session: Session, version_id: UUID) -> Sequence[SuspensionRow]:
    """Return what people signed of a version, oldest first."""
    return session.exec(
        select(SuspensionRow)
        .where(SuspensionRow.version_id == version_id)
        .order_by(col(SuspensionRow.at), col(SuspensionRow.id))
    ).all()


def standing_approvals(session: Session, version_id: UUID) -> list[str]:
    """Return the dossiers whose approval holds now and has not lapsed, oldest first."""
    return _not_lapsed(session, standings.approved_dossiers(session, version_id))


def suspended_approvals(session: Session, version_id: UUID) -> list[str]:
    """Return the dossiers whose approval the present suspension interrupts, oldest first."""
    before = standings.history(session, version_id)
    while before and before[-1].state is State.SUSPENDED:
        before = before[:-1]
    return _not_lapsed(session, standings.approved_in(before))


def _not_lapsed(session: Session, dossiers: Sequence[str]) -> list[str]:
    """Return those dossiers whose approval has not lapsed."""
    gone = session.exec(
        select(ApprovalLapseRow.dossier).where(col(ApprovalLapseRow.dossier).in_(dossiers))
    ).all()
    return [dossier for dossier in dossiers if dossier not in gone]
