"""Safety: what a record says of hazards, incidents, failures and of what was decided."""

from registry.domain.judgements import safety, verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.services.cards.documents import CardDocuments
from registry.services.cards.exports.places import DECISION, SIGNATURES, gathered, pointer
from reports.exports.record import Decided, Hazard, Place, SignOff
from reports.exports.topics import Topic

_LINES = {"Incidents": Topic.INCIDENTS, "Failures looked at": Topic.FAILURES}
_PARTS = {Topic.INCIDENTS: "incidents", Topic.FAILURES: "failure_reviews"}
_NONE = {
    Topic.INCIDENTS: "no incident with this version is on record",
    Topic.FAILURES: "no review of its failures is on record",
}


def places(
    documents: CardDocuments, decided: Decided | None, signed: tuple[SignOff, ...]
) -> dict[Topic, Place]:
    """Return what is said of safety and of the decision, topic by topic."""
    dossier = documents.dossier
    told = dict(safety.lines(dossier))
    found = {
        topic: Place(text=told.get(label), pointers=(pointer(_PARTS[topic]),), reason=_NONE[topic])
        for label, topic in _LINES.items()
    }
    return found | {
        Topic.HAZARDS: _hazards(dossier, told),
        Topic.DECISION: _decision(documents, decided),
        Topic.SIGNOFFS: gathered(
            ((_signoff(one), one.pointer) for one in signed),
            reason="nobody has signed",
            otherwise=[pointer("signoffs", document=SIGNATURES)],
        ),
        Topic.CONDITIONS: gathered(
            (
                (text, pointer("conditions", place, document=DECISION))
                for place, text in enumerate(decided.conditions if decided else ())
            ),
            reason="the decision sets none" if decided else "nothing has been decided",
            otherwise=[pointer("conditions", document=DECISION)],
        ),
    }


def hazards(dossier: Document) -> tuple[Hazard, ...]:
    """Return each hazard: what, its harm, its rating, its controls."""
    return tuple(_hazard(one) for one in (dossier.get("hazards") or {}).get("hazards", ()))


def _hazard(one: Document) -> Hazard:
    rated = "not rated" if one.get("rating") is None else f"rated {one['rating']} of 5"
    rated += f" ({one['because']})" if one.get("because") else ""
    text = f"Hazard {one['number']}, {one['name']}: {one['harm'].rstrip('.')}; {rated}"
    controls = tuple(
        f"{control['text'].rstrip('.')} ({'' if control['verified'] else 'not '}verified)"
        for control in one.get("controls", ())
    )
    whole = f"{text}; controls: {'; '.join(controls)}" if controls else text
    return Hazard(sentence=wording.sentence(text), controls=controls, words=wording.sentence(whole))


def _hazards(dossier: Document, told: dict[str, str]) -> Place:
    if dossier.get("hazards") is None:
        return Place(
            text=None, pointers=(pointer("hazards"),), reason="this version has no hazard log"
        )
    text = " ".join(
        wording.sentence(words if label == "Hazard log" else f"{label}: {words}")
        for label, words in told.items()
        if label not in _LINES
    )
    return Place(text=text, pointers=(pointer("hazards"),))


def _decision(documents: CardDocuments, decided: Decided | None) -> Place:
    where = (pointer("outcome", document=DECISION),)
    if decided is None:
        return Place(text=None, pointers=where, reason="nothing has been decided")
    text = f"{wording.capital(decided.outcome)}, {wording.day(decided.at)}, by {decided.by}: "
    text += verdicts.permission(documents.dossier)
    if decided.valid_until:
        text += f"; valid until {wording.day(decided.valid_until)}"
    return Place(text=wording.sentence(text), pointers=where)


def _signoff(one: SignOff) -> str:
    registered = f", {one.registration}" if one.registration else ""
    text = f"{one.name}{registered}, {one.role}: {one.meaning}, {wording.moment(one.at)}"
    if not one.stands:
        text += ", void or withdrawn"
    return f"{text}; {one.reasons}" if one.reasons else text
