"""Facts about pages of figures: nothing fetched, nothing unescaped, every number in a table."""

import base64
import hashlib
import json
import re
from dataclasses import replace

import pytest
from jinja2 import Environment, FileSystemLoader

from reports.figures import pages
from reports.figures.interactive import TARGETS, interactive
from reports.figures.readings import readings
from reports.figures.specification import specification
from tests.factories.cards import TEMPLATES
from tests.factories.figures import make_charts

CHARTS = make_charts()


def make_page(*, escaping: bool = True, **words: str) -> str:
    """Return a page of the ROC curve and of a figure that does not exist, with other words."""
    charts = (replace(CHARTS["roc"], **words), replace(CHARTS["cost"], undefined="No costs."))  # type: ignore[arg-type]
    group = pages.Group(title="Performance", plates=pages.plates(charts, drawn=True))
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=escaping)  # noqa: S701 -- refused below
    return pages.page(environment, title="heart-cad/2", facts=(("Dossier", "3"),), groups=[group])


class TestInteractive:
    """One specification for print and web."""

    @pytest.mark.parametrize("kind", sorted(CHARTS))
    def test_is_what_print_draws_and_targets_over_it(self, kind: str) -> None:
        """Without its last layer the web's specification is that of print."""
        told, chart = interactive(CHARTS[kind]), CHARTS[kind]
        assert {**told, "layer": told["layer"][:-1]} == specification(chart)
        last = told["layer"][-1]
        assert (last["name"], last["mark"]["opacity"]) == (TARGETS, 0)
        dots = [line for line in readings(chart).lines if line.x is not None]
        assert [(row["x"], row["y"]) for row in last["data"]["values"]] == [
            (line.x, line.y) for line in dots
        ]


class TestPage:
    """The page itself."""

    def test_policy_names_what_is_there(self) -> None:
        """Every script and style of the page is named by its digest, and nothing else may run."""
        page = make_page()
        found = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
        assert found is not None
        policy = found[1].replace("&#39;", "'")
        texts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        texts += re.findall(r"<style>(.*?)</style>", page[: page.index("<body>")], re.DOTALL)
        assert len(texts) == 3
        for text in texts:
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy
        assert policy.startswith("default-src 'none';")
        assert "unsafe-eval" not in policy

    def test_what_people_typed_is_text(self) -> None:
        """A caption with a script in it shows the script."""
        evil = "</script><script>alert(1)</script>"
        page = make_page(caption=evil, description=evil)
        assert evil not in page
        assert "&lt;/script&gt;&lt;script&gt;alert(1)" in page

    def test_a_page_must_escape(self) -> None:
        """Without escaping there is no page."""
        with pytest.raises(ValueError, match="must escape"):
            make_page(escaping=False)

    def test_has_every_number_in_a_table(self) -> None:
        """Caption, headings of columns and lines, and each reading of the figure."""
        page = make_page()
        assert "<caption>Numbers of figure 1: Discrimination</caption>" in page
        assert page.count('<th scope="col">') == 4
        assert page.count('<th scope="row">') == len(readings(CHARTS["roc"]).lines)

    def test_says_why_there_is_no_figure(self) -> None:
        """In the place of the figure, under its title."""
        page = make_page()
        assert "Figure 2. Expected cost" in page
        assert "<b>Undefined.</b> No costs." in page

    def test_specification_survives_the_page(self) -> None:
        """What the browser reads is the specification, angle brackets and all."""
        page = make_page(description="0.4 < 0.5")
        (told,) = re.findall(r'class="specification">(.*?)</script>', page, re.DOTALL)
        assert json.loads(told) == interactive(replace(CHARTS["roc"], description="0.4 < 0.5"))

    def test_same_bytes_again(self) -> None:
        """A page is a function of what it shows."""
        assert make_page() == make_page()
