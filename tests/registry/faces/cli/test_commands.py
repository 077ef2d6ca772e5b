"""What `cmr` can do: each command is found by its name, and loads only what it needs."""

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from registry.faces.cli.commands import COMMANDS, GROUPS, named, whole

NAMED = "from registry.faces.cli.commands import named; named('site')"
OWN = "import registry.faces.cli.embedded, registry.faces.api.router, registry.faces.web.router"
COMPUTES = {"scipy", "duckdb", "pyarrow"}
STORES = {"sqlalchemy", "alembic", "fastapi"}
PRINTS = {"weasyprint", "pyhanko", "vl_convert", "pikepdf"}


@pytest.mark.parametrize("word", [*COMMANDS, *GROUPS])
def test_each_alone_is_as_in_the_whole(word: str) -> None:
    """Help of one command is the same, whether the others are loaded or not."""
    alone = CliRunner().invoke(named(word), [word, "--help"])
    assert alone.exit_code == 0, alone.output
    assert alone.output == CliRunner().invoke(whole(), [word, "--help"]).output
    assert f"cmr {word}" in alone.output


@pytest.mark.parametrize("word", [None, "--help", "crad"])
def test_any_other_word_meets_the_whole(word: str | None) -> None:
    """Help lists everything, and what is no command is told which one may be meant."""
    assert named(word) is whole()


def test_a_name_means_one_thing() -> None:
    """No group is named as a command is; none of a group's commands takes another's place."""
    assert not set(COMMANDS) & set(GROUPS)
    for name, group in GROUPS.items():
        (of_group,) = named(name).registered_groups
        assert of_group.typer_instance is not None
        found = typer.main.get_group(of_group.typer_instance).commands
        assert set(group.further) <= set(found)
        assert len(found) > len(group.further)


@pytest.mark.parametrize(
    ("what", "never"),
    [(NAMED, COMPUTES | STORES | PRINTS), (OWN, {"duckdb"} | PRINTS)],
    ids=["a registry elsewhere", "a registry of one's own"],
)
def test_records_do_not_wait_for_what_others_need(what: str, never: set[str]) -> None:
    """`cmr site` measures and prints nothing: what does is not loaded for it."""
    code = f"import sys; {what}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "registry" in loaded
    assert not loaded & never
