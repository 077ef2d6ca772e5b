"""`cmr protocol`, `cmr evidence` and `cmr job` over an embedded registry, tables and all."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from registry.domain.people import Role
from registry.faces.cli.commands import whole
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.evidence import protocol_text, rows, table
from tests.factories.people import PASSWORD, login_of, make_registry
from tests.factories.records import make_model, make_sites, make_version
from validation.tallies import files as tally_files

KEPT = ["--custodian", "Data office", "--location", "archive"]


@dataclass
class Cmr:
    """The command over one embedded registry."""

    workshop: Workshop
    home: Path

    def run(self, role: Role, *words: str) -> Result:
        """Run `cmr` as a role's person."""
        with self.workshop.begin(None) as work:
            opened = sessions.sign_in(work, login=login_of(role), password=PASSWORD).result()
        environment = {"CMR_HOME": str(self.home), "CMR_TOKEN": opened.secret, "COLUMNS": "200"}
        return CliRunner().invoke(whole(), list(words), env=environment)

    def json(self, role: Role, *words: str) -> dict[str, object]:
        """Run `cmr … --json` and return what it printed."""
        ended = self.run(role, *words, "--json")
        assert ended.exit_code == 0, ended.output
        found = json.loads(ended.stdout)
        assert isinstance(found, dict)
        return found


@pytest.fixture
def cmr(tmp_path: Path, home: Path) -> Cmr:
    """Return the command over a registry with sites, a model and a version."""
    workshop = Workshop.open(Settings(home=home))
    registry = make_registry(workshop)
    make_sites(registry)
    make_model(registry)
    make_version(registry)
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "protocol.toml").write_text(protocol_text(), encoding="utf-8")
    (tmp_path / "good.csv").write_bytes(table())
    (tmp_path / "bad.csv").write_bytes(table(rows(site="Charité")))
    return Cmr(workshop=workshop, home=home)


def signed(cmr: Cmr) -> str:
    """Register the protocol, sign it twice, and return the path of its file."""
    file = str(cmr.home.parent / "protocol.toml")
    made = cmr.json(Role.ML_ENGINEER, "protocol", "register", "heart-cad", file)
    for role in (Role.CLINICAL_LEAD, Role.INDEPENDENT_VALIDATOR):
        words = ["protocol", "sign", str(made["digest"]), "--role", role.value]
        password = str(cmr.home.parent / "password")
        assert cmr.run(role, *words, "--password-file", password).exit_code == 0
    return file


class TestAttach:
    """From a protocol's file and a table's file to evidence."""

    def test_measured(self, cmr: Cmr) -> None:
        """The table is uploaded, its job run to its end, and the verdicts printed."""
        protocol = signed(cmr)
        good = str(cmr.home.parent / "good.csv")
        words = ["evidence", "attach", "heart-cad/1", good, "--protocol", protocol, *KEPT]
        ended = cmr.run(Role.DATA_STEWARD, *words)
        assert ended.exit_code == 0, ended.output
        assert "Evidence 1 of heart-cad/1" in ended.output
        assert {"insufficient", "evidence"} <= set(ended.output.split())
        listed = cmr.run(Role.DATA_STEWARD, "evidence", "list", "heart-cad/1")
        assert "attached" in listed.output
        assert "evidence.assess" in cmr.run(Role.DATA_STEWARD, "job", "list").output

    def test_bad_table(self, cmr: Cmr) -> None:
        """A table of an unknown site ends with 2 and says which site."""
        protocol = signed(cmr)
        bad = str(cmr.home.parent / "bad.csv")
        words = ["evidence", "attach", "heart-cad/1", bad, "--protocol", protocol, *KEPT]
        ended = cmr.run(Role.DATA_STEWARD, *words)
        assert ended.exit_code == 2
        assert "Charité" in ended.output

    def test_unregistered_file(self, cmr: Cmr) -> None:
        """A protocol's file that was never registered is bad input, with the remedy."""
        good, file = (str(cmr.home.parent / name) for name in ("good.csv", "protocol.toml"))
        words = ["evidence", "attach", "heart-cad/1", good, "--protocol", file, *KEPT]
        ended = cmr.run(Role.DATA_STEWARD, *words)
        assert ended.exit_code == 2
        assert "cmr protocol register" in ended.output


class TestResults:
    """Reading what came out, at the command line."""

    def test_handed_out(self, cmr: Cmr) -> None:
        """Two sites are not pooled into one AUROC; assessment and tally are written as files."""
        protocol = signed(cmr)
        both = cmr.home.parent / "both.csv"
        both.write_bytes(table([*rows(), *rows(site="Switzerland", first=100)]))
        words = ["evidence", "attach", "heart-cad/1", str(both), "--protocol", protocol, *KEPT]
        made = str(cmr.json(Role.DATA_STEWARD, *words)["id"])
        out, tally = cmr.home.parent / "assessment.json", cmr.home.parent / "all.tally"
        shown = cmr.run(Role.AUDITOR, "evidence", "assessment", made, "--out", str(out))
        assert "by site" in next(line for line in shown.output.splitlines() if "everyone" in line)
        assert json.loads(out.read_bytes())["schema"] == "cmr.assessment/1"
        ended = cmr.run(Role.AUDITOR, "evidence", "tally", made, "--out", str(tally))
        assert (ended.exit_code, tally_files.is_tally(tally)) == (0, True)
        assert "Custody: from the author" in cmr.run(Role.AUDITOR, "evidence", "show", made).output


class TestProtocol:
    """Looking at protocols."""

    def test_waits_for(self, cmr: Cmr) -> None:
        """The list says for whom an unsigned protocol waits."""
        file = str(cmr.home.parent / "protocol.toml")
        made = cmr.run(Role.ML_ENGINEER, "protocol", "register", "heart-cad", file)
        assert made.exit_code == 0, made.output
        assert "cmr protocol sign sha256:" in made.output
        listed = cmr.run(Role.ML_ENGINEER, "protocol", "list", "heart-cad")
        said = " ".join(listed.output.split())
        assert "waits for clinical lead and independent validator" in said
