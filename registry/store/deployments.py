"""Deployments: versions at hospitals, their site dossiers, signatures and every move they made.

Everything is added and nothing edited: where a deployment stands is what its newest move says.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from registry.domain.deployments.states import MoveAct, State
from registry.domain.errors import ConflictError, NotFoundError
from registry.domain.people import Role
from registry.domain.policies import Meaning, Rung
from registry.domain.trail import instant_text
from registry.store import people, sites, versions
from registry.store.artifacts.filesystem import Artifacts
from registry.store.columns import Row, UtcInstant, document, word
from registry.store.reviews import Signed
from registry.store.sites import SiteRow


class DeploymentRow(Row, table=True):
    """A version at a hospital; the number counts the times that it was proposed there."""

    __tablename__ = "deployments"
    __table_args__ = (UniqueConstraint("version_id", "site_id", "number"),)

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="versions.id", index=True)
    site_id: UUID = Field(foreign_key="sites.id", index=True)
    number: int
    proposed_by: UUID = Field(foreign_key="people.id")
    proposed_at: datetime = Field(sa_type=UtcInstant)


class SiteDossierRow(Row, table=True):
    """One frozen site dossier; the bytes stand in the artifacts under the digest."""

    __tablename__ = "site_dossiers"
    __table_args__ = (UniqueConstraint("deployment_id", "number"),)

    id: UUID = Field(primary_key=True)
    deployment_id: UUID = Field(foreign_key="deployments.id", index=True)
    number: int
    rung: Rung = Field(sa_type=word(Rung))
    digest: str = Field(max_length=71, unique=True)
    frozen_by: UUID = Field(foreign_key="people.id")
    frozen_at: datetime = Field(sa_type=UtcInstant)


class SiteSignOffRow(Signed, table=True):
    """One of the two signatures over a site dossier: one a role, and one a person."""

    __tablename__ = "site_signoffs"
    __table_args__ = (
        UniqueConstraint("dossier", "role"),
        UniqueConstraint("dossier", "person_id"),
    )

    id: UUID = Field(primary_key=True)
    deployment_id: UUID = Field(foreign_key="deployments.id", index=True)
    dossier: str = Field(max_length=71)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    role: Role = Field(sa_type=word(Role))
    registration: str | None = None
    meaning: Meaning = Field(sa_type=word(Meaning))
    reasons: str | None = None
    signed_at: datetime = Field(sa_type=UtcInstant)


class DeploymentMoveRow(Row, table=True):
    """One move of a deployment: to which state, by what, why, and who signed for it.

    `dossier` is the site dossier that carries it; `moved_by` is None where the registry itself
    moved; `signed` holds the one signature of a move that a site dossier does not carry.
    """

    __tablename__ = "deployment_moves"
    __table_args__ = (UniqueConstraint("deployment_id", "number"),)

    id: UUID = Field(primary_key=True)
    deployment_id: UUID = Field(foreign_key="deployments.id", index=True)
    number: int
    state: State = Field(sa_type=word(State))
    act: MoveAct = Field(sa_type=word(MoveAct))
    why: str
    dossier: str | None = Field(default=None, max_length=71)
    signed: dict[str, Any] | None = Field(default=None, sa_column=Column(document(), nullable=True))
    moved_by: UUID | None = Field(default=None, foreign_key="people.id")
    moved_at: datetime = Field(sa_type=UtcInstant)


def lock(session: Session, site_id: UUID) -> SiteRow:
    """Return a site, held until the transaction ends: one act on its deployments at a time."""
    held = select(SiteRow).where(SiteRow.id == site_id).with_for_update()
    return session.exec(held.execution_options(populate_existing=True)).one()


def get(session: Session, deployment_id: UUID) -> DeploymentRow:
    """Return a deployment.

    Raises
    ------
    NotFoundError
        When there is none with this id.
    """
    row = session.get(DeploymentRow, deployment_id)
    if row is None:
        raise NotFoundError(
            f"There is no deployment {deployment_id}; `cmr deployment list` shows them."
        )
    return row


def at(session: Session, version_id: UUID, site_id: UUID) -> DeploymentRow | None:
    """Return the newest deployment of a version at a site, or None."""
    return session.exec(
        select(DeploymentRow)
        .where(DeploymentRow.version_id == version_id, DeploymentRow.site_id == site_id)
        .order_by(col(DeploymentRow.number).desc())
        .limit(1)
    ).one_or_none()


def listed(
    session: Session, *, version_id: UUID | None = None, site_id: UUID | None = None
) -> Sequence[DeploymentRow]:
    """Return the deployments of a version, at a site, or all, oldest first."""
    query = select(DeploymentRow).order_by(
        col(DeploymentRow.proposed_at), col(DeploymentRow.number), col(DeploymentRow.id)
    )
    if version_id is not None:
        query = query.where(DeploymentRow.version_id == version_id)
    if site_id is not None:
        query = query.where(DeploymentRow.site_id == site_id)
    return session.exec(query).all()


def moves_of(session: Session, deployment_id: UUID) -> Sequence[DeploymentMoveRow]:
    """Return every move of a deployment, oldest first."""
    return session.exec(
        select(DeploymentMoveRow)
        .where(DeploymentMoveRow.deployment_id == deployment_id)
        .order_by(col(DeploymentMoveRow.number))
    ).all()


def last_move(session: Session, deployment_id: UUID) -> DeploymentMoveRow | None:
    """Return the newest move of a deployment, or None while it is only proposed."""
    return session.exec(
        select(DeploymentMoveRow)
        .where(DeploymentMoveRow.deployment_id == deployment_id)
        .order_by(col(DeploymentMoveRow.number).desc())
        .limit(1)
    ).one_or_none()


def state_of(session: Session, deployment_id: UUID) -> State:
    """Return where a deployment stands."""
    move = last_move(session, deployment_id)
    return State.PROPOSED if move is None else move.state


def add_move(session: Session, row: DeploymentMoveRow) -> None:
    """Keep a move.

    Raises
    ------
    ConflictError
        When another move came first: the database refuses what slipped past the lock.
    """
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("The deployment has moved meanwhile; look again.") from error


def dossiers_of(session: Session, deployment_id: UUID) -> Sequence[SiteDossierRow]:
    """Return the site dossiers of a deployment, oldest first; the last one is current."""
    return session.exec(
        select(SiteDossierRow)
        .where(SiteDossierRow.deployment_id == deployment_id)
        .order_by(col(SiteDossierRow.number))
    ).all()


def dossier_of(session: Session, deployment_id: UUID, number: int | None = None) -> SiteDossierRow:
    """Return the current site dossier of a deployment, or one by its number.

    Raises
    ------
    NotFoundError
        When none was frozen yet, or none has the number.
    """
    rows = dossiers_of(session, deployment_id)
    if not rows:
        raise NotFoundError("No site dossier was frozen yet; `cmr deployment freeze` does it.")
    if number is None:
        return rows[-1]
    for row in rows:
        if row.number == number:
            return row
    raise NotFoundError(f"There is no site dossier {number}; the last one is {rows[-1].number}.")


def plan_of(artifacts: Artifacts, digest: str) -> dict[str, Any]:
    """Return what a hospital laid down in a site dossier."""
    plan: dict[str, Any] = json.loads(artifacts.read(digest))["plan"]
    return plan


def carried_by(session: Session, deployment_id: UUID) -> str | None:
    """Return the digest of the site dossier under which a deployment runs or last ran, or None."""
    return carried_in(moves_of(session, deployment_id))


def carried_in(moves: Sequence[DeploymentMoveRow]) -> str | None:
    """Return the same of a deployment's moves, oldest first."""
    return next((move.dossier for move in reversed(moves) if move.dossier is not None), None)


def signoffs_over(session: Session, dossier: str) -> Sequence[SiteSignOffRow]:
    """Return the signatures over a site dossier, oldest first."""
    return session.exec(
        select(SiteSignOffRow)
        .where(SiteSignOffRow.dossier == dossier)
        .order_by(col(SiteSignOffRow.signed_at), col(SiteSignOffRow.role))
    ).all()


def signoffs_of(session: Session, deployment_id: UUID) -> Sequence[SiteSignOffRow]:
    """Return all signatures over a deployment's site dossiers, oldest first."""
    return session.exec(
        select(SiteSignOffRow)
        .where(SiteSignOffRow.deployment_id == deployment_id)
        .order_by(col(SiteSignOffRow.signed_at), col(SiteSignOffRow.role))
    ).all()


def add_signoff(session: Session, row: SiteSignOffRow) -> None:
    """Keep a signature.

    Raises
    ------
    ConflictError
        When the role or the person signed meanwhile: the database refuses what slipped past.
    """
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("This site dossier was signed meanwhile; look again.") from error


def signoff_document(session: Session, row: SiteSignOffRow) -> dict[str, Any]:
    """Return a signature over a site dossier as it is shown."""
    return {
        "person": people.reference(session, row.person_id),
        "role": row.role.value,
        "registration": row.registration,
        "meaning": row.meaning.value,
        "reasons": row.reasons,
        "dossier": row.dossier,
        "at": instant_text(row.signed_at),
        "method": row.method,
        "key": row.key,
    }


def move_document(session: Session, row: DeploymentMoveRow) -> dict[str, Any]:
    """Return a move as it is shown; of a signed one also in which role and by which key."""
    signed = row.signed or {}
    return {
        "number": row.number,
        "state": row.state.value,
        "act": row.act.value,
        "why": row.why,
        "dossier": row.dossier,
        "by": None if row.moved_by is None else people.reference(session, row.moved_by),
        "at": instant_text(row.moved_at),
        "role": signed.get("statement", {}).get("role"),
        "digest": signed.get("statement", {}).get("digest"),
        "method": signed.get("method"),
        "key": signed.get("key"),
    }


def facts_of(session: Session, row: DeploymentRow) -> dict[str, str]:
    """Return what the trail says of which deployment an act is about."""
    return {
        "deployment": str(row.id),
        "version": versions.name_of(session, versions.by_id(session, row.version_id)),
        "site": sites.by_id(session, row.site_id).name,
    }


def name_of(session: Session, row: DeploymentRow) -> str:
    """Return a deployment's printed name, such as ``heart-cad/2 at Hungary``."""
    version = versions.name_of(session, versions.by_id(session, row.version_id))
    return f"{version} at {sites.by_id(session, row.site_id).name}"
