"""`cmr notice` and `cmr webhook`, against real servers on this machine."""

import json
from pathlib import Path

import pytest

from registry.domain.notices import NOTICES
from tests.factories.commands import Terminal
from tests.factories.receivers import LOOPBACK, mailing, receiving
from tests.house import reference


@pytest.fixture
def terminal(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """Return a terminal over a founded registry, its administrator signed in."""
    assert home.is_dir()
    made = Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)
    made.founded()
    made.login("ad")
    return made


class TestCommands:
    """What an administrator does, and what everybody may."""

    def test_webhook(self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        """Added, refused for its network, allowed, tried, turned and removed."""
        with receiving() as receiver:
            said = terminal.done("webhook", "add", "desk", receiver.url)
            assert "Secret: whsec_" in said
            refused = terminal.cmr("webhook", "test", "desk")
            assert (refused.code, "CMR_WEBHOOK_NETWORKS" in refused.err) == (1, True)
            monkeypatch.setenv("CMR_WEBHOOK_NETWORKS", "127.0.0.0/8")
            assert "desk took the notice." in terminal.done("webhook", "test", "desk")
            assert len(receiver.posted) == 1
            assert "Secret: whsec_" in terminal.done("webhook", "rotate", "desk", "--why", "old")
            (failed,) = json.loads(terminal.done("notice", "deliveries", "--failed", "--json"))
            terminal.done("notice", "retry", failed["id"])
            assert len(receiver.posted) == 2
            terminal.done("webhook", "remove", "desk", "--why", "no more")
            assert "No webhook is in use." in terminal.done("webhook", "list")

    def test_mail(self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        """An address is set, and a mail arrives there."""
        assert "goes to ad@hospital.example" in terminal.done(
            "notice", "address", "ad@hospital.example"
        )
        assert "ad@hospital.example" in terminal.done("notice", "address")
        missing = terminal.cmr("notice", "test")
        assert (missing.code, "CMR_SMTP_HOST" in missing.err) == (2, True)
        with mailing() as mailbox:
            monkeypatch.setenv("CMR_SMTP_HOST", LOOPBACK)
            monkeypatch.setenv("CMR_SMTP_PORT", str(mailbox.port))
            monkeypatch.setenv("CMR_SMTP_SECURITY", "none")
            monkeypatch.setenv("CMR_SMTP_FROM", "registry@hospital.example")
            assert "took the mail" in terminal.done("notice", "test")
        assert mailbox.to == ["ad@hospital.example"]

    def test_list(self, terminal: Terminal) -> None:
        """Whoever enrols reads that somebody was suspended."""
        password = terminal.file("password", "correct horse battery\n")
        terminal.login("en")
        terminal.done("people", "enrol", "x.y", "--name", "X Y", "--password-file", password)
        assert "Nothing has been told to you yet." in terminal.done("notice", "list")
        terminal.done("people", "suspend", "x.y", "--why", "left")
        terminal.login("em")
        said = terminal.done("notice", "list")
        assert "person x.y can sign in no more" in said
        assert "left" in said

    def test_one_or_all(self, terminal: Terminal) -> None:
        """Retry wants one delivery or all of them, never neither nor both."""
        assert terminal.cmr("notice", "retry").code == 2


class TestWhereToLook:
    """The commands that notices name."""

    def test_they_exist(self) -> None:
        """Every notice names a command of this release."""
        page = reference.commands_page()
        for rules in NOTICES.values():
            for rule in rules:
                words = [
                    w for w in rule.place.command.split() if not w.startswith(("{", '"', "--"))
                ]
                assert f"## `{' '.join(words)}" in page
