"""Judged: criteria, requirements, decision and sign-offs, each as a sentence with its verdict."""

from registry.domain.judgements import verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.signatures import WORDS
from registry.services.cards.documents import CardDocuments
from registry.services.cards.exports.places import SIGNATURES, pointer
from reports.exports.record import Decided, Judged, Required, SignOff

_PERMITTING = frozenset({"approve", "approve with conditions"})


def criteria(dossier: Document) -> tuple[Judged, ...]:
    """Return every criterion in every stratum it was judged in."""
    numbers = {one["id"]: int(one["number"]) for one in dossier["evidence"]}
    return tuple(
        Judged(
            id=str(one["id"]),
            goal=goal(one),
            sentence=verdicts.describe(one, why=False),
            verdict=str(one["verdict"]),
            because=wording.sentence(one.get("because") or ""),
            in_scope=bool(one["in_scope"]),
            gates=bool(one["gates"]),
            evidence=numbers.get(one.get("evidence")),
            pointer=pointer("criteria", place),
        )
        for place, one in enumerate(dossier["criteria"])
    )


def goal(criterion: Document) -> str:
    """Return what a criterion asks, not what was found: ``AUROC at least 0.750, every site``."""
    name = wording.label(criterion["metric"])
    attribute = verdicts.compared(criterion)
    text = f"{name} by {wording.attribute(attribute)}" if attribute is not None else name
    if criterion.get("required") is not None:
        bound = wording.figure(criterion["required"], criterion["metric"])
        text += f" {criterion['comparison']} {bound}"
    over = str(criterion.get("over") or wording.stratum(criterion.get("by") or {}))
    return text if over.startswith("difference by") else f"{text}, {wording.attribute(over)}"


def requirements(dossier: Document) -> tuple[Required, ...]:
    """Return every requirement of the policy and how it stands."""
    return tuple(
        Required(
            id=str(one["id"]),
            text=wording.sentence(one["text"]),
            status=str(one["status"]),
            because=wording.sentence(one.get("because") or ""),
            pointer=pointer("requirements", place),
        )
        for place, one in enumerate(dossier["requirements"])
    )


def signoffs(documents: CardDocuments) -> tuple[SignOff, ...]:
    """Return every sign-off with what proves it, void and withdrawn ones too."""
    return tuple(
        SignOff(
            name=one["person"]["name"],
            role=one["role"],
            meaning=one["meaning"],
            reasons=one.get("reasons"),
            registration=one.get("registration"),
            at=one["at"],
            method=WORDS.get(one["method"], one["method"]),
            stands=verdicts.stands(one),
            objects=one["meaning"] == "object",
            signed={
                key: one[key]
                for key in ("statement", "signature", "key", "method", "proof")
                if key in one
            },
            pointer=pointer("signoffs", place, document=SIGNATURES),
        )
        for place, one in enumerate(documents.signoffs)
    )


def decision(found: Document | None) -> Decided | None:
    """Return the decision, its conditions as sentences; None before there is one."""
    if found is None:
        return None
    return Decided(
        outcome=found["outcome"],
        by=found["decided"]["by"]["name"],
        at=found["decided"]["at"],
        valid_until=found.get("valid_until"),
        reasons=str(found.get("reasons") or ""),
        conditions=tuple(_condition(one) for one in found["conditions"]),
        permits=found["outcome"] in _PERMITTING,
    )


def _condition(one: Document) -> str:
    place = f"{one['site']}: " if one.get("site") else ""
    due = f", due {wording.day(one['due'])}" if one.get("due") else ""
    text = f"C-{one['number']}, {one['when']}{due}, {one['state']}: {place}{one['text']}"
    return f"{wording.sentence(text)} Owner: {one['owner']['name']}."
