"""Facts about names and regulatory entries."""

import pytest

from registry.domain.errors import BadInputError
from registry.domain.models import require_name, require_regulatory


class TestRequireName:
    """Names that addresses and files can carry."""

    @pytest.mark.parametrize("name", ["a", "heart-cad", "x.1_y-2", "9", "a" * 64])
    def test_sound_name_is_returned(self, name: str) -> None:
        """Lower-case letters, digits and inner . _ - make a name."""
        assert require_name(name) == name

    @pytest.mark.parametrize(
        "name", ["", "Heart", "heart cad", "-a", "a-", "..", "a/b", "a" * 65, "ä", "a\n"]
    )
    def test_unsound_name_is_refused(self, name: str) -> None:
        """Anything else is refused, and the field is named."""
        with pytest.raises(BadInputError, match="name: ") as refused:
            require_name(name)
        assert refused.value.field == "name"


class TestRequireRegulatory:
    """Regulatory entries."""

    def test_silence_is_refused(self) -> None:
        """At least one jurisdiction is named; “not submitted” is an answer."""
        with pytest.raises(BadInputError, match="at least one jurisdiction"):
            require_regulatory([])

    def test_one_jurisdiction_twice_is_refused(self) -> None:
        """Two answers for one regulator contradict."""
        entry = {"jurisdiction": "EU", "status": "not submitted"}
        with pytest.raises(BadInputError, match=r"regulatory\[2\].*twice"):
            require_regulatory([entry, entry])

    def test_clearance_needs_its_number(self) -> None:
        """“cleared” without a reference is a claim."""
        with pytest.raises(BadInputError, match=r"regulatory\[1\]\.reference"):
            require_regulatory([{"jurisdiction": "US", "status": "cleared", "reference": None}])

    def test_explicit_answers_are_sound(self) -> None:
        """“not submitted” and a numbered clearance both stand."""
        require_regulatory(
            [
                {"jurisdiction": "EU", "status": "not submitted"},
                {"jurisdiction": "US", "status": "cleared", "reference": "K123456"},
            ]
        )
