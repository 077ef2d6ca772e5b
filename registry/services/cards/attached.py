"""Attached: which documents travel inside a card's PDF, and what each of them is."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from registry.domain.judgements.exhibits import Document
from registry.services.cards.documents import CardDocuments

DOSSIER: Final = "dossier.json"
DECISION: Final = "decision.json"
STANDING: Final = "standing.json"
SIGNATURES: Final = "signatures.json"
BUNDLE: Final = "signature-bundle.json"
CHAI: Final = "chai.xml"
CARD: Final = "card.json"
RELATIONSHIPS: Final[Mapping[str, Literal["Data", "Source", "Supplement"]]] = MappingProxyType(
    {CHAI: "Supplement", CARD: "Source"}
)
"""What an attachment is to the card; any other is data."""


def assessment(evidence: Document) -> str:
    """Return the name under which the assessment of an evidence is attached."""
    return f"assessment-{evidence['number']}.json"


def listed(documents: CardDocuments) -> Iterator[tuple[str, str]]:
    """Yield the name of each attachment of an issued card and what it is, in their order."""
    yield DOSSIER, "The dossier: all that the decision rests on"
    if documents.decision is not None:
        yield DECISION, "The decision over the dossier, its conditions as they stand"
    if documents.standing is not None:
        yield STANDING, "How the version stands"
    yield SIGNATURES, "Every sign-off with the statement that was signed"
    yield BUNDLE, "Sign-offs and decision with all that proves them"
    for evidence in documents.dossier["evidence"]:
        yield assessment(evidence), f"The assessment of evidence {evidence['number']}: every number"
    yield CHAI, "The CHAI Applied Model Card of this version"
    yield CARD, "What the pages say, for machines"
