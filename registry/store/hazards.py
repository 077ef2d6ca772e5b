"""Hazards: the log of a model, each hazard by its newest record, and the log's issues."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, func
from sqlmodel import Field, Session, col, select

from registry.domain import hazards as rules
from registry.domain.errors import NotFoundError
from registry.domain.statements import Kind
from registry.domain.trail import instant_text
from registry.store import evidence, hazard_plans, people, records, statements, versions
from registry.store.artifacts.filesystem import Artifacts
from registry.store.columns import Row, UtcInstant
from registry.store.models import ModelRow
from registry.store.records import RecordRow
from registry.store.versions import VersionRow


class HazardRow(Row, table=True):
    """One hazard of a model by its number; it is never deleted."""

    __tablename__ = "hazards"
    __table_args__ = (UniqueConstraint("model_id", "number"),)

    id: UUID = Field(primary_key=True)
    model_id: UUID = Field(foreign_key="models.id", index=True)
    number: int
    raised_by: UUID = Field(foreign_key="people.id")
    raised_at: datetime = Field(sa_type=UtcInstant)


class HazardRecordRow(RecordRow, table=True):
    """What is recorded of a hazard."""

    __tablename__ = "hazard_records"
    __table_args__ = (UniqueConstraint("subject_id", "number"),)

    subject_id: UUID = Field(foreign_key="hazards.id", index=True)


class HazardLogRow(Row, table=True):
    """One issue of a model's log; the bytes stand in the artifacts under the digest."""

    __tablename__ = "hazard_logs"
    __table_args__ = (UniqueConstraint("model_id", "number"),)

    id: UUID = Field(primary_key=True)
    model_id: UUID = Field(foreign_key="models.id", index=True)
    number: int
    plan_id: UUID = Field(foreign_key="hazard_plans.id")
    digest: str = Field(max_length=71, unique=True)
    issued_by: UUID = Field(foreign_key="people.id")
    issued_at: datetime = Field(sa_type=UtcInstant)


def of_model(session: Session, model_id: UUID) -> Sequence[HazardRow]:
    """Return the hazards of a model by number."""
    return session.exec(
        select(HazardRow).where(HazardRow.model_id == model_id).order_by(col(HazardRow.number))
    ).all()


def get(session: Session, model: ModelRow, number: int) -> HazardRow:
    """Return a hazard of a model.

    Raises
    ------
    NotFoundError
        When its log has no hazard of this number.
    """
    row = session.exec(
        select(HazardRow).where(HazardRow.model_id == model.id, HazardRow.number == number)
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"The hazard log of {model.name} has no hazard {number}.")
    return row


def next_number(session: Session, model_id: UUID) -> int:
    """Return the number of a model's next hazard; numbers are never reused."""
    highest = session.exec(
        select(func.max(HazardRow.number)).where(HazardRow.model_id == model_id)
    ).one()
    return (highest or 0) + 1


def current(session: Session, hazard_id: UUID) -> HazardRecordRow:
    """Return the newest record of a hazard."""
    return records.current(session, HazardRecordRow, hazard_id)


def history(session: Session, hazard_id: UUID) -> Sequence[HazardRecordRow]:
    """Return all records of a hazard, oldest first."""
    return records.history(session, HazardRecordRow, hazard_id)


def recorded(session: Session, artifacts: Artifacts, row: HazardRow) -> dict[str, Any]:
    """Return a hazard as it is recorded now, each link of it followed."""
    record = current(session, row.id)
    return {
        "number": row.number,
        "record": record.number,
        "raised": _by(session, row.raised_by, row.raised_at),
        "recorded": _by(session, record.recorded_by or row.raised_by, record.recorded_at),
        **followed(session, artifacts, row.model_id, record.document),
    }


def recorded_of(session: Session, artifacts: Artifacts, model_id: UUID) -> list[dict[str, Any]]:
    """Return the hazards of a model as they are recorded now."""
    return [recorded(session, artifacts, row) for row in of_model(session, model_id)]


def followed(
    session: Session, artifacts: Artifacts, model_id: UUID, hazard: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a hazard with the problem of each link of its controls; None where it holds."""
    controls = [
        {
            **control,
            "verification": [
                {**link, "problem": problem_of(session, artifacts, model_id, link)}
                for link in control["verification"]
            ],
        }
        for control in hazard["controls"]
    ]
    return {**hazard, "controls": controls}


def problem_of(
    session: Session, artifacts: Artifacts, model_id: UUID, link: Mapping[str, Any]
) -> str | None:
    """Return why what a link names shows nothing (any longer), or None where it holds."""
    if link.get("evidence") is not None:
        return _evidence_problem(session, artifacts, model_id, link)
    if link.get("document") is not None:
        kept = artifacts.has(str(link["document"]))
        return None if kept else f"no artifact {link['document']} is kept here"
    return _statement_problem(session, model_id, link)


def _evidence_problem(
    session: Session, artifacts: Artifacts, model_id: UUID, link: Mapping[str, Any]
) -> str | None:
    """Return why evidence, or the criterion named of it, shows nothing."""
    try:
        row = evidence.find(session, UUID(str(link["evidence"])))
    except ValueError:
        row = None
    if row is None or versions.by_id(session, row.version_id).model_id != model_id:
        return f"“{str(link['evidence'])[:60]}” is no evidence on this model"
    said = evidence.described(session, row)
    if not said["counts"]:
        return f"evidence {row.number} does not count: {said['because']}".rstrip(".")
    if link.get("criterion") is None:
        return None
    assessment = json.loads(artifacts.read(str(row.assessment_digest)))
    verdicts = {one["verdict"] for one in assessment["criteria"] if one["id"] == link["criterion"]}
    if not verdicts:
        return f"evidence {row.number} judged no criterion “{link['criterion']}”"
    unmet = sorted(verdicts - {"met"})
    return f"“{link['criterion']}” is {unmet[0]} on evidence {row.number}" if unmet else None


def _statement_problem(session: Session, model_id: UUID, link: Mapping[str, Any]) -> str | None:
    """Return why a statement shows nothing."""
    of_number = {row.number: row for row in versions.of_model(session, model_id)}
    version = of_number.get(link.get("version") or 0)
    if version is None:
        return "name the version whose statement it is"
    made = statements.current(session, version.id).get(int(link["statement"]))
    if made is None or made.kind is not Kind.STATED:
        return f"version {version.number} states nothing on consideration {link['statement']}"
    if made.carried_from_id is not None:
        return f"the statement on version {version.number} is carried over and not confirmed"
    return None


def evidence_version(session: Session, link: Mapping[str, Any]) -> int | None:
    """Return the number of the version that a link's evidence or statement is about, if one."""
    if link.get("evidence") is None:
        return link.get("version")
    row = evidence.get(session, UUID(str(link["evidence"])))
    return versions.by_id(session, row.version_id).number


def logs_of(session: Session, model_id: UUID) -> Sequence[HazardLogRow]:
    """Return the issues of a model's log, oldest first."""
    return session.exec(
        select(HazardLogRow)
        .where(HazardLogRow.model_id == model_id)
        .order_by(col(HazardLogRow.number))
    ).all()


def get_log(session: Session, model: ModelRow, number: int) -> HazardLogRow:
    """Return an issue of a model's log.

    Raises
    ------
    NotFoundError
        When there is none of this number.
    """
    for row in logs_of(session, model.id):
        if row.number == number:
            return row
    raise NotFoundError(f"The hazard log of {model.name} has no issue {number}.")


def newest_approved(session: Session, model_id: UUID) -> HazardLogRow | None:
    """Return the newest issue of a model's log that a safety officer approved, or None."""
    for row in reversed(logs_of(session, model_id)):
        if hazard_plans.approval(session, row.digest) is not None:
            return row
    return None


def document_of(artifacts: Artifacts, row: HazardLogRow) -> dict[str, Any]:
    """Return an issue as it was frozen, its bytes checked against its digest."""
    document: dict[str, Any] = json.loads(artifacts.read(row.digest))
    return document


def log_described(session: Session, artifacts: Artifacts, row: HazardLogRow) -> dict[str, Any]:
    """Return an issue with its digest, and who approved it."""
    document = document_of(artifacts, row)
    return {
        "model": document["model"],
        "number": row.number,
        "digest": row.digest,
        "document": document,
        "approved": hazard_plans.approval_described(session, row.digest),
    }


def in_dossier(
    session: Session, artifacts: Artifacts, version: VersionRow
) -> dict[str, Any] | None:
    """Return plan, newest approved issue and hazards of a version, or None without any of them.

    The hazards are those of the issue; without one, those on the log. Either way their links are
    followed now, so that evidence which no longer counts verifies nothing.
    """
    plan = hazard_plans.in_force(session, version.model_id)
    if plan is None:
        return None
    now = recorded_of(session, artifacts, version.model_id)
    log = newest_approved(session, version.model_id)
    frozen = now if log is None else document_of(artifacts, log)["hazards"]
    followed_now = [followed(session, artifacts, version.model_id, one) for one in frozen]
    matrix = hazard_plans.matrix_of(plan)
    return {
        "plan": {
            "number": plan.number,
            "digest": plan.digest,
            "acceptable_rating": plan.document["acceptable_rating"],
            "review_by": plan.document["review_by"],
            "approved": _approved(session, plan.digest),
        },
        "log": None if log is None else _log(session, artifacts, log),
        "changed_since": rules.changed_since(frozen, now),
        "hazards": rules.for_version(followed_now, matrix, version=version.number),
    }


def handed_to(
    session: Session, artifacts: Artifacts, version_id: UUID, site: str
) -> list[dict[str, Any]]:
    """Return what the newest approved issue hands over to a site of a version's hazards."""
    part = in_dossier(session, artifacts, versions.by_id(session, version_id))
    return [] if part is None or part["log"] is None else rules.transferred(part["hazards"], site)


def _log(session: Session, artifacts: Artifacts, row: HazardLogRow) -> dict[str, Any]:
    """Return an issue as a dossier cites it."""
    document = document_of(artifacts, row)
    return {
        "number": row.number,
        "digest": row.digest,
        "plan": document["plan"]["number"],
        "overall": document["overall"],
        "approved": _approved(session, row.digest),
    }


def _approved(session: Session, digest: str) -> dict[str, Any] | None:
    """Return who approved a document as a dossier cites it, without the signature's bytes."""
    said = hazard_plans.approval_described(session, digest)
    shown = ("by", "at", "role", "registration", "meaning", "method")
    return None if said is None else {key: said[key] for key in shown}


def _by(session: Session, person: UUID, at: datetime) -> dict[str, Any]:
    """Return who did something and when."""
    return {"by": people.reference(session, person), "at": instant_text(at)}
