"""Facts about the thirteen considerations."""

from datetime import date

import pytest

from registry.domain.errors import BadInputError
from registry.domain.statements import (
    CONSIDERATIONS,
    Kind,
    consideration,
    require_sound,
    stale_because,
)


class TestConsiderations:
    """The table."""

    def test_thirteen_in_order(self) -> None:
        """They are numbered 1 to 13."""
        assert [about.number for about in CONSIDERATIONS] == list(range(1, 14))

    def test_words_are_distinct(self) -> None:
        """A protocol's word names one consideration."""
        assert len({about.slug for about in CONSIDERATIONS}) == 13

    def test_protocols_example_is_among_them(self) -> None:
        """`consideration = "generalization"` in a protocol means the eighth."""
        assert consideration(8).slug == "generalization"


class TestConsideration:
    """One by its number."""

    @pytest.mark.parametrize("number", [0, 14, -1])
    def test_other_number_is_refused(self, number: int) -> None:
        """There are thirteen, and none is guessed."""
        with pytest.raises(BadInputError, match="1 to 13"):
            consideration(number)


class TestRequireSound:
    """Statements that state something."""

    @pytest.mark.parametrize(
        ("kind", "text", "reason", "field"),
        [
            (Kind.STATED, None, None, "text"),
            (Kind.STATED, "  ", None, "text"),
            (Kind.STATED, "Said", "why", "reason"),
            (Kind.NOT_AVAILABLE, None, None, "reason"),
            (Kind.NOT_AVAILABLE, None, " ", "reason"),
            (Kind.NOT_AVAILABLE, "Said", "why", "text"),
        ],
    )
    def test_half_statement_is_refused(
        self, kind: Kind, text: str | None, reason: str | None, field: str
    ) -> None:
        """The field that is missing or too many is named."""
        with pytest.raises(BadInputError) as refused:
            require_sound(kind, text=text, reason=reason)
        assert refused.value.field == field

    def test_whole_statements_are_sound(self) -> None:
        """Text alone, or a reason alone."""
        require_sound(Kind.STATED, text="Said", reason=None)
        require_sound(Kind.NOT_AVAILABLE, text=None, reason="Never measured")


class TestStaleBecause:
    """How long a policy relies on what was said."""

    @pytest.mark.parametrize(
        ("made", "stale"),
        [("2025-11-22", True), ("2025-11-23", False), ("2025-12-01", False), ("2024-12-31", True)],
    )
    def test_twelve_months(self, made: str, stale: bool) -> None:
        """The day twelve months later is the last on which it counts."""
        because = stale_because(f"{made}T09:30:00Z", months=12, today=date(2026, 11, 23))
        assert bool(because) is stale
        assert not stale or "State it anew." in because

    def test_without_a_limit(self) -> None:
        """A policy that sets none relies on it for ever."""
        assert not stale_because("1999-01-01T00:00:00Z", months=None, today=date(2026, 11, 23))
