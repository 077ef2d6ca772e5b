"""Tests of what could be found by subtraction."""

import numpy as np

from validation.federation.differences import near_pair, small_difference


class TestSmallDifference:
    """Unions of one side within unions of the other."""

    def test_a_ward_within_a_sex(self) -> None:
        """Women are the ward's twenty and three more."""
        assert small_difference(np.array([[20, 3], [0, 30]]), minimum=10)

    def test_groups_that_overlap_tell_nothing(self) -> None:
        """Neither lies within the other."""
        assert not small_difference(np.array([[20, 3], [4, 30]]), minimum=10)

    def test_enough_between(self) -> None:
        """Women are the ward's twenty and twelve more."""
        assert not small_difference(np.array([[20, 12], [0, 30]]), minimum=10)

    def test_a_union_of_wards(self) -> None:
        """Two wards together are all women but three."""
        shared = np.array([[20, 0], [15, 0], [3, 30]])
        assert small_difference(shared, minimum=10)

    def test_many_levels(self) -> None:
        """Of more than twelve, single ones and all but one are asked of."""
        shared = np.diag(np.full(13, 20))
        assert not small_difference(shared, minimum=10)
        shared[0, 1] = 3
        assert small_difference(shared, minimum=10)

    def test_nothing(self) -> None:
        """No exam, nothing to tell."""
        assert not small_difference(np.zeros((2, 2), dtype=np.int64), minimum=10)


class TestNearPair:
    """Single cells."""

    def test_one_cell_within_another(self) -> None:
        """Twelve of fifteen."""
        assert near_pair(np.array([[12, 0], [3, 40]]), minimum=10)
        assert not near_pair(np.array([[12, 2], [13, 40]]), minimum=10)
