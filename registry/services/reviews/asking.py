"""Asking: who was asked to sign and has not answered, and who has the first word."""

from typing import Any

from registry.domain import reviews as rules
from registry.domain.people import Role
from registry.domain.policies import Meaning, TierRules
from registry.domain.reviews import FirstWord, valid
from registry.domain.trail import instant_text
from registry.services.work import Work
from registry.store import decisions, dossiers, people, reviews, versions
from registry.store.reviews import ReviewRow


def first_word(work: Work, review: ReviewRow, policy: TierRules) -> FirstWord | None:
    """Return whose word is awaited first in the review of an unchanged dossier, or None."""
    if review.unchanged_from is None:
        return None
    last = reviews.by_digest(work.session, review.unchanged_from)
    before = valid(decisions.values(work.session, last.review_id), last.digest)
    return rules.first_word(
        {one.person: one.name for one in before if one.meaning is Meaning.OBJECT},
        signoffs=decisions.values(work.session, review.id),
        opened_at=review.opened_at,
        now=work.now(),
        rules=policy,
    )


def told(word: FirstWord | None) -> dict[str, Any] | None:
    """Return the first word as it is shown."""
    if word is None:
        return None
    return {"people": sorted(word.people.values()), "until": instant_text(word.until)}


def asked(work: Work, review: ReviewRow, policy: TierRules) -> list[dict[str, Any]]:
    """Return who was asked for a sign-off over the current dossier and has not answered."""
    frozen = reviews.dossier_of(work.session, review.id)
    version = versions.by_id(work.session, review.version_id)
    found = rules.asked(
        policy,
        decisions.values(work.session, review.id),
        dossier=frozen.digest,
        since=frozen.frozen_at,
        now=work.now(),
        holders={rule.role: _holders(work, rule.role) for rule in policy.signoffs},
        authors=dossiers.authors(work.session, version),
    )
    return [{**one, "asked_at": instant_text(one["asked_at"])} for one in found]


def _holders(work: Work, role: Role) -> dict[Any, str]:
    """Return who holds a role now, by name."""
    return {
        person: people.name_of(work.session, person)
        for person in people.holders_of(work.session, role)
    }
