"""Commands for tests: `cmr` run in this process over a registry of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry.faces.cli.main import main
from tests.factories.people import PASSWORD


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Terminal:
    """A terminal with a home folder of its own."""

    folder: Path
    patch: pytest.MonkeyPatch
    streams: pytest.CaptureFixture[str]

    def cmr(self, *words: str) -> Ended:
        """Run one command to its end."""
        self.patch.setenv("CMR_HOME", str(self.folder / "home"))
        self.patch.setenv("COLUMNS", "200")
        self.patch.setattr("sys.argv", ["cmr", *words])
        self.streams.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        printed = self.streams.readouterr()
        return Ended(code=code, out=printed.out, err=printed.err)

    def done(self, *words: str) -> str:
        """Run a command that must succeed and return what it printed."""
        ended = self.cmr(*words)
        assert ended.code == 0, ended.err
        return ended.out

    def file(self, name: str, content: str) -> str:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def login(self, login: str) -> None:
        """Sign somebody in, whose password is everybody's."""
        self.done("login", login, "--password-file", self.file("password", PASSWORD + "\n"))

    def founded(self) -> None:
        """Found the registry: administrator `ad`, enrollers `en` and `em`."""
        three = self.file("three", f"{PASSWORD}\n" * 3)
        people = ("--administrator", "ad=Ada Min", "--enroller", "en=Eno Ler")
        self.done("init", *people, "--enroller", "em=Emo Ler", "--password-file", three)

    def enrolled(self, login: str, roles: Sequence[str]) -> None:
        """Enrol a qualified person as one enroller and grant roles as the other."""
        password = self.file("password", PASSWORD + "\n")
        self.login("en")
        named = ("--name", login.title(), "--qualification", "Consultant")
        self.done("people", "enrol", login, *named, "--password-file", password)
        self.login("em")
        for role in roles:
            self.done("people", "grant", login, role, "--why", "appointed")
