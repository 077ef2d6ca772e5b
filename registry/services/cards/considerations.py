"""Considerations: the thirteen, each stated, not available for a reason, or missing."""

from registry.domain.judgements import records, wording
from registry.domain.judgements.exhibits import Document
from registry.services.cards.documents import CardDocuments
from reports.content import CONSIDERATIONS, Consideration, Considerations, Section, Tone


def section(documents: CardDocuments) -> Section:
    """Return section 4."""
    items = tuple(_item(entry) for entry in documents.dossier["statements"])
    return Section(
        heading=CONSIDERATIONS,
        lede="What every clinical model must answer for: stated by a named person, not available "
        "for a reason, or missing.",
        blocks=(Considerations(title="", items=items),),
    )


def _item(entry: Document) -> Consideration:
    state, text, tone = records.consideration(entry)
    by = ""
    if entry.get("author"):
        by = f"{entry['author']['name']}, {wording.day(entry['at'])}"
    return Consideration(
        number=int(entry["consideration"]),
        title=entry["title"],
        state=state,
        text=text,
        tone=Tone(tone),
        by=by,
    )
