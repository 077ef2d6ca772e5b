"""Letters under test: what no record can hold is refused where it comes in, and named."""

import json

import pytest

from registry.domain.people import Role
from registry.faces.http.letters import place_of
from registry.services.work import Workshop
from tests.factories.callers import Api, problem
from tests.factories.people import make_registry


@pytest.mark.parametrize(
    "letter", ["\x00", "\x07", "\b", "\f", "\x1b", "\x7f", "\ud800", "\ufffe", "\uffff"]
)
def test_a_forbidden_letter_is_found(letter: str) -> None:
    """Escaped, however deep it stands, by the path to its field."""
    body = json.dumps({"a": ["plain", {"b": f"x{letter}y"}]}).encode()
    assert place_of(body) == "a.1.b"


def test_as_bytes() -> None:
    """Some of them may stand in JSON as they are."""
    assert place_of(b'{"a": "x\x7f"}') == "a"
    assert place_of('{"a": "x\ufffe"}'.encode()) == "a"
    assert place_of(b'{"a\\u0000": 1}') == "body"
    assert place_of(b'"\\u0000"') == "body"


@pytest.mark.parametrize("text", ["tab\t", "lines\r\n", "é€漢😀", "\\u0000 spelled out", "Ω"])
def test_what_people_write_passes(text: str) -> None:
    """Every script, emoji, tabs and line ends; also the words that look like an escape."""
    assert place_of(json.dumps({"a": text}).encode()) is None
    assert place_of(json.dumps({"a": text}, ensure_ascii=False).encode()) is None


def test_what_is_no_json_is_left_to_its_reader() -> None:
    """It is told there what is wrong with it."""
    assert place_of(b'{"a": "\\u0000"') is None
    assert place_of(b"[" * 100_000 + b"\x7f") is None


def test_over_the_api(workshop: Workshop) -> None:
    """The answer names the field; nothing is written; addresses are looked at as well."""
    api = Api.over(make_registry(workshop))
    steward = api.signed_in(Role.DATA_STEWARD)
    body = {"name": "Kiel\x00", "time_zone": "Europe/Berlin"}
    assert problem(api.client.post("sites", json=body, headers=steward)) == (
        422,
        "bad-input",
        "name",
    )
    assert api.client.get("sites", headers=steward).json() == []
    for address in ("models/a%00b", "models?after=%00"):
        assert problem(api.client.get(address, headers=steward))[:2] == (422, "bad-input")
    fine = {"name": "Kiel", "time_zone": "Europe/Berlin"}
    assert api.client.post("sites", json=fine, headers=steward).status_code == 201
