"""Facts about site names, time zones and working days."""

from datetime import date, timedelta

import pytest

from registry.domain.errors import BadInputError, ConflictError
from registry.domain.sites import (
    WEEK,
    Calendar,
    require_a_week,
    require_time_zone,
    require_unambiguous,
    require_working_day,
)


class TestRequireTimeZone:
    """Time zones."""

    def test_known_zone_is_returned(self) -> None:
        """A zone of the IANA data base is sound."""
        assert require_time_zone("Europe/Budapest") == "Europe/Budapest"

    @pytest.mark.parametrize("name", ["Europe/Nowhere", "", "../etc/passwd", "CEST+2"])
    def test_unknown_zone_is_refused(self, name: str) -> None:
        """The field is named and an example given."""
        with pytest.raises(BadInputError, match=r"time_zone: .*Europe/Budapest"):
            require_time_zone(name)


class TestRequireUnambiguous:
    """Names and aliases."""

    def test_another_sites_alias_is_refused(self) -> None:
        """One name, one site."""
        with pytest.raises(ConflictError, match="“HUN” already means Hungary"):
            require_unambiguous("Cleveland", ["HUN"], {"Hungary": "Hungary", "HUN": "Hungary"})

    def test_another_sites_name_as_alias_is_refused(self) -> None:
        """A name counts like an alias."""
        with pytest.raises(ConflictError):
            require_unambiguous("Cleveland", ["Hungary"], {"Hungary": "Hungary"})

    def test_own_alias_may_stand_again(self) -> None:
        """A corrected record may keep its aliases."""
        require_unambiguous("Hungary", ["HUN"], {"HUN": "Hungary", "Hungary": "Hungary"})

    def test_empty_alias_is_refused(self) -> None:
        """A blank names nothing."""
        with pytest.raises(BadInputError, match="aliases"):
            require_unambiguous("Hungary", [" "], {})


class TestCalendar:
    """Days on which people work at a site."""

    def test_the_usual_week(self) -> None:
        """A silent record means Saturday and Sunday: 2026-11-28 is a Saturday."""
        calendar = Calendar.of({})
        week = [date(2026, 11, 23) + timedelta(days=n) for n in range(7)]
        assert [calendar.works_on(day) for day in week] == [True] * 5 + [False] * 2

    def test_another_weekend(self) -> None:
        """Where Friday and Saturday are free, one works on a Sunday."""
        calendar = Calendar.of({"weekend": ["friday", "saturday"]})
        assert calendar.works_on(date(2026, 11, 29))
        assert calendar.next_working(date(2026, 11, 27)) == date(2026, 11, 29)

    def test_holidays(self) -> None:
        """After Christmas at a weekend and a holiday the next working day is the Tuesday."""
        calendar = Calendar.of({"holidays": ["2026-12-25", "2026-12-28"]})
        assert calendar.next_working(date(2026, 12, 25)) == date(2026, 12, 29)

    @pytest.mark.parametrize(
        ("day", "kind"), [(date(2026, 12, 25), "a holiday"), (date(2026, 11, 29), "a Sunday")]
    )
    def test_refusal_says_why_and_when(self, day: date, kind: str) -> None:
        """The sentence says what day it is, and names the next one that goes."""
        calendar = Calendar.of({"holidays": ["2026-12-25"]})
        with pytest.raises(
            BadInputError, match=f"{kind}, .* working day there is 2026-1"
        ) as caught:
            require_working_day(day, calendar, site="Hungary", field="due")
        assert caught.value.field == "due"


class TestRequireAWeek:
    """Which days a weekend may have."""

    def test_in_order_and_once(self) -> None:
        """However they were said."""
        assert require_a_week(["sunday", "friday", "sunday"]) == ["friday", "sunday"]

    @pytest.mark.parametrize("weekend", [["funday"], list(WEEK)])
    def test_refused(self, weekend: list[str]) -> None:
        """A day that there is not, and a week without work."""
        with pytest.raises(BadInputError):
            require_a_week(weekend)
