"""Tests of where score cells begin."""

import numpy as np

from validation.federation.partitions import Units, best_runs, tellable, weights_of


def units(positives: list[int], negatives: list[int], *, hard: int | None = None) -> Units:
    """Return units of one level, with a threshold of decisions before one of them."""
    up, down = np.array(positives), np.array(negatives)
    cuts = np.zeros(up.size, dtype=np.int64)
    if hard is not None:
        cuts[hard] = 1
    return Units(
        told=np.stack([down, up], axis=1),
        positives=up,
        negatives=down,
        hard=cuts,
        soft=np.zeros(up.size),
    )


class TestTellable:
    """Which counts may be told."""

    def test_none_or_enough(self) -> None:
        """0 and from ten on, in either sign."""
        assert tellable(np.array([0, 1, 9, 10, -9, -10]), 10).tolist() == [
            True, False, False, True, False, True,
        ]  # fmt: skip


class TestBestRuns:
    """Cutting where least is lost."""

    def test_cuts_where_both_classes_have_enough(self) -> None:
        """Five and five positives go together; the ten after them stand alone."""
        found = best_runs(units([5, 5, 10], [10, 10, 10]), minimum=10)
        assert found is not None
        assert found.tolist() == [0, 2]

    def test_keeps_the_threshold_of_decisions(self) -> None:
        """Of two ways to cut, the one at the threshold."""
        for hard in (1, 2):
            found = best_runs(units([10, 5, 10], [10, 0, 10], hard=hard), minimum=10)
            assert found is not None
            assert found.tolist() == [0, hard]

    def test_crosses_it_where_it_cannot_be_helped(self) -> None:
        """Three positives below it cannot be told."""
        found = best_runs(units([3, 20], [20, 20], hard=1), minimum=10)
        assert found is not None
        assert found.tolist() == [0]

    def test_too_few_in_all(self) -> None:
        """There is no way to cut."""
        assert best_runs(units([3, 3], [20, 20]), minimum=10) is None


class TestWeightsOf:
    """What thresholds weigh."""

    def test_halves(self) -> None:
        """The middle of seven, the middles of the halves, the rest."""
        assert weights_of(7).tolist() == [0.25, 0.5, 0.25, 1.0, 0.25, 0.5, 0.25]
