"""Tests of `--engine` and `--master`: what they hand on, and what they refuse."""

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from registry.faces.cli import evaluation, federation
from tests.factories.tables import HEAD, write_table
from validation.engines import spark
from validation.engines.duckdb import tally_table
from validation.errors import TableError
from validation.protocols.shape import Protocol
from validation.tallies import Tally
from validation.tallies import files as tally_files

app = typer.Typer()
app.command()(evaluation.evaluate)
app.command()(federation.tally)
RUNNER = CliRunner()
PLAN = HEAD + '[columns]\nexam = "exam"\n[operating_point]\nthreshold = 0.5\n'
NAMES = ("exam", "label", "score")
ROWS = [(f"E{i}", str(i % 2), f"0.{(i * 7) % 10}") for i in range(80)]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what a Spark is asked to count; it finds what DuckDB finds of a small table."""
    found, table = list[dict[str, Any]](), write_table(tmp_path, ROWS, columns=NAMES)

    def counted(source: str, plan: Protocol, *, master: str | None, **heard: Any) -> Tally:  # noqa: ANN401  (two functions)
        found.append({"source": source, "master": master})
        heard["progress"]("counting", 0.5)
        heard["remark"]("It was read so.")
        return tally_table(table, plan)

    monkeypatch.setattr(spark, "tally_table_spark", counted)
    return found


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Return a protocol."""
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def run(*words: object) -> str:
    """Return what a command printed."""
    result = RUNNER.invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


class TestCountTable:
    """One table, on this machine or on a Spark."""

    @pytest.mark.parametrize("address", ["s3a://bucket/a table", "hdfs:///tables/x.csv", "t.csv"])
    def test_addresses_go_as_they_are(
        self, asked: list[dict[str, Any]], plan: Path, address: str
    ) -> None:
        """An address of an object store keeps its slashes, and remarks are said."""
        said = run(
            "evaluate", address, "-p", plan, "--engine", "spark", "--master", "local[2]"
        )  # fmt: skip
        assert asked == [{"source": address, "master": "local[2]"}]
        assert "It was read so." in said

    def test_without_a_master(self, asked: list[dict[str, Any]], plan: Path) -> None:
        """Without --master Spark is asked to say itself where it runs; JSON has no remarks."""
        said = run("evaluate", "s3a://b/t", "-p", plan, "--engine", "spark", "--json")
        assert asked[0]["master"] is None
        assert said.startswith("{")

    def test_tally(self, asked: list[dict[str, Any]], plan: Path, tmp_path: Path) -> None:
        """A hospital's tally can be counted by Spark, too."""
        out = tmp_path / "out.parquet"
        run("tally", "s3a://b/t", "-p", plan, "--engine", "spark", "--out", out)
        assert asked == [{"source": "s3a://b/t", "master": None}]
        assert tally_files.is_tally(out)

    def test_a_master_without_spark(self, plan: Path, tmp_path: Path) -> None:
        """Where Spark is not asked for, a master says nothing and is refused."""
        with pytest.raises(TableError, match="Add --engine spark"):
            run("evaluate", tmp_path / "table.csv", "-p", plan, "--master", "yarn")
