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


class TestMissing:
    """A required key that is not there."""

    def test_a_misspelt_key_is_named_instead(self) -> None:
        """Somebody who wrote “treshold” is not told that nothing was written."""
        fields = Fields({"treshold": 0.5}, "operating_point")
        error = fields.missing("threshold", "threshold = 0.5")
        assert error.at == "operating_point.treshold"
        assert "Did you mean “threshold”?" in str(error)

    def test_an_unlike_key_is_not_taken_for_it(self) -> None:
        """Another key that is there does not hide what is missing."""
        fields = Fields({"unscored": "negative"}, "operating_point")
        error = fields.missing("threshold", "threshold = 0.5")
        assert error.at == "operating_point.threshold"
        assert "required and missing" in str(error)
