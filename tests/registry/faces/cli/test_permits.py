"""`cmr permit` over an embedded registry: asked, kept, verified without it, and stopped."""

import json
from pathlib import Path

import pytest

from registry.client import UnreachableError
from registry.services import deployments
from tests.factories.deployments import OFFICER
from tests.factories.people import PROOF
from tests.factories.wards import Cmr, make_ward

QUESTION = ("heart-cad/1", "--site", "Hungary", "--rung", "silent")


@pytest.fixture
def cmr(home: Path) -> Cmr:
    """Return the command over a registry in which version 1 is approved at Hungary."""
    return make_ward(home)


def test_asked_and_verified(cmr: Cmr, tmp_path: Path) -> None:
    """A yes is verified by the key alone; the no that follows stops at once, for good."""
    deployment = cmr.hospital.running()
    yes, no, key, state = (tmp_path / name for name in ("yes", "no", "key", "state"))
    model = tmp_path / "model.json"
    model.write_text('{"coefficients": [1, 2]}')
    ended = cmr.run("ilona", "permit", "ask", *QUESTION, "--file", str(model), "--out", str(yes))
    assert ended.exit_code == 0, ended.output
    assert "✓ yes  heart-cad/1 at Hungary, silent use" in ended.stdout
    assert cmr.run("ilona", "permit", "key", "--out", str(key)).exit_code == 0
    verify = ("permit", "verify", *QUESTION, "--key", str(key), "--state", str(state))
    ended = cmr.run("ilona", *verify, "--last", str(yes), "--file", str(model))
    assert (ended.exit_code, ended.stdout.split("\n")[0]) == (0, "✓ permitted  The permit holds.")
    with cmr.hospital.registry.work(cmr.hospital.people[OFFICER]) as work:
        deployments.suspend(work, deployment, reasons="A score on a screen.", proof=PROOF)
    ended = cmr.run("ilona", "permit", "ask", *QUESTION, "--out", str(no))
    assert ended.exit_code == 3
    assert "A score on a screen." in ended.stdout
    ended = cmr.run("ilona", *verify, "--last", str(no), "--json")
    assert ended.exit_code == 3
    assert json.loads(ended.stdout)["verdict"] == "stopped"
    ended = cmr.run("ilona", *verify, "--last", str(yes), "--unreachable")
    assert ended.exit_code == 3
    assert "A newer answer was seen here: no." in ended.stdout


def test_registry_away(cmr: Cmr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One command asks, verifies and keeps; when nobody answers it relies on what was kept."""
    cmr.hospital.running()
    last, key, state = (tmp_path / name for name in ("last", "key", "state"))
    cmr.run("ilona", "permit", "key", "--out", str(key))
    words = ("permit", "ask", *QUESTION, "--key", str(key), "--state", str(state))
    ask = (*words, "--out", str(last))
    assert cmr.run("ilona", *ask).exit_code == 0
    monkeypatch.setenv("CMR_SERVER", "http://127.0.0.1:9")
    ended = cmr.run("ilona", *ask)
    assert (ended.exit_code, ended.stdout.split("\n")[0]) == (0, "✓ permitted  The permit holds.")
    assert "does not answer" in ended.stderr
    kept = json.loads(last.read_text())
    last.write_text(json.dumps(kept | {"expires_at": "2999-01-01T00:00:00.000000Z"}))
    assert cmr.run("ilona", *ask).exit_code == 3
    assert isinstance(cmr.run("ilona", *words).exception, UnreachableError)


def test_bad_files(cmr: Cmr, tmp_path: Path) -> None:
    """What is no permit, no key or no memory is named, and is never a crash."""
    junk, key = tmp_path / "junk", tmp_path / "key"
    junk.write_text("[1]")
    key.write_text("AAAA")
    said = ("permit", "verify", *QUESTION, "--key", str(key))
    assert "no JSON object" in str(cmr.run("ilona", *said, "--last", str(junk)).exception)
    junk.write_text("{}")
    assert cmr.run("ilona", *said, "--last", str(junk)).exit_code == 3
    ended = cmr.run("ilona", *said, "--last", str(junk), "--state", str(junk))
    assert "remembered" in str(ended.exception)
    assert "no public key" in str(
        cmr.run("ilona", *said[:-1], str(junk), "--last", str(junk)).exception
    )
