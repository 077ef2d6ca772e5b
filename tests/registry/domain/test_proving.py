"""Bundles: signatures that are checked without the registry, and every change of one found."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from registry.domain import proving
from registry.domain.proving import UnprovedError
from registry.domain.signatures import key_name
from tests.factories.passkeys import REGISTRY_PUBLIC, make_bundle, make_signatures

BUNDLE = make_bundle()


def leaves(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 -- any JSON
    """Yield the path to everything in a document that is no list and no object."""
    inner = found.items() if isinstance(found, dict) else enumerate(found)
    for name, one in inner:
        if isinstance(one, dict | list):
            yield from leaves(one, (*path, name))
        else:
            yield (*path, name)


def changed(path: tuple[Any, ...], *, gone: bool = False) -> dict[str, Any]:
    """Return the bundle with one leaf changed, or gone."""
    whole: Any = copy.deepcopy(BUNDLE)
    place = whole
    for step in path[:-1]:
        place = place[step]
    if gone:
        del place[path[-1]]
    else:
        said = place[path[-1]]
        place[path[-1]] = f"{said[:-2]}xx" if isinstance(said, str) else not said
    return dict(whole)


# The origin is what the registry calls itself; its key is what one trusts.
LEAVES = [path for path in leaves(BUNDLE) if path != ("registry", "origin")]


class TestVerified:
    """What holds, and what no longer does."""

    def test_both_ways_hold(self) -> None:
        """By password and by passkey, with the name of who confirmed the passkey."""
        proved = proving.verified_all(BUNDLE, trusted=key_name(REGISTRY_PUBLIC))
        assert [one.method for one in proved] == ["password+server-key", "passkey"]
        assert [one.confirmed_by for one in proved] == [None, "Tom Okoye"]

    @pytest.mark.parametrize("path", LEAVES, ids=lambda path: ".".join(map(str, path)))
    def test_every_change_is_found(self, path: tuple[Any, ...]) -> None:
        """Nothing in it can be changed, or left out, unnoticed; and nothing crashes."""
        for gone in (False, True):
            with pytest.raises(UnprovedError):
                proving.verified_all(changed(path, gone=gone))

    def test_another_registry_is_not_believed(self) -> None:
        """A bundle that is sound in itself is still by a key that one must know."""
        with pytest.raises(UnprovedError, match="not by 0123456789abcdef"):
            proving.verified_all(BUNDLE, trusted="0123456789abcdef")

    @pytest.mark.parametrize(
        "found", [{}, {"schema": "cmr.signature_bundle/1"}, {**BUNDLE, "signatures": [None]}]
    )
    def test_what_is_no_bundle_says_so(self, found: dict[str, Any]) -> None:
        """Any other JSON is refused in a sentence."""
        with pytest.raises(UnprovedError):
            proving.verified_all(found)

    def test_a_passkey_of_another_does_not_count(self) -> None:
        """An assertion that is moved under another's statement is found."""
        whole = copy.deepcopy(BUNDLE)
        first, second = whole["signatures"]
        first.update(method="passkey", proof=second["proof"], signature=second["signature"])
        first["key"] = second["key"]
        with pytest.raises(UnprovedError, match="signature 1: The passkey did not sign"):
            proving.verified_all(whole)


def test_found_anywhere() -> None:
    """Signatures are found however deep they stand, each once."""
    (one, two), _ = make_signatures()
    deep = {"a": [{**one, "id": 1}, {"signed": two}], "again": one, "statement": {"schema": "x"}}
    assert [found["signature"] for found in proving.found_in(deep)] == [
        one["signature"],
        two["signature"],
    ]
