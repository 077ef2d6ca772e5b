"""Opening: a review of a version for a scope, with its first dossier; and freezing anew."""

from typing import Any
from uuid import UUID

from registry.domain.digests import canonical
from registry.domain.dossiers import changes
from registry.domain.errors import BadInputError, ConflictError
from registry.domain.people import Action
from registry.domain.reviews import SignOff, require_seats, valid
from registry.domain.scopes import Scope
from registry.domain.stages import Stage, may_open_review, require_candidate
from registry.domain.trail import Act
from registry.services.reviews import freezing, standing
from registry.services.work import Work
from registry.store import decisions, models, policies, reviews, sites, versions
from registry.store.reviews import DossierRow, ReviewRow


def open_review(
    work: Work, model: str, number: int, *, scope: Scope, reason: str = ""
) -> ReviewRow:
    """Open a review under the policies that bind it and freeze its first dossier.

    Where nothing changed since the last decided dossier, `reason` must say why it is reviewed
    again, and whoever objected to it has the first word.

    Raises
    ------
    BadInputError
        When the scope says nothing, a prevalence belongs to no site of it, or a reason is needed.
    NotFoundError
        When the version or a site is not registered.
    ConflictError
        When a review of this version is open already.
    WaitingError
        When the version is no release candidate, or too few people hold a role that must sign.
    """
    actor = work.require(Action.REVIEW_OPEN)
    version = reviews.lock(work.session, versions.get(work.session, model, number).id)
    _check(work, scope)
    already = reviews.open_review(work.session, version.id)
    if already is not None:
        raise ConflictError(f"{model}/{number} is in review {already.id}; decide that one first.")
    if not may_open_review(version.stage):
        raise ConflictError(f"A version that is {version.stage} cannot go into review.")
    work.require(Action.REVIEW_OPEN, state=version.stage)
    name = versions.name_of(work.session, version)
    reviewed = bool(reviews.listed(work.session, version.id))
    named = versions.candidacy(work.session, version.id) is not None
    require_candidate(name, named=named or reviewed)
    site_ids = [sites.get(work.session, site).id for site in scope.sites]
    policy = policies.over(work.session, version.model_id, site_ids)
    tier = models.risk_tier(work.session, version.model_id)
    require_seats(policy.rules(tier).signoffs, decisions.holders(work.session, policy, tier))
    review = ReviewRow(
        id=work.new_id(),
        version_id=version.id,
        scope=scope.document(),
        policy_name=policy.name,
        policy_version=policy.version,
        policy_digest=work.artifacts.put_bytes(canonical(policy.document())).digest,
        opened_by=actor.id,
        opened_at=work.now(),
        reason=reason.strip() or None,
    )
    recorded = freezing.as_recorded(work, review)
    review.unchanged_from = _unchanged_from(work, review, recorded)
    if review.unchanged_from is not None and review.reason is None:
        raise BadInputError(
            f"nothing changed since dossier {review.unchanged_from} was decided; "
            "say why it is reviewed again.",
            field="reason",
        )
    work.session.add(review)
    work.session.flush()
    if version.stage is not Stage.APPROVED:
        standing.move(work, version, Stage.IN_REVIEW)
    dossier = freezing.freeze(work, review, actor, recorded)
    work.record(
        Act.REVIEW_OPENED,
        subject=name,
        why=review.reason or "",
        after={
            "review": str(review.id),
            "dossier": dossier.digest,
            "scope": review.scope,
            "unchanged_from": review.unchanged_from,
        },
    )
    return review


def _unchanged_from(work: Work, review: ReviewRow, recorded: dict[str, Any]) -> str | None:
    """Return the digest of the last dossier if a new one would say the same, else None."""
    last = reviews.last_dossier(work.session, review.version_id)
    if last is None:
        return None
    before = freezing.frozen(work, last.digest)
    return None if changes(before, recorded) else last.digest


def _check(work: Work, scope: Scope) -> None:
    """Refuse a scope that names no place, or that leaves open on whom and for what."""
    if not scope.sites:
        raise BadInputError("name at least one site.", field="sites")
    for name, values in (("sites", scope.sites), ("findings", scope.findings)):
        if len(set(values)) != len(values):
            raise BadInputError("names one twice.", field=name)
    for name in ("population", "use"):
        if not getattr(scope, name).strip():
            raise BadInputError("say it in words.", field=name)
    for site in scope.sites:
        sites.get(work.session, site)
    for site, prevalence in scope.site_prevalence.items():
        if site not in scope.sites:
            raise BadInputError(f"“{site}” is not in the scope.", field="site_prevalence")
        if not 0 < prevalence < 1:
            raise BadInputError(f"{site}: must lie between 0 and 1.", field="site_prevalence")


def refreeze(work: Work, review_id: UUID) -> DossierRow:
    """Freeze what the records say now; the sign-offs over the older dossier become void.

    Raises
    ------
    ConflictError
        When nothing changed, or the review is decided.
    """
    actor = work.require(Action.REVIEW_OPEN)
    review = reviews.get(work.session, review_id)
    version = freezing.open_for_work(work, review)
    work.require(Action.REVIEW_OPEN, state=freezing.state_of(work, review))
    before = reviews.dossier_of(work.session, review.id)
    recorded = freezing.as_recorded(work, review)
    parts = changes(freezing.frozen(work, before.digest), recorded)
    if not parts:
        raise ConflictError("Nothing changed inside the dossier, so that it stands as it is.")
    voided = valid(decisions.values(work.session, review.id), before.digest)
    after = freezing.freeze(work, review, actor, recorded)
    work.record(
        Act.REVIEW_REFROZEN,
        subject=versions.name_of(work.session, version),
        why=f"changed: {', '.join(parts)}",
        before={"dossier": before.digest, "signoffs": _listed(voided)},
        after={"review": str(review.id), "dossier": after.digest},
    )
    return after


def _listed(signoffs: list[SignOff]) -> list[str]:
    """Return who had signed as what."""
    return [f"{signoff.name}, {signoff.role}: {signoff.meaning}" for signoff in signoffs]
