"""Tests of values: what a field says once it is folded, in Python and in SQL alike."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.engines.values import cleaned, folded, says_nothing

LETTERS = st.text(
    st.sampled_from("aNn/#lu .-\t\u00a0\u200b\ufeff\u0308\u00fc\u2013\u3000"), max_size=6
)
CONNECTION = duckdb.connect()


def in_sql(value: str | None) -> str | None:
    """Return what the engine makes of a value."""
    asked = CONNECTION.execute(f"SELECT {cleaned('v')} FROM (SELECT ?::VARCHAR AS v)", [value])  # noqa: S608
    row = asked.fetchone()
    assert row is not None
    answer: str | None = row[0]
    return answer


class TestCleaned:
    """The SQL of a value."""

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("F", "F"),
            (" F\t", "F"),
            ("\u00a0F\u3000", "F"),
            ("F\u200b", "F"),
            ("\u200b \u200b", None),
            ("u\u0308", "\u00fc"),
            ("u\ufeff\u0308", "\u00fc"),
            ("a b", "a b"),
            ("NA", None),
            ("\u00a0nUlL ", None),
            ("\u2014", None),
            ("NAN-1", "NAN-1"),
            ("", None),
            (None, None),
        ],
    )
    def test_folds(self, value: str | None, expected: str | None) -> None:
        """Blanks around it, letters without width and words for nothing do not count."""
        assert in_sql(value) == expected

    @given(LETTERS)
    def test_like_python(self, value: str) -> None:
        """The engine and the header fold alike."""
        assert in_sql(value) == (None if says_nothing(value) else folded(value))
