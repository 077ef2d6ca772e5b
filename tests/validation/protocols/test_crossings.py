"""Crossings: subgroups crossed, as one attribute."""

from dataclasses import replace

import pytest

from tests.factories.tallies import make_protocol, subgroups
from validation.protocols.crossings import (
    crossed,
    is_crossing,
    is_unplanned_crossing,
    parts_of,
)
from validation.protocols.shape import Criterion, Source

PROTOCOL = make_protocol(
    subgroups=subgroups("sex", "race"),
    intersections=(("sex", "race"),),
    exploratory_intersections=(("sex", "race"),),
)
CRITERION = Criterion(id="it", source=Source.ESTIMATE, metric="auroc", at_least=0.5)


class TestPartsOf:
    """What an attribute is made of."""

    def test_a_crossing(self) -> None:
        """Its subgroups."""
        assert parts_of(crossed(["sex", "race"]), PROTOCOL) == ("sex", "race")
        assert is_crossing("sex × race", PROTOCOL)

    def test_a_subgroup(self) -> None:
        """Itself."""
        assert parts_of("sex", PROTOCOL) == ("sex",)
        assert not is_crossing("sex", PROTOCOL)


class TestIsUnplannedCrossing:
    """Criteria that rest on what was not planned."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"over": "every sex × race"},
            {"over": "difference by sex × race"},
            {"attribute": "sex × race"},
            {"at": {"sex": "F", "race": "B"}},
        ],
    )
    def test_it_does(self, changes: dict[str, object]) -> None:
        """Named anywhere."""
        one = replace(CRITERION, **changes)  # type: ignore[arg-type]  # a test's own
        assert is_unplanned_crossing(one, PROTOCOL)

    def test_it_does_not(self) -> None:
        """Overall rests on none."""
        assert not is_unplanned_crossing(CRITERION, PROTOCOL)
