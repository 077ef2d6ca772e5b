"""Documents: what a card renders, and nothing besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.domain.judgements.exhibits import Document


@dataclass(frozen=True, kw_only=True)
class CardDocuments:
    """All that a card renders.

    Attributes
    ----------
    dossier : Document
        A ``cmr.dossier/1``.
    digest : str
        The dossier's digest.
    decision : Document or None
        The ``cmr.decision/1`` over that dossier, or None before there is one.
    standing : Document or None
        The newest ``cmr.standing/1``.
    signoffs : sequence of Document
        Every sign-off over the dossier, void and withdrawn ones too, in order of time.
    awaited : sequence of Document
        Sign-offs that policy asks for and that nobody has given: ``role``, ``meaning``.
    policy : Document or None
        The ``cmr.policy/1`` that the dossier cites by its digest; None where it is not at hand.
    """

    dossier: Document
    digest: str
    decision: Document | None = None
    standing: Document | None = None
    signoffs: Sequence[Document] = ()
    awaited: Sequence[Document] = ()
    policy: Document | None = None


def issued_at(documents: CardDocuments) -> datetime:
    """Return the time of the newest document that the card renders."""
    moments = [documents.dossier["opened"]["at"]]
    moments += [signoff["at"] for signoff in documents.signoffs]
    if documents.decision is not None:
        moments.append(documents.decision["decided"]["at"])
    if documents.standing is not None:
        moments.append(documents.standing["since"])
    return max(datetime.fromisoformat(str(moment)) for moment in moments)
