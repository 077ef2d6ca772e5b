"""Sites: names that mean one hospital each, zones that exist, and days on which people work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from registry.domain.errors import BadInputError, ConflictError

WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKEND: Final = ("saturday", "sunday")


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """On which days nobody works at a site: days of every week, and single dates."""

    weekend: frozenset[str] = frozenset(WEEKEND)
    holidays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Return the calendar of a site's record; Saturday and Sunday where it is silent."""
        return cls(
            weekend=frozenset(record.get("weekend", WEEKEND)),
            holidays=frozenset(date.fromisoformat(day) for day in record.get("holidays", ())),
        )

    def works_on(self, day: date) -> bool:
        """Tell whether a day is a working day."""
        return WEEK[day.weekday()] not in self.weekend and day not in self.holidays

    def next_working(self, day: date) -> date:
        """Return a day, or the first working day after it."""
        while not self.works_on(day):
            day += timedelta(days=1)
        return day


def require_working_day(day: date, calendar: Calendar, *, site: str, field: str) -> None:
    """Refuse a due date on which nobody works at the site.

    Raises
    ------
    BadInputError
        Says which day it is, and names the next working day.
    """
    if calendar.works_on(day):
        return
    kind = "a holiday" if day in calendar.holidays else f"a {WEEK[day.weekday()].capitalize()}"
    raise BadInputError(
        f"{day} is {kind}, on which nobody works at {site}; "
        f"the next working day there is {calendar.next_working(day)}.",
        field=field,
    )


def require_a_week(weekend: Iterable[str]) -> list[str]:
    """Return the days of a weekend in order, each known, and not the whole week.

    Raises
    ------
    BadInputError
        Names the day that there is not, or says that no day is left to work on.
    """
    named = set(weekend)
    unknown = sorted(named - set(WEEK))
    if unknown:
        raise BadInputError(
            f"“{unknown[0][:20]}” is no day; write {', '.join(WEEK)}.", field="weekend"
        )
    if len(named) == len(WEEK):
        raise BadInputError("no day is left on which anybody works.", field="weekend")
    return [day for day in WEEK if day in named]


def require_time_zone(name: str) -> str:
    """Return the name of a time zone that exists.

    Raises
    ------
    BadInputError
        When the IANA data base has no such zone.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInputError(
            f"“{name[:60]}” is no time zone; write one like Europe/Budapest.", field="time_zone"
        ) from error
    return name


def require_unambiguous(site: str, aliases: Iterable[str], known: Mapping[str, str]) -> None:
    """Refuse a name or alias that already means another site.

    Parameters
    ----------
    site : str
        The site's name.
    aliases : iterable of str
        The other names by which tables call it.
    known : mapping of str to str
        Every name and alias there is, with the name of the site that it means.

    Raises
    ------
    ConflictError
        Names the alias and the site that has it.
    """
    for alias in (site, *aliases):
        if not alias.strip():
            raise BadInputError("An alias is empty.", field="aliases")
        if known.get(alias, site) != site:
            raise ConflictError(f"“{alias}” already means {known[alias]}; one name, one site.")
