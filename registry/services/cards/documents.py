"""Documents: what a card renders, and nothing besides."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property

from registry.domain.cards import code_of
from registry.domain.digests import document_digest
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
    address : str or None
        Where readers reach this registry; it is printed, but is no document.
    """

    dossier: Document
    digest: str
    decision: Document | None = None
    standing: Document | None = None
    signoffs: Sequence[Document] = ()
    awaited: Sequence[Document] = ()
    policy: Document | None = None
    address: str | None = None

    @cached_property
    def whole_digest(self) -> str:
        """The digest of all documents together."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        del named["address"], named["policy"]  # the policy follows from the dossier
        return document_digest({name: _plain(value) for name, value in named.items()})

    @cached_property
    def code(self) -> str:
        """The code that is printed on the card of these documents."""
        return code_of(self.whole_digest)


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    return list(value) if isinstance(value, tuple) else value


def issued_at(documents: CardDocuments) -> datetime:
    """Return the time of the newest document that the card renders."""
    moments = [documents.dossier["opened"]["at"]]
    moments += [signoff["at"] for signoff in documents.signoffs]
    if documents.decision is not None:
        moments.append(documents.decision["decided"]["at"])
    if documents.standing is not None:
        moments.append(documents.standing["since"])
    return max(datetime.fromisoformat(str(moment)) for moment in moments)
