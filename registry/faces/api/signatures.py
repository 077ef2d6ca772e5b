"""Signatures: what people signed, over the API, to be checked anywhere."""

from fastapi import APIRouter

from registry.faces.http.dependencies import ReadDep
from registry.faces.http.parameters import Digest, ReviewId
from registry.faces.http.problems import problem_responses
from registry.services import signatures
from registry.shapes.signatures import EnvelopeOut, ProofOut, SignatureBundleOut

router = APIRouter(tags=["signings"])


@router.get("/assertions/{digest}", responses=problem_responses(404))
def show_assertion(work: ReadDep, digest: Digest) -> ProofOut:
    """Return what a passkey answered, by the digest that its signature names."""
    return ProofOut.model_validate(signatures.assertion(work, digest))


@router.get("/reviews/{review_id}/signatures", responses=problem_responses(404))
def bundle_signatures(work: ReadDep, review_id: ReviewId) -> SignatureBundleOut:
    """Return every signature of a review and its protocols, to be checked without the registry."""
    return SignatureBundleOut.model_validate(signatures.of_review(work, review_id))


@router.get("/reviews/{review_id}/attestation", responses=problem_responses(404))
def attest_review(work: ReadDep, review_id: ReviewId) -> EnvelopeOut:
    """Return dossier and signatures as DSSE over an in-toto Statement about the version's files."""
    return EnvelopeOut.model_validate(signatures.attestation(work, review_id))
