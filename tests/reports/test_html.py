"""Facts about cards as HTML."""

from dataclasses import replace

import pytest
from jinja2 import Environment, FileSystemLoader

from registry.services.cards.printing import environment
from reports.html import Scale, Setting, render_html, site_scale, spread
from tests.factories.cards import TEMPLATES, make_content


class TestRenderHtml:
    """Content placed in its template."""

    def test_what_people_typed_is_escaped(self) -> None:
        """A title cannot smuggle markup into a card."""
        content = replace(make_content(), title="<img src=x>")
        html = render_html(content, environment(TEMPLATES))
        assert "<img src=x>" not in html
        assert "&lt;img src=x&gt;" in html

    def test_unescaping_environment_is_refused(self) -> None:
        """An environment that does not escape is a mistake of the caller."""
        with pytest.raises(ValueError, match="must escape"):
            render_html(make_content(), Environment(loader=FileSystemLoader(TEMPLATES)))  # noqa: S701 - what is refused

    def test_banner_stands_only_where_there_is_one(self) -> None:
        """A decided, current card carries no word across."""
        draft = make_content()
        jinja = environment(TEMPLATES)
        assert '<div class="banner"' in render_html(draft, jinja)
        assert '<div class="banner"' not in render_html(replace(draft, banner=None), jinja)

    def test_undefined_figure_says_why(self) -> None:
        """A figure that cannot be drawn leaves its reason, not a gap."""
        content = make_content()
        drawn = render_html(content, environment(TEMPLATES)).count("<img src")
        charts = tuple(
            replace(chart, undefined="one class only") for chart in content.performance.charts
        )
        content = replace(content, performance=replace(content.performance, charts=charts))
        html = render_html(content, environment(TEMPLATES))
        assert html.count("one class only") == len(charts)
        assert html.count("<img src") == drawn - len(charts)


class TestScale:
    """The axis of the forest."""

    def test_ends(self) -> None:
        """The low end lies at 0, the high end at 100 percent; outside stays on the ends."""
        scale = Scale(0.5, 1.0)
        assert [scale.place(v) for v in (0.2, 0.5, 0.75, 1.0)] == [0.0, 0.0, 50.0, 100.0]

    def test_width(self) -> None:
        """An interval of a tenth on half a unit covers a fifth of the axis."""
        assert Scale(0.5, 1.0).width(0.6, 0.7) == 20.0

    def test_ticks_are_few_and_end_at_one(self) -> None:
        """Labels do not run into each other."""
        assert Scale(0.5, 1.0).ticks() == (0.6, 0.8, 1.0)

    def test_holds_the_prediction_interval(self) -> None:
        """The widest thing drawn sets the scale."""
        table = make_content().sites
        assert table.pooled is not None
        low = table.pooled.prediction.low
        assert low is not None
        assert site_scale(table).low <= low


class TestSetting:
    """How page 1 is set, and whether the rest is."""

    def test_page_one_alone(self) -> None:
        """To see how much of a page it takes, it is set without what follows."""
        html = render_html(make_content(), environment(TEMPLATES), Setting(alone=True))
        assert 'id="part-summary"' in html
        assert 'id="section-2"' not in html

    def test_dense_and_air_are_said_to_the_style_sheet(self) -> None:
        """Smaller type and wider gaps are the style sheet's business."""
        html = render_html(make_content(), environment(TEMPLATES), Setting(dense=True, air=1.5))
        assert '<div class="part dense" id="part-summary" style="--air:1.5mm">' in html

    def test_every_section_has_its_number(self) -> None:
        """In the order in which readers learn them."""
        html = render_html(make_content(), environment(TEMPLATES))
        places = [html.index(f'id="section-{number}"') for number in range(2, 11)]
        assert places == sorted(places)


class TestSpread:
    """Free height shared out on page 1."""

    def test_no_gap_grows_without_end(self) -> None:
        """A nearly empty page is not pulled apart."""
        assert spread(make_content(), 250.0) == 3.0

    def test_less_than_is_free(self) -> None:
        """All gaps together stay under what is free: 8 and one for each of the 3 sites."""
        assert spread(make_content(), 11.0) == 0.9
