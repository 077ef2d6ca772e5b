"""Signatures: what people signed, over the API, to be checked anywhere."""

from typing import Annotated

from fastapi import APIRouter, Query

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


@router.get("/signatures", responses=problem_responses(404, 422))
def bundle_signatures_about(
    work: ReadDep,
    subject: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            description="What the statements name as a whole word, or the digest that was signed.",
            examples=["heart-cad/2"],
        ),
    ],
    documents: Annotated[
        bool, Query(description="Whether what was signed is wanted, too.", examples=[True])
    ] = False,
) -> SignatureBundleOut:
    """Return every signature about a subject, to be checked without the registry.

    A version's are those of its reviews, decisions, conditions, waivers and delegations, of its
    suspensions, and of its deployments; `model NAME` has those of its plans and hazard logs,
    `person LOGIN` those of emergency access, `protocol sha256:…` those of a protocol.
    """
    return SignatureBundleOut.model_validate(
        signatures.about(work, subject, with_documents=documents)
    )


@router.get("/reviews/{review_id}/signatures", responses=problem_responses(404))
def bundle_signatures(work: ReadDep, review_id: ReviewId) -> SignatureBundleOut:
    """Return every signature of a review and its protocols, to be checked without the registry."""
    return SignatureBundleOut.model_validate(signatures.of_review(work, review_id))


@router.get("/reviews/{review_id}/attestation", responses=problem_responses(404))
def attest_review(work: ReadDep, review_id: ReviewId) -> EnvelopeOut:
    """Return dossier and signatures as DSSE over an in-toto Statement about the version's files."""
    return EnvelopeOut.model_validate(signatures.attestation(work, review_id))
