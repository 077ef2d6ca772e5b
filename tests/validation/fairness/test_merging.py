"""Merging: what merged scores may have changed in a gap."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.fairness import find_gaps, find_standardised_gaps
from validation.fairness.gaps import Gap
from validation.fairness.merging import error_bound
from validation.fairness.parts import Part
from validation.strata import Strata

RNG = np.random.default_rng(7)
# So close to each other that a cell of 1/2048 holds many of them.
CLOSE = [
    {
        "label": int(y),
        "score": float(0.3 + 0.002 * y + RNG.normal(0, 0.0008)),
        "race": "AB"[i % 2],
        "site": "XY"[i % 3 == 0],
    }
    for i, y in enumerate(RNG.binomial(1, 0.4, 600))
]


def parts(*found: tuple[float, float | None]) -> list[Part]:
    """Return levels by value and bound."""
    return [Part(value=v, variance=0.01, size=10, bound=b) for v, b in found]


def apart(values: list[float], *, is_ratio: bool) -> float:
    """Return the gap between numbers."""
    return min(values) / max(values) if is_ratio else max(values) - min(values)


levels = st.lists(
    st.tuples(st.floats(0.05, 0.95), st.floats(0, 0.1), st.floats(-1, 1), st.sampled_from([1, -1])),
    min_size=2,
    max_size=5,
)


class TestErrorBound:
    """How far the gap of the scores as they were may lie away."""

    def test_exact_scores(self) -> None:
        """Nothing was merged."""
        assert error_bound(parts((0.8, None), (0.7, None)), is_ratio=False) is None

    def test_difference_hand_worked(self) -> None:
        """0.1 between 0.1 - 0.03 and 0.1 + 0.03."""
        assert error_bound(parts((0.8, 0.02), (0.7, 0.01)), is_ratio=False) == pytest.approx(0.03)

    def test_ratio_hand_worked(self) -> None:
        """0.7/0.8 at least 0.69/0.82 and at most 0.71/0.78."""
        found = error_bound(parts((0.8, 0.02), (0.7, 0.01)), is_ratio=True)
        assert found == pytest.approx(max(0.71 / 0.78 - 0.875, 0.875 - 0.69 / 0.82))

    def test_ratio_of_what_may_be_none(self) -> None:
        """A lowest that may be 0 may be in no ratio at all."""
        assert error_bound(parts((0.8, 0.0), (0.1, 0.2)), is_ratio=True) == pytest.approx(0.25)

    def test_a_level_between_may_become_the_farthest(self) -> None:
        """The bound of a level that does not make the gap counts, too."""
        found = error_bound(parts((0.8, 0.0), (0.79, 0.05), (0.7, 0.0)), is_ratio=False)
        assert found == pytest.approx(0.04)

    @given(found=levels, is_ratio=st.booleans())
    def test_it_holds(
        self, found: list[tuple[float, float, float, int]], *, is_ratio: bool
    ) -> None:
        """Wherever the levels lie within their bounds, inside or at the ends."""
        bound = error_bound(parts(*((v, b) for v, b, _, _ in found)), is_ratio=is_ratio)
        assert bound is not None
        value = apart([v for v, _, _, _ in found], is_ratio=is_ratio)
        for shifts in ([s for _, _, s, _ in found], [s for _, _, _, s in found]):
            moved = [
                min(max(v + b * s, 0.0), 1.0) for (v, b, _, _), s in zip(found, shifts, strict=True)
            ]
            if is_ratio and max(moved) == 0:
                continue  # Of areas that are all 0 there is no ratio.
            assert abs(apart(moved, is_ratio=is_ratio) - value) <= bound + 1e-9

    @given(found=levels)
    def test_a_difference_reaches_it(self, found: list[tuple[float, float, float, int]]) -> None:
        """It is no larger than need be: the worst of all corners, or of all as near as may be."""
        ends = [(max(v - b, 0.0), min(v + b, 1.0)) for v, b, _, _ in found]
        value = apart([v for v, _, _, _ in found], is_ratio=False)
        farthest = max(apart(list(corner), is_ratio=False) for corner in product(*ends))
        nearest = max(0.0, max(low for low, _ in ends) - min(high for _, high in ends))
        bound = error_bound(parts(*((v, b) for v, b, _, _ in found)), is_ratio=False)
        assert bound == pytest.approx(max(farthest - value, value - nearest), abs=1e-12)


class TestGapsOfMergedScores:
    """Two groups at two sites, exact and on a grid."""

    def found(self, grid: str, *, within_sites: bool) -> dict[str, Gap]:
        """Return the gaps of the order of the scores."""
        protocol = make_protocol(subgroups=subgroups("race"))
        strata = Strata(make_tally(CLOSE, protocol, grid=grid), protocol)
        finding = protocol.findings[0]
        gaps = (
            find_standardised_gaps(strata, protocol, finding, "race")
            if within_sites
            else find_gaps(strata, protocol, finding, "race", by={})
        )
        return {gap.metric: gap for gap in gaps}

    @pytest.mark.parametrize("within_sites", [False, True])
    @pytest.mark.parametrize("metric", ["auroc_difference", "auroc_ratio"])
    def test_merged_lies_within_the_bound(self, metric: str, *, within_sites: bool) -> None:
        """The gap moves, and by no more than the bound says."""
        exact = self.found("exact", within_sites=within_sites)[metric]
        merged = self.found("dyadic-704", within_sites=within_sites)[metric]
        assert exact.error_bound is None
        assert exact.value is not None
        assert merged.value is not None
        assert merged.error_bound is not None
        assert 0 < abs(merged.value - exact.value) <= merged.error_bound

    def test_what_does_not_rest_on_order_has_none(self) -> None:
        """Sums of scores are kept, and thresholds begin cells."""
        found = self.found("dyadic-704", within_sites=False)
        assert found["calibration_gap"].error_bound is None
        assert found["equal_opportunity_difference"].error_bound is None
