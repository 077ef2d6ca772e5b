"""Safety cases: what was written about a version or a deployment, who signed, what was printed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain import safety_cases as rules
from registry.domain.deployments.states import State
from registry.domain.errors import NotFoundError, WaitingError
from registry.domain.people import Role
from registry.domain.safety_cases import CaseState, Facts
from registry.domain.trail import instant_text
from registry.store import (
    decisions,
    deployments,
    dossiers,
    hazard_plans,
    people,
    sites,
    versions,
)
from registry.store.artifacts.filesystem import Artifacts
from registry.store.columns import Row, UtcInstant, word
from registry.store.reviews import Signed, signature_of
from registry.store.versions import VersionRow

JOB: Final = "safety_cases.print"
STOPPED: Final = frozenset({State.SUSPENDED, State.WITHDRAWN})


class SafetyCaseRow(Row, table=True):
    """One safety case; its bytes stand in the artifacts under the digest, and are never changed.

    `subject` is what it is about: ``heart-cad/2``, or ``heart-cad/2 at Hungary``.
    """

    __tablename__ = "safety_cases"
    __table_args__ = (UniqueConstraint("subject", "number"),)

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="versions.id", index=True)
    site_id: UUID | None = Field(default=None, foreign_key="sites.id", index=True)
    subject: str
    number: int
    digest: str = Field(max_length=71, unique=True)
    written_by: UUID = Field(foreign_key="people.id")
    written_at: datetime = Field(sa_type=UtcInstant)


class SafetyCaseSignatureRow(Signed, table=True):
    """The safety officer's signature over a case by its digest: one a case."""

    __tablename__ = "safety_case_signatures"

    id: UUID = Field(primary_key=True)
    digest: str = Field(max_length=71, unique=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    role: Role = Field(sa_type=word(Role))
    registration: str | None = None
    meaning: str = Field(max_length=80)
    reasons: str | None = None
    signed_at: datetime = Field(sa_type=UtcInstant)


class SafetyCaseFileRow(Row, table=True):
    """One PDF of a case; `documents_digest` names all that it renders, its state among it."""

    __tablename__ = "safety_case_files"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="safety_cases.id", index=True)
    number: int
    banner: str | None = Field(default=None, max_length=20)
    documents_digest: str = Field(max_length=71)
    pdf_digest: str = Field(max_length=71)
    size: int
    made_at: datetime = Field(sa_type=UtcInstant)


def get(session: Session, case_id: UUID) -> SafetyCaseRow:
    """Return a case.

    Raises
    ------
    NotFoundError
        When there is none with this id.
    """
    row = session.get(SafetyCaseRow, case_id)
    if row is None:
        raise NotFoundError(
            f"There is no safety case {case_id}; `cmr safety-case list VERSION` shows them."
        )
    return row


def about(session: Session, subject: str) -> Sequence[SafetyCaseRow]:
    """Return every case about a version, or about it at a hospital, oldest first."""
    return session.exec(
        select(SafetyCaseRow)
        .where(SafetyCaseRow.subject == subject)
        .order_by(col(SafetyCaseRow.number))
    ).all()


def subject_of(session: Session, version: VersionRow, site: str | None) -> str:
    """Return what a case is about, as it is named."""
    name = versions.name_of(session, version)
    return name if site is None else f"{name} at {site}"


def facts_of(row: SafetyCaseRow, site: str | None) -> dict[str, Any]:
    """Return what the trail says of which case an act is about."""
    version = row.subject if site is None else row.subject.removesuffix(f" at {site}")
    return {
        "case": row.number,
        "digest": row.digest,
        "safety_case": str(row.id),
        "about": version if site is None else f"{version}@{site}",
        **({} if site is None else {"site": site}),
    }


def document_of(artifacts: Artifacts, row: SafetyCaseRow) -> dict[str, Any]:
    """Return a case as it was written, its bytes checked against its digest."""
    document: dict[str, Any] = json.loads(artifacts.read(row.digest))
    return document


def signature(session: Session, digest: str) -> SafetyCaseSignatureRow | None:
    """Return the signature over a case, or None."""
    return session.exec(
        select(SafetyCaseSignatureRow).where(SafetyCaseSignatureRow.digest == digest)
    ).one_or_none()


def signed_described(session: Session, digest: str) -> dict[str, Any] | None:
    """Return who signed a case, with the signature; None while nobody has."""
    row = signature(session, digest)
    if row is None:
        return None
    return {
        "by": people.reference(session, row.person_id),
        "at": instant_text(row.signed_at),
        "role": row.role.value,
        "registration": row.registration,
        "meaning": row.meaning,
        "reasons": row.reasons,
        **signature_of(row),
    }


def state_of(session: Session, row: SafetyCaseRow) -> CaseState:
    """Return how a case stands among those about the same thing."""
    every = about(session, row.subject)
    signed = [one.number for one in every if signature(session, one.digest) is not None]
    return rules.state_of(row.number, signed=signed, newest=every[-1].number)


def newest_signed(session: Session, subject: str) -> SafetyCaseRow | None:
    """Return the case that holds for a version or deployment, or None where none is signed."""
    for row in reversed(about(session, subject)):
        if signature(session, row.digest) is not None:
            return row
    return None


def facts(session: Session, artifacts: Artifacts, version: VersionRow, site: str | None) -> Facts:
    """Return what the records say now, from which a case's generated parts follow.

    Raises
    ------
    WaitingError
        When no dossier of the version, or at the site, was frozen yet.
    """
    found = decisions.of_version(session, artifacts, version.id)
    if found is None:
        name = versions.name_of(session, version)
        raise WaitingError(
            f"{name} has no dossier yet, and a safety case rests on one.",
            waits_for=(f"Somebody opens a review with `cmr review open {name}`.",),
        )
    plan = hazard_plans.in_force(session, version.model_id)
    return Facts(
        dossier=found.dossier,
        digest=found.digest,
        decision=found.decision,
        standing=found.standing,
        signoffs=found.signoffs,
        plan=None if plan is None else _plan(session, plan),
        site=None if site is None else _at_site(session, artifacts, version, site),
        release_case=None if site is None else _release(session, version),
        **dossiers.safety(session, artifacts, version),
    )


def _plan(session: Session, row: hazard_plans.HazardPlanRow) -> dict[str, Any]:
    """Return a plan as a case shows it, without the bytes of its signature."""
    said = hazard_plans.approval_described(session, row.digest)
    shown = ("by", "at", "role", "registration", "meaning", "method")
    return {
        "number": row.number,
        "digest": row.digest,
        "document": row.document,
        "approved": None if said is None else {key: said[key] for key in shown},
    }


def _at_site(
    session: Session, artifacts: Artifacts, version: VersionRow, site: str
) -> dict[str, Any]:
    """Return the current site dossier of a version at a hospital, and who signed it."""
    row = deployments.at(session, version.id, sites.get(session, site).id)
    frozen = () if row is None else deployments.dossiers_of(session, row.id)
    if row is None or not frozen:
        name = versions.name_of(session, version)
        raise WaitingError(
            f"{name} has no site dossier at {site} yet, and a hospital's case rests on one.",
            waits_for=("Its safety officer freezes one with `cmr deployment freeze`.",),
        )
    document = json.loads(artifacts.read(frozen[-1].digest))
    state = deployments.state_of(session, row.id)
    return {
        "dossier": document
        | {"local_evidence": [_short(one) for one in document["local_evidence"]]},
        "digest": frozen[-1].digest,
        "stopped": state.value if state in STOPPED else None,
        "signoffs": [
            deployments.signoff_document(session, one)
            for one in deployments.signoffs_over(session, frozen[-1].digest)
        ],
    }


def _short(evidence: dict[str, Any]) -> dict[str, Any]:
    """Return local evidence without its figures: those stand in the site dossier."""
    return {key: value for key, value in evidence.items() if key != "assessment"}


def _release(session: Session, version: VersionRow) -> dict[str, Any] | None:
    """Return the signed case of the release on which a hospital's own relies, or None."""
    row = newest_signed(session, versions.name_of(session, version))
    if row is None:
        return None
    said = signed_described(session, row.digest) or {}
    shown = ("by", "at", "role", "registration")
    return {
        "number": row.number,
        "digest": row.digest,
        "signed": {key: said[key] for key in shown},
    }


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a case stands: its state, and what the records have left behind since."""

    state: CaseState
    stale: list[str]


def standing(session: Session, artifacts: Artifacts, row: SafetyCaseRow) -> Standing:
    """Return how a case stands; one that is superseded is never called stale besides."""
    state = state_of(session, row)
    if state is CaseState.SUPERSEDED:
        return Standing(state=state, stale=[])
    return Standing(state=state, stale=stale(session, artifacts, row))


def stale(session: Session, artifacts: Artifacts, row: SafetyCaseRow) -> list[str]:
    """Return, in words, what the records have left behind since a case was written."""
    version = versions.by_id(session, row.version_id)
    site = None if row.site_id is None else sites.by_id(session, row.site_id).name
    now = rules.generated(facts(session, artifacts, version, site))
    frozen = document_of(artifacts, row)["generated"]
    return rules.changes(frozen, json.loads(json.dumps(now)))


def of_release(
    session: Session, artifacts: Artifacts, version: VersionRow
) -> dict[str, Any] | None:
    """Return the signed case of a release, and whether it still says what is so; None without."""
    found = _release(session, version)
    if found is None:
        return None
    row = newest_signed(session, versions.name_of(session, version))
    return found | {"stale": [] if row is None else stale(session, artifacts, row)}


def newest_file(session: Session, case_id: UUID) -> SafetyCaseFileRow | None:
    """Return the newest PDF of a case, or None before the first."""
    return session.exec(
        select(SafetyCaseFileRow)
        .where(SafetyCaseFileRow.case_id == case_id)
        .order_by(col(SafetyCaseFileRow.number).desc())
        .limit(1)
    ).first()
