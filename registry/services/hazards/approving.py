"""Approving: the safety officer's signature over a plan or over an issue of the log."""

from registry.domain.errors import ConflictError
from registry.domain.people import Role
from registry.domain.signatures import Proof
from registry.services.work import Work
from registry.store import hazard_plans, people
from registry.store.hazard_plans import HazardApprovalRow


def approve(
    work: Work,
    *,
    digest: str,
    seen: str,
    subject: str,
    meaning: str,
    reasons: str,
    proof: Proof,
) -> None:
    """Keep the actor's signature, as clinical safety officer, over a document by its digest.

    Parameters
    ----------
    work : Work
    digest : str
        Of the document as it is kept.
    seen : str
        Of what the person saw.
    subject, meaning, reasons : str
    proof : Proof

    Raises
    ------
    ConflictError
        When it is approved already, or the person saw another document.
    ForbiddenError
        When the person does not hold the role, or the proof does not hold.
    """
    if seen != digest:
        raise ConflictError(f"What you saw ({seen[:24]}…) is not what is kept ({digest[:24]}…).")
    if hazard_plans.approval(work.session, digest) is not None:
        raise ConflictError("This was approved already; nothing was signed.")
    signature = work.countersign(
        role=Role.CLINICAL_SAFETY_OFFICER,
        meaning=meaning,
        subject=subject,
        digest=digest,
        proof=proof,
        reasons=reasons,
    )
    actor = work.actor
    assert actor is not None  # noqa: S101 -- countersigning refuses nobody's signature
    record = people.record_of(work.session, actor.id).document
    work.session.add(
        HazardApprovalRow(
            id=work.new_id(),
            digest=digest,
            person_id=actor.id,
            role=Role.CLINICAL_SAFETY_OFFICER,
            registration=record.get("registration"),
            meaning=meaning,
            signed_at=work.now(),
            **signature.document(),
        )
    )
    work.session.flush()
