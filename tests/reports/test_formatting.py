"""Facts about numbers as printed."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from reports.content import Measure, Unit
from reports.formatting import both, count, interval, number, point, short, stamp, when, written


class TestNumber:
    """One number, printed by its unit."""

    @pytest.mark.parametrize(
        ("value", "unit", "printed"),
        [
            (0.9094, Unit.SCORE, "0.909"),
            (0.9094, Unit.PERCENT, "90.9%"),
            (1.454, Unit.RATIO, "1.45"),
            (1204.4, Unit.PER_THOUSAND, "1,204"),
            (3.24, Unit.PER_THOUSAND, "3.2"),
            (0.0, Unit.PER_THOUSAND, "0"),
        ],
    )
    def test_unit_sets_the_decimals(self, value: float, unit: Unit, printed: str) -> None:
        """Scores have three decimals, ratios two, percentages one, counts none unless few."""
        assert number(value, unit) == printed

    def test_minus_is_a_minus_sign(self) -> None:
        """A hyphen is not a minus."""
        assert number(-0.12, Unit.RATIO) == "−0.12"

    @pytest.mark.parametrize(
        ("value", "unit", "printed"),
        [
            (0.0, Unit.RATIO, "0.00"),
            (-1e-17, Unit.RATIO, "0.00"),
            (-0.0001, Unit.RATIO, ">−0.01"),
            (0.0004, Unit.PERCENT, "<0.1%"),
            (0.99999, Unit.PERCENT, ">99.9%"),
            (0.99999, Unit.SCORE, ">0.999"),
            (0.04, Unit.PER_THOUSAND, "<0.1"),
        ],
    )
    def test_rounding_makes_neither_nothing_nor_all(
        self, value: float, unit: Unit, printed: str
    ) -> None:
        """Only what is nothing is printed as 0, only what is all as 1."""
        assert number(value, unit) == printed


class TestMeasures:
    """A value with its interval."""

    whole = Measure(value=0.75, low=0.6, high=0.9)

    def test_both(self) -> None:
        """Value, then the interval with an en dash in brackets."""
        assert both(self.whole) == "0.750 (0.600–0.900)"

    def test_interval_is_printed_like_its_value(self) -> None:
        """8.9 to 45 around 24 has no decimals on one end only."""
        few = Measure(value=24.1, low=8.9, high=45.2, unit=Unit.PER_THOUSAND)
        assert interval(few) == "9–45"

    def test_undefined_is_a_dash(self) -> None:
        """Undefined is never printed as 0."""
        nothing = Measure(value=None, undefined="no positives")
        assert (point(nothing), both(nothing), interval(nothing)) == ("—", "—", "")

    def test_value_without_interval_stands_alone(self) -> None:
        """No empty brackets."""
        assert both(Measure(value=0.5)) == "0.500"


class TestTimesAndDigests:
    """What stands in feet and metadata."""

    moment = datetime(2026, 11, 23, 10, 30, tzinfo=timezone(timedelta(hours=1)))

    def test_for_people(self) -> None:
        """Every time is printed in UTC."""
        assert when(self.moment) == "23 Nov 2026, 09:30 UTC"

    def test_for_machines(self) -> None:
        """Machines get ISO 8601 with a Z."""
        assert stamp(self.moment) == "2026-11-23T09:30:00Z"
        assert stamp(self.moment.astimezone(UTC)) == "2026-11-23T09:30:00Z"

    def test_digest_keeps_both_ends(self) -> None:
        """Eight digits, an ellipsis, four digits."""
        assert short("sha256:" + "0123456789abcdef" * 4) == "sha256 01234567…cdef"

    def test_thousands_are_set_apart(self) -> None:
        """Counts are read, not parsed."""
        assert count(7405) == "7,405"


class TestWritten:
    """A document as JSON."""

    def test_the_same_bytes_for_the_same_document(self) -> None:
        """Keys are sorted, letters stay letters, times are for machines."""
        moment = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
        assert written({"b": "é", "a": moment}) == (
            b'{\n  "a": "2026-11-23T09:30:00Z",\n  "b": "\xc3\xa9"\n}\n'
        )

    def test_what_json_cannot_hold_is_refused(self) -> None:
        """No number that is none, and nothing that would be written as its name."""
        with pytest.raises(ValueError, match="JSON compliant"):
            written({"a": float("nan")})
        with pytest.raises(TypeError, match="form for a set"):
            written({"a": {1}})
