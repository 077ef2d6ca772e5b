"""`cmr signature` and `cmr review signatures`: taken out, and checked without a registry."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from registry.domain import attestations
from registry.domain.digests import canonical
from registry.domain.people import Role
from registry.services import emergencies
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.commands import Terminal
from tests.factories.passkeys import (
    REGISTRY_KEY,
    REGISTRY_PUBLIC,
    make_bundle,
    make_signatures,
)
from tests.factories.people import PROOF, make_registry


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """Return a terminal without any registry."""
    return Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)


def test_verify_needs_no_registry(terminal: Terminal) -> None:
    """Bundle, envelope and a card's file are read; who, what, when and by what is said."""
    bundle = make_bundle()
    dossier = {"schema": "cmr.dossier/1"}
    signed = {"dossier": {**dossier, "version": {"artifacts": []}}}
    statement = attestations.statement(signed["dossier"], decision=None, bundle=bundle)
    envelope = attestations.envelope(statement, REGISTRY_KEY)
    (by_password, by_passkey), proofs = make_signatures()
    card = {
        "schema": "cmr.signatures/1",
        "signoffs": [by_password, {**by_passkey, "proof": proofs[by_passkey["signature"]]}],
    }
    document = terminal.folder / "dossier.json"
    document.write_bytes(canonical(dossier))
    public = base64.b64encode(REGISTRY_PUBLIC).decode()
    for found, more in (
        (bundle, ["--document", str(document), "--key", bundle["registry"]["key"]]),
        (envelope, []),
        (card, ["--public", public]),
    ):
        file = terminal.file("signed.json", json.dumps(found))
        said = terminal.done("signature", "verify", file, *more)
        for words in (
            "Ifeoma Okafor, independent validator",
            "“review” on heart-cad/2, dossier 2.",
            "2026-11-23 10:40:06 UTC",
            "(weaker)",
            "by passkey",
            "confirmed by Tom Okoye",
            "2 of 2 signatures hold",
            bundle["registry"]["key"],
        ):
            assert words in said
    told = json.loads(terminal.done("signature", "verify", file, "--public", public, "--json"))
    assert [one["method"] for one in told["signatures"]] == ["password+server-key", "passkey"]


@pytest.mark.parametrize(
    ("change", "words", "said"),
    [
        (lambda b: b["signatures"][0]["statement"].update(meaning="support"), (), "did not sign"),
        (lambda b: b, ("--key", "0123456789abcdef"), "not by 0123456789abcdef"),
        (lambda b: b.update(schema="other"), (), "no bundle"),
        (lambda b: b, ("--document", "other.json"), "nobody signed"),
    ],
    ids=["changed", "another key", "another file", "another document"],
)
def test_what_does_not_hold_ends_with_two(
    terminal: Terminal,
    change: Any,  # noqa: ANN401 -- any change of a bundle
    words: tuple[str, ...],
    said: str,
) -> None:
    """Each refusal says what is wrong."""
    bundle = make_bundle()
    change(bundle)
    file = terminal.file("signed.json", json.dumps(bundle))
    other = terminal.file("other.json", "{}")
    ended = terminal.cmr(
        "signature", "verify", file, *(other if one == "other.json" else one for one in words)
    )
    assert (ended.code, said in ended.err) == (2, True), ended.err


def test_about_a_subject(home: Path, terminal: Terminal) -> None:
    """Taken out by its name, documents and all; each change of these is found offline."""
    registry = make_registry(Workshop.open(Settings(home=home)))
    with registry.work(Role.ML_ENGINEER) as work:
        emergencies.break_glass(work, reason="all flagged", hours=1, proof=PROOF)
    terminal.login("auditor")
    file = str(terminal.folder / "signed.json")
    terminal.done("signature", "about", "person ml.engineer", "--documents", "--out", file)
    said = terminal.done("signature", "verify", file)
    assert "“emergency access” on person ml.engineer. all flagged" in said
    assert "1 document is in it, as it was signed." in said
    bundle = json.loads(Path(file).read_text())
    bundle["documents"][0]["reason"] = "curiosity"
    ended = terminal.cmr("signature", "verify", terminal.file("changed.json", json.dumps(bundle)))
    assert (ended.code, "document 1 (cmr.emergency/1)" in ended.err) == (2, True), ended.err
    ended = terminal.cmr("signature", "about", "heart-cad/1", "--out", file)
    assert (ended.code, "Nobody signed anything" in ended.err) == (2, True), ended.err


def test_no_json_and_no_signature(terminal: Terminal) -> None:
    """What holds nothing to check says so, before any registry is asked."""
    for content, said in (("no json", "is not JSON"), ("[]", "holds no signature")):
        file = terminal.file("file.json", content)
        ended = terminal.cmr("signature", "collect", file, "--out", str(terminal.folder / "out"))
        assert (ended.code, said in ended.err) == (2, True), ended.err
