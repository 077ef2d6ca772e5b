"""Exports: dossier, decision and standing mapped to what exporters see; nothing typed for them."""

from registry.domain.judgements import verdicts, wording
from registry.services.cards.documents import CardDocuments, issued_at
from registry.services.cards.exports import (
    data,
    judged,
    measurements,
    metrics,
    results,
    safety,
    subject,
)
from reports.exports.record import Place, Record
from reports.exports.topics import Topic

__all__ = ["record_of"]


def record_of(documents: CardDocuments) -> Record:
    """Return the record of a version as its documents have it; the same for the same documents."""
    dossier = documents.dossier
    signed, decided = judged.signoffs(documents), judged.decision(documents.decision)
    places: dict[Topic, Place] = {
        **subject.places(dossier),
        **data.places(dossier),
        **results.places(dossier),
        **results.limits(dossier),
        **safety.places(documents, decided, signed),
    }
    measured, hazards = measurements.of_dossier(dossier), safety.hazards(dossier)
    headline = verdicts.rule(
        dossier,
        decision=documents.decision,
        standing=documents.standing,
        signoffs=documents.signoffs,
    ).text
    policy = dossier["policy"]
    return Record(
        model=str(dossier["model"]["name"]),
        version=int(dossier["version"]["number"]),
        title=str(dossier["model"]["title"]),
        dossier=documents.digest,
        dossier_number=int(dossier["number"]),
        stage=_stage(documents),
        headline=headline,
        banner=verdicts.banner(documents.decision, documents.standing),
        issued_at=issued_at(documents),
        policy=f"{policy['name']} {policy['version']}, {policy['tier']}",
        policy_digest=str(policy["digest"]),
        scope=verdicts.permission(dossier),
        keywords=_keywords(documents),
        publications=tuple((dossier["model"].get("disclosure") or {}).get("publications") or ()),
        places=places,
        use_for=tuple(dossier["model"]["use_for"]),
        do_not_use_for=tuple(dossier["model"]["do_not_use_for"]),
        hazards=hazards,
        measurements=measured,
        criteria=judged.criteria(dossier),
        requirements=judged.requirements(dossier),
        usefulness=metrics.usefulness(dossier, measured, places, headline),
        fairness=metrics.fairness(dossier, measured, places),
        safety=metrics.safety(dossier, measured, places, hazards),
        datasets=data.datasets(dossier),
        files=subject.files(dossier),
        evidence=results.evidence(dossier),
        signoffs=signed,
        decision=decided,
    )


def _stage(documents: CardDocuments) -> str:
    """Return how the version stands: ``Current since 23 Nov 2026: approve``."""
    banner = verdicts.banner(documents.decision, documents.standing)
    word = wording.capital((banner or "current").lower())
    if documents.decision is None:
        return f"{word}, not decided"
    decided = documents.decision
    return f"{word}; decision of {wording.day(decided['decided']['at'])}: {decided['outcome']}"


def _keywords(documents: CardDocuments) -> tuple[str, ...]:
    """Return words to find the version by: its name, its findings, the sites in scope."""
    scope = documents.dossier["scope"]
    name = str(documents.dossier["model"]["name"])
    return (name, *scope.get("findings", ()), *scope["sites"])
