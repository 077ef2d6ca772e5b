"""Tests of `cmr failures` on real commands: what is printed, what is written, what is kept back."""

import csv
import json
import stat
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from registry.faces.cli import failures
from tests.factories.tables import PROTOCOL, ROWS, write_table
from validation.errors import TableError

app = typer.Typer()
app.command()(failures.failures)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a table of three failures and a protocol."""
    write_table(tmp_path)
    (tmp_path / "plan.toml").write_text(PROTOCOL, encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: object) -> str:
    """Return what the command printed; it must succeed."""
    given = [str(folder / "table.csv"), "-p", str(folder / "plan.toml"), *map(str, words)]
    result = CliRunner().invoke(app, given, env={"COLUMNS": "200"})
    if result.exception is not None:
        raise result.exception
    assert result.exit_code == 0
    return result.output


def written(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestFailures:
    """E3 and E5 are missed, E4 is flagged."""

    def test_says_how_many_and_that_nothing_left(self, folder: Path) -> None:
        """The counts come first, and the last line says that nothing was uploaded."""
        printed = run(folder)
        assert printed.startswith("2 of 3 positives missed, 1 of 2 negatives flagged.")
        assert "1 of these have no score; as deployed they count as negative." in printed
        assert "Flagged: a score >= 0." in printed
        assert "nothing was uploaded" in printed.splitlines()[-1]

    def test_patients_stay_off_the_terminal(self, folder: Path) -> None:
        """Patients are printed when asked for only, and the command says how."""
        assert "P2" not in run(folder)
        assert "give --patients" in run(folder)
        assert "P2" in run(folder, "--patients")

    def test_limit(self, folder: Path) -> None:
        """What is not shown is counted."""
        printed = run(folder, "--limit", 1)
        assert "2 more are not shown" in printed
        assert "E4" not in printed

    def test_none(self, folder: Path) -> None:
        """Where nothing is wrong, no empty list is printed."""
        printed = run(folder, "--site", "North")
        assert printed.startswith("0 of 1 positives missed, 0 of 1 negatives flagged.")
        assert "distance" not in printed

    def test_json(self, folder: Path) -> None:
        """Programs get counts and failures, patients only when asked for."""
        found = json.loads(run(folder, "--json"))
        assert found["counts"] == [
            {"finding": None, "tp": 1, "fp": 1, "fn": 2, "tn": 1, "unscored_failures": 1}
        ]
        assert [one["exam"] for one in found["failures"]] == ["E3", "E4", "E5"]
        assert "patient" not in found["failures"][0]
        assert "patient" in json.loads(run(folder, "--json", "--patients"))["failures"][0]


class TestOut:
    """The file."""

    def test_all_of_them_and_private(self, folder: Path) -> None:
        """The file has every failure with its patient, and only its owner can read it."""
        target = folder / "failures.csv"
        assert "readable by you only" in run(folder, "--out", target)
        assert [row["patient"] for row in written(target)] == ["P2", "P3", "P4"]
        assert stat.S_IMODE(target.stat().st_mode) == 0o600

    def test_more_than_the_terminal_shows(self, folder: Path) -> None:
        """Thirty failures are all in the file, though the terminal shows twenty."""
        rows = [(f"E{i}", f"P{i}", "N", "external", "F", "40", "1", "0.1") for i in range(30)]
        write_table(folder, rows)
        printed = run(folder, "--out", folder / "failures.csv")
        assert "10 more are not shown" in printed
        assert len(written(folder / "failures.csv")) == 30

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_no_formula(self, start: str) -> None:
        """A cell that a spreadsheet would take for a formula begins with an apostrophe."""
        assert failures.plain(f"{start}1+1") == f"'{start}1+1"

    def test_no_formula_in_the_file(self, folder: Path) -> None:
        """An exam called like a formula is written as text, and numbers stay numbers."""
        rows = [list(row) for row in ROWS]
        rows[2][0] = '=HYPERLINK("x")'
        write_table(
            folder, [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in r] for r in rows]
        )
        run(folder, "--out", folder / "failures.csv")
        first = written(folder / "failures.csv")[0]
        assert (first["exam"], first["score"]) == ('\'=HYPERLINK("x")', "0.4")

    def test_readable_file_is_replaced_by_a_private_one(self, folder: Path) -> None:
        """A file that everybody could read is not filled, but replaced."""
        target = folder / "failures.csv"
        target.write_text("old", encoding="utf-8")
        target.chmod(0o644)
        run(folder, "--out", target)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600

    def test_folder_that_is_not_there(self, folder: Path) -> None:
        """A file that cannot be written is refused with a remedy."""
        with pytest.raises(TableError, match="cannot be written"):
            run(folder, "--out", folder / "nowhere" / "failures.csv")
