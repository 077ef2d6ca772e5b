"""Harm: hazards, incidents and failures that somebody looked at."""

from registry.domain.judgements import safety
from registry.services.cards.documents import CardDocuments
from reports.content import HARM, Fact, Facts, Section


def section(documents: CardDocuments) -> Section:
    """Return section 5."""
    found = safety.lines(documents.dossier)
    facts = tuple(Fact(label=label, value=text) for label, text in found)
    return Section(
        heading=HARM,
        lede="What can go wrong, what is done about it, and what did go wrong.",
        blocks=(Facts(title="", facts=facts),),
    )
