"""Causes: what would take an approval out of use by itself, now."""

import json
from collections.abc import Iterator
from typing import Any

from registry.domain import checks
from registry.domain.conditions import suspends
from registry.domain.days import today_at
from registry.domain.policies import TierRules
from registry.domain.suspensions import Cause
from registry.domain.waivers import expired, lapsed_sentence
from registry.services.work import Work
from registry.store import conditions, dependents, reviews, sites, versions
from registry.store.reviews import DecisionRow, ReviewRow


def zone_of(work: Work, review: ReviewRow) -> str:
    """Return the time zone in which an approval's days are counted: its first site's."""
    return sites.zone_of(work.session, review.scope["sites"][0])


def has_lapsed(work: Work, review: ReviewRow, decision: DecisionRow) -> bool:
    """Tell whether an approval's last day has ended at its site."""
    today = today_at(zone_of(work, review), work.now())
    return checks.has_ended(decision.valid_until, today=today)


def waivers_of(work: Work, decision: DecisionRow) -> list[dict[str, Any]]:
    """Return the waivers that a decision rests on, as it was signed."""
    found: list[dict[str, Any]] = json.loads(work.artifacts.read(decision.digest)).get(
        "waivers", []
    )
    return found


def against(work: Work, review: ReviewRow, policy: TierRules) -> list[Cause]:
    """Return what would suspend an approval, or end it; empty while it may stand."""
    decision = reviews.decision_of(work.session, review.id)
    return [] if decision is None else list(_against(work, review, decision, policy))


def _against(
    work: Work, review: ReviewRow, decision: DecisionRow, policy: TierRules
) -> Iterator[Cause]:
    """Yield each thing that speaks against an approval by itself."""
    if has_lapsed(work, review, decision):
        yield Cause(kind="lapse", sentence=f"The approval ended on {decision.valid_until}.")
    for sentence in suspends(conditions.of_decision(work.session, decision), work.now()):
        yield Cause(kind="condition", sentence=sentence)
    if policy.waivers is not None and policy.waivers.on_expiry == "suspend":
        today = today_at(zone_of(work, review), work.now())
        for waiver in expired(waivers_of(work, decision), today=today):
            yield Cause(kind="waiver", sentence=lapsed_sentence(waiver["document"]))
    yield from _withdrawn(work, review, decision, policy)


def _withdrawn(
    work: Work, review: ReviewRow, decision: DecisionRow, policy: TierRules
) -> Iterator[Cause]:
    """Yield the datasets withdrawn since a decision for which its policy suspends."""
    says = policy.on_dataset_withdrawn
    if says is None:
        return
    version = versions.by_id(work.session, review.version_id)
    for one in dependents.withdrawn_under(work.session, version, since=decision.decided_at):
        consequence = says.evidence if one.rests == dependents.EVIDENCE else says.training
        if consequence == "suspend":
            yield Cause(kind="dataset", sentence=one.sentence)
