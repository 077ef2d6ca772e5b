"""Suspending: taking a version out of use by signature, and bringing it back by signature."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from registry.domain import suspensions as rules
from registry.domain.digests import canonical
from registry.domain.people import Action, Role
from registry.domain.signatures import Proof
from registry.domain.stages import Stage
from registry.domain.standings import State
from registry.domain.suspensions import Verb
from registry.domain.trail import Act
from registry.services.reviews import causes, freezing, standing
from registry.services.work import Work
from registry.store import decisions, emergencies, reviews, standings, suspensions, versions
from registry.store import dossiers as dossier_store
from registry.store.suspensions import SuspensionRow
from registry.store.versions import VersionRow


def suspend(work: Work, model: str, number: int, *, reasons: str, proof: Proof) -> dict[str, Any]:
    """Suspend a version at once, as clinical safety officer; return its new standing.

    Raises
    ------
    ConflictError
        When no approval of it stands.
    ForbiddenError
        When the person is no clinical safety officer, or the password is wrong.
    BadInputError
        When no reasons are given.
    """
    work.require(Action.VERSION_SUSPEND)
    version = reviews.lock(work.session, versions.get(work.session, model, number).id)
    dossiers = suspensions.standing_approvals(work.session, version.id)
    _check(work, version, Verb.SUSPEND, in_use=bool(dossiers), reasons=reasons)
    work.require(
        Action.VERSION_SUSPEND,
        state=version.stage,
        sites=_sites(work, dossiers),
        role=rules.SUSPENDS,
    )
    row = _signed(
        work, version, Verb.SUSPEND, rules.SUSPENDS, dossiers, reasons=reasons, proof=proof
    )
    reason = f"{_ended(reasons)} Suspended by a {rules.SUSPENDS}."
    standing.halt(work, version, State.SUSPENDED, dossier=dossiers[-1], reason=reason)
    _record(work, Act.VERSION_SUSPENDED, version, row, dossiers)
    return decisions.standing_document(work.session, version.id)


def suspend_in_emergency(work: Work, model: str, number: int, *, reasons: str) -> dict[str, Any]:
    """Suspend a version everywhere by emergency access; return its new standing.

    The access itself was signed when it was opened. The version comes back as after any
    suspension: by the signature of whoever decides.

    Raises
    ------
    ForbiddenError
        When the actor has no emergency access open.
    ConflictError
        When no approval of it stands.
    BadInputError
        When no reasons are given.
    """
    actor = work.require(Action.EMERGENCY_STOP)
    version = reviews.lock(work.session, versions.get(work.session, model, number).id)
    dossiers = suspensions.standing_approvals(work.session, version.id)
    _check(work, version, Verb.SUSPEND, in_use=bool(dossiers), reasons=reasons)
    reason = f"{_ended(reasons)} Suspended by emergency access of {actor.name}."
    standing.halt(work, version, State.SUSPENDED, dossier=dossiers[-1], reason=reason)
    work.record(
        Act.VERSION_SUSPENDED,
        subject=versions.name_of(work.session, version),
        why=reasons,
        after={"dossiers": list(dossiers), "emergency": str(actor.emergency)},
    )
    return decisions.standing_document(work.session, version.id)


def reinstate(work: Work, model: str, number: int, *, reasons: str, proof: Proof) -> dict[str, Any]:
    """Bring a suspended version back for every approval that still holds; return its standing.

    Raises
    ------
    ConflictError
        When it is not suspended, or a review of it is open.
    StandsAgainstError
        When something would suspend it again: say a late condition, or an approval at its end.
    ForbiddenError
        When the person does not decide here, suspended it themselves, or the password is wrong.
    BadInputError
        When no reasons are given.
    """
    actor = work.require(Action.VERSION_REINSTATE)
    version = reviews.lock(work.session, versions.get(work.session, model, number).id)
    _check(work, version, Verb.REINSTATE, in_use=False, reasons=reasons)
    against, makers, dossiers = [], [], []
    for one in causes.approvals_of(work, version):
        policy = freezing.rules_over(work, one.review, one.decision.dossier)
        against += list(causes.against(work, one, policy))
        makers.append(policy.decision_maker)
        dossiers.append(one.decision.dossier)
    role = rules.check_reinstatement(
        roles=actor.roles,
        decision_makers=makers,
        person=actor.id,
        authors=dossier_store.authors(work.session, version),
        suspenders=_suspenders(work, version),
        causes=against,
    )
    work.require(
        Action.VERSION_REINSTATE,
        state=version.stage,
        sites=_sites(work, dossiers),
        role=role,
    )
    row = _signed(work, version, Verb.REINSTATE, role, dossiers, reasons=reasons, proof=proof)
    standing.move(work, version, Stage.APPROVED)
    for digest in dossiers:
        reason = f"Reinstated by the {role}: {_ended(reasons)}"
        standing.put(work, version, State.CURRENT, dossier=digest, reason=reason)
    _record(work, Act.VERSION_REINSTATED, version, row, dossiers)
    return decisions.standing_document(work.session, version.id)


def _suspenders(work: Work, version: VersionRow) -> set[UUID]:
    """Return who may have taken a version out of use: who signed so last, or could unsigned.

    A stop by emergency access has no signature of its own: it is of those whose access was open.
    """
    since = standings.suspended_since(work.session, version.id)
    could = set() if since is None else emergencies.people_with_access(work.session, since)
    signed = suspensions.of_version(work.session, version.id)
    if signed and signed[-1].verb is Verb.SUSPEND:
        could.add(signed[-1].person_id)
    return could


def _check(work: Work, version: VersionRow, verb: Verb, *, in_use: bool, reasons: str) -> None:
    """Refuse what does not go with how the version stands."""
    rules.check(
        verb,
        stage=version.stage,
        in_use=in_use,
        under_review=reviews.open_review(work.session, version.id) is not None,
        reasons=reasons,
    )


def _sites(work: Work, dossiers: Sequence[str]) -> list[str]:
    """Return the sites that approvals reach."""
    scopes = [dossier_store.scope_of(work.session, digest) for digest in dossiers]
    return sorted({site for scope in scopes for site in scope.sites})


def _signed(
    work: Work,
    version: VersionRow,
    verb: Verb,
    role: Role,
    dossiers: Sequence[str],
    *,
    reasons: str,
    proof: Proof,
) -> SuspensionRow:
    """Keep the document of an act and its signature."""
    name = versions.name_of(work.session, version)
    document = rules.document(verb, version=name, dossiers=dossiers, reasons=reasons, at=work.now())
    digest = work.artifacts.put_bytes(canonical(document)).digest
    signature = work.countersign(
        role=role,
        meaning=f"{verb}",
        subject=name,
        digest=digest,
        proof=proof,
        reasons=reasons,
    )
    row = SuspensionRow(
        id=work.new_id(),
        version_id=version.id,
        verb=verb,
        role=role,
        person_id=UUID(signature.statement["signer"]["id"]),
        reasons=reasons.strip(),
        digest=digest,
        at=work.now(),
        **signature.document(),
    )
    work.session.add(row)
    work.session.flush()
    return row


def _record(
    work: Work, act: Act, version: VersionRow, row: SuspensionRow, dossiers: Sequence[str]
) -> None:
    """Put an act on the trail."""
    work.record(
        act,
        subject=versions.name_of(work.session, version),
        why=row.reasons,
        after={"document": row.digest, "dossiers": list(dossiers), "signature": row.signature},
    )


def _ended(sentence: str) -> str:
    """Return a sentence with one full stop."""
    return sentence.strip().rstrip(".") + "."
