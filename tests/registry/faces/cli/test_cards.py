"""`cmr card` over an embedded registry."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from registry.client import ProblemError
from registry.domain.errors import BadInputError
from registry.domain.people import Role
from registry.faces.cli.commands import whole
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.people import PASSWORD, login_of
from tests.factories.reviews import Case, make_case


@dataclass
class Cmr:
    """The command as the clinical lead runs it over one embedded registry."""

    workshop: Workshop
    home: Path
    case: Case

    def run(self, *words: str) -> Result:
        """Run `cmr card`."""
        with self.workshop.begin(None) as work:
            login = login_of(Role.CLINICAL_LEAD)
            opened = sessions.sign_in(work, login=login, password=PASSWORD).result()
        environment = {"CMR_HOME": str(self.home), "CMR_TOKEN": opened.secret, "COLUMNS": "200"}
        return CliRunner().invoke(whole(), ["card", *words], env=environment)


@pytest.fixture
def cmr(home: Path) -> Cmr:
    """Return the command over a version that was approved for a pilot at Hungary."""
    workshop = Workshop.open(Settings(home=home))
    case = make_case(workshop)
    case.approved()
    return Cmr(workshop=workshop, home=home, case=case)


class TestCard:
    """Issue, list, get."""

    def test_the_whole_way(self, cmr: Cmr, tmp_path: Path) -> None:
        """A card is issued and written, listed, and brought home again."""
        empty = cmr.run("list", "heart-cad/1")
        assert "no card yet" in empty.output
        first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
        issued = cmr.run("issue", "heart-cad/1", "--out", str(first))
        assert issued.exit_code == 0, issued.output
        assert "Policy permits: pilot use at Hungary." in issued.output
        assert "Policy permits" in cmr.run("list", "heart-cad/1").output
        got = cmr.run("get", "heart-cad/1", "--out", str(second), "--json")
        assert json.loads(got.stdout)["current"] is True
        assert first.read_bytes() == second.read_bytes()
        by_number = cmr.run("get", "heart-cad/1", "--number", "1", "--out", str(second))
        assert "card 1 of heart-cad/1" in by_number.output
        assert len(json.loads(cmr.run("list", "heart-cad/1", "--json").stdout)) == 1
        page = tmp_path / "figures.html"
        told = cmr.run("figures", "heart-cad/1", "--out", str(page), "--json")
        assert json.loads(told.stdout)["size"] == page.stat().st_size
        assert "<caption>Numbers of figure 1: Discrimination</caption>" in page.read_text()

    def test_no_card_leaves_no_file(self, cmr: Cmr, tmp_path: Path) -> None:
        """What could not be read is not written, not even in part."""
        target = tmp_path / "none.pdf"
        ended = cmr.run("get", "heart-cad/1", "--out", str(target))
        assert isinstance(ended.exception, ProblemError)
        assert not target.exists()
        assert not list(tmp_path.glob(".none*"))

    def test_malformed_reference(self, cmr: Cmr) -> None:
        """A version is written as model/number; anything else is refused with an example."""
        ended = cmr.run("get", "heart-cad")
        assert isinstance(ended.exception, BadInputError)
        assert "such as heart-cad/2" in str(ended.exception)
