"""Facts about the letter that brings a notice."""

from typing import Any

import pytest

from registry.domain.errors import BadInputError
from registry.domain.notices.mail import check_address, subject_of, text_of

NOTICE: dict[str, Any] = {
    "headline": "heart-cad/2 is suspended",
    "asks": "It may not be used from now on.",
    "actor": {"id": "1", "name": "Sam Okoye"},
    "at": "2026-11-23T09:30:00.000000Z",
    "why": "Two missed cases",
    "due": "2026-12-01",
    "see": "cmr version show heart-cad/2",
}


class TestText:
    """Text."""

    def test_says_it_all(self) -> None:
        """What, what is asked, by when, by whom, why, and where to look."""
        text = text_of(NOTICE, link="https://registry.example.org/api/v1/models")
        assert text.split("\n\n")[:-1] == [
            "heart-cad/2 is suspended.",
            "It may not be used from now on.",
            "By: 2026-12-01",
            "Done by Sam Okoye on 2026-11-23 09:30 UTC.\nReason given: Two missed cases",
            (
                "Look at it with:  cmr version show heart-cad/2\n"
                "or at:            https://registry.example.org/api/v1/models"
            ),
        ]
        assert subject_of(NOTICE) == "heart-cad/2 is suspended"

    def test_what_is_not_known_is_left_out(self) -> None:
        """No day, no reason, no address of the registry: no word about them."""
        text = text_of({**NOTICE, "due": None, "why": ""}, link=None)
        assert "By:" not in text
        assert "Reason" not in text
        assert "or at:" not in text


class TestCheckAddress:
    """Check address."""

    def test_sound(self) -> None:
        """A mailbox at a host, blanks around it dropped."""
        assert check_address(" c.moretti+ai@hospital.example ") == "c.moretti+ai@hospital.example"

    @pytest.mark.parametrize(
        "text",
        [
            "", "c.moretti", "@hospital.example", "c@localhost", "a@b@hospital.example",
            "a b@hospital.example", "a@hospital.example\r\nBcc: x@y.z", "a@hospital.example,b@y.z",
            "Carla <c@hospital.example>", "ç@hospital.example", "x" * 250 + "@y.org",
        ],
    )  # fmt: skip
    def test_refused(self, text: str) -> None:
        """Anything that is not one plain mailbox."""
        with pytest.raises(BadInputError) as refused:
            check_address(text)
        assert refused.value.field == "address"
