"""`cmr emergency` and `cmr people dual` over an embedded registry."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.factories.commands import Terminal
from tests.factories.people import PASSWORD


def test_glass_broken_ended_and_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is printed says who, why, until when, and what comes next; a dual role likewise."""
    terminal = Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)
    terminal.founded()
    terminal.enrolled("maya", ["ML engineer"])
    terminal.enrolled("lena", ["clinical lead", "model owner"])
    password = ("--password-file", terminal.file("password", PASSWORD + "\n"))
    terminal.login("maya")
    opened = terminal.done("emergency", "open", "--reason", "all exams are flagged", *password)
    assert opened.startswith("open  Maya, ")
    assert "cmr emergency end" in opened
    refused = terminal.cmr("token", "issue", "x")
    assert "By emergency access one reads and stops" in refused.err
    unknown = terminal.cmr("emergency", "stop", str(uuid4()), "--reasons", "all flagged")
    assert unknown.code == 2
    assert terminal.done("emergency", "end").startswith("waits to be looked at")
    terminal.login("lena")
    listed = terminal.done("emergency", "list", "--waiting")
    found = listed.split()[-1]
    said = ("--finding", "justified", "--remarks", "scanner sent inverted images")
    reviewed = terminal.done("emergency", "review", found, *said, *password)
    assert "Justified, Lena: scanner sent inverted images" in reviewed
    assert "None waits" in terminal.done("emergency", "list", "--waiting")
    terminal.login("en")
    dual = ("lena", "clinical lead", "model owner", "--why", "a small trust")
    assert "may sign as clinical lead and as model owner" in terminal.done("people", "dual", *dual)
    assert terminal.cmr("people", "dual", *dual).code == 1
    assert "no longer" in terminal.done("people", "undual", *dual)
