"""Documents: what a card renders, and nothing besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from registry.domain.cards import code_of
from registry.domain.digests import canonical, canonical_with, digest_of
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
    kept : bytes or None
        The dossier's canonical bytes as they are kept; None where they are not at hand.
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
    kept: bytes | None = None
    address: str | None = None

    @cached_property
    def frozen(self) -> bytes:
        """The dossier's canonical bytes: those that its digest names."""
        return canonical(self.dossier) if self.kept is None else self.kept

    @cached_property
    def whole_digest(self) -> str:
        """The digest of all documents together."""
        further = {
            "digest": self.digest,
            "decision": self.decision,
            "standing": self.standing,
            "signoffs": list(self.signoffs),
            "awaited": list(self.awaited),
        }
        return digest_of(canonical_with(further, {"dossier": self.frozen}))

    @cached_property
    def code(self) -> str:
        """The code that is printed on the card of these documents."""
        return code_of(self.whole_digest)


def issued_at(documents: CardDocuments) -> datetime:
    """Return the time of the newest document that the card renders."""
    moments = [documents.dossier["opened"]["at"]]
    moments += [signoff["at"] for signoff in documents.signoffs]
    if documents.decision is not None:
        moments.append(documents.decision["decided"]["at"])
    if documents.standing is not None:
        moments.append(documents.standing["since"])
    return max(datetime.fromisoformat(str(moment)) for moment in moments)
