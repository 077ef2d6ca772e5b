"""Reading: safety cases as they stand, and what the records give for the next one."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from registry.domain import safety_cases as rules
from registry.domain.judgements import verdicts
from registry.domain.people import Action
from registry.domain.statements import Kind
from registry.domain.trail import instant_text
from registry.services.work import Work
from registry.store import people, safety_cases, sites, versions
from registry.store.safety_cases import SafetyCaseRow


def listed(work: Work, version: str, site: str | None) -> list[dict[str, Any]]:
    """Return every case about a version, or about it at a hospital, oldest first."""
    work.require(Action.RECORD_READ)
    row = versions.named(work.session, version)
    subject = safety_cases.subject_of(work.session, row, _name(work, site))
    return [described(work, one) for one in safety_cases.about(work.session, subject)]


def show(work: Work, case_id: UUID) -> dict[str, Any]:
    """Return one case as it stands."""
    work.require(Action.RECORD_READ)
    return described(work, safety_cases.get(work.session, case_id))


def document_bytes(work: Work, case_id: UUID) -> tuple[str, Iterator[bytes]]:
    """Return the digest and the exact bytes of a case: what the safety officer signs."""
    work.require(Action.RECORD_READ)
    row = safety_cases.get(work.session, case_id)
    return row.digest, work.artifacts.open(row.digest)


def described(work: Work, row: SafetyCaseRow) -> dict[str, Any]:
    """Return a case as it stands: its state, what changed since, what it lacks, who signed."""
    document = safety_cases.document_of(work.artifacts, row)
    standing = safety_cases.standing(work.session, work.artifacts, row)
    return {
        "id": row.id,
        "version": document["version"],
        "site": document["site"],
        "number": row.number,
        "digest": row.digest,
        "state": standing.state.value,
        "stale": standing.stale,
        "lacks": rules.lacks(document),
        "open": rules.open_points(document),
        "written": {
            "by": people.reference(work.session, row.written_by),
            "at": instant_text(row.written_at),
        },
        "signer": rules.signer_of(document["site"]).value,
        "signed": safety_cases.signed_described(work.session, row.digest),
        "document": document,
    }


def outline(work: Work, version: str, site: str | None) -> dict[str, Any]:
    """Return what the records give for a case before anybody writes a word.

    Raises
    ------
    WaitingError
        When no dossier of the version, or at the site, was frozen yet.
    """
    work.require(Action.RECORD_READ)
    row = versions.named(work.session, version)
    name = _name(work, site)
    facts = safety_cases.facts(work.session, work.artifacts, row, name)
    earlier = safety_cases.about(work.session, safety_cases.subject_of(work.session, row, name))
    before = safety_cases.document_of(work.artifacts, earlier[-1]) if earlier else None
    part = facts.hazards or {"hazards": (), "plan": None}
    hazard = ("number", "name", "rating", "because", "status")
    evidence = ("number", "purpose", "custody", "counts", "because")
    return {
        "version": versions.name_of(work.session, row),
        "site": name,
        "number": len(earlier) + 1,
        "hazards": [{key: one[key] for key in hazard} for one in part["hazards"]],
        "acceptable_rating": None if part["plan"] is None else part["plan"]["acceptable_rating"],
        "evidence": [{key: one[key] for key in evidence} for one in facts.dossier["evidence"]],
        "criteria": _judged(facts.dossier),
        "statements": [
            {"number": one["consideration"], "title": one["title"]}
            for one in facts.dossier["statements"]
            if one["kind"] == Kind.STATED
        ],
        "lacks": rules.lacks_of_records(facts.plan, facts.hazards),
        "before": None if before is None else before["authored"],
    }


def _judged(dossier: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what was judged in the scope, each as a sentence with its verdict."""
    number_of = {one["id"]: one["number"] for one in dossier["evidence"]}
    return [
        {
            "evidence": number_of.get(one["evidence"]),
            "criterion": one["id"],
            "verdict": one["verdict"],
            "text": verdicts.describe(one, why=False),
        }
        for one in dossier["criteria"]
        if one["in_scope"]
    ]


def _name(work: Work, site: str | None) -> str | None:
    """Return the name of a site that may be given by an alias."""
    return None if site is None else sites.get(work.session, site).name
