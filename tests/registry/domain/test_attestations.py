"""Attestations: DSSE over an in-toto Statement, and every change of one found."""

import base64
import json
from typing import Any

import pytest

from registry.domain import attestations, proving
from registry.domain.proving import UnprovedError
from tests.factories.passkeys import REGISTRY_KEY, make_bundle

DOSSIER = {
    "schema": "cmr.dossier/1",
    "version": {"artifacts": [{"path": "model.onnx", "digest": "sha256:" + "ab" * 32}]},
}
STATEMENT = attestations.statement(DOSSIER, decision=None, bundle=make_bundle())
ENVELOPE = attestations.envelope(STATEMENT, REGISTRY_KEY)


def repacked(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part of the predicate
    """Return an envelope over a changed predicate, signed by the registry all the same."""
    predicate = {**STATEMENT["predicate"], **changes}
    return attestations.envelope({**STATEMENT, "predicate": predicate}, REGISTRY_KEY)


def test_bytes_before_signing() -> None:
    """The example of the DSSE specification (secure-systems-lab/dsse, protocol.md)."""
    expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert attestations.before_signing("http://example.com/HelloWorld", b"hello world") == expected


def test_round_trip() -> None:
    """The subject names files as in-toto does, and the signatures inside hold on their own."""
    predicate = attestations.opened(json.loads(json.dumps(ENVELOPE)))
    assert len(proving.verified_all(predicate["signatures"])) == 2
    payload = json.loads(base64.b64decode(ENVELOPE["payload"]))
    assert payload["subject"] == [{"name": "model.onnx", "digest": {"sha256": "ab" * 32}}]


MARK = ENVELOPE["signatures"][0]
WRONG: dict[str, dict[str, Any]] = {
    "empty": {},
    "no base64": {**ENVELOPE, "payload": "not base64!"},
    "no statement": {**ENVELOPE, "payload": base64.b64encode(b"[]").decode()},
    "another type": {**ENVELOPE, "payloadType": "application/json"},
    "unsigned": {**ENVELOPE, "signatures": []},
    "another name": {**ENVELOPE, "signatures": [{**MARK, "keyid": "other"}]},
    "another mark": {**ENVELOPE, "signatures": [{**MARK, "sig": "AAAA"}]},
    "another payload": {**ENVELOPE, "payload": repacked(decision={})["payload"]},
    "another dossier": repacked(dossier={}),
    "no bundle": repacked(signatures={}),
}


@pytest.mark.parametrize("found", WRONG.values(), ids=WRONG.keys())
def test_every_change_is_found(found: dict[str, Any]) -> None:
    """What the registry did not sign, or signed under another name, is refused in a sentence."""
    with pytest.raises(UnprovedError):
        attestations.opened(found)


def test_another_registry_is_not_believed() -> None:
    """An envelope that is sound in itself is still by a key that one must know."""
    with pytest.raises(UnprovedError, match="not by 0123456789abcdef"):
        attestations.opened(ENVELOPE, trusted="0123456789abcdef")
