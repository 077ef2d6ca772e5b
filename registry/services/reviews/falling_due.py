"""Falling due: every day that something ends on, the most urgent first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from registry.domain.days import today_at
from registry.domain.people import Action
from registry.domain.stages import Stage
from registry.domain.waivers import sentence
from registry.services.reviews import causes
from registry.services.reviews.causes import Approved
from registry.services.work import Work
from registry.store import versions
from registry.store.versions import VersionRow


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something that falls due.

    Attributes
    ----------
    review, version : str
    about : str
        ``approval``, ``condition 1``, ``waiver 1``.
    what : str
    site : str
        In whose time zone the day is counted.
    due : date
    days_left : int
        Below 0 when it is late.
    waits_for : str or None
    consequence : str
    """

    review: str
    version: str
    about: str
    what: str
    site: str
    due: date
    days_left: int
    waits_for: str | None
    consequence: str


def falling_due(work: Work) -> list[Due]:
    """Return everything of approved and suspended versions that falls due, soonest first."""
    work.require(Action.RECORD_READ)
    found = [
        due
        for version in versions.in_stages(work.session, (Stage.APPROVED, Stage.SUSPENDED))
        for one in causes.approvals_of(work, version)
        for due in _of(work, version, one)
    ]
    return sorted(found, key=lambda due: (due.days_left, due.version, due.about))


def _of(work: Work, version: VersionRow, one: Approved) -> Iterator[Due]:
    """Yield what falls due of one approval."""
    name, review = versions.name_of(work.session, version), one.review
    for condition in one.conditions:
        if condition["state"] == "open":
            due = date.fromisoformat(condition["due"])
            yield Due(
                review=str(review.id),
                version=name,
                about=f"condition {condition['number']}",
                what=condition["text"],
                site=condition["site"],
                due=due,
                days_left=(due - today_at(condition["time_zone"], work.now())).days,
                waits_for=condition["verifier"]["name"],
                consequence=condition["consequence"],
            )
    for waiver in one.waivers:
        stated = waiver["document"]
        until = date.fromisoformat(stated["until"])
        yield Due(
            review=str(review.id),
            version=name,
            about=f"waiver {stated['number']}",
            what=sentence(stated),
            site=review.scope["sites"][0],
            due=until,
            days_left=(until - one.today).days,
            waits_for=None,
            consequence="The verdict counts again and holds up use.",
        )
    if one.decision.valid_until is not None:
        yield Due(
            review=str(review.id),
            version=name,
            about="approval",
            what=f"Approval for {review.scope['rung']} use at {', '.join(review.scope['sites'])}",
            site=review.scope["sites"][0],
            due=one.decision.valid_until,
            days_left=(one.decision.valid_until - one.today).days,
            waits_for=None,
            consequence="The approval lapses; a new review must be decided before.",
        )
