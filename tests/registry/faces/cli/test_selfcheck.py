"""Tests of `cmr selfcheck`: what the record says, and that a wrong figure fails."""

import dataclasses
import json
import platform
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from registry.domain.digests import document_digest
from registry.faces.cli import selfcheck
from validation.errors import TableError
from validation.reference_cases import FIGURES, Checked, Table
from validation.reference_cases.tables import PLAN

app = typer.Typer()
app.command()(selfcheck.selfcheck)
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def checked() -> list[Checked]:
    """Return every reference case as it comes out here."""
    return list(selfcheck.run())


class TestRun:
    """All cases, on this machine."""

    def test_all_pass(self, checked: list[Checked]) -> None:
        """Every number is what papers and other programs say it is; digests are the release's."""
        assert [(one.id, one.expected, one.got) for one in checked if not one.passed] == []

    def test_which(self, checked: list[Checked]) -> None:
        """Every figure is checked, then canonical JSON, tallies, the order of rows and threads."""
        assert {one.id for one in checked} == {one.id for one in FIGURES} | {
            "canonical JSON",
            "tally",
            "tally, backwards",
            "threads",
        }

    def test_wrong_figures_fail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An AUROC that is off by 1e-8 and another digest fail, and nothing else does."""
        monkeypatch.setattr(selfcheck, "MANY", 10)
        wrong = dataclasses.replace(FIGURES[0], expected=FIGURES[0].expected + 1e-8)
        found = list(selfcheck.run([wrong, *FIGURES[1:]], digest="sha256:" + "0" * 64))
        failed = [one.id for one in found if not one.passed]
        assert failed == [wrong.id, "tally", "tally, backwards"]

    def test_an_engine_that_refuses_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where a table is refused, each of its figures fails instead of the command breaking."""
        broken = Table(name="broken", exams=(("A", "F", 1, "much", "0.5"),), plan=PLAN)
        figure = dataclasses.replace(FIGURES[0], table=broken)
        monkeypatch.setattr(selfcheck, "TABLES", (broken,))
        monkeypatch.setattr(selfcheck, "MANY", 10)
        found = {one.id: one for one in selfcheck.run([figure])}
        assert (found[figure.id].passed, found[figure.id].got) == (False, None)


class TestRecord:
    """What is kept of a run."""

    def test_its_digest(self, checked: list[Checked]) -> None:
        """The digest is that of the record without it."""
        found = selfcheck.record(checked)
        digest = found.pop("digest")
        assert digest == document_digest(found)

    def test_what_it_says(self, checked: list[Checked]) -> None:
        """Time, versions, engine, machine, and how many passed."""
        found = selfcheck.record(checked)
        assert found["versions"]["python"] == platform.python_version()
        assert {"numpy", "scipy", "duckdb", "pyarrow"} <= set(found["versions"])
        assert (found["passed"], found["failed"]) == (len(checked), 0)
        assert found["at"].endswith("Z")
        assert set(found["cases"][0]) == {
            "id", "what", "source", "expected", "got", "tolerance", "passed",
        }  # fmt: skip


class TestSelfcheck:
    """The command."""

    def test_writes_the_record(
        self, tmp_path: Path, checked: list[Checked], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What passes ends with 0, and the record is in the file."""
        monkeypatch.setattr(selfcheck, "run", lambda **_: checked)
        ended = RUNNER.invoke(app, ["--out", str(tmp_path / "record.json")])
        assert ended.exit_code == 0
        assert f"All {len(checked)} reference cases came out as they must." in ended.output
        kept = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
        assert kept["digest"] in ended.output

    @pytest.mark.parametrize("words", [[], ["--json"]])
    def test_failure(
        self, words: list[str], checked: list[Checked], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One case that fails ends with 1, and is named."""
        wrong = dataclasses.replace(checked[3], got=0.5, passed=False)
        monkeypatch.setattr(selfcheck, "run", lambda **_: [*checked[:3], wrong])
        ended = RUNNER.invoke(app, words, env={"COLUMNS": "200"})
        assert ended.exit_code == 1
        assert wrong.id.partition(":")[0] in ended.output  # lines may be folded

    def test_nowhere_to_write(
        self, tmp_path: Path, checked: list[Checked], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A record that cannot be written is refused with a remedy."""
        monkeypatch.setattr(selfcheck, "run", lambda **_: checked)
        ended = RUNNER.invoke(app, ["--out", str(tmp_path / "nowhere" / "record.json")])
        assert isinstance(ended.exception, TableError)
