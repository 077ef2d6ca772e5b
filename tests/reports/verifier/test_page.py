"""Facts about the verifier's page: one file, the same for the same parts, that may not speak."""

import base64
import hashlib
import re
from pathlib import Path

from registry.domain.releases import catalogue
from registry.settings import data_folder
from reports import fonts, verifier

TEMPLATES = data_folder() / "templates"


def made(folder: Path = fonts.FOLDER) -> str:
    """Return the page."""
    return verifier.page(TEMPLATES, catalogue(), made="a test", fonts=folder).decode()


class TestPage:
    """What leaves the house as one file."""

    def test_forbids_every_connection(self) -> None:
        """The policy allows this script and this style, by digest, and nothing else."""
        page = made()
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["default-src"] == "'none'"
        assert "connect-src" not in rules
        for kind, place in (("script-src", "script"), ("style-src", "style")):
            (content,) = re.findall(rf"<{place}>(.*?)</{place}>", page, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert rules[kind] == f"'sha256-{digest}'"
        assert not re.search(r'(?:src|href)="(?!data:)', page)
        assert not re.search(r"https?://|fetch\(|XMLHttpRequest|WebSocket|eval\(|innerHTML", page)

    def test_is_whole_and_always_alike(self) -> None:
        """No part is left open; the same parts make the same bytes; fonts may be missing."""
        page = made()
        assert "[[" not in page.split("<script>")[0]
        assert page == made()
        assert page.count("@font-face") == 4
        assert "@font-face" not in made(Path("/nowhere"))

    def test_holds_every_script(self) -> None:
        """No script lies in the folder that is not joined."""
        lying = {path.stem for path in (TEMPLATES / "verifier" / "script").iterdir()}
        assert lying == set(verifier.SCRIPTS)

    def test_says_only_what_the_catalogue_has(self) -> None:
        """Every sentence that a script names is one of the catalogue."""
        scripts = "".join(
            path.read_text(encoding="utf-8")
            for path in (TEMPLATES / "verifier" / "script").glob("*.js")
        )
        said = set(re.findall(r'say\("([a-z_.]+)"', scripts))
        assert len(said) > 40
        assert said <= set(catalogue()["sentences"])
