"""Reading: the policies there are, those on offer, and who could sign what they ask."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from registry.domain import policies as rules
from registry.domain.errors import BadInputError
from registry.domain.people import Action
from registry.domain.policies import Difference, Policy
from registry.services.work import Work
from registry.store import decisions, reviews
from registry.store import policies as store


@dataclass(frozen=True, kw_only=True)
class Known:
    """A policy with its digest, and whether it is the one in force."""

    policy: Policy
    digest: str
    in_force: bool


def listed(work: Work) -> list[Known]:
    """Return every policy, oldest first; that in force is marked."""
    work.require(Action.RECORD_READ)
    return [_known(work, policy) for policy in store.everyone(work.session)]


def get(work: Work, name: str, version: int) -> Known:
    """Return one version of a policy.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    work.require(Action.RECORD_READ)
    return _known(work, store.get(work.session, name, version))


def of_review(work: Work, review_id: UUID) -> Known:
    """Return the policy that a review was opened under, also one made of several.

    Raises
    ------
    NotFoundError
        When there is no such review.
    """
    work.require(Action.RECORD_READ)
    review = reviews.get(work.session, review_id)
    return _known(work, store.kept(work.artifacts, review.policy_digest))


def offered(work: Work) -> list[tuple[Policy, str]]:
    """Return the policies that ship with the registry, each with its commented TOML."""
    work.require(Action.RECORD_READ)
    return [(rules.read(text), text) for text in store.shipped_texts().values()]


def taken(*, text: str | None, shipped: str | None) -> str:
    """Return the TOML that is meant: the one given, or one that shipped.

    Raises
    ------
    BadInputError
        When neither or both are given, or none of that name shipped.
    """
    if (text is None) == (shipped is None):
        raise BadInputError("give the policy's text, or the name of one that ships.", field="text")
    if shipped is None:
        return str(text)
    texts = store.shipped_texts()
    if shipped not in texts:
        raise BadInputError(f"none ships as “{shipped}”; there are {', '.join(texts)}.")
    return texts[shipped]


def between(work: Work, before: tuple[str, int], after: tuple[str, int]) -> list[Difference]:
    """Return everything in which one policy asks something else than another.

    Raises
    ------
    NotFoundError
        When one of them is neither registered nor shipped.
    """
    work.require(Action.RECORD_READ)
    one, other = (store.get(work.session, *name) for name in (before, after))
    return rules.differences(one, other)


def seats(work: Work) -> list[dict[str, Any]]:
    """Return every sign-off that the policies in force ask, and how many people could give it."""
    work.require(Action.RECORD_READ)
    policies = store.bound_anywhere(work.session)
    return [
        {
            "policy": policy.label,
            "tier": tier.value,
            "role": rule.role.value,
            "asked": rule.quorum,
            "held": decisions.count_holders(work.session, [rule.role])[rule.role],
        }
        for policy in policies
        for tier, asked in policy.tiers.items()
        for rule in asked.signoffs
    ]


def empty_seats(work: Work, role: str | None = None) -> list[dict[str, Any]]:
    """Return the sign-offs that too few people could give now, those of one role if it is named."""
    return [
        seat
        for seat in seats(work)
        if seat["held"] < seat["asked"] and role in {None, seat["role"]}
    ]


def _known(work: Work, policy: Policy) -> Known:
    """Return a policy with its digest."""
    in_force = policy == store.in_force(work.session)
    return Known(policy=policy, digest=store.digest(policy), in_force=in_force)
