"""One run of the demonstration, for every journey that looks round in it."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.commands import cmr


@dataclass(frozen=True, kw_only=True)
class Played:
    """A demonstration that was played: where it lies and what it printed."""

    home: Path
    story: str

    def password_file(self, login: str) -> Path:
        """Return a file that holds a person's password."""
        path = self.home / f"{login}.password"
        people = json.loads((self.home / "people.json").read_text(encoding="utf-8"))
        path.write_text(people[login] + "\n", encoding="utf-8")
        return path

    def sign_in(self, login: str) -> None:
        """Let a person sign in for the commands that follow."""
        done = cmr("login", login, "--password-file", self.password_file(login), home=self.home)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="package")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Play the demonstration once, over what an interrupted one left behind."""
    home = tmp_path_factory.mktemp("demo") / "registry"
    home.mkdir()
    (home / "demonstration.json").write_text("{}", encoding="utf-8")
    (home / "registry.db").write_bytes(b"what an interrupted run left")
    done = cmr("demo", home=home)
    assert done.returncode == 0, done.stderr
    return Played(home=home, story=done.stdout)
