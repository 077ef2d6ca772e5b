"""Numbers as people read them."""

import pytest

from validation.rounding import declared, ends, fixed


@pytest.mark.parametrize(
    ("value", "decimals", "whole", "shown"),
    [
        (0.12345, 3, 1, "0.123"),
        (0.0004, 3, 1, "<0.001"),
        (-0.0004, 3, None, ">−0.001"),
        (0.0, 3, 1, "0.000"),
        (-1e-12, 3, None, "0.000"),
        (0.9996, 3, 1, ">0.999"),
        (1.0, 3, 1, "1.000"),
        (99.97, 1, 100, ">99.9"),
        (-1234.5, 1, None, "−1,234.5"),
    ],
)
def test_rounding_makes_no_other_kind_of_number(
    value: float, decimals: int, whole: float | None, shown: str
) -> None:
    """What is little is not nothing, and what is almost all is not all."""
    assert fixed(value, decimals, whole) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5, "0.50"),
        (1, "1.00"),
        (0.124, "0.124"),
        (-1.2345, "−1.2345"),
        (0.07, "0.07"),
        (0.263369766, "0.2634"),
        (0.00002, "2e−05"),
        (0, "0.00"),
    ],
)
def test_what_was_set_keeps_its_digits(value: float, shown: str) -> None:
    """A threshold of 0.124 is not 0.12."""
    assert declared(value) == shown


def test_where_it_decides_all_digits_are_told() -> None:
    """The sentence that says from which score an exam is flagged leaves nothing out."""
    assert declared(0.263369766, 12) == "0.263369766"


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        ("0.60", "0.90", "0.60–0.90"),
        ("−0.11", "2.64", "−0.11–2.64"),
        ("0.996", ">0.999", "0.996 to >0.999"),
        ("0.0%", "<0.1%", "0.0% to <0.1%"),
        ("−0.20", "−0.10", "−0.20 to −0.10"),
    ],
)
def test_no_sign_stands_right_after_a_dash(low: str, high: str, shown: str) -> None:
    """A dash with ">" after it is an arrow, and with a minus a line."""
    assert ends(low, high) == shown
