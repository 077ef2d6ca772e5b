"""Gathering: the documents that cards and exports render, and the signatures in them."""

from collections.abc import Mapping
from typing import Any

from registry.domain import proving
from registry.domain.errors import NotFoundError, WaitingError
from registry.services.cards.documents import CardDocuments
from registry.services.work import Work
from registry.store import decisions, policies, versions
from registry.store.versions import VersionRow


def documents_of(work: Work, row: VersionRow) -> CardDocuments:
    """Return what a version's card renders now.

    Raises
    ------
    WaitingError
        When no review of the version was ever opened.
    """
    found = decisions.of_version(work.session, work.artifacts, row.id)
    if found is None:
        name = versions.name_of(work.session, row)
        raise WaitingError(
            f"{name} has no dossier yet, and a card renders one.",
            waits_for=(f"Somebody opens a review with `cmr review open {name}`.",),
        )
    return CardDocuments(
        dossier=found.dossier,
        digest=found.digest,
        kept=found.frozen,
        decision=found.decision,
        standing=found.standing,
        signoffs=found.signoffs,
        awaited=found.awaited,
        policy=policies.kept(work.artifacts, found.dossier["policy"]["digest"]).document(),
        address=work.settings.public_url,
    )


def bundle_of(work: Work, documents: CardDocuments) -> dict[str, Any]:
    """Return every signature in a card's documents as a bundle that verifies by itself."""
    whole: Mapping[str, Any] = {"signoffs": documents.signoffs, "decision": documents.decision}
    return proving.bundle(
        list(proving.found_in(whole)),
        origin=work.settings.origin,
        public=work.keys.public(),
        assertion=_not_there,
    )


def _not_there(digest: str) -> Mapping[str, Any]:
    """Refuse a passkey's signature without its proof; documents carry the proof with it."""
    raise NotFoundError(f"The proof of the signature {digest[:80]} is not among the documents.")
