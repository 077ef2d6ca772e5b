"""Real cards under test: public tables, from the first row to the last page."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.journeys import real_cards

TABLES = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(real_cards.STORIES))
def test_a_story(name: str, tmp_path: Path) -> None:
    """Each card says DRAFT, the objection, and on page 1 who signed and who has not."""
    if not TABLES.is_dir():
        pytest.skip(f"{TABLES} is not there: real cards were NOT made")
    for card in real_cards.made(TABLES, tmp_path / name, (name,)):
        command = ["pdftotext", "-layout", "-l", "1", os.fspath(card), "-"]
        page = subprocess.run(command, check=True, capture_output=True).stdout.decode()
        assert "Policy blocks: pilot use at" in page
        assert "Samir Haddad" in page
        assert "Not yet signed" in page
        assert "Worst subgroup" in page
