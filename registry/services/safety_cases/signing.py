"""Signing: the safety officer's signature over the whole of a case."""

from typing import Any
from uuid import UUID

from registry.domain import safety_cases as rules
from registry.domain.errors import ConflictError, WaitingError
from registry.domain.people import Action
from registry.domain.reviews import StaleDossierError
from registry.domain.safety_cases import CaseState
from registry.domain.signatures import Proof
from registry.domain.trail import Act
from registry.services.safety_cases.reading import described
from registry.services.work import Work
from registry.store import dossiers, people, reviews, safety_cases, versions
from registry.store.safety_cases import SafetyCaseRow, SafetyCaseSignatureRow

MEANING = "approval of the clinical safety case"


def sign(work: Work, case_id: UUID, *, digest: str, reasons: str, proof: Proof) -> dict[str, Any]:
    """Sign a case as the safety officer whose case it is; a former one is superseded by it.

    Parameters
    ----------
    work : Work
        With the signer as its actor: the clinical safety officer of a release, the site safety
        officer of that hospital for a deployment.
    case_id : UUID
    digest : str
        Of the case that the signer read.
    reasons : str
    proof : Proof

    Raises
    ------
    ConflictError
        When another case is newer, it is signed already, or another document was seen.
    StaleDossierError
        When the records have left it behind.
    WaitingError
        When it lacks what nobody may sign without.
    RuleBrokenError
        When the signer made the version.
    """
    work.require(Action.SAFETY_CASE_SIGN)
    row = safety_cases.get(work.session, case_id)
    version = versions.by_id(work.session, row.version_id)
    reviews.lock(work.session, version.id)
    document = safety_cases.document_of(work.artifacts, row)
    site, role = document["site"], rules.signer_of(document["site"])
    actor = work.require(Action.SAFETY_CASE_SIGN, sites=[] if site is None else [site], role=role)
    if digest != row.digest:
        raise ConflictError(f"What you saw ({digest[:24]}…) is not what is kept.")
    rules.check_signer(actor.id, dossiers.authors(work.session, version))
    _require_signable(work, row, document)
    signature = work.countersign(
        role=role,
        meaning=MEANING,
        subject=f"{row.subject}, safety case {row.number}",
        digest=row.digest,
        proof=proof,
        reasons=reasons,
        policy=_policy(document),
    )
    work.session.add(
        SafetyCaseSignatureRow(
            id=work.new_id(),
            digest=row.digest,
            person_id=actor.id,
            role=role,
            registration=people.record_of(work.session, actor.id).document.get("registration"),
            meaning=MEANING,
            reasons=reasons.strip() or None,
            signed_at=work.now(),
            **signature.document(),
        )
    )
    work.session.flush()
    work.record(
        Act.SAFETY_CASE_SIGNED,
        subject=f"version {document['version']}",
        why=reasons,
        after={
            "role": role.value,
            **safety_cases.facts_of(row, site),
            "key": signature.key,
            "signature": signature.signature,
        },
    )
    return described(work, row)


def _require_signable(work: Work, row: SafetyCaseRow, document: dict[str, Any]) -> None:
    """Refuse to sign a case that is not the newest, signed already, stale, or that lacks a part."""
    standing = safety_cases.standing(work.session, work.artifacts, row)
    if standing.state is CaseState.SIGNED:
        raise ConflictError("This case is signed already; nothing was signed.")
    if standing.state is CaseState.SUPERSEDED:
        raise ConflictError("A newer case was written; read and sign that one.")
    if standing.stale:
        raise StaleDossierError(
            f"Since it was written changed: {'; '.join(standing.stale)}. Write it anew with "
            "`cmr safety-case draft` and `submit`; what you argued is in the draft."
        )
    lacking = rules.lacks(document)
    if lacking:
        raise WaitingError("The case cannot be signed yet.", waits_for=tuple(lacking))


def _policy(document: dict[str, Any]) -> str:
    """Return under which policy the version is reviewed."""
    policy = document["generated"]["management"]["policy"]
    return f"{policy['name']}/{policy['version']}"
