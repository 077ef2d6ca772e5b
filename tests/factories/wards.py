"""Wards for tests: `cmr` as the people of a hospital run it, over an embedded registry."""

from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner, Result

from registry.domain.people import Role
from registry.faces.cli.commands import whole
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.deployments import Hospital, make_hospital
from tests.factories.people import PASSWORD


@dataclass
class Cmr:
    """The command over one embedded registry, at 80 columns, its people by a password file."""

    hospital: Hospital
    home: Path

    def run(self, login: str, *words: str) -> Result:
        """Run `cmr` as a person."""
        with self.hospital.registry.workshop.begin(None) as work:
            opened = sessions.sign_in(work, login=login, password=PASSWORD).result()
        environment = {"CMR_HOME": str(self.home), "CMR_TOKEN": opened.secret, "COLUMNS": "80"}
        return CliRunner().invoke(whole(), list(words), env=environment)

    def sign(self, role: Role, *words: str) -> Result:
        """Run a command that asks for the password, as one of the hospital's two."""
        password = self.home.parent / "password"
        password.write_text(PASSWORD)
        login = self.hospital.people[role].login
        return self.run(login, *words, "--password-file", str(password))


def make_ward(home: Path) -> Cmr:
    """Return the command over a registry in which version 1 is approved at Hungary."""
    return Cmr(hospital=make_hospital(Workshop.open(Settings(home=home))), home=home)
