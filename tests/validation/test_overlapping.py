"""Tests of score cells that overlap: those of several sites, each on edges of its own."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validation import overlapping
from validation.metrics.discrimination import place
from validation.overlapping import Spans, on_common_edges, spans_of, upper_ends, wins
from validation.tallies import Cells
from validation.tallies.cells import SCORE, WEIGHT


def spans(*cells: tuple[float, float, float, float], slack: float = 0.0) -> Spans:
    """Return spans of (lower, upper, mean of ten positives, mean of ten negatives); NaN: none."""
    lower, upper, of_positives, of_negatives = (np.array(one) for one in zip(*cells, strict=True))
    return Spans(
        lower=lower, upper=upper,
        positives=np.where(np.isnan(of_positives), 0.0, 10.0),
        negatives=np.where(np.isnan(of_negatives), 0.0, 10.0),
        mean_of_positives=of_positives, mean_of_negatives=of_negatives, slack=slack,
    )  # fmt: skip


NO = float("nan")


def cells_of(*cells: tuple[int, int, float, int, float], weights: tuple[float, ...] = ()) -> Cells:
    """Return cells of (site, label, score, exams, mean score)."""
    site, label, score, exams, mean = (np.array(one) for one in zip(*cells, strict=True))
    mass = exams if not weights else np.array(weights)
    sums = {SCORE: np.rint(mass * mean * 2**30).astype(np.int64)}
    if weights:
        sums[WEIGHT] = np.rint(mass * 2**20).astype(np.int64)
    nought = np.zeros(site.size, dtype=np.int32)
    return Cells(
        codes={"finding": nought, "partition": nought, "site": site.astype(np.int32)},
        label=label.astype(np.int8), score=score.astype(np.float64),
        exams=exams.astype(np.int64), sums=sums,
    )  # fmt: skip


class TestWins:
    """How often positives score above negatives."""

    def test_cells_that_lie_apart(self) -> None:
        """The order is known: every pair is won, or none."""
        won = wins(spans((0.5, 0.9, 0.7, NO), (0.1, 0.5, NO, 0.3)))
        assert won.of_positives[0] == won.of_negatives[1] == 1
        assert won.bound == 0
        lost = wins(spans((0.1, 0.5, 0.3, NO), (0.5, 0.9, NO, 0.7)))
        assert (lost.of_positives[0], lost.bound) == (0, 0)

    def test_means_of_cells_that_overlap(self) -> None:
        """Means 0.6 and 0.4 in [0, 1): at least 0.2 is won, at most all, so that 0.6 counts."""
        won = wins(spans((0.0, 1.0, 0.6, 0.4)))
        assert won.of_positives[0] == pytest.approx(0.6)
        assert won.bound == pytest.approx(0.4)
        lost = wins(spans((0.0, 1.0, 0.4, 0.6)))
        assert lost.of_positives[0] == pytest.approx(0.4)
        assert lost.bound == pytest.approx(0.4)

    def test_slack_makes_means_tell_less(self) -> None:
        """A difference that rounding may have made is none."""
        assert wins(spans((0.0, 1.0, 0.6, 0.4), slack=0.2)).bound == pytest.approx(0.5)

    def test_a_cell_without_an_upper_end(self) -> None:
        """Ranks have no highest: what could be won has no bound but all."""
        won = wins(spans((0.0, np.inf, 0.6, 0.4)))
        assert (won.of_positives[0], won.bound) == (0.5, 0.5)

    @settings(max_examples=60, deadline=None)
    @given(seed=st.integers(0, 10_000), sites=st.integers(1, 4), many=st.booleans())
    def test_the_truth_is_within_the_bound(self, seed: int, sites: int, many: bool) -> None:
        """Whatever scores lie in the cells, and whichever way pairs are counted."""
        rng = np.random.default_rng(seed)
        found = []
        up: list[float] = []
        down: list[float] = []
        for _ in range(sites):
            edges = np.sort(rng.choice(np.arange(1, 20) / 20, rng.integers(1, 5), replace=False))
            edges = np.concatenate([[0.0], edges, [1.0]])
            for low, high in pairwise(edges):
                ours, theirs = (low + (high - low) * rng.random(rng.integers(1, 6)) ** rng.choice(
                    [0.3, 1.0, 3.0]) for _ in range(2))  # fmt: skip
                found.append((low, high, ours, theirs))
                up, down = [*up, *ours], [*down, *theirs]
        known = Spans(
            lower=np.array([one[0] for one in found]), upper=np.array([one[1] for one in found]),
            positives=np.array([float(one[2].size) for one in found]),
            negatives=np.array([float(one[3].size) for one in found]),
            mean_of_positives=np.array([one[2].mean() for one in found]),
            mean_of_negatives=np.array([one[3].mean() for one in found]), slack=1e-12,
        )  # fmt: skip
        truth = float(np.mean(np.array(up)[:, None] > np.array(down)))
        whole = with_most(0, known) if many else wins(known)
        middle = float(known.positives @ whole.of_positives / known.positives.sum())
        assert abs(truth - middle) <= whole.bound + 1e-9
        mirrored = float(known.negatives @ whole.of_negatives / known.negatives.sum())
        assert mirrored == pytest.approx(middle)

    def test_one_site_with_half_for_ties_is_delong(self) -> None:
        """Cells that do not overlap, without a look at means: the placements of plain cells."""
        one = spans((0.0, 0.2, 0.1, 0.1), (0.2, 0.6, 0.3, 0.3), (0.6, 1.0, 0.7, NO))
        ours, theirs = with_most(0, one), place(one.positives, one.negatives)
        has = one.negatives > 0
        assert ours.of_positives == pytest.approx(theirs.of_positives)
        assert ours.of_negatives[has] == pytest.approx(theirs.of_negatives[has])

    def test_in_several_portions(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """However many pairs are looked at together, the same is won."""
        known = spans((0.0, 0.5, 0.3, 0.2), (0.5, 1.0, 0.8, 0.6), (0.3, 0.7, 0.5, 0.4))
        whole = wins(known)
        monkeypatch.setattr(overlapping, "AT_A_TIME", 1)
        apart = wins(known)
        assert apart.of_positives == pytest.approx(whole.of_positives)
        assert apart.of_negatives == pytest.approx(whole.of_negatives)
        assert apart.bound == pytest.approx(whole.bound)


def with_most(most: int, known: Spans) -> overlapping.Wins:
    """Return what is won where more than some cells count as many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlapping, "MOST", most)
        return wins(known)


class TestUpperEnds:
    """Where cells end."""

    def test_at_the_next_edge_of_the_site(self) -> None:
        """Not of another site; the last ends where no score is; without a score nothing ends."""
        cells = cells_of((0, 1, 0.1, 10, 0.2), (0, 0, 0.5, 10, 0.6), (1, 1, 0.3, 10, 0.4),
                         (1, 1, NO, 10, 0.0))  # fmt: skip
        found: npt.NDArray[np.float64] = upper_ends(cells, highest=2.0)
        assert found.tolist()[:3] == [0.5, 2.0, 2.0]
        assert np.isnan(found[3])


class TestOnCommonEdges:
    """Scores on the edges that all sites have."""

    def test_an_edge_of_one_site_alone(self) -> None:
        """Is no edge of both; one below the first cell of the other is."""
        edges = [(0, 0.0), (0, 0.2), (0, 0.4), (0, 0.6), (1, 0.2), (1, 0.6)]
        cells = cells_of(*((site, 1, edge, 10, edge) for site, edge in edges))
        assert on_common_edges(cells).tolist() == [0.0, 0.2, 0.2, 0.6, 0.2, 0.6]

    def test_without_cells(self) -> None:
        """There is nothing to bring anywhere."""
        assert on_common_edges(cells_of((0, 1, NO, 10, 0.0)).where(np.zeros(0, int))).size == 0


class TestSpansOf:
    """Cells as spans."""

    def test_means_of_either_class(self) -> None:
        """Of ten positives and twenty negatives of one cell."""
        cells = cells_of((0, 1, 0.1, 10, 0.25), (0, 0, 0.1, 20, 0.125))
        found = spans_of(cells, np.array([0, 0]), np.array([0.5, 0.5]), size=1)
        assert (found.positives[0], found.negatives[0]) == (10, 20)
        assert (found.mean_of_positives[0], found.mean_of_negatives[0]) == (0.25, 0.125)
        assert (found.lower[0], found.upper[0], found.slack) == (0.1, 0.5, 2.0**-30)

    def test_weights(self) -> None:
        """Masses are weights, and their rounding makes means less certain."""
        cells = cells_of((0, 1, 0.0, 10, 0.5), (0, 0, 0.0, 10, 0.25), weights=(20.0, 5.0))
        found = spans_of(cells, np.array([0, 0]), np.array([1.0, 1.0]), size=1)
        assert (found.positives[0], found.negatives[0]) == (20, 5)
        assert (found.mean_of_positives[0], found.mean_of_negatives[0]) == (0.5, 0.25)
        assert found.slack == pytest.approx(2.0**-30 + 2.0**-20 / 0.5)
