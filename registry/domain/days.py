"""Days: dates at a place, and dates so many months on."""

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo


def today_at(time_zone: str, now: datetime) -> date:
    """Return the date at a place."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def months_after(start: date, months: int) -> date:
    """Return the date so many months later; the 31st becomes the last day where there is none."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    _, last = monthrange(year, month + 1)
    return date(year, month + 1, min(start.day, last))


def in_words(day: date) -> str:
    """Return a day for people: ``31 Jan 2027``."""
    return day.strftime("%-d %b %Y")
