"""`cmr card export` and `cmr card coverage` over an embedded registry."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from registry.domain.people import Role
from registry.faces.cli.commands import whole
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.people import PASSWORD, login_of
from tests.factories.reviews import make_case


@pytest.fixture
def token(home: Path) -> str:
    """Return the token of an auditor over a version in review."""
    workshop = Workshop.open(Settings(home=home))
    make_case(workshop).open()
    with workshop.begin(None) as work:
        login = login_of(Role.AUDITOR)
        return sessions.sign_in(work, login=login, password=PASSWORD).result().secret


class TestExport:
    """One registry for all of it."""

    def test_the_whole_way(self, home: Path, token: str, tmp_path: Path) -> None:
        """An export is written and says what it lacks; a coverage report is read at 80 columns."""
        environment = {"CMR_HOME": str(home), "CMR_TOKEN": token, "COLUMNS": "80"}

        def run(*words: str) -> Result:
            return CliRunner().invoke(whole(), ["card", *words], env=environment)

        out = tmp_path / "card.xml"
        written = run("export", "heart-cad/1", "--format", "chai", "--out", str(out))
        assert written.exit_code == 0, written.output
        assert "It has no place for:" in written.stdout
        assert out.read_bytes().startswith(b"<?xml")
        told = json.loads(
            run("export", "heart-cad/1", "--format", "csv", "--out", str(out), "--json").stdout
        )
        assert told["format"] == "csv"
        assert told["size"] == out.stat().st_size
        assert told["not_carried"]
        shown = run("coverage", "heart-cad/1", "--guideline", "tripod-ai")
        assert "27c" in shown.stdout
        assert "in our own words" in shown.stdout
        rows = shown.stdout.partition("TRIPOD+AI")[0].splitlines()
        assert max(len(line) for line in rows) <= 80
        table = tmp_path / "claim.md"
        more = run(
            *("coverage", "heart-cad/1", "--guideline", "claim-2024", "--out", str(table), "--json")
        )
        assert len(json.loads(more.stdout)["items"]) == 44
        assert table.read_text().startswith("# ")
        assert run("export", "heart-cad/1", "--format", "word", "--out", str(out)).exit_code == 2
