"""Facts about site names and time zones."""

import pytest

from registry.domain.errors import BadInputError, ConflictError
from registry.domain.sites import require_time_zone, require_unambiguous


class TestRequireTimeZone:
    """Time zones."""

    def test_known_zone_is_returned(self) -> None:
        """A zone of the IANA data base is sound."""
        assert require_time_zone("Europe/Budapest") == "Europe/Budapest"

    @pytest.mark.parametrize("name", ["Europe/Nowhere", "", "../etc/passwd", "CEST+2"])
    def test_unknown_zone_is_refused(self, name: str) -> None:
        """The field is named and an example given."""
        with pytest.raises(BadInputError, match=r"time_zone: .*Europe/Budapest"):
            require_time_zone(name)


class TestRequireUnambiguous:
    """Names and aliases."""

    def test_another_sites_alias_is_refused(self) -> None:
        """One name, one site."""
        with pytest.raises(ConflictError, match="“HUN” already means Hungary"):
            require_unambiguous("Cleveland", ["HUN"], {"Hungary": "Hungary", "HUN": "Hungary"})

    def test_another_sites_name_as_alias_is_refused(self) -> None:
        """A name counts like an alias."""
        with pytest.raises(ConflictError):
            require_unambiguous("Cleveland", ["Hungary"], {"Hungary": "Hungary"})

    def test_own_alias_may_stand_again(self) -> None:
        """A corrected record may keep its aliases."""
        require_unambiguous("Hungary", ["HUN"], {"HUN": "Hungary", "Hungary": "Hungary"})

    def test_empty_alias_is_refused(self) -> None:
        """A blank names nothing."""
        with pytest.raises(BadInputError, match="aliases"):
            require_unambiguous("Hungary", [" "], {})
