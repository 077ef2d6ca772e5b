"""Models: registering a model and correcting what is recorded of it."""

from typing import Any

from registry.domain.errors import ConflictError
from registry.domain.models import require_name, require_regulatory
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.work import Work
from registry.shapes.models import ModelIn, ModelRecordFields, ModelRecordIn
from registry.store import models, records, versions
from registry.store.models import ModelRecordRow, ModelRow


def register(work: Work, model: ModelIn) -> dict[str, Any]:
    """Register a model and return it."""
    by = work.require(Action.MODEL_REGISTER)
    require_name(model.name)
    if models.find(work.session, model.name) is not None:
        raise ConflictError(f"A model named “{model.name}” is registered; supersede its record.")
    document = _checked(model)
    row = ModelRow(id=work.new_id(), name=model.name, registered_by=by.id, registered_at=work.now())
    work.session.add(row)
    work.session.flush()
    work.session.add(work.new_record(ModelRecordRow, row.id, document, why="registration"))
    work.session.flush()
    work.record(
        Act.MODEL_REGISTERED, subject=f"model {row.name}", after=_on_trail(document, number=1)
    )
    return _described(work, row)


def supersede(work: Work, name: str, record: ModelRecordIn) -> dict[str, Any]:
    """Correct what is recorded of a model and return it."""
    work.require(Action.MODEL_REGISTER)
    row = models.get(work.session, name)
    newer = work.new_record(ModelRecordRow, row.id, _checked(record), why=record.why)
    older = records.supersede(work.session, newer)
    work.record(
        Act.MODEL_SUPERSEDED,
        subject=f"model {row.name}",
        why=record.why,
        before=_on_trail(older.document, number=older.number),
        after=_on_trail(newer.document, number=newer.number),
    )
    return _described(work, row)


def _checked(fields: ModelRecordFields) -> dict[str, Any]:
    """Return a model's document, found sound."""
    document = fields.model_dump(mode="json", exclude={"name", "why", "disclosure"})
    require_regulatory(document["regulatory"])
    if fields.disclosure is None:
        return document
    disclosed = fields.disclosure.model_dump(mode="json", exclude_none=True)
    return {**document, "disclosure": disclosed}


def _on_trail(document: dict[str, Any], *, number: int) -> dict[str, Any]:
    """Return what the trail says of a record; the contact may have to be forgotten one day."""
    return {"record": number, **{k: v for k, v in document.items() if k != "contact"}}


def _described(work: Work, row: ModelRow) -> dict[str, Any]:
    """Return a model as it is recorded now."""
    return _with_record(work, row, models.current(work.session, row.id))


def _with_record(work: Work, row: ModelRow, record: ModelRecordRow) -> dict[str, Any]:
    """Return a model as one of its records has it."""
    return {
        "name": row.name,
        "disclosure": None,
        **record.document,
        "record": record.number,
        "recorded_at": record.recorded_at,
        "why": record.why,
        "versions": len(versions.of_model(work.session, row.id)),
    }


def show(work: Work, name: str) -> dict[str, Any]:
    """Return a model as it is recorded now."""
    work.require(Action.RECORD_READ)
    return _described(work, models.get(work.session, name))


def history(work: Work, name: str) -> list[dict[str, Any]]:
    """Return a model as each of its records has it, oldest first."""
    work.require(Action.RECORD_READ)
    row = models.get(work.session, name)
    return [_with_record(work, row, record) for record in models.history(work.session, row.id)]


def listed(work: Work) -> list[dict[str, Any]]:
    """Return all models by name."""
    work.require(Action.RECORD_READ)
    return [_described(work, row) for row in models.all_models(work.session)]
