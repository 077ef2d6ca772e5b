"""Multiplicity: levels at which bounds are met, and how many were tried."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, norm
from statsmodels.stats.multitest import multipletests

from validation.intervals import normal_quantile, wilson
from validation.multiplicity import benjamini_hochberg, looked_at, of_several, smallest_level

PS = [0.01, 0.02, 0.03, 0.04, 0.05, 0.8]


class TestSmallestLevel:
    """The p value of a bound, from the interval."""

    def test_a_normal_estimate(self) -> None:
        """2 standard errors above the bound: the one-sided p of z = 2."""
        found = smallest_level(lambda level: 2 - normal_quantile(level) >= 0, replicates=2000)
        assert found == pytest.approx(norm.sf(2), rel=2e-3)

    def test_wilson_is_the_score_test(self) -> None:
        """80 of 100 against 0.7: z = 0.1 / √(0.7 · 0.3 / 100)."""
        found = smallest_level(
            lambda level: wilson(80, 100, level=level)[0] >= 0.7, replicates=2000
        )
        assert found == pytest.approx(norm.sf(0.1 / (0.7 * 0.3 / 100) ** 0.5), rel=2e-3)

    def test_draws_know_no_more(self) -> None:
        """What holds at every level is told as one in the draws and one more."""
        assert smallest_level(lambda _: True, replicates=999) == pytest.approx(0.001)

    def test_on_the_bad_side(self) -> None:
        """Met at no level, there is nothing to find."""
        assert smallest_level(lambda _: False, replicates=999) == 1


class TestOfSeveral:
    """One p value of several strata."""

    def test_all_must_hold(self) -> None:
        """The weakest speaks for all, unadjusted (Berger 1982)."""
        assert of_several([0.01, 0.04], needs="all") == 0.04

    def test_one_is_enough(self) -> None:
        """The strongest, at Šidák's level: 1 - 0.99²."""
        assert of_several([0.01, 0.04], needs="any") == pytest.approx(0.0199)


class TestBenjaminiHochberg:
    """Adjusted for all that were tried."""

    def test_hand_worked(self) -> None:
        """The first five all fall to 6/5 · 0.05, since a larger one is no less striking."""
        assert benjamini_hochberg(PS) == pytest.approx([0.06] * 5 + [0.8])

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
    def test_others_agree(self, ps: list[float]) -> None:
        """SciPy and statsmodels give the same."""
        found = benjamini_hochberg(ps)
        assert found == pytest.approx(list(false_discovery_control(ps)))
        assert found == pytest.approx(list(multipletests(ps, method="fdr_bh")[1]))

    def test_nothing_was_tried(self) -> None:
        """Without criteria there is nothing to adjust."""
        assert benjamini_hochberg([]) == []


class TestLookedAt:
    """What a reader is told."""

    def test_groups_are_counted(self) -> None:
        """Of 40 intervals at 95 % two miss by chance."""
        found = looked_at([], strata=45, groups=40, gaps=10, level=0.95)
        assert "about 2.0 miss the truth by chance alone" in found.note

    def test_no_group(self) -> None:
        """Without groups there is nothing to choose from."""
        assert looked_at([], strata=1, groups=0, gaps=0, level=0.95).note == (
            "No group was looked at."
        )
