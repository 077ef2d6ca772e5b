"""What `cmr` can do: each command is found by its name, and loads only what it needs."""

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from registry.faces.cli.commands import COMMANDS, GROUPS, named, whole

SLOW = {"scipy", "fastapi", "sqlalchemy", "weasyprint", "duckdb"}
LOADED = (
    "import sys; from registry.faces.cli.commands import named; named('site'); print(*sys.modules)"
)


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


def test_records_do_not_wait_for_what_evaluation_needs() -> None:
    """`cmr site` talks to a registry: nothing that computes, stores or prints is loaded for it."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED], check=True, capture_output=True, text=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "registry" in loaded
    assert not loaded & SLOW
