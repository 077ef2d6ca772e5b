"""Reuse: which tables tested a version, on whose patients, and where thresholds were found."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from registry.domain import reuse
from registry.domain.reuse import Look
from registry.store import datasets, evidence, protocols, versions
from registry.store.artifacts.filesystem import Artifacts
from registry.store.evidence import EvidenceRow
from registry.store.versions import VersionRow
from validation.protocols.rules import parse_rule


def tested(
    session: Session, artifacts: Artifacts, version: VersionRow
) -> dict[str, dict[str, Any]]:
    """Return, by evidence, the how-manieth version it is that was tested on its patients.

    Evidence of development is left out, and so is any of which nothing is to be said.
    """
    own = _tests_of(session, version)
    mine = [row for row in own if row.version_id == version.id]
    beside = [(row, others) for row in mine if (others := _others(session, row, own, version))]
    rows = {one.id: one for row, others in beside for one in (row, *others)}
    seen = {key: _test(session, artifacts, row) for key, row in rows.items()}
    said = {
        str(row.id): reuse.tested(seen[row.id], [seen[other.id] for other in others])
        for row, others in beside
    }
    return {key: told for key, told in said.items() if told is not None}


def _others(
    session: Session, row: EvidenceRow, own: Sequence[EvidenceRow], version: VersionRow
) -> list[EvidenceRow]:
    """Return the other tests of a purpose that may share the patients of one.

    Those of the same model, whose patients are compared; and those of any other model over the
    dataset version or the table itself, since the budget is that of the data.
    """
    purpose = _purpose(session, row)
    theirs = {one.id for one in versions.of_model(session, version.model_id)}
    elsewhere = [one for one in evidence.over_data_of(session, row) if one.version_id not in theirs]
    return [
        one for one in (*own, *elsewhere) if one.id != row.id and _purpose(session, one) == purpose
    ]


def _tests_of(session: Session, version: VersionRow) -> list[EvidenceRow]:
    """Return the attached evidence of every version of a model but that of development."""
    return [
        row
        for one in versions.of_model(session, version.model_id)
        for row in evidence.attached_to(session, one.id)
        if _purpose(session, row) != "development"
    ]


def _purpose(session: Session, row: EvidenceRow) -> str:
    """Return what evidence was measured for."""
    return protocols.by_id(session, row.protocol_id).purpose


def _test(session: Session, artifacts: Artifacts, row: EvidenceRow) -> Look:
    """Return evidence as the rules of reuse see it."""
    dataset = None if row.dataset_id is None else datasets.by_id(session, row.dataset_id)
    return Look(
        version=versions.name_of(session, versions.by_id(session, row.version_id)),
        at=row.submitted_at,
        dataset=None if dataset is None else f"{dataset.name}/{dataset.number}",
        table=row.table_digest,
        patients=evidence.tested_patients(artifacts, row),
    )


def thresholds(session: Session, artifacts: Artifacts, version: VersionRow) -> list[dict[str, Any]]:
    """Return, for each table judged at a threshold that a rule found, whether patients are shared.

    A rule cites the evidence on which its threshold was found.
    """
    entries = []
    for row in evidence.attached_to(session, version.id):
        document = protocols.by_id(session, row.protocol_id).document
        for cited in _cited(document):
            source = evidence.find(session, cited)
            if source is None:
                continue
            name = f"evidence {source.number} of " + versions.name_of(
                session, versions.by_id(session, source.version_id)
            )
            found = reuse.found_on(
                evidence.tested_patients(artifacts, source),
                evidence.tested_patients(artifacts, row),
                name=name,
            )
            entries.append({"evidence": str(row.id), "number": row.number, **found})
    return entries


def _cited(document: dict[str, Any]) -> list[UUID]:
    """Return the evidence that the rules of a protocol's operating points cite, each once."""
    points = [document.get("operating_point"), *(document.get("findings") or {}).values()]
    rules = [point["rule"] for point in points if point and point.get("rule")]
    return list(dict.fromkeys(UUID(parse_rule(rule).evidence) for rule in rules))
