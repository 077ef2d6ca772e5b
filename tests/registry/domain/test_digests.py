"""Digests and canonical JSON."""

import pytest

from registry.domain import digests
from registry.domain.errors import BadInputError


def test_known_digest() -> None:
    """The SHA-256 of "abc", from FIPS 180-4."""
    assert digests.digest_of(b"abc") == (
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_canonical_is_rfc_8785() -> None:
    """Keys sorted, numbers in their shortest form, no white space."""
    assert digests.canonical({"b": 1.0, "a": 1e21, "ä": [True, None]}) == (
        '{"a":1e+21,"b":1,"ä":[true,null]}'.encode()
    )


def test_what_was_made_canonical_is_not_made_so_again() -> None:
    """A part's bytes stand in the whole as if all had been written anew, whatever their keys."""
    part, further = {"b": 1.0, "a": []}, {"z": None, "\ue000": 0.5, "🫀": ["x"]}
    whole = digests.canonical_with(further, {"m": digests.canonical(part)})
    assert whole == digests.canonical({**further, "m": part})


@pytest.mark.parametrize("text", ["", "sha256:", "sha256:" + "G" * 64, "md5:" + "0" * 32])
def test_what_is_no_digest_is_refused(text: str) -> None:
    """The refusal names the field and says what a digest looks like."""
    with pytest.raises(BadInputError, match=r"parent: .* is not a digest; write sha256:"):
        digests.require_digest(text, field="parent")


def test_a_digest_is_let_through_as_it_is() -> None:
    """What is written as we write digests comes back unchanged."""
    name = digests.digest_of(b"abc")
    assert digests.require_digest(name, field="parent") == name
