"""Facts about how cards look: pages that somebody looked at, and pages as they are drawn now."""

import pytest
from PIL import Image

from tests import pictures


@pytest.fixture(scope="module")
def drawn() -> dict[str, Image.Image]:
    """Return the pages as they are drawn now."""
    return pictures.taken()


class TestApproved:
    """Pages against their approved pictures."""

    def test_look_as_approved(self, drawn: dict[str, Image.Image]) -> None:
        """Where they do not, look at them and renew the pictures: `python -m tests.pictures`."""
        approved = {path.stem: Image.open(path) for path in pictures.FOLDER.glob("*.png")}
        assert sorted(drawn) == sorted(approved)
        shares = {name: pictures.moved(drawn[name], approved[name]) for name in drawn}
        changed = [name for name in drawn if not pictures.alike(drawn[name], approved[name])]
        assert not changed, f"look at these pages, and run `python -m tests.pictures`: {shares}"

    def test_what_moves_is_seen(self, drawn: dict[str, Image.Image]) -> None:
        """One line that stands two dots lower is another page; a shade that differs is none."""
        page = drawn["draft-1"].convert("L")
        lower = page.copy()
        line = page.crop((20, 20, page.width - 20, 40))
        lower.paste(line, (20, 22))
        assert not pictures.alike(page, lower)
        assert pictures.alike(page, page.point([max(0, grey - 20) for grey in range(256)]))

    def test_are_few_and_small(self) -> None:
        """A repository is no album."""
        assert sum(path.stat().st_size for path in pictures.FOLDER.glob("*.png")) < 300_000
