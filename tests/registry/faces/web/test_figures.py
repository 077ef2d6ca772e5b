"""Figures in Chromium: they draw without a network or an error, and can be read by keyboard."""

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from reports.figures import pages
from tests.factories.browser import Browser
from tests.factories.cards import TEMPLATES
from tests.factories.figures import make_charts

SPY = """
window.told = [];
addEventListener("securitypolicyviolation", (e) => told.push(e.violatedDirective));
addEventListener("error", (e) => told.push(e.message));
addEventListener("unhandledrejection", (e) => told.push(String(e.reason)));
for (const kind of ["error", "warn"]) console[kind] = (...words) => told.push(words.join(" "));
"""
PLATES = "[...document.querySelectorAll('.plate:has(.specification)')]"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return where a page with a figure of every kind lies."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    group = pages.Group(title="All", plates=pages.plates(tuple(make_charts().values())))
    page = pages.page(environment, title="heart-cad/2", facts=(("Dossier", "3"),), groups=[group])
    file: Path = tmp_path_factory.mktemp("figures") / "figures.html"
    file.write_text(page, encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("width", [320, 1400])
def test_draws_alone(browser: Browser, address: str, width: int) -> None:
    """Every figure is drawn under the page's own policy; nothing is fetched, runs over, complains.

    The table beside a figure has as many dots as the figure has targets.
    """
    with browser.page(authenticator=False, script=SPY) as page:
        page.resize(width)
        page.open(address)
        number = page.run(f"{PLATES}.length")
        assert number == 9
        for i in range(number):
            page.run(f"{PLATES}[{i}].scrollIntoView()")
            page.until(f"told.length > 0 || {PLATES}[{i}].dataset.drawn === 'yes'")
        assert page.run("told") == []
        assert page.run("performance.getEntriesByType('resource').length") == 0
        assert page.run("document.documentElement.scrollWidth") <= width
        assert page.run(f"{PLATES}.every((one) => one.querySelector('svg text'))")


def test_read_by_keyboard(browser: Browser, address: str) -> None:
    """The slider under a figure names dot after dot, marks it, and says it to screen readers."""
    with browser.page(authenticator=False, script=SPY) as page:
        page.open(address)
        page.until(f"{PLATES}[0].dataset.drawn === 'yes'")
        page.run("document.getElementById('reader-1').focus()")
        page.key("ArrowRight", 39)
        page.until("document.querySelector('output').textContent.startsWith('Hungary')")
        said = page.run("document.querySelector('output').textContent")
        assert "sensitivity" in said
        assert (
            page.run("document.getElementById('reader-1').getAttribute('aria-valuetext')") == said
        )
        assert page.run("document.querySelectorAll('.on').length") == 1
        assert page.run(
            "[...document.querySelectorAll('.numbers')].every((one) => one.tabIndex === 0)"
        )
        assert page.run("told") == []
