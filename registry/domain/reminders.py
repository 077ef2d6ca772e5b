"""Reminders: what falls due is told once each at 30, 14 and 3 days, and once when it is past."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Final


class Notice(StrEnum):
    """What is told of something that falls due, the earliest first."""

    THIRTY = "30 days"
    FOURTEEN = "14 days"
    THREE = "3 days"
    PAST = "past"


DAYS: Final[dict[Notice, int]] = {Notice.THIRTY: 30, Notice.FOURTEEN: 14, Notice.THREE: 3}
"""So many days before the due date each reminder is told, the day itself being day 0."""


def due_now(due: date, *, today: date, told: Collection[Notice]) -> Notice | None:
    """Return the reminder that should be told now, or None.

    Where several were missed, because the date was set late or nobody swept, only the most
    urgent is told: three reminders in one minute help nobody.

    Parameters
    ----------
    due : date
        The last day, at the site.
    today : date
        The date there.
    told : collection of Notice
        What was told of this due date already.
    """
    left = (due - today).days
    if left < 0:
        now: Notice | None = Notice.PAST
    else:
        reached = [notice for notice, days in DAYS.items() if left <= days]
        now = reached[-1] if reached else None
    return None if now in told else now


def sentence(what: str, due: date, notice: Notice, *, today: date) -> str:
    """Return what a reminder says, in words."""
    if notice is Notice.PAST:
        return f"{what} was due on {due} and is late."
    left = (due - today).days
    when = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
    return f"{what} is due on {due}, {when}."
