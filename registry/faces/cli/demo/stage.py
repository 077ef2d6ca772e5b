"""Stage: a registry of its own for the demonstration, and the people who act in it."""

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from registry.client import Client
from registry.faces.cli.connection import connect
from registry.faces.cli.demo.cast import ADMINISTRATOR, AT_THE_SITE, ENROLLERS, PLAYERS, Part
from registry.services import people
from registry.services.work import Workshop
from registry.settings import Settings
from registry.shapes.people import PersonIn, PersonOut, RoleIn
from registry.shapes.sessions import SessionOut, SignInIn
from registry.store import schema

FOLDER = Path("cmr-demo")
MARK = "demonstration.json"
PRIVATE_FILE = 0o600


class OccupiedError(Exception):
    """The folder holds something that is not an earlier demonstration."""


def settings() -> Settings:
    """Return the settings of the demonstration: its own folder, never a server or a token."""
    home = Path(os.environ["CMR_HOME"]) if os.environ.get("CMR_HOME") else FOLDER
    return Settings(home=home.resolve(), database_url=None, server=None, token=None)


def cleared(home: Path) -> Path:
    """Return an empty folder; an earlier demonstration is removed, anything else is not.

    Raises
    ------
    OccupiedError
        When the folder holds what no demonstration made.
    """
    if home.is_dir() and any(home.iterdir()):
        if not (home / MARK).is_file():
            raise OccupiedError(
                f"{home} is not empty and is no earlier demonstration; "
                "choose another folder with CMR_HOME."
            )
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / MARK).write_text('{"made_by": "cmr demo"}\n', encoding="utf-8")
    return home


class Stage:
    """The founded registry with everybody in it; `client` speaks as whoever acts."""

    def __init__(self, client: Client, passwords: dict[str, str]) -> None:
        self.client = client
        self._passwords = passwords
        self._sessions: dict[str, str] = {}

    def password(self, part: Part) -> SecretStr:
        """Return a person's password, as they would type it."""
        return SecretStr(self._passwords[part.login])

    def enter(self, part: Part) -> Client:
        """Let a person act: everything asked next is asked by them."""
        if part.login not in self._sessions:
            self.client.use(None)
            body = SignInIn(login=part.login, password=self.password(part))
            self._sessions[part.login] = self.client.post("/sessions", body, SessionOut).token
        self.client.use(self._sessions[part.login])
        return self.client

    def enrol(self, parts: Sequence[Part], *, site: str | None = None) -> None:
        """Enrol people: one enroller enters them, the other grants what they are here for."""
        first, second = ENROLLERS
        for part in parts:
            self.enter(first).post("/people", _person(part, self._passwords), PersonOut)
        for part in parts:
            for role in part.roles:
                said = {"role": role, "why": "cast of the demonstration", "site": site}
                body = RoleIn.model_validate(said)
                self.enter(second).post(f"/people/{part.login}/roles", body, PersonOut)


@contextmanager
def founded(chosen: Settings) -> Iterator[Stage]:
    """Found a registry with everybody enrolled, and yield it."""
    everybody = (ADMINISTRATOR, *ENROLLERS, *PLAYERS, *AT_THE_SITE)
    passwords = {part.login: secrets.token_urlsafe(12) for part in everybody}
    _write_down(chosen.home, passwords)
    workshop = Workshop.open(chosen)
    schema.upgrade(workshop.engine, workshop.settings.migrations)
    with workshop.begin(None) as work:
        first = [_person(part, passwords) for part in (ADMINISTRATOR, *ENROLLERS)]
        people.found(work, first[0], first[1:])
    workshop.engine.dispose()
    with connect(chosen) as client:
        stage = Stage(client, passwords)
        stage.enrol(PLAYERS)
        yield stage


def _person(part: Part, passwords: dict[str, str]) -> PersonIn:
    """Return a person as they are enrolled."""
    return PersonIn(
        login=part.login,
        name=part.name,
        registration=part.registration,
        qualification=part.qualification,
        password=SecretStr(passwords[part.login]),
    )


def _write_down(home: Path, passwords: dict[str, str]) -> None:
    """Keep the passwords where only this user can read them, to look round afterwards."""
    path = home / "people.json"
    path.touch(mode=PRIVATE_FILE)
    path.write_text(json.dumps(passwords, indent=1) + "\n", encoding="utf-8")
