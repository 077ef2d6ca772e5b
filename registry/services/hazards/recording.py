"""Recording: putting hazards on a model's log and recording them anew; none is ever deleted."""

from collections.abc import Mapping
from typing import Any

from registry.domain import hazards as rules
from registry.domain.errors import BadInputError, ConflictError
from registry.domain.hazards import Matrix
from registry.domain.people import Action
from registry.domain.trail import Act, instant_text
from registry.services.work import Work
from registry.shapes.hazards import HazardFields, HazardIn, HazardRecordIn
from registry.store import hazard_plans, hazards, models, people, records, sites, versions
from registry.store.hazards import HazardRecordRow, HazardRow
from registry.store.models import ModelRow


def raise_hazard(work: Work, model: str, hazard: HazardIn) -> dict[str, Any]:
    """Put a hazard on a model's log and return it, rated.

    Raises
    ------
    ConflictError
        When the model has no risk management plan yet.
    BadInputError
        When it says less, or more, than it can stand for: names the field.
    """
    by = work.require(Action.HAZARD_RECORD)
    row = models.get(work.session, model)
    number, matrix = hazards.next_number(work.session, row.id), _matrix(work, row)
    document = _checked(work, row, number, hazard, matrix)
    made = HazardRow(
        id=work.new_id(),
        model_id=row.id,
        number=number,
        raised_by=by.id,
        raised_at=work.now(),
    )
    work.session.add(made)
    work.session.flush()
    work.session.add(work.new_record(HazardRecordRow, made.id, document, why="raised"))
    work.session.flush()
    work.record(Act.HAZARD_RAISED, subject=_subject(row, number), after=document)
    return _described(work, row, made, matrix)


def supersede(work: Work, model: str, number: int, record: HazardRecordIn) -> dict[str, Any]:
    """Record a hazard anew, whole, and return it; the old record is kept.

    Raises
    ------
    BadInputError
        When it says less, or more, than it can stand for: names the field.
    ConflictError
        When nothing changes.
    """
    work.require(Action.HAZARD_RECORD)
    row = models.get(work.session, model)
    hazard, matrix = hazards.get(work.session, row, number), _matrix(work, row)
    document = _checked(work, row, number, record, matrix)
    newer = work.new_record(HazardRecordRow, hazard.id, document, why=record.why)
    older = records.supersede(work.session, newer)
    work.session.flush()
    work.record(
        Act.HAZARD_SUPERSEDED,
        subject=_subject(row, number),
        why=record.why,
        before=older.document,
        after=document,
    )
    return _described(work, row, hazard, matrix)


def listed(work: Work, model: str) -> list[dict[str, Any]]:
    """Return the hazards of a model by number, each rated."""
    work.require(Action.RECORD_READ)
    row = models.get(work.session, model)
    found = hazards.of_model(work.session, row.id)
    if not found:
        return []
    matrix = _matrix(work, row)
    return [_described(work, row, one, matrix) for one in found]


def show(work: Work, model: str, number: int) -> dict[str, Any]:
    """Return one hazard of a model, rated, with its history."""
    work.require(Action.RECORD_READ)
    row = models.get(work.session, model)
    return _described(work, row, hazards.get(work.session, row, number), _matrix(work, row))


def _matrix(work: Work, model: ModelRow) -> Matrix:
    """Return the matrix by which the hazards of a model are rated now.

    Raises
    ------
    ConflictError
        When no plan declares one.
    """
    plan = hazard_plans.in_force(work.session, model.id)
    if plan is None:
        raise ConflictError(
            f"{model.name} has no risk management plan yet, and it is the plan that declares the "
            "matrix; write it with `cmr hazard plan write`."
        )
    return hazard_plans.matrix_of(plan)


def _checked(
    work: Work, model: ModelRow, number: int, fields: HazardFields, matrix: Matrix
) -> dict[str, Any]:
    """Return a hazard's document, its risks on the matrix and its links found to hold.

    Raises
    ------
    BadInputError
        Names the field.
    """
    document = fields.model_dump(mode="json", exclude={"why"})
    if document["prompt"] is not None:
        rules.prompt(document["prompt"])
    rules.require_hazard(document, matrix, number=number)
    document["controls"] = rules.kinds_in_order(document["controls"])
    known = {row.number for row in versions.of_model(work.session, model.id)}
    unknown = sorted(set(document["versions"]) - known)
    if unknown:
        raise BadInputError(f"{model.name} has no version {unknown[0]}.", field="versions")
    document["versions"] = sorted(set(document["versions"]))
    for place, control in enumerate(document["controls"], start=1):
        for at, link in enumerate(control["verification"], start=1):
            field = f"controls.{place}.verification.{at}"
            _follow(work, model, link, field=field)
        _require_introduced(work, model, control, number, field=f"controls.{place}.introduces")
    if document["transfer"] is not None:
        # A site goes by its own name, so that its site dossier finds what was handed to it.
        to = document["transfer"]["to"]
        document["transfer"]["to"] = sites.known_as(work.session).get(to, to)
    return document


def _follow(work: Work, model: ModelRow, link: dict[str, Any], *, field: str) -> None:
    """Refuse a link that shows nothing, and write down which version it is about."""
    problem = hazards.problem_of(work.session, work.artifacts, model.id, link)
    if problem is not None:
        raise BadInputError(f"this verifies nothing: {problem}.", field=field)
    link["version"] = hazards.evidence_version(work.session, link)


def _require_introduced(
    work: Work, model: ModelRow, control: Mapping[str, Any], number: int, *, field: str
) -> None:
    """Refuse a control that is said to bring a hazard which is not on the log."""
    known = {row.number for row in hazards.of_model(work.session, model.id)} | {number}
    for introduced in control["introduces"]:
        if introduced not in known:
            raise BadInputError(
                f"there is no hazard {introduced} yet; put it on the log first.", field=field
            )


def _described(work: Work, model: ModelRow, row: HazardRow, matrix: Matrix) -> dict[str, Any]:
    """Return a hazard as it is recorded now, rated, with its history."""
    return {
        "model": model.name,
        **rules.judged(hazards.recorded(work.session, work.artifacts, row), matrix),
        "history": [
            {
                "record": one.number,
                "by": None
                if one.recorded_by is None
                else people.name_of(work.session, one.recorded_by),
                "at": instant_text(one.recorded_at),
                "why": one.why,
            }
            for one in hazards.history(work.session, row.id)
        ],
    }


def _subject(model: ModelRow, number: int) -> str:
    """Return how the trail names a hazard."""
    return f"model {model.name}, hazard {number}"
