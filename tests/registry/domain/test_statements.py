"""Facts about the thirteen considerations."""

import pytest

from registry.domain.errors import BadInputError
from registry.domain.statements import CONSIDERATIONS, Kind, consideration, require_sound


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
