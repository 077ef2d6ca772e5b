"""Tests of metrics of a stratum on the scale on which strata are pooled."""

import pytest

from validation.errors import UndefinedError
from validation.sites.scales import Placed


class TestPlaced:
    """A value and its variance."""

    @pytest.mark.parametrize("variance", [0.0, 1e-33])
    def test_without_a_variance(self, variance: float) -> None:
        """Where every patient adds up to nothing, weights of 1 over 0 would be asked for."""
        with pytest.raises(UndefinedError, match="its variance is 0"):
            Placed(value=0.0, variance=variance, raw=1.0)

    def test_with_one(self) -> None:
        """The smallest that a table can have is one."""
        assert Placed(value=0.0, variance=1e-9, raw=1.0).variance == 1e-9
