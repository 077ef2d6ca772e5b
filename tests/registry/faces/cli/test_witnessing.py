"""A witness at a terminal, and questions about a day."""

import json
import shutil
from pathlib import Path

import pytest

from tests.factories.commands import Terminal


def test_a_witness_remembers_and_refuses_a_fork(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It co-signs what extends, hands it to the registry, and refuses a registry rolled back."""
    terminal = Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)
    terminal.founded()
    terminal.login("ad")
    terminal.done("audit", "checkpoint")
    (tmp_path / "home" / "checkpoints").rename(tmp_path / "carried")
    shutil.copytree(tmp_path / "home", tmp_path / "backup")
    files = ("--key", str(tmp_path / "w.key"), "--state", str(tmp_path / "w.json"))
    assert terminal.cmr("audit", "witness", *files).code == 2
    first = terminal.done("audit", "witness", *files, "--name", "witness.example.org/w1", "--send")
    assert "Trusted from now on, on its own word" in first
    assert "were seen for the first time; co-signed." in first
    assert (tmp_path / "w.key").stat().st_mode & 0o777 == 0o600
    terminal.done("audit", "checkpoint")
    said = json.loads(terminal.done("audit", "witness", *files, "--send", "--json"))
    assert said["note"].count("\u2014 witness.example.org/w1 ") == 1

    whole = str(tmp_path / "trail.zip")
    terminal.done("audit", "export", "--out", whole)
    key = terminal.done("audit", "key").split()[0]
    held = terminal.done("audit", "verify", whole, "--key", key, "--witness", said["witness"])
    assert "witness.example.org/w1 co-signed the first" in held

    shutil.rmtree(tmp_path / "home")
    (tmp_path / "backup").rename(tmp_path / "home")
    remembered = (tmp_path / "w.json").read_bytes()
    refused = terminal.cmr("audit", "witness", *files)
    assert (refused.code, "SHRUNK" in refused.err) == (1, True)
    for _ in range(3):  # the restored registry is written on, past what the witness saw
        terminal.login("ad")
        terminal.done("audit", "checkpoint")
    refused = terminal.cmr("audit", "witness", *files)
    assert (refused.code, "FORKED" in refused.err) == (1, True)
    assert (tmp_path / "w.json").read_bytes() == remembered

    nothing = terminal.cmr("audit", "as-of", "--site", "Hungary", "--on", "2026-11-25")
    assert nothing.code == 2
    assert "No site is named" in nothing.err
