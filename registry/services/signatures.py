"""Signatures: what people signed, given out so that it can be checked anywhere."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from registry.domain import attestations, passkeys, proving
from registry.domain.errors import NotFoundError
from registry.domain.people import Action
from registry.services.work import Work
from registry.store import decisions, protocols, reviews


def assertion(work: Work, digest: str) -> dict[str, Any]:
    """Return what a passkey answered, by the digest that a signature names.

    Raises
    ------
    NotFoundError
        When nothing of the kind is kept under it.
    """
    work.require(Action.RECORD_READ)
    return _assertion(work, digest)


def _assertion(work: Work, digest: str) -> dict[str, Any]:
    """Return an assertion that is kept."""
    if work.artifacts.has(digest) and work.artifacts.size(digest) < passkeys.LARGEST:
        found = _read(work.artifacts.read(digest))
        if found.get("schema") == passkeys.ASSERTION:
            return found
    raise NotFoundError(f"No passkey's answer is kept under {digest[:80]}.")


def _read(content: bytes) -> dict[str, Any]:
    """Return the JSON object that bytes hold; an empty one where they hold none."""
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def of_review(work: Work, review_id: UUID) -> dict[str, Any]:
    """Return every signature of a review, and of the protocols under it, as a bundle.

    Raises
    ------
    NotFoundError
        When there is no such review.
    """
    work.require(Action.RECORD_READ)
    return _bundle(work, review_id)[1]


def attestation(work: Work, review_id: UUID) -> dict[str, Any]:
    """Return a review's dossier with its signatures as DSSE over an in-toto Statement."""
    work.require(Action.RECORD_READ)
    documents, bundle = _bundle(work, review_id)
    statement = attestations.statement(
        documents.dossier, decision=documents.decision, bundle=bundle
    )
    return attestations.envelope(statement, work.keys.signing())


def _bundle(work: Work, review_id: UUID) -> tuple[decisions.Documents, dict[str, Any]]:
    """Return the documents of a review, and every signature in them with its proof."""
    review = reviews.get(work.session, review_id)
    documents = decisions.documents(work.session, work.artifacts, review)
    whole: Mapping[str, Any] = {
        "protocols": [
            protocols.described(work.session, protocols.get(work.session, one["digest"]))
            for one in documents.dossier["protocols"]
        ],
        "signoffs": documents.signoffs,
        "decision": documents.decision,
    }
    bundle = proving.bundle(
        list(proving.found_in(whole)),
        origin=work.settings.origin,
        public=work.keys.public(),
        assertion=lambda digest: _assertion(work, digest),
    )
    return documents, bundle
