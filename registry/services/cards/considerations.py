"""Considerations: the thirteen, each with what is said, what is asked and what was computed."""

from registry.domain.judgements import considerations
from registry.domain.judgements.considerations import Answer
from registry.services.cards.documents import CardDocuments
from reports.content import CONSIDERATIONS, Consideration, Considerations, Section, Tone


def section(documents: CardDocuments) -> Section:
    """Return section 4."""
    dossier = documents.dossier
    found = considerations.answers(dossier, documents.decision)
    return Section(
        heading=CONSIDERATIONS,
        lede=considerations.lede(dossier),
        blocks=(Considerations(title="", items=tuple(_item(one) for one in found)),),
    )


def _item(answer: Answer) -> Consideration:
    return Consideration(
        number=answer.number,
        title=answer.title,
        state=answer.state,
        text=answer.text,
        tone=Tone(answer.tone),
        by=answer.by,
        policy=answer.policy,
        evidence=tuple(f"{one.text} (section\u00a0{one.section:d})" for one in answer.computed),
    )
