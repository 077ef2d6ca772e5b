"""Trying: what a policy would have said about every version that was reviewed so far."""

import json
from dataclasses import dataclass
from typing import Any

from registry.domain import dossiers as dossier_rules
from registry.domain import policies as rules
from registry.domain import reviews as review_rules
from registry.domain.people import Action
from registry.domain.policies import Policy
from registry.domain.reviews import Missing
from registry.services.work import Work
from registry.store import decisions, policies, reviews, versions
from registry.store.reviews import ReviewRow


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What one policy says about one version's last dossier, beside what was said.

    Attributes
    ----------
    version : str
        Such as ``heart-cad/2``.
    dossier : int
        The number of its last dossier.
    under : str
        The policy it was frozen under.
    outcome : str
        How the review was decided; "open" while it is not.
    then, now : list of Missing
        What stood, and what would stand, between the dossier and an approval.
    """

    version: str
    dossier: int
    under: str
    outcome: str
    then: list[Missing]
    now: list[Missing]

    @property
    def added(self) -> list[str]:
        """What would stand in the way that did not."""
        known = {_asked(one) for one in self.then}
        return [one.what for one in self.now if _asked(one) not in known]

    @property
    def gone(self) -> list[str]:
        """What stood in the way and no longer would."""
        known = {_asked(one) for one in self.now}
        return [one.what for one in self.then if _asked(one) not in known]


def _asked(one: Missing) -> str:
    """Return what is missing, whoever comes first: an order alone asks nothing more."""
    return one.what.partition(", after the ")[0].rstrip(".")


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A policy, what it says about each version with a dossier, and which versions have none."""

    policy: Policy
    trials: list[Trial]
    without: list[str]


def attempt(work: Work, text: str) -> Tried:
    """Return what a policy would have said about every version's last dossier; nothing is kept.

    Each dossier is judged as of the day it was frozen, with the sign-offs given over it; what
    people said of protocols and evidence since is not asked.

    Raises
    ------
    BadInputError
        When the policy cannot be read.
    """
    work.require(Action.RECORD_READ)
    policy = rules.read(text)
    last = {review.version_id: review for review in reviews.listed(work.session)}
    found = [_tried(work, policy, review) for review in last.values()]
    without = [
        versions.name_of(work.session, row)
        for row in versions.everyone(work.session)
        if row.id not in last
    ]
    return Tried(policy=policy, trials=sorted(found, key=lambda one: one.version), without=without)


def _tried(work: Work, policy: Policy, review: ReviewRow) -> Trial:
    """Judge a review's last dossier by its own policy and by another."""
    frozen = reviews.dossier_of(work.session, review.id)
    dossier = json.loads(work.artifacts.read(frozen.digest))
    before = policies.kept(work.artifacts, review.policy_digest)
    made = reviews.decision_of(work.session, review.id)
    version = versions.by_id(work.session, review.version_id)
    return Trial(
        version=versions.name_of(work.session, version),
        dossier=frozen.number,
        under=before.label,
        outcome="open" if made is None else made.outcome.value,
        then=_blocked(work, before, review, frozen.digest, dossier),
        now=_blocked(work, policy, review, frozen.digest, dossier_rules.judged_by(policy, dossier)),
    )


def _blocked(
    work: Work, policy: Policy, review: ReviewRow, digest: str, dossier: dict[str, Any]
) -> list[Missing]:
    """Return what stands between a dossier and its approval under a policy."""
    tier = dossier["policy"]["tier"]
    return review_rules.blockers(
        policy.rules(tier),
        requirements=dossier["requirements"],
        criteria=dossier["criteria"],
        signoffs=decisions.values(work.session, review.id),
        dossier=digest,
        holders=decisions.holders(work.session, policy, tier),
    )
