"""Tests of `cmr tally`, `cmr merge` and `cmr site key new` on real commands."""

import json
import stat
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from registry.domain.errors import BadInputError
from registry.domain.sealing import public_bytes, seal_holds
from registry.faces.cli import evaluation, federation, sites
from tests.factories.tables import HEAD, write_table
from validation.errors import TallyError
from validation.tallies.files import read, signature_of

app = typer.Typer()
app.command()(evaluation.evaluate)
app.command()(federation.tally)
app.command("merge")(federation.unite)
app.add_typer(sites.app, name="site")
RUNNER = CliRunner()
# 40 positives of which 24 are found, 40 negatives of which 27 are left alone.
ROWS = [
    *((f"P{i}", "1", "0.9" if i < 24 else "0.1") for i in range(40)),
    *((f"N{i}", "0", "0.8" if i < 13 else "0.2") for i in range(40)),
]
PLAN = HEAD + '[columns]\nexam = "exam"\n[operating_point]\nthreshold = 0.5\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a table and a protocol."""
    write_table(tmp_path, ROWS, columns=("exam", "label", "score"))
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    return tmp_path


def run(*words: object) -> str:
    """Return what a command printed; it must have ended well."""
    result = RUNNER.invoke(app, [str(word) for word in words])
    if result.exception is not None:
        raise result.exception
    return result.output


def send(folder: Path, site: str, *more: object) -> Path:
    """Return the tally of a site, made of the table."""
    table = next(folder.glob("*.csv"))
    out = folder / f"{site}.tally"
    run("tally", table, "-p", folder / "plan.toml", "--out", out, "--site", site, *more)
    return out


class TestTally:
    """What leaves a hospital."""

    def test_says_what_leaves(self, folder: Path) -> None:
        """How many counts, and the smallest."""
        table = next(folder.glob("*.csv"))
        plan, out = folder / "plan.toml", folder / "a.tally"
        said = run("tally", table, "-p", plan, "--out", out)
        assert "the smallest is 13." in said
        assert "No row and no patient leaves" in said
        told = json.loads(run("tally", table, "-p", plan, "--out", out, "--json"))
        assert told["smallest_count"] == 13

    def test_a_minimum_of_one_is_not_for_sending(self, folder: Path) -> None:
        """It says so."""
        table = next(folder.glob("*.csv"))
        said = run("tally", table, "-p", folder / "plan.toml", "--out", folder / "a",
                   "--minimum-cell", 1)  # fmt: skip
        assert "is not for sending" in said

    def test_is_signed_with_the_site_s_key(self, folder: Path) -> None:
        """The public half tells that it is the site's, and unchanged."""
        key = folder / "site.key"
        run("site", "key", "new", "--out", key)
        content = send(folder, "Kiel", "--key", key).read_bytes()
        found, tally = signature_of(content), read(content)
        public = public_bytes((folder / "site.key.pub").read_bytes())
        assert found is not None
        assert found["statement"]["site"] == "Kiel"
        assert seal_holds(found, public=public, tally=tally.digest, table=tally.table_digest)
        assert not seal_holds(found, public=public, tally="sha256:0", table=tally.table_digest)

    def test_an_unnamed_site_cannot_sign(self, folder: Path) -> None:
        """Nobody would answer for it."""
        key = folder / "site.key"
        run("site", "key", "new", "--out", key)
        with pytest.raises(TallyError, match="one named site"):
            run("tally", next(folder.glob("*.csv")), "-p", folder / "plan.toml", "--out",
                folder / "a", "--key", key)  # fmt: skip

    def test_a_few_exams_more_do_not_leave(self, folder: Path) -> None:
        """Beside what was sent earlier they could be told."""
        sent = send(folder, "Kiel")
        write_table(folder, [*ROWS, ("P40", "1", "0.9")], columns=("exam", "label", "score"))
        with pytest.raises(TallyError, match="differ by fewer than 10"):
            send(folder, "Kiel", "--earlier", sent)


class TestMerge:
    """What is made of several."""

    def test_is_evaluated_like_a_table(self, folder: Path) -> None:
        """Twice the table: the same sensitivity of twice the exams."""
        merged = folder / "all.tally"
        said = run("merge", send(folder, "Kiel"), send(folder, "Jena"), "--out", merged,
                   "--expected", "Ulm")  # fmt: skip
        assert "no answer: Ulm" in said
        found = json.loads(run("evaluate", merged, "-p", folder / "plan.toml", "--json"))
        assert found["strata"][0]["positives"] == 80
        assert found["strata"][0]["estimates"]["sensitivity"]["value"] == pytest.approx(0.6)
        assert any("Ulm" in warning for warning in found["warnings"])

    def test_names_the_file_that_is_damaged(self, folder: Path) -> None:
        """And what to do."""
        bad = folder / "bad.tally"
        bad.write_bytes(b"no tally")
        with pytest.raises(TallyError, match=r"bad\.tally: this is not a tally"):
            run("merge", bad, "--out", folder / "all")


class TestSiteKey:
    """The key of a site."""

    def test_is_private_and_never_overwritten(self, tmp_path: Path) -> None:
        """Only the owner reads the private half."""
        key = tmp_path / "site.key"
        run("site", "key", "new", "--out", key)
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        with pytest.raises(BadInputError, match="never overwritten"):
            run("site", "key", "new", "--out", key)
