"""Tests of gaps between groups of weighted exams."""

from typing import Any

import pytest

from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.fairness import find_gaps, find_standardised_gaps
from validation.protocols.shape import Columns, Protocol
from validation.strata import Strata


def weighted_rows() -> list[dict[str, Any]]:
    """Return exams of which half the men's missed positives stand for twenty others."""
    rows = []
    for sex in "FM":
        for place in range(200):
            label, missed = int(place < 100), place % 4 == 0
            weight = 20.0 if sex == "M" and label and missed and place % 8 == 0 else 1.0
            score = 0.2 if missed == bool(label) else 0.8
            rows.append({"label": label, "score": score, "sex": sex, "site": "A", "weight": weight})
    return rows


PROTOCOL = make_protocol(columns=Columns(site="site", weight="weight"), subgroups=subgroups("sex"))


def gap_of(find: Any, protocol: Protocol = PROTOCOL) -> Any:  # noqa: ANN401  # two functions alike
    """Return the gap of sensitivities."""
    strata = Strata(make_tally(weighted_rows(), protocol), protocol)
    found = find(strata, protocol, protocol.findings[0], "sex", by={})
    return next(one for one in found if one.metric == "equal_opportunity_difference")


class TestWeights:
    """Value and interval of a gap belong together."""

    def test_crude(self) -> None:
        """Women 75 of 100; men 75 of 75 + 12 + 13 · 20 = 347: 0.75 less 0.2161."""
        gap = gap_of(find_gaps)
        assert gap.value == pytest.approx(0.75 - 75 / 347)
        assert gap.low <= gap.value <= gap.high
        assert (gap.worst, gap.best) == ("M", "F")

    def test_standardised_over_one_site(self) -> None:
        """With one site there is nothing to standardise."""
        strata = Strata(make_tally(weighted_rows(), PROTOCOL), PROTOCOL)
        found = find_standardised_gaps(strata, PROTOCOL, PROTOCOL.findings[0], "sex")
        gap = next(one for one in found if one.metric == "equal_opportunity_difference")
        assert gap.value == pytest.approx(0.75 - 75 / 347)
