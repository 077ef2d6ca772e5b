"""Parts: numbers of a level in a stratum, and their mean over sites."""

import math

import pytest

from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.errors import UndefinedError
from validation.fairness.parts import AREA, EXCESS, Part, area, area_of_site, excess, joined
from validation.intervals import normal_quantile
from validation.metrics.discrimination import newcombe_auroc
from validation.strata import Strata, Stratum

PROTOCOL = make_protocol(subgroups=subgroups("race"))


def stratum(*exams: tuple[int, float]) -> Stratum:
    """Return a stratum of exams, each a label and a score."""
    rows = [{"label": y, "score": s, "race": "A", "site": "X"} for y, s in exams]
    found = Strata(make_tally(rows, PROTOCOL), PROTOCOL).find(PROTOCOL.findings[0], None, {})
    assert found is not None
    return found


MIXED = stratum((1, 0.9), (1, 0.4), (0, 0.6), (0, 0.2))
PERFECT = stratum((1, 0.9), (1, 0.8), (0, 0.6), (0, 0.2))


class TestArea:
    """The AUROC of a level as a whole."""

    def test_hand_worked(self) -> None:
        """Three of four pairs are in order; each class's placements 1 and 1/2: S² = 1/8, twice."""
        found = area(MIXED)
        assert found.value == 0.75
        assert found.variance == pytest.approx(1 / 8 / 2 + 1 / 8 / 2)
        assert found.size == 1.0

    def test_separated_perfectly(self) -> None:
        """Its error is not known."""
        with pytest.raises(UndefinedError, match="0 or unknown"):
            area(PERFECT)


class TestAreaOfSite:
    """The AUROC of a level in one of several sites."""

    def test_as_a_whole_where_it_can_be(self) -> None:
        """DeLong's variance where there is one."""
        assert area_of_site(MIXED) == area(MIXED)

    def test_separated_perfectly(self) -> None:
        """A site that ranks everybody rightly counts, its error read from Newcombe's interval."""
        low, high = newcombe_auroc(1.0, positives=2, negatives=2, level=0.95)
        found = area_of_site(PERFECT)
        assert found.value == 1.0
        assert math.sqrt(found.variance) == pytest.approx((high - low) / 2 / normal_quantile(0.95))

    def test_a_class_is_missing(self) -> None:
        """It has no AUROC."""
        with pytest.raises(UndefinedError, match="no negatives"):
            area_of_site(stratum((1, 0.4)))


class TestExcess:
    """Observed minus mean predicted risk."""

    def test_hand_worked(self) -> None:
        """2/4 - 2.1/4; residuals 0.1, 0.6, -0.6, -0.2, their sample variance over four exams."""
        found = excess(MIXED)
        residuals = [0.1, 0.6, -0.6, -0.2]
        mean = sum(residuals) / 4
        assert found.value == pytest.approx(mean)
        assert found.variance == pytest.approx(sum((r - mean) ** 2 for r in residuals) / 3 / 4)
        assert (found.size, found.bound) == (4.0, None)

    def test_one_class_is_enough(self) -> None:
        """Nobody ill: all that was predicted is too much."""
        assert excess(stratum((0, 0.2), (0, 0.4))).value == pytest.approx(-0.3)

    def test_one_exam_has_no_spread(self) -> None:
        """Its error cannot be known."""
        with pytest.raises(UndefinedError, match="one scored exam"):
            excess(stratum((1, 0.4)))

    def test_nobody_is_scored(self) -> None:
        """There is nothing to predict from."""
        rows = [{"label": 1, "score": None, "race": "A", "site": "X"}]
        found = Strata(make_tally(rows, PROTOCOL), PROTOCOL).find(PROTOCOL.findings[0], None, {})
        assert found is not None
        with pytest.raises(UndefinedError, match="no scored exam"):
            excess(found)


class TestJoined:
    """Means over sites with common weights."""

    def test_hand_worked(self) -> None:
        """Weights 1/(1/30 + 1/15) = 10 and 1/(1/60 + 1/60) = 30: a quarter and three."""
        sites = [
            [Part(value=0.8, variance=0.04, size=30), Part(value=0.6, variance=0.08, size=15)],
            [Part(value=0.9, variance=0.02, size=60), Part(value=0.7, variance=0.02, size=60)],
        ]
        one, other = joined(sites)
        assert one.value == pytest.approx(0.25 * 0.8 + 0.75 * 0.9)
        assert other.value == pytest.approx(0.25 * 0.6 + 0.75 * 0.7)
        assert one.variance == pytest.approx(0.0625 * 0.04 + 0.5625 * 0.02)
        assert (one.size, other.size) == (90, 75)
        assert one.bound is None

    def test_bounds_are_averaged_too(self) -> None:
        """An error of a site counts as much as the site."""
        sites = [
            [Part(value=0.8, variance=0.1, size=10, bound=0.02)] * 2,
            [Part(value=0.8, variance=0.1, size=10)] * 2,
        ]
        assert joined(sites)[0].bound == pytest.approx(0.01)


class TestPlace:
    """Where a number stands on the scale on which its error is normal."""

    def test_an_area_on_the_log_odds(self) -> None:
        """ln(0.75/0.25), the error over 0.75 · 0.25."""
        centre, error = AREA.place(Part(value=0.75, variance=0.01, size=1))
        assert centre == pytest.approx(math.log(3))
        assert error == pytest.approx(0.1 / 0.1875)

    def test_an_area_of_one_has_none(self) -> None:
        """Log-odds end below it."""
        with pytest.raises(UndefinedError, match="the AUROC is 1 in every site"):
            AREA.place(Part(value=1.0, variance=0.01, size=1))

    def test_an_excess_as_it_is(self) -> None:
        """Its error is normal without a change."""
        assert EXCESS.place(Part(value=-0.1, variance=0.04, size=1)) == (-0.1, 0.2)
