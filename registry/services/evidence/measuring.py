"""Measuring: the job that turns staged rows into a tally and its assessment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from registry.domain.datasets import packed, patient_key
from registry.domain.digests import canonical
from registry.domain.errors import BadInputError, IntegrityError
from registry.domain.evidence import EvidenceState
from registry.domain.jobs import Job
from registry.domain.trail import Act
from registry.services.evidence import disposal, tallied
from registry.services.work import Work, Workshop
from registry.store import evidence, jobs, protocols, sites
from registry.store.evidence import EvidenceRow
from validation import assessment as assessments
from validation.engines import duckdb, patients
from validation.errors import ValidationError
from validation.protocols import from_document
from validation.protocols.shape import Protocol
from validation.tallies import files as tally_files

Report = Callable[[str, float], None]

# Counting takes most of the time, computing most of the rest.
_COUNTED, _COMPUTED = 0.6, 0.9


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What measuring needs to know, read in one short transaction."""

    row: EvidenceRow
    protocol: Protocol
    sites: Mapping[str, str]


def assess(workshop: Workshop, job: Job, report: Report) -> None:
    """Measure a staged table: to evidence, or to a refusal that says what is wrong with it.

    What came out, the trail and the job's end are one transaction. The artifacts are written
    before it under their digests, so that doing it twice writes them once.

    Raises
    ------
    LostJobError
        When another worker has taken the job over; nothing was recorded.
    """
    evidence_id = UUID(job.args["evidence"])
    with workshop.begin(None, reads=True) as work:
        task = _read_task(work, evidence_id)
    outcome: dict[str, Any] | Exception
    try:
        outcome = _measure(workshop, task, report)
    except (ValidationError, BadInputError) as error:
        outcome = error
    with workshop.begin(None) as work:
        if isinstance(outcome, Exception):
            disposal.refuse(work, evidence_id, outcome)
        else:
            _attach(work, evidence_id, outcome)
        state = evidence.get(work.session, evidence_id).state.value
        result = {"evidence": str(evidence_id), "state": state}
        jobs.finish(work.session, job, now=work.now(), result=result)
    disposal.discard(workshop, evidence_id)


def _read_task(work: Work, evidence_id: UUID) -> _Task:
    """Return everything that a table is measured with."""
    row = evidence.get(work.session, evidence_id)
    protocol = protocols.by_id(work.session, row.protocol_id)
    return _Task(
        row=row,
        protocol=from_document(protocol.document),
        sites=sites.known_as(work.session),
    )


def _measure(workshop: Workshop, task: _Task, report: Report) -> dict[str, Any]:
    """Return the columns of measured evidence; its artifacts are kept by then."""
    path = workshop.staging.path(task.row.staged)
    if not path.exists():
        raise BadInputError("The uploaded rows are no longer there; upload the table again.")
    if tally_files.is_tally(path):
        return tallied.measure(workshop, task.row, task.protocol, task.sites, report)
    tally = duckdb.tally_table(
        path,
        task.protocol,
        sites=task.sites,
        progress=lambda step, share: report(step, _COUNTED * share),
        memory_limit=workshop.settings.memory_limit,
    )
    if tally.table_digest != task.row.table_digest:
        raise IntegrityError("The staged rows are not those that were uploaded.")
    report("computing", _COUNTED)
    assessment = assessments.document(assessments.assess(tally, task.protocol))
    report("keeping", _COMPUTED)
    return {
        "rows": tally.rows,
        "tally_digest": workshop.artifacts.put_bytes(tally_files.write(tally)).digest,
        "assessment_digest": workshop.artifacts.put_bytes(canonical(assessment)).digest,
        "engine": str(assessment["engine"]),
        **_patients(workshop, task),
    }


def _patients(workshop: Workshop, task: _Task) -> dict[str, Any]:
    """Return the columns that say whose rows these were, as keys that reveal nobody."""
    column = task.protocol.columns.patient
    if column is None:
        return {
            "keys_unknown_because": (
                "The protocol declares no patient column, so nobody in the table can be compared."
            )
        }
    found = patients.distinct_patients(workshop.staging.path(task.row.staged), task.protocol)
    secret = workshop.keys.overlap()
    keys = frozenset(patient_key(secret, identifier) for identifier in found.identifiers)
    if not keys:
        return {
            "keys_unknown_because": f"The column “{column}” names nobody, so nobody is comparable."
        }
    return {
        "keys_digest": workshop.artifacts.put_bytes(packed(keys)).digest,
        "keys_count": len(keys),
        "keys_coverage": found.identified / found.exams,
    }


def _attach(work: Work, evidence_id: UUID, measured: Mapping[str, Any]) -> None:
    """End waiting evidence as attached; evidence that has ended stays as it is."""
    columns = {name: value for name, value in measured.items() if name != "parts"}
    values = {**columns, "state": EvidenceState.ATTACHED, "settled_at": work.now()}
    if not evidence.settle(work.session, evidence_id, values):
        return
    row = evidence.get(work.session, evidence_id)
    work.record(
        Act.EVIDENCE_ATTACHED,
        subject=disposal.subject(evidence_id),
        after={
            "number": row.number,
            "table": row.table_digest,
            "tally": row.tally_digest,
            "assessment": row.assessment_digest,
            "engine": row.engine,
            "rows": row.rows,
            "exploratory": row.exploratory_because is not None,
            "custody": row.custody.value,
            "submitted_by": str(row.submitted_by),
            **({"parts": measured["parts"]} if "parts" in measured else {}),
        },
    )
