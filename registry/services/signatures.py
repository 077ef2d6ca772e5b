"""Signatures: what people signed, given out so that it can be checked anywhere."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from registry.domain import attestations, passkeys, proving
from registry.domain.errors import BadInputError, NotFoundError
from registry.domain.people import Action
from registry.services.work import Work
from registry.store import decisions, delegations, protocols, reviews, waivers
from registry.store import signatures as kept

LARGEST = 32 * 2**20  # bytes of documents in one bundle


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


def about(work: Work, subject: str, *, with_documents: bool = False) -> dict[str, Any]:
    """Return every signature about a subject, wherever the registry keeps it, as a bundle.

    Parameters
    ----------
    subject : str
        A whole word of what the statements name, such as ``heart-cad/2``, ``Hungary`` or
        ``model heart-cad``; or the digest of the document that was signed.
    with_documents : bool
        Whether what was signed is in it, too, each document once.

    Raises
    ------
    NotFoundError
        When nobody signed anything about it.
    BadInputError
        When the documents are too large for one file.
    """
    work.require(Action.RECORD_READ)
    found = kept.about(work.session, subject)
    if not found:
        raise NotFoundError(
            f"Nobody signed anything about “{subject[:80]}”; name it as a statement does, such as "
            "heart-cad/2, “model heart-cad”, Hungary or the digest of what was signed."
        )
    bundle = _proved(work, found)
    if not with_documents:
        return bundle
    return {**bundle, "documents": _documents(work, found)}


def _documents(work: Work, found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the documents that were signed, each once, in the order of their signatures."""
    digests = dict.fromkeys(str(one["statement"]["digest"]) for one in found)
    size = sum(work.artifacts.size(digest) for digest in digests)
    if size > LARGEST:
        raise BadInputError(
            f"what was signed is {size:,} bytes, more than the {LARGEST:,} of one file; "
            "ask about less, such as one digest.",
            field="documents",
        )
    return [json.loads(work.artifacts.read(digest)) for digest in digests]


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
        "waivers": [
            waivers.described(work.session, row)
            for row in waivers.of_review(work.session, review.id)
        ],
        "delegations": [
            reviews.signature_of(row) for row in delegations.of_review(work.session, review.id)
        ],
    }
    return documents, _proved(work, whole)


def _proved(work: Work, whole: Any) -> dict[str, Any]:  # noqa: ANN401 -- any JSON
    """Return every signature that stands in a document, each once and with what proves it."""
    return proving.bundle(
        list(proving.found_in(whole)),
        origin=work.settings.origin,
        public=work.keys.public(),
        assertion=lambda digest: _assertion(work, digest),
    )
