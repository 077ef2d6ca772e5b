"""Bootstrap: replicates drawn from counts."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, norm

from tests.factories.patients import by_patient, counts_of_rows, patients
from validation.bootstrap import (
    OUT_OF_REACH,
    WALK_STEPS,
    coarsen,
    draw_confusions,
    draw_lowest,
    generator,
    percentile_interval,
    quantile,
    tails,
    walk_noise,
)
from validation.confusion import ALL, FN, FP, TN, TP, share
from validation.counts import Confusion, confusion_as_deployed
from validation.protocols.shape import OperatingPoint


class TestGenerator:
    """One stream per purpose and stratum."""

    def test_the_same_key_draws_the_same(self) -> None:
        """Nothing but seed and key decides."""
        assert generator(1, "a", "b").random() == generator(1, "a", "b").random()

    @pytest.mark.parametrize("other", [(2, "a", "b"), (1, "a", "c"), (1, "ab", "")])
    def test_another_key_draws_otherwise(self, other: tuple[int, str, str]) -> None:
        """A word more or less, or another seed, is another stream."""
        assert generator(1, "a", "b").random() != generator(*other).random()

    @pytest.mark.parametrize("seed", [0, 7, 2**32 - 1, 2**32, 2**70 + 5])
    def test_words_as_of_whole_numbers(self, seed: int) -> None:
        """The stream is NumPy's own of the seed and the key's first sixteen bytes."""
        digest = hashlib.sha256(b"a\x1fb").digest()
        numbers = [int.from_bytes(digest[i : i + 4], "big") for i in range(0, 16, 4)]
        theirs = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *numbers])))
        assert generator(seed, "a", "b").random() == theirs.random()


class TestDrawConfusions:
    """Draws under Jeffreys' prior."""

    table = Confusion(tp=12, fp=0, fn=3, tn=8)
    draws = draw_confusions(table, replicates=40_000, rng=generator(7, "test"))

    def test_each_row_is_a_distribution(self) -> None:
        """Four probabilities that sum to 1."""
        assert self.draws.shape == (40_000, 4)
        assert self.draws.sum(axis=1) == pytest.approx(1)

    def test_a_rate_follows_its_beta(self) -> None:
        """Sensitivity is drawn from Beta(12.5, 3.5): its quartiles to two digits."""
        drawn = self.draws[:, 0] / (self.draws[:, 0] + self.draws[:, 2])
        expected = beta(12.5, 3.5).ppf([0.025, 0.5, 0.975])
        assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx(expected, abs=0.01)

    def test_an_empty_cell_stays_uncertain(self) -> None:
        """No false alert among eight negatives leaves room for a quarter."""
        drawn = self.draws[:, 3] / (self.draws[:, 1] + self.draws[:, 3])
        assert np.quantile(drawn, 0.025) < 0.75


class TestDrawClusteredConfusions:
    """Draws where patients have several exams: each share with its own effective size."""

    rows = patients(150, seed=11)
    table = confusion_as_deployed(
        counts_of_rows(rows), threshold=0.5, point=OperatingPoint(threshold=0.5)
    )
    draws = draw_confusions(table, replicates=40_000, rng=generator(7, "clustered"))

    def test_each_row_is_a_distribution(self) -> None:
        """Four probabilities that sum to 1."""
        assert self.draws.sum(axis=1) == pytest.approx(1)

    @pytest.mark.parametrize(
        ("name", "events", "of", "prior"),
        [
            ("sensitivity", (TP,), (TP, FN), 0.5),
            ("specificity", (TN,), (FP, TN), 0.5),
            ("prevalence", (TP, FN), ALL, 1.0),
        ],
    )
    def test_a_rate_follows_its_beta(
        self, name: str, events: tuple[int, ...], of: tuple[int, ...], prior: float
    ) -> None:
        """With the effective size in place of the exams; mean and spread as scipy has them."""
        found = share(self.table, name, events=events, of=of, empty="")
        assert found.size < 0.9 * found.n
        expected = beta(found.hits + prior, found.size - found.hits + prior)
        drawn = self.draws[:, list(events)].sum(axis=1) / self.draws[:, list(of)].sum(axis=1)
        assert drawn.mean() == pytest.approx(expected.mean(), abs=0.001)
        assert drawn.std() == pytest.approx(expected.std(), rel=0.02)

    def test_what_patients_tie_together(self) -> None:
        """Prevalence and both rates correlate as their influences do, summed by patient."""
        labels = np.array([row["label"] == 1 for row in self.rows])
        flagged = np.array([row["score"] >= 0.5 for row in self.rows])
        shares = [
            (labels, labels | ~labels),
            (labels & flagged, labels),
            (~labels & flagged, ~labels),
        ]
        sums = [
            by_patient(self.rows, among * (counted - counted.sum() / among.sum()))
            for counted, among in shares
        ]
        expected = np.array(sums) @ np.array(sums).T
        errors = np.sqrt(np.diag(expected))
        drawn = np.array(
            [
                self.draws[:, TP] + self.draws[:, FN],
                self.draws[:, TP] / (self.draws[:, TP] + self.draws[:, FN]),
                self.draws[:, FP] / (self.draws[:, FP] + self.draws[:, TN]),
            ]
        )
        found = np.corrcoef(drawn)
        assert abs(found[1, 2]) > 0.1
        assert found == pytest.approx(expected / np.outer(errors, errors), abs=0.02)

    def test_an_empty_class(self) -> None:
        """Of negatives nobody knows anything: their rate may be anything."""
        table = confusion_as_deployed(
            counts_of_rows([row for row in self.rows if row["label"] == 1]),
            threshold=0.5,
            point=OperatingPoint(threshold=0.5),
        )
        draws = draw_confusions(table, replicates=20_000, rng=generator(7, "one class"))
        alarms = draws[:, FP] / (draws[:, FP] + draws[:, TN])
        assert alarms.mean() == pytest.approx(0.5, abs=0.01)
        assert alarms.std() == pytest.approx(beta(0.5, 0.5).std(), rel=0.02)


class TestTails:
    """Two quantiles at once."""

    @given(
        st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=60), st.sampled_from([0.8, 0.95, 0.999])
    )
    @settings(max_examples=60, deadline=None)
    def test_as_numpy_has_them(self, values: list[float], level: float) -> None:
        """Interpolated between replicates."""
        draws = np.array(values)
        expected = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2])
        assert tails(draws, level=level) == pytest.approx(tuple(expected), abs=1e-9)


class TestQuantile:
    """One quantile of some replicates."""

    @pytest.mark.parametrize("share", [0.0, 0.025, 0.5, 0.95, 1.0])
    @pytest.mark.parametrize("size", [1, 2, 7, 1000])
    def test_as_numpy(self, share: float, size: int) -> None:
        """Interpolated between two replicates as NumPy does it."""
        drawn = generator(3, "quantile").standard_normal(size)
        assert quantile(drawn, share) == pytest.approx(float(np.quantile(drawn, share)), rel=1e-13)


class TestWalkNoise:
    """The numbers by which walks are drawn."""

    def test_standard_normal(self) -> None:
        """Of mean 0 and variance 1, for one step more than places are thinned to."""
        noise = walk_noise(1, replicates=4000)
        assert noise.shape == (WALK_STEPS + 1, 4000)
        assert (noise.mean(), noise.var()) == pytest.approx((0, 1), abs=0.01)

    def test_of_the_seed_alone(self) -> None:
        """The same for the same seed, others for another."""
        first = walk_noise(1, replicates=10)[0, 0]
        walk_noise.cache_clear()
        assert walk_noise(1, replicates=10)[0, 0] == first
        assert walk_noise(2, replicates=10)[0, 0] != first

    def test_nobody_changes_them(self) -> None:
        """They are shared: writing into them fails."""
        with pytest.raises(ValueError, match="read-only"):
            walk_noise(1, replicates=10)[0, 0] = 1


class TestDrawLowest:
    """Where a walk over scores may be lowest."""

    def test_far_places_are_never_drawn(self) -> None:
        """A place a hundred standard errors above the lowest is out of reach."""
        found = draw_lowest(
            np.array([100.0, 0.0, 0.5]), np.array([0.0, 1.0, 2.0]),
            noise=walk_noise(1, replicates=500),
        )  # fmt: skip
        assert set(found.tolist()) == {1, 2}

    def test_two_places_by_the_normal_distribution(self) -> None:
        """The second is drawn where its step falls below minus the height between them."""
        found = draw_lowest(
            np.array([0.0, 1.0]), np.array([0.0, 4.0]), noise=walk_noise(1, replicates=40_000)
        )
        assert (found == 1).mean() == pytest.approx(norm.cdf(-0.5), abs=0.01)

    def test_many_places_are_thinned(self) -> None:
        """No more are walked over than are said, and the lowest is always among them."""
        heights = np.zeros(5000)
        heights[1234] = -0.01
        found = draw_lowest(heights, np.arange(5000.0), noise=walk_noise(1, replicates=4000))
        assert WALK_STEPS / 2 < len(set(found.tolist())) <= WALK_STEPS + 1
        assert OUT_OF_REACH > 4

    def test_a_single_place(self) -> None:
        """It is the lowest."""
        found = draw_lowest(np.zeros(1), np.zeros(1), noise=walk_noise(1, replicates=3))
        assert found.tolist() == [0, 0, 0]


class TestPercentileInterval:
    """Equal tails, widened to hold the estimate."""

    def test_equal_tails(self) -> None:
        """Of 0 to 1000 the middle four fifths."""
        found = percentile_interval(np.arange(1001.0), value=500, level=0.8)
        assert found == pytest.approx((100, 900))

    @pytest.mark.parametrize(("value", "expected"), [(-1, (-1, 9.5)), (11, (0.5, 11))])
    def test_it_holds_the_estimate(self, value: float, expected: tuple[float, float]) -> None:
        """An estimate at the edge lies outside equal tails, and the interval reaches to it."""
        found = percentile_interval(np.arange(11.0), value=value, level=0.9)
        assert found == pytest.approx(expected)


class TestCoarsen:
    """Neighbouring scores merged."""

    def test_few_stay_apart(self) -> None:
        """With no more scores than bins nothing is merged."""
        assert coarsen(np.ones(3), np.zeros(3), bins=3).tolist() == [0, 1, 2]

    def test_many_share_bins_of_equal_mass(self) -> None:
        """Eight scores with one exam each in four bins of two."""
        assert coarsen(np.ones(8), np.zeros(8), bins=4).tolist() == [0, 2, 4, 6]
