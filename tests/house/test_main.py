"""What several runs of the tests come to."""

import pytest

from tests.__main__ import NOTHING_TO_RUN, verdict


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([0, 0], 0),
        ([1, 0], 1),
        ([0, 1], 1),
        ([NOTHING_TO_RUN, 0], 0),
        ([0, NOTHING_TO_RUN], 0),
        ([NOTHING_TO_RUN, 1], 1),
        ([NOTHING_TO_RUN, NOTHING_TO_RUN], NOTHING_TO_RUN),
        ([2, 1], 2),
    ],
)
def test_no_failure_is_lost(codes: list[int], expected: int) -> None:
    """A run that fails fails all of it; one that found nothing to run does not, unless all did."""
    assert verdict(codes) == expected
