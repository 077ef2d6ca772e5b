"""Versions: registering a version with its files and lineage, and correcting its record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from registry.domain.errors import BadInputError, ConflictError, NotFoundError, RuleBrokenError
from registry.domain.lineage import require_acyclic
from registry.domain.people import Action
from registry.domain.trail import Act, instant_text
from registry.domain.versions import content_kind, require_paths
from registry.services.work import Work
from registry.shapes.versions import (
    DatasetPart,
    FileIn,
    ParentPart,
    VersionIn,
    VersionRecordFields,
    VersionRecordIn,
)
from registry.store import datasets, models, people, records, statements, versions
from registry.store.datasets import DatasetRow
from registry.store.statements import StatementRow
from registry.store.versions import (
    ReleaseCandidateRow,
    VersionArtifactRow,
    VersionDatasetRow,
    VersionParentRow,
    VersionRecordRow,
    VersionRow,
)


def register(work: Work, model: str, version: VersionIn) -> dict[str, Any]:
    """Register the next version of a model and return it.

    Raises
    ------
    BadInputError
        When a path is unsound, or a file, parent or dataset is not here; names the entry.
    """
    by = work.require(Action.VERSION_REGISTER)
    owner = models.get(work.session, model)
    require_paths([file.path for file in version.artifacts])
    parents = _parents(work, version.parents)
    used = _datasets(work, version.datasets)
    row = VersionRow(
        id=work.new_id(),
        model_id=owner.id,
        number=versions.next_number(work.session, owner.id),
        registered_by=by.id,
        registered_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    for place, file in enumerate(version.artifacts, start=1):
        work.session.add(_file(work, row, file, place=place))
    record = work.new_record(VersionRecordRow, row.id, _shown(version), why="registration")
    work.session.add(record)
    _link(work, record, parents, used)
    work.record(
        Act.VERSION_REGISTERED,
        subject=_subject(work, row),
        after={
            **record.document,
            "artifacts": [file.model_dump() for file in version.artifacts],
        },
    )
    if version.carry_statements:
        _carry(work, row, parents)
    return _described(work, row)


def supersede(work: Work, model: str, number: int, record: VersionRecordIn) -> dict[str, Any]:
    """Correct what is recorded of a version, its files apart, and return it.

    Raises
    ------
    CircleError
        When a parent came from this version.
    """
    work.require(Action.VERSION_REGISTER)
    row = versions.get(work.session, model, number)
    parents = _parents(work, record.parents)
    used = _datasets(work, record.datasets)
    require_acyclic(
        row.id,
        [parent.id for parent, _ in parents],
        lambda node: [parent.id for parent, _ in versions.parents_of(work.session, node)],
        name=lambda node: versions.name_of(work.session, versions.by_id(work.session, node)),
    )
    newer = work.new_record(VersionRecordRow, row.id, _shown(record), why=record.why)
    older = records.supersede(work.session, newer)
    _link(work, newer, parents, used)
    work.record(
        Act.VERSION_SUPERSEDED,
        subject=_subject(work, row),
        why=record.why,
        before=older.document,
        after=newer.document,
    )
    return _described(work, row)


def _parents(work: Work, parts: Sequence[ParentPart]) -> list[tuple[VersionRow, str]]:
    """Return the versions that parts name, each with its relation."""
    found: dict[UUID, tuple[VersionRow, str]] = {}
    for place, part in enumerate(parts, start=1):
        parent = versions.find(work.session, part.model, part.number)
        if parent is None:
            raise BadInputError(
                f"no version {part.model}/{part.number} is registered.", field=f"parents[{place}]"
            )
        if parent.id in found:
            raise BadInputError(
                f"{part.model}/{part.number} stands here twice.", field=f"parents[{place}]"
            )
        found[parent.id] = (parent, part.relation)
    return list(found.values())


def _datasets(work: Work, parts: Sequence[DatasetPart]) -> list[tuple[DatasetRow, str]]:
    """Return the datasets that parts name, each with its use.

    Raises
    ------
    BadInputError
        When one is not registered, or stands twice with the same use.
    RuleBrokenError
        When one was withdrawn.
    """
    found: list[tuple[DatasetRow, str]] = []
    for place, part in enumerate(parts, start=1):
        name, field = f"{part.name}/{part.number}", f"datasets[{place}]"
        dataset = datasets.find(work.session, part.name, part.number)
        if dataset is None:
            raise BadInputError(f"no dataset {name} is registered.", field=field)
        if dataset.withdrawn_at is not None:
            raise RuleBrokenError(f"{name} was withdrawn ({dataset.withdrawn_why}).")
        if (dataset, part.use) in found:
            raise BadInputError(f"{name} stands here twice as {part.use}.", field=field)
        found.append((dataset, part.use))
    return found


def _file(work: Work, row: VersionRow, file: FileIn, *, place: int) -> VersionArtifactRow:
    """Return a file of a version, kept beforehand; what it is, is read off its first bytes."""
    try:
        head = next(iter(work.artifacts.open(file.digest)), b"")
    except NotFoundError as error:
        raise BadInputError(
            f"no artifact is kept as {file.digest}; upload {file.path} first.",
            field=f"artifacts[{place}].digest",
        ) from error
    return VersionArtifactRow(
        id=work.new_id(),
        version_id=row.id,
        path=file.path,
        digest=file.digest,
        size=work.artifacts.size(file.digest),
        kind=file.kind,
        content=content_kind(head),
    )


def _shown(fields: VersionRecordFields) -> dict[str, Any]:
    """Return what a record of a version says; an architecture only where one is recorded."""
    shown = set(VersionRecordFields.model_fields)
    if fields.architecture is None:
        shown.remove("architecture")
    return fields.model_dump(mode="json", include=shown)


def _link(
    work: Work,
    record: VersionRecordRow,
    parents: Sequence[tuple[VersionRow, str]],
    used: Sequence[tuple[DatasetRow, str]],
) -> None:
    """Hold a record to the versions and datasets that it names."""
    work.session.flush()
    for parent, relation in parents:
        work.session.add(
            VersionParentRow(
                id=work.new_id(), record_id=record.id, parent_id=parent.id, relation=relation
            )
        )
    for dataset, use in used:
        work.session.add(
            VersionDatasetRow(id=work.new_id(), record_id=record.id, dataset_id=dataset.id, use=use)
        )
    work.session.flush()


def _carry(work: Work, row: VersionRow, parents: Sequence[tuple[VersionRow, str]]) -> None:
    """Take over the first parent's statements, marked as carried until somebody confirms each."""
    if not parents:
        raise BadInputError(
            "there is no parent to carry statements from.", field="carry_statements"
        )
    parent = parents[0][0]
    if parent.model_id != row.model_id:
        raise BadInputError(
            "statements are carried within one model only; make them anew.",
            field="carry_statements",
        )
    carried = statements.current(work.session, parent.id)
    for old in carried.values():
        work.session.add(
            StatementRow(
                id=work.new_id(),
                version_id=row.id,
                consideration=old.consideration,
                number=1,
                kind=old.kind,
                text=old.text,
                reason=old.reason,
                evidence=list(old.evidence),
                author_id=old.author_id,
                made_at=old.made_at,
                carried_from_id=parent.id,
            )
        )
    work.session.flush()
    work.record(
        Act.STATEMENT_CARRIED,
        subject=_subject(work, row),
        after={"from": versions.name_of(work.session, parent), "considerations": sorted(carried)},
    )


def name_candidate(work: Work, model: str, number: int, *, why: str) -> dict[str, Any]:
    """Name a version a release candidate, with the reason: only one goes into review.

    Raises
    ------
    ConflictError
        When it is one already.
    """
    by = work.require(Action.VERSION_CANDIDATE)
    row = versions.get(work.session, model, number)
    if versions.candidacy(work.session, row.id) is not None:
        raise ConflictError(f"{model}/{number} is a release candidate already.")
    work.session.add(
        ReleaseCandidateRow(version_id=row.id, why=why, named_by=by.id, named_at=work.now())
    )
    work.session.flush()
    work.record(Act.VERSION_CANDIDATE_NAMED, subject=_subject(work, row), why=why)
    return _described(work, row)


def show(work: Work, model: str, number: int) -> dict[str, Any]:
    """Return a version as it is recorded now."""
    work.require(Action.RECORD_READ)
    return _described(work, versions.get(work.session, model, number))


def listed(work: Work, model: str) -> list[dict[str, Any]]:
    """Return the versions of a model in order."""
    work.require(Action.RECORD_READ)
    owner = models.get(work.session, model)
    return [_described(work, row) for row in versions.of_model(work.session, owner.id)]


def _described(work: Work, row: VersionRow) -> dict[str, Any]:
    """Return a version with its stage and the number of its record."""
    return {
        **versions.described(work.session, row),
        "stage": row.stage.value,
        "record": versions.current(work.session, row.id).number,
        "candidate": _candidacy(work, row),
    }


def _candidacy(work: Work, row: VersionRow) -> dict[str, Any] | None:
    """Return who named a version a release candidate, when and why, or None."""
    named = versions.candidacy(work.session, row.id)
    if named is None:
        return None
    by = people.reference(work.session, named.named_by)
    return {"by": by, "at": instant_text(named.named_at), "why": named.why}


def _subject(work: Work, row: VersionRow) -> str:
    """Return how the trail names a version."""
    return f"version {versions.name_of(work.session, row)}"
