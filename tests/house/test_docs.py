"""Documentation under test: what the code says of itself is what the pages say."""

import re
from pathlib import Path

import pytest

from tests.house import reference

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
