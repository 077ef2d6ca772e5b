"""Tests of fields: what may stand under a key."""

import pytest

from validation.errors import ProtocolError
from validation.protocols.fields import Fields


class TestNumber:
    """A finite number within bounds."""

    @pytest.mark.parametrize("value", [10**400, -(10**400)])
    def test_number_beyond_floats(self, value: int) -> None:
        """A whole number that no float can hold is refused like infinity, not with a crash."""
        with pytest.raises(ProtocolError, match=r"^intervals\.seed: this number is not finite"):
            Fields({"seed": value}, "intervals").number("seed")
