"""Checks: whether a version may be used as asked, and what is still missing if not."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from registry.domain.conditions import waiting
from registry.domain.days import today_at
from registry.domain.policies import Rung
from registry.domain.reviews import Kind, Missing
from registry.domain.scopes import Document, Scope
from registry.domain.waivers import expired, lapsed_sentence


class Answer(StrEnum):
    """What a check comes to."""

    PERMITTED = "permitted"
    NOT_MET = "not met"
    INSUFFICIENT = "insufficient evidence"
    WAITING = "waiting"


_ANSWERS = {
    Kind.NOT_MET: Answer.NOT_MET,
    Kind.INSUFFICIENT: Answer.INSUFFICIENT,
    Kind.MISSING: Answer.WAITING,
}


def answer(missing: Sequence[Missing]) -> Answer:
    """Return what stands hardest in the way; permitted where nothing does."""
    for kind in Kind:
        if any(one.kind is kind for one in missing):
            return _ANSWERS[kind]
    return Answer.PERMITTED


def covers(approved: Scope, *, sites: Sequence[str], rung: Rung | None) -> bool:
    """Tell whether an approval reaches sites and a rung; whatever is not asked is covered."""
    order = list(Rung)
    far_enough = rung is None or order.index(rung) <= order.index(approved.rung)
    return set(sites) <= set(approved.sites) and far_enough


def has_ended(valid_until: date | None, *, today: date) -> bool:
    """Tell whether an approval's last day is over."""
    return valid_until is not None and today > valid_until


def after_approval(
    conditions: Sequence[Document],
    *,
    waivers: Sequence[Document] = (),
    valid_until: date | None,
    time_zone: str,
    now: datetime,
) -> list[Missing]:
    """Return what holds up a version that was approved: its end, and conditions before go-live.

    Parameters
    ----------
    conditions : sequence of mapping
        Of the decision, as they stand now.
    waivers : sequence of mapping
        Of the decision: what one that expired bridged counts again.
    valid_until : date or None
        The last day of the approval.
    time_zone : str
        Of the site where that day is counted.
    now : datetime
    """
    found = []
    today = today_at(time_zone, now)
    for waiver in expired(waivers, today=today):
        kind = next(k for k in Kind if k in waiver["document"]["verdicts"])
        found.append(Missing(kind=kind, what=lapsed_sentence(waiver["document"]), waits_for=None))
    if has_ended(valid_until, today=today):
        what = f"The approval ended on {valid_until}; a new review must be decided."
        found.append(Missing(kind=Kind.NOT_MET, what=what, waits_for=None))
    for what, verifier, holds_up in waiting(conditions, now):
        if holds_up:
            found.append(Missing(kind=Kind.MISSING, what=what, waits_for=verifier))
    return found
