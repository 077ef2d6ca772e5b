"""Writing: what people argue, frozen with what the records say at that moment."""

from collections.abc import Mapping
from typing import Any

from registry.domain import safety_cases as rules
from registry.domain.digests import canonical
from registry.domain.errors import BadInputError
from registry.domain.people import Action
from registry.domain.safety_cases import Facts, Linkable
from registry.domain.statements import Kind
from registry.domain.trail import Act, instant_text
from registry.services.safety_cases.reading import described
from registry.services.work import Work
from registry.shapes.safety_cases import SafetyCaseIn
from registry.store import people, reviews, safety_cases, sites, versions
from registry.store.safety_cases import SafetyCaseRow


def write(work: Work, case: SafetyCaseIn) -> dict[str, Any]:
    """Keep the next safety case about a version, or about it at a hospital, and return it.

    Raises
    ------
    WaitingError
        When no dossier of the version, or at the site, was frozen yet.
    ForbiddenError
        When the case is another organisation's to write.
    BadInputError
        When something points to nothing, or is for the other kind of case: names the field.
    """
    work.require(Action.SAFETY_CASE_WRITE)
    site = None if case.site is None else sites.get(work.session, case.site)
    name = None if site is None else site.name
    by = work.require(Action.SAFETY_CASE_WRITE, sites=[] if name is None else [name])
    rules.check_writer(by, name)
    version = versions.named(work.session, case.version)
    reviews.lock(work.session, version.id)
    authored = case.model_dump(mode="json", exclude={"version", "site"})
    facts = safety_cases.facts(work.session, work.artifacts, version, name)
    rules.require_authored(authored, _linkable(work, facts, authored), of_site=name is not None)
    subject = safety_cases.subject_of(work.session, version, name)
    earlier = safety_cases.about(work.session, subject)
    if earlier and not authored["changed"]:
        raise BadInputError(f"say what changed since case {earlier[-1].number}.", field="changed")
    document = rules.assemble(
        facts,
        authored,
        version=versions.name_of(work.session, version),
        number=len(earlier) + 1,
        supersedes=earlier[-1].digest if earlier else None,
        written={"by": people.reference(work.session, by.id), "at": instant_text(work.now())},
    )
    row = SafetyCaseRow(
        id=work.new_id(),
        version_id=version.id,
        site_id=None if site is None else site.id,
        subject=subject,
        number=len(earlier) + 1,
        digest=work.artifacts.put_bytes(canonical(document)).digest,
        written_by=by.id,
        written_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.SAFETY_CASE_WRITTEN,
        subject=f"version {document['version']}",
        why=authored["changed"],
        before={"digest": earlier[-1].digest} if earlier else None,
        after={
            "phase": authored["phase"],
            "dossier": facts.digest,
            "signers": [rules.signer_of(name).value],
            **safety_cases.facts_of(row, name),
        },
    )
    return described(work, row)


def _linkable(work: Work, facts: Facts, authored: Mapping[str, Any]) -> Linkable:
    """Return what there is for the claims of a case to point to."""
    part = facts.hazards or {"hazards": ()}
    number_of = {one["id"]: one["number"] for one in facts.dossier["evidence"]}
    criteria: dict[int, set[str]] = {number: set() for number in number_of.values()}
    for one in facts.dossier["criteria"]:
        if one["evidence"] in number_of:
            criteria[number_of[one["evidence"]]].add(one["id"])
    named = {
        str(link["document"])
        for claim in authored["claims"]
        for link in claim["evidence"]
        if link["document"] is not None
    }
    return Linkable(
        hazards=frozenset(one["number"] for one in part["hazards"]),
        evidence={number: frozenset(ids) for number, ids in criteria.items()},
        statements=frozenset(
            one["consideration"]
            for one in facts.dossier["statements"]
            if one["kind"] == Kind.STATED
        ),
        documents=frozenset(digest for digest in named if work.artifacts.has(digest)),
    )
