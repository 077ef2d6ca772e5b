"""Documentation under test: what the code says of itself is what the pages say."""

import re
from pathlib import Path

import pytest

from tests.house import reference
from validation.metric_names import FAIRNESS_METRICS, METRICS

DOCS = Path(__file__).resolve().parents[2] / "docs"
ROOT = DOCS.parent


@pytest.mark.parametrize("name", sorted(reference.PAGES))
def test_reference_page_is_current(name: str) -> None:
    """A setting, act, problem, role or command that is not on its page fails here."""
    page = (reference.FOLDER / name).read_text(encoding="utf-8")
    assert page == reference.written(name), "run: python -m tests.house.reference"


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file that is there."""
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def _spelled_out(path: str) -> list[str]:
    """Return the paths that a shell would make of braces."""
    found = re.fullmatch(r"(.*)\{(.*)\}(.*)", path)
    return [f"{found[1]}{part}{found[3]}" for part in found[2].split(",")] if found else [path]


def test_the_map_names_rooms_that_are_there() -> None:
    """Every folder and file on the map of the house exists."""
    text = (DOCS / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_/{},.]+/[a-z_/{},.]*)`", text)
    rooms = [room for path in named for room in _spelled_out(path)]
    assert len(rooms) > 30
    assert [room for room in rooms if not (ROOT / room).exists()] == []


def test_every_metric_is_explained() -> None:
    """The guide for statisticians has one row for every metric, and no row of any other."""
    guide = (DOCS / "guides" / "statisticians.md").read_text(encoding="utf-8")
    section = guide.split("\n## Every metric\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([a-z0-9_]+)` \|", section, re.MULTILINE)
    assert rows == [*METRICS, *FAIRNESS_METRICS]


def test_every_command_speaks_json() -> None:
    """Programs read every command but those that serve, tell a story or print a draft."""
    page = (reference.FOLDER / "commands.md").read_text(encoding="utf-8")
    silent = {
        part.split("`")[1]
        for part in page.split("\n## ")[1:]
        if "--json" not in part
    }  # fmt: skip
    assert silent == {
        "cmr demo",
        "cmr init",
        "cmr protocol draft SOURCE",
        "cmr serve",
        "cmr worker",
    }
