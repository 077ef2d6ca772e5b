"""Tests of the bands of a numeric attribute."""

from validation.protocols.bands import band_names


class TestBandNames:
    """Names between edges."""

    def test_last_band_is_closed(self) -> None:
        """Only the last band holds its upper edge."""
        assert band_names([0, 45, 120]) == ("0 to <45", "45 to 120")

    def test_fractions_keep_their_point(self) -> None:
        """An edge that is not whole is written as it is."""
        assert band_names([0.5, 1, 2]) == ("0.5 to <1", "1 to 2")
