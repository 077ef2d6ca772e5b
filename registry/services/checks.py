"""Checks: may a version be used as asked; what is missing, and for whom it waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from registry.domain import dossiers as dossier_rules
from registry.domain import reviews as rules
from registry.domain import waivers as waiver_rules
from registry.domain.checks import Answer, after_approval, answer, covers
from registry.domain.comments import blocking
from registry.domain.days import today_at
from registry.domain.people import Action, Role
from registry.domain.policies import Rung
from registry.domain.reviews import Kind, Missing
from registry.domain.scopes import Scope, sites_in
from registry.services.work import Work
from registry.store import (
    approvals,
    comments,
    decisions,
    dossiers,
    evidence,
    models,
    policies,
    reviews,
    sites,
    standings,
    versions,
    waivers,
)
from registry.store.reviews import ReviewRow
from registry.store.versions import VersionRow


@dataclass(frozen=True, kw_only=True)
class Check:
    """What a check found.

    Attributes
    ----------
    version : str
        Such as ``heart-cad/2``.
    basis : str
        What was looked at: "approval", "review", or "records" while nothing is under way.
    review : ReviewRow or None
        The review concerned.
    scope : dict
        For what it was checked.
    answer : Answer
    missing : list of Missing
        Everything that stands in the way, the hardest first.
    criteria : list of dict
        The judged criteria, as in a dossier.
    standing : dict
    """

    version: str
    basis: Literal["approval", "review", "records"]
    review: ReviewRow | None
    scope: dict[str, Any]
    answer: Answer
    missing: list[Missing]
    criteria: list[dict[str, Any]]
    standing: dict[str, Any]


def check(
    work: Work,
    model: str,
    number: int,
    *,
    sites_asked: Sequence[str] = (),
    rung: Rung | None = None,
) -> Check:
    """Return whether a version may be used, and what is missing if not.

    Parameters
    ----------
    work : Work
    model, number
        The version.
    sites_asked : sequence of str
        Hospitals; none means those of the approval or review at hand, else of the evidence.
    rung : Rung or None
        How far; None means as far as the approval or review at hand, else the first rung.
    """
    work.require(Action.RECORD_READ)
    version = versions.get(work.session, model, number)
    for site in sites_asked:
        sites.get(work.session, site)
    under_way = reviews.open_review(work.session, version.id)
    fits = under_way is not None and covers(
        Scope.read(under_way.scope), sites=sites_asked, rung=rung
    )
    anything = not sites_asked and rung is None
    if under_way is not None and fits and anything:
        return _of_review(work, version, under_way)
    approved = _approval(work, version, sites_asked, rung)
    if approved is not None:
        return _of_approval(work, version, approved)
    if under_way is not None and fits:
        return _of_review(work, version, under_way)
    return _of_records(work, version, sites_asked, rung)


def _approval(
    work: Work, version: VersionRow, sites_asked: Sequence[str], rung: Rung | None
) -> ReviewRow | None:
    """Return the newest review whose approval stands and covers what is asked, or None."""
    for digest in reversed(standings.approved_dossiers(work.session, version.id)):
        row = reviews.by_digest(work.session, digest)
        review = reviews.get(work.session, row.review_id)
        if covers(Scope.read(review.scope), sites=sites_asked, rung=rung):
            return review
    return None


def _of_approval(work: Work, version: VersionRow, review: ReviewRow) -> Check:
    """Return what an approval that stands comes to today."""
    documents = decisions.documents(work.session, work.artifacts, review)
    decision = reviews.decision_of(work.session, review.id)
    missing = after_approval(
        [] if documents.decision is None else documents.decision["conditions"],
        waivers=[] if documents.decision is None else documents.decision.get("waivers", []),
        valid_until=None if decision is None else decision.valid_until,
        time_zone=sites.zone_of(work.session, review.scope["sites"][0]),
        now=work.now(),
    )
    return _check(work, version, "approval", review, documents.dossier, missing)


def _of_review(work: Work, version: VersionRow, review: ReviewRow) -> Check:
    """Return what an open review still lacks."""
    frozen = decisions.documents(work.session, work.artifacts, review)
    policy = policies.kept(work.artifacts, review.policy_digest)
    tier = policy.rules(frozen.dossier["policy"]["tier"])
    zone = sites.zone_of(work.session, review.scope["sites"][0])
    in_force = waivers.in_force(
        work.session,
        review.id,
        dossier=frozen.digest,
        policy=tier,
        today=today_at(zone, work.now()),
    )
    missing = rules.blockers(
        tier,
        requirements=frozen.dossier["requirements"],
        criteria=frozen.dossier["criteria"],
        signoffs=decisions.values(work.session, review.id),
        dossier=frozen.digest,
        holders=decisions.holders(work.session, policy, frozen.dossier["policy"]["tier"]),
        waivers=[waiver_rules.read(row.document) for row in in_force],
        requests=blocking(comments.values(work.session, review.id), tier),
    )
    if not missing:
        what = "Everything is there; the decision is not made."
        missing = [Missing(kind=Kind.MISSING, what=what, waits_for=tier.decision_maker.value)]
    return _check(work, version, "review", review, frozen.dossier, missing)


def _of_records(
    work: Work, version: VersionRow, sites_asked: Sequence[str], rung: Rung | None
) -> Check:
    """Return what a review opened now would lack."""
    where = tuple(sites_asked) or _measured_sites(work, version)
    at = [sites.get(work.session, site).id for site in where]
    policy = policies.over(work.session, version.model_id, at)
    model = models.in_dossier(work.session, models.by_id(work.session, version.model_id))
    tier = policy.rules(model["risk_tier"])
    scope = Scope(
        sites=where,
        population=model["population"],
        use=model["intended_use"],
        rung=rung or next(iter(tier.rungs), Rung.SILENT),
    )
    dossier = dossier_rules.assemble(
        dossiers.gather(work.session, work.artifacts, version, scope),
        scope,
        policy=policy,
        policy_digest=policies.digest(policy),
        number=reviews.next_dossier_number(work.session, version.id),
        opened={},
        today=work.now().date(),
    )
    missing = rules.blockers(
        tier,
        requirements=dossier["requirements"],
        criteria=dossier["criteria"],
        signoffs=[],
        dossier="",
        holders=decisions.holders(work.session, policy, model["risk_tier"]),
    )
    standing = approvals.standing_against(work.session, version.id)
    missing = [*standing, *missing, *_no_candidate(work, version)]
    missing.append(_no_review(scope))
    return _check(work, version, "records", None, dossier, missing)


def _measured_sites(work: Work, version: VersionRow) -> tuple[str, ...]:
    """Return the sites at which counting evidence measured a version, by name."""
    items = [
        dossiers.measured(work.session, work.artifacts, row)
        for row in evidence.attached_to(work.session, version.id)
    ]
    seen: set[str] = set().union(*(sites_in(item) for item in items if item["counts"]))
    return tuple(sorted(seen))


def _no_candidate(work: Work, version: VersionRow) -> list[Missing]:
    """Return that a build may not go into review yet, if so."""
    if versions.candidacy(work.session, version.id) is not None:
        return []
    if reviews.listed(work.session, version.id):
        return []
    what = "The version is registered only; it is not named a release candidate."
    return [Missing(kind=Kind.MISSING, what=what, waits_for=Role.MODEL_OWNER.value)]


def _no_review(scope: Scope) -> Missing:
    """Return that no review is under way for a scope."""
    where = ", ".join(scope.sites) or "any site"
    what = f"No review is open for {scope.rung} use at {where}; `cmr review open` opens one."
    return Missing(kind=Kind.MISSING, what=what, waits_for=Role.MODEL_OWNER.value)


def _check(
    work: Work,
    version: VersionRow,
    basis: Literal["approval", "review", "records"],
    review: ReviewRow | None,
    dossier: dict[str, Any],
    missing: list[Missing],
) -> Check:
    """Return a check over a dossier."""
    return Check(
        version=versions.name_of(work.session, version),
        basis=basis,
        review=review,
        scope=dossier["scope"],
        answer=answer(missing),
        missing=missing,
        criteria=dossier["criteria"],
        standing=decisions.standing_document(work.session, version.id),
    )
