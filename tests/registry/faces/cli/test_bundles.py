"""`cmr audit`: proofs and bundles, as somebody at a terminal meets them."""

import json
from pathlib import Path

import pytest

from tests.factories.commands import Terminal


def test_a_bundle_is_taken_away_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exported, it verifies without any registry, says so, and says what was edited."""
    terminal = Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)
    terminal.founded()
    terminal.login("ad")
    terminal.done("audit", "checkpoint")
    whole, folder = str(tmp_path / "trail.zip"), tmp_path / "trail"
    assert "The whole trail" in terminal.done("audit", "export", "--out", whole)
    said = json.loads(
        terminal.done("audit", "export", "-o", str(folder), "--subject", "person ad", "--json")
    )
    assert (said["subject"], said["schema"]) == ("person ad", "cmr.bundle/1")
    key = terminal.done("audit", "key").split()[0]
    shown = terminal.done("audit", "proof", "0")
    assert "Entry 0 is one of the first" in shown
    outside = str(tmp_path / "home" / "checkpoints")
    assert "checked against 1 checkpoint(s)" in terminal.done("audit", "verify", "-c", outside)

    (tmp_path / "home").rename(tmp_path / "gone")  # no registry from here on
    held = terminal.done("audit", "verify", whole, "--key", key)
    assert "✓ All " in held
    assert "none edited, moved, removed or inserted." in held
    assert "Checked with the key that lies in the bundle" in terminal.done(
        "audit", "verify", str(folder)
    )
    wrong = terminal.cmr("audit", "verify", whole, "--key", key.replace("A", "B", 1))
    assert wrong.code == 2
    entries = folder / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b"system", b"sistem", 1))
    ended = terminal.cmr("audit", "verify", str(folder), "--key", key)
    assert ended.code == 1
    assert "does not lead to the checkpoint" in ended.out
    (tmp_path / "no.zip").write_text("no zip", encoding="utf-8")
    assert terminal.cmr("audit", "verify", str(tmp_path / "no.zip")).code == 2
