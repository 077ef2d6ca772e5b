"""Causes: the approvals of a version, and what would take one out of use by itself, now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.domain import checks
from registry.domain.conditions import suspends
from registry.domain.days import today_at
from registry.domain.policies import TierRules
from registry.domain.stages import Stage
from registry.domain.suspensions import Cause
from registry.domain.waivers import expired, lapsed_sentence
from registry.services.work import Work
from registry.store import approvals, dependents, sites, suspensions, versions
from registry.store.approvals import Approval
from registry.store.reviews import DecisionRow, ReviewRow
from registry.store.versions import VersionRow


@dataclass(frozen=True, kw_only=True)
class Approved:
    """One approval, read once, with everything that it hangs on.

    Attributes
    ----------
    review : ReviewRow
    decision : DecisionRow
    conditions : sequence of dict
        As they stand now.
    waivers : sequence of dict
        As the decision was signed.
    today : date
        At the first site of the scope, where the days of the approval are counted.
    """

    review: ReviewRow
    decision: DecisionRow
    conditions: Sequence[dict[str, Any]]
    waivers: Sequence[dict[str, Any]]
    today: date

    @property
    def lapsed(self) -> bool:
        """Whether its last day has ended."""
        return checks.has_ended(self.decision.valid_until, today=self.today)


def approved(work: Work, approval: Approval) -> Approved:
    """Return an approval as it stands now."""
    bounds = approvals.bounds(work.session, work.artifacts, approval)
    return Approved(
        review=approval.review,
        decision=approval.decision,
        conditions=bounds.conditions,
        waivers=bounds.waivers,
        today=today_at(bounds.time_zone, work.now()),
    )


def approvals_of(work: Work, version: VersionRow) -> Iterator[Approved]:
    """Yield the approvals of a version that hold, or would if it were not suspended."""
    if version.stage is Stage.APPROVED:
        dossiers = suspensions.standing_approvals(work.session, version.id)
    else:
        dossiers = suspensions.suspended_approvals(work.session, version.id)
    for digest in dossiers:
        approval = approvals.over(work.session, digest)
        if approval is not None:
            yield approved(work, approval)


def today_of(work: Work, review: ReviewRow) -> date:
    """Return the date where the days of a review's approval are counted: at its first site."""
    return today_at(sites.zone_of(work.session, review.scope["sites"][0]), work.now())


def against(work: Work, one: Approved, policy: TierRules) -> Iterator[Cause]:
    """Yield what would suspend an approval, or end it; nothing while it may stand."""
    if one.lapsed:
        yield Cause(kind="lapse", sentence=f"The approval ended on {one.decision.valid_until}.")
    for sentence in suspends(one.conditions, work.now()):
        yield Cause(kind="condition", sentence=sentence)
    if policy.waivers is not None and policy.waivers.on_expiry == "suspend":
        for waiver in expired(one.waivers, today=one.today):
            yield Cause(kind="waiver", sentence=lapsed_sentence(waiver["document"]))
    yield from _withdrawn(work, one, policy)


def _withdrawn(work: Work, one: Approved, policy: TierRules) -> Iterator[Cause]:
    """Yield the datasets withdrawn since a decision for which its policy suspends."""
    says = policy.on_dataset_withdrawn
    if says is None:
        return
    version = versions.by_id(work.session, one.review.version_id)
    for found in dependents.withdrawn_under(work.session, version, since=one.decision.decided_at):
        consequence = says.evidence if found.rests == dependents.EVIDENCE else says.training
        if consequence == "suspend":
            yield Cause(kind="dataset", sentence=found.sentence)
