"""Papers: registering documents and people's training, and taking back what was wrong."""

from typing import Any
from uuid import UUID

from registry.domain import papers as rules
from registry.domain.errors import BadInputError, ConflictError
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.work import Work
from registry.shapes.papers import PaperIn, TrainingIn
from registry.store import models, people, versions
from registry.store import papers as store
from registry.store.papers import PaperRow, TrainingRow


def register(work: Work, model: str, paper: PaperIn) -> dict[str, Any]:
    """Register a document about a model, or about one version of it; its file was kept before.

    Raises
    ------
    BadInputError
        When no file is kept under its digest, or its dates are none.
    """
    by = work.require(Action.PAPER_REGISTER)
    about = models.get(work.session, model)
    version = None if paper.version is None else versions.get(work.session, model, paper.version)
    if not work.artifacts.has(paper.digest):
        raise BadInputError(
            f"no artifact is kept as {paper.digest}; upload the file first.", field="digest"
        )
    rules.require_dates(
        dated=paper.dated,
        valid_until=paper.valid_until,
        today=work.now().date(),
        field="dated",
    )
    row = PaperRow(
        id=work.new_id(),
        model_id=about.id,
        version_id=None if version is None else version.id,
        registered_by=by.id,
        registered_at=work.now(),
        **paper.model_dump(exclude={"version"}),
    )
    work.session.add(row)
    work.session.flush()
    shown = store.described(work.session, row)
    work.record(Act.PAPER_REGISTERED, subject=_subject(shown), after=_facts(shown))
    return shown


def withdraw(work: Work, paper_id: UUID, *, why: str) -> dict[str, Any]:
    """Take a document back: from now on it counts for nothing, and stays on record.

    Raises
    ------
    ConflictError
        When it was taken back already.
    """
    by = work.require(Action.PAPER_REGISTER)
    row = store.get(work.session, paper_id)
    _take_back(work, row, by.id, why)
    shown = store.described(work.session, row)
    work.record(Act.PAPER_WITHDRAWN, subject=_subject(shown), why=why, before=_facts(shown))
    return shown


def listed(work: Work, model: str) -> list[dict[str, Any]]:
    """Return the documents about a model and its versions, oldest first."""
    work.require(Action.RECORD_READ)
    rows = store.of_model(work.session, models.get(work.session, model).id)
    return [store.described(work.session, row) for row in rows]


def record_training(work: Work, login: str, training: TrainingIn) -> dict[str, Any]:
    """Record what another person has completed.

    Raises
    ------
    ForbiddenError
        When it would be one's own.
    BadInputError
        When its dates are none.
    """
    by = work.require(Action.TRAINING_RECORD)
    person = people.get(work.session, login)
    rules.require_another(person.id, by.id)
    rules.require_dates(
        dated=training.on,
        valid_until=training.valid_until,
        today=work.now().date(),
        field="on",
    )
    row = TrainingRow(
        id=work.new_id(),
        person_id=person.id,
        topic=training.topic,
        completed_on=training.on,
        valid_until=training.valid_until,
        evidence=training.evidence,
        recorded_by=by.id,
        recorded_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    shown = store.training_described(work.session, row)
    work.record(
        Act.TRAINING_RECORDED,
        subject=f"person {login}",
        after={key: shown[key] for key in ("id", "topic", "on", "valid_until", "evidence")},
    )
    return shown


def withdraw_training(work: Work, training_id: UUID, *, why: str) -> dict[str, Any]:
    """Take a recorded training back; it stays on record.

    Raises
    ------
    ConflictError
        When it was taken back already.
    """
    by = work.require(Action.TRAINING_RECORD)
    row = store.training(work.session, training_id)
    rules.require_another(row.person_id, by.id)
    _take_back(work, row, by.id, why)
    shown = store.training_described(work.session, row)
    work.record(
        Act.TRAINING_WITHDRAWN,
        subject=f"person {people.by_id(work.session, row.person_id).login}",
        why=why,
        before={key: shown[key] for key in ("id", "topic", "on")},
    )
    return shown


def trainings(work: Work, login: str) -> list[dict[str, Any]]:
    """Return what a person has completed, oldest first."""
    work.require(Action.RECORD_READ)
    rows = store.trainings_of(work.session, people.get(work.session, login).id)
    return [store.training_described(work.session, row) for row in rows]


def _take_back(work: Work, row: PaperRow | TrainingRow, by: UUID, why: str) -> None:
    """Mark a row as taken back."""
    if row.withdrawn_at is not None:
        raise ConflictError("It was withdrawn already.")
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_why = by, work.now(), why
    work.session.add(row)
    work.session.flush()


def _subject(shown: dict[str, Any]) -> str:
    """Return what a document is about, as the trail names it."""
    version = shown["version"]
    return f"model {shown['model']}" if version is None else f"version {shown['model']}/{version}"


def _facts(shown: dict[str, Any]) -> dict[str, Any]:
    """Return what the trail says of a document."""
    keys = ("id", "kind", "title", "digest", "issued_by", "dated", "valid_until")
    return {key: shown[key] for key in keys}
