"""Facts about founding a registry, enrolling and signing in at the command line."""

import json
from pathlib import Path

import pytest

from tests.factories.commands import Terminal
from tests.factories.people import PASSWORD


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """Return a terminal whose registry is not founded yet."""
    return Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)


class TestInit:
    """`cmr init`."""

    def test_registry_is_founded_once(self, terminal: Terminal) -> None:
        """The first founding makes the database, the second is refused."""
        terminal.founded()
        assert (terminal.folder / "home" / "registry.db").is_file()
        three = terminal.file("three", f"{PASSWORD}\n" * 3)
        again = ("--administrator", "x1=X", "--enroller", "x2=Y", "--enroller", "x3=Z")
        ended = terminal.cmr("init", *again, "--password-file", three)
        assert (ended.code, "founded already" in ended.err) == (1, True)

    def test_file_with_two_passwords_is_refused(self, terminal: Terminal) -> None:
        """Three people need three passwords, and no database is left behind."""
        two = terminal.file("two", f"{PASSWORD}\n" * 2)
        people = ("--administrator", "x1=X", "--enroller", "x2=Y", "--enroller", "x3=Z")
        ended = terminal.cmr("init", *people, "--password-file", two)
        assert (ended.code, "three passwords" in ended.err) == (2, True)
        assert not (terminal.folder / "home").exists()

    def test_unsound_login_is_named(self, terminal: Terminal) -> None:
        """Whose login does not fit is said."""
        three = terminal.file("three", f"{PASSWORD}\n" * 3)
        people = ("--administrator", "Ada Min", "--enroller", "x2=Y", "--enroller", "x3=Z")
        ended = terminal.cmr("init", *people, "--password-file", three)
        assert (ended.code, "The administrator" in ended.err) == (2, True)

    def test_before_founding_one_is_told(self, terminal: Terminal) -> None:
        """A registry without a database says what to do."""
        ended = terminal.cmr("whoami")
        assert ended.code == 1
        assert "cmr" in ended.err


class TestSessions:
    """`cmr login`, `whoami`, `logout`, `people` and `token`."""

    def test_a_persons_way(self, terminal: Terminal) -> None:
        """Enrolled by one, granted by another, signed in, issued a token, signed out."""
        terminal.founded()
        terminal.enrolled("eng", ["ML engineer"])
        assert "ML engineer" in terminal.done("people", "list")
        terminal.login("eng")
        me = json.loads(terminal.done("whoami", "--json"))
        assert [role["role"] for role in me["roles"]] == ["ML engineer"]
        issued = json.loads(terminal.done("token", "issue", "ci", "--scope", "read", "--json"))
        assert issued["secret"].startswith("reg_")
        assert issued["secret"] not in terminal.done("token", "list", "--json")
        terminal.done("logout")
        assert terminal.cmr("whoami").code == 1
        terminal.patch.setenv("CMR_TOKEN", issued["secret"])
        assert json.loads(terminal.done("whoami", "--json"))["login"] == "eng"

    def test_session_is_readable_by_its_owner_only(self, terminal: Terminal) -> None:
        """The kept session has mode 0600."""
        terminal.founded()
        terminal.login("ad")
        assert (terminal.folder / "home" / "session.json").stat().st_mode & 0o777 == 0o600

    def test_role_that_is_none_is_bad_input(self, terminal: Terminal) -> None:
        """Exit code 2, and the roles there are, are named."""
        terminal.founded()
        terminal.login("en")
        ended = terminal.cmr("people", "grant", "ad", "king", "--why", "born")
        assert (ended.code, "clinical lead" in ended.err) == (2, True)
