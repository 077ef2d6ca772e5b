"""Datasets: registering provenance, taking over patients as keys, withdrawal."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from registry.domain import people
from registry.domain.datasets import (
    identifiers,
    packed,
    patient_key,
    require_counts,
    require_partition,
    require_plausible_count,
)
from registry.domain.errors import BadInputError, ConflictError
from registry.domain.models import require_name
from registry.domain.people import Action, Actor
from registry.domain.trail import Act
from registry.services.work import Work, Workshop
from registry.shapes.datasets import DatasetIn, DatasetRecordFields, DatasetRecordIn
from registry.store import datasets, dependents, records, reminders, sites
from registry.store.datasets import DatasetKeysRow, DatasetRecordRow, DatasetRow
from registry.store.dependents import Resting


@dataclass(frozen=True, kw_only=True)
class Patients:
    """The patients of a list, as keys: nothing else of the list is left."""

    content: bytes
    count: int


def register(work: Work, dataset: DatasetIn) -> dict[str, Any]:
    """Register the next version of a dataset and return it."""
    by = work.require(Action.DATASET_REGISTER)
    name = require_name(dataset.name)
    document = _checked(work, dataset)
    row = DatasetRow(
        id=work.new_id(),
        name=name,
        number=datasets.next_number(work.session, name),
        registered_by=by.id,
        registered_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    work.session.add(work.new_record(DatasetRecordRow, row.id, document, why="registration"))
    work.session.flush()
    work.record(Act.DATASET_REGISTERED, subject=_subject(row), after=document)
    return _described(work, row)


def supersede(work: Work, name: str, number: int, record: DatasetRecordIn) -> dict[str, Any]:
    """Correct the provenance of a dataset version and return it."""
    work.require(Action.DATASET_REGISTER)
    row = datasets.get(work.session, name, number)
    newer = work.new_record(DatasetRecordRow, row.id, _checked(work, record), why=record.why)
    older = records.supersede(work.session, newer)
    work.record(
        Act.DATASET_SUPERSEDED,
        subject=_subject(row),
        why=record.why,
        before=older.document,
        after=newer.document,
    )
    return _described(work, row)


def read_patients(
    workshop: Workshop, actor: Actor | None, chunks: Iterable[bytes], *, column: str | None
) -> Patients:
    """Turn a list of patients into keys, for somebody who may; no transaction waits for it."""
    people.require(actor, Action.DATASET_REGISTER)
    secret = workshop.keys.overlap()
    keys = {patient_key(secret, name) for name in identifiers(chunks, column=column)}
    if not keys:
        raise BadInputError("The list names no patient.", field="patients")
    return Patients(content=packed(keys), count=len(keys))


def take_patients(
    work: Work, name: str, number: int, patients: Patients, *, partition: str
) -> DatasetKeysRow:
    """Keep the patients' keys of one partition; a later list supersedes an earlier one.

    Raises
    ------
    BadInputError
        When the dataset has no such partition, or another number of patients in it.
    """
    by = work.require(Action.DATASET_REGISTER)
    row = datasets.get(work.session, name, number)
    partitions = datasets.current(work.session, row.id).document["partitions"]
    counts = partitions[require_partition(partition, partitions)]
    require_plausible_count(patients.count, partition, counts)
    before = {kept.partition: kept for kept in datasets.keys_rows(work.session, row.id)}
    older = before.get(partition)
    keys = DatasetKeysRow(
        id=work.new_id(),
        dataset_id=row.id,
        partition=partition,
        number=1 if older is None else older.number + 1,
        digest=work.artifacts.put_bytes(patients.content).digest,
        count=patients.count,
        recorded_by=by.id,
        recorded_at=work.now(),
    )
    work.session.add(keys)
    work.session.flush()
    work.record(
        Act.DATASET_SUPERSEDED,
        subject=_subject(row),
        why=f"patients' keys of {partition}",
        before=None if older is None else {"keys": older.digest, "patients": older.count},
        after={"keys": keys.digest, "patients": keys.count},
    )
    return keys


def withdraw(work: Work, name: str, number: int, *, why: str) -> dict[str, Any]:
    """Withdraw a dataset version: no further version may use it.

    What that means for versions that rest on it already, their policies say; the job that sees to
    it is asked for in the same transaction.
    """
    by = work.require(Action.DATASET_WITHDRAW)
    row = datasets.get(work.session, name, number)
    if row.withdrawn_at is not None:
        raise ConflictError(f"{name}/{number} was withdrawn already.")
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_why = by.id, work.now(), why
    work.session.add(row)
    resting = sorted({one.version for one in dependents.resting_on(work.session, row)})
    work.record(Act.DATASET_WITHDRAWN, subject=_subject(row), why=why, after={"versions": resting})
    reminders.ask(work.session, now=work.now(), job_id=work.new_id())
    return _described(work, row)


def resting_on(work: Work, name: str, number: int) -> list[Resting]:
    """Return every way in which any version rests on a dataset version."""
    work.require(Action.RECORD_READ)
    return dependents.resting_on(work.session, datasets.get(work.session, name, number))


def show(work: Work, name: str, number: int) -> dict[str, Any]:
    """Return a dataset version as it is recorded now."""
    work.require(Action.RECORD_READ)
    return _described(work, datasets.get(work.session, name, number))


def listed(work: Work) -> list[dict[str, Any]]:
    """Return all dataset versions by name and number."""
    work.require(Action.RECORD_READ)
    return [_described(work, row) for row in datasets.all_datasets(work.session)]


def _checked(work: Work, fields: DatasetRecordFields) -> dict[str, Any]:
    """Return a dataset's document, its counts plausible and its sites by their names."""
    document = fields.model_dump(mode="json", by_alias=True, exclude={"name", "why"})
    require_counts(document["partitions"])
    known = sites.known_as(work.session)
    unknown = [site for site in document["sites"] if site not in known]
    if unknown:
        raise BadInputError(
            f"no site is registered as {', '.join(unknown)}; register it, or name one of: "
            f"{', '.join(sorted(set(known.values()))) or 'none yet'}.",
            field="sites",
        )
    document["sites"] = sorted({known[site] for site in document["sites"]})
    return document


def _described(work: Work, row: DatasetRow) -> dict[str, Any]:
    """Return a dataset version with the number of its record."""
    number = datasets.current(work.session, row.id).number
    return {**datasets.described(work.session, row), "record": number}


def _subject(row: DatasetRow) -> str:
    """Return how the trail names a dataset version."""
    return f"dataset {row.name}/{row.number}"
