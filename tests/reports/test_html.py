"""Facts about cards as HTML."""

from dataclasses import replace

import pytest
from jinja2 import Environment, FileSystemLoader

from registry.services.cards.printing import environment
from reports.content import (
    HARM,
    Block,
    Cell,
    Column,
    Consideration,
    Considerations,
    Edge,
    Head,
    Ladder,
    Lineage,
    Measure,
    Node,
    Row,
    Rung,
    Section,
    Table,
    Tone,
)
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


class TestBlocks:
    """The later sections, whatever they are about."""

    def set_with(self, *blocks: Block) -> str:
        """Return a card whose section on harm holds these blocks."""
        content = make_content()
        harm = Section(heading=HARM, lede="Of harm.", blocks=blocks)
        return render_html(replace(content, sections=(harm,)), environment(TEMPLATES))

    def test_a_table_without_rows_says_so(self) -> None:
        """Silence would read as if nothing could go wrong."""
        table = Table(title="Hazards", heads=(Head(title="No."),), rows=(), empty="None at all.")
        html = self.set_with(table)
        assert "None at all." in html
        assert '<th scope="col">No.</th>' not in html

    def test_cells_are_words_numbers_or_both(self) -> None:
        """A number stands with its interval, and what is under it in its tone."""
        cells = ("A", Measure(value=0.5, low=0.4, high=0.6), Cell(text="b", under="c"))
        heads = (
            Head(title="N", holds=Column.NAME),
            Head(title="M", holds=Column.NUMBER),
            Head(title="T"),
        )
        html = self.set_with(Table(title="", heads=heads, rows=(Row(cells=cells),)))
        assert '<th scope="row">A</th>' in html
        assert '<td class="n">0.500<span class="kind">0.400–0.600</span></td>' in html
        assert '<td>b<span class="kind plain">c</span></td>' in html

    def test_only_a_row_of_half_a_page_may_break(self) -> None:
        """A row is read as one; one that no page can hold is not kept from being printed."""
        heads = (Head(title="Text", share=50),)
        rows = (Row(cells=("short " * 100,)), Row(cells=("long " * 1000,)))
        html = self.set_with(Table(title="", heads=heads, rows=rows))
        assert html.count('<tr class="plain long">') == 1
        assert '<tr class="plain long">\n<td>long' in html

    def test_missing_is_loud(self) -> None:
        """And it alone: what is stated or not available for a reason is not."""
        items = tuple(
            Consideration(number=n, title="T", state=state, text="", tone=tone)
            for n, (state, tone) in enumerate(
                [("Stated", Tone.PLAIN), ("Not available", Tone.UNSURE), ("MISSING", Tone.BAD)]
            )
        )
        html = self.set_with(Considerations(title="", items=items))
        assert html.count('loud">') == 1
        assert '<span class="badge tone">MISSING</span>' in html

    def test_a_lineage_is_drawn_and_told(self) -> None:
        """Its words are its alternative text; without arrows they stand alone."""
        nodes = (Node(key="a", sort="dataset", name="A"), Node(key="b", sort="version", name="B"))
        whole = Lineage(
            title="",
            nodes=nodes,
            edges=(Edge(start="a", end="b", words="training"),),
            description="A went into B.",
        )
        assert 'alt="A went into B."' in self.set_with(whole)
        assert '<p class="words">A went into B.</p>' in self.set_with(replace(whole, edges=()))

    def test_few_steps_stand_beside_each_other(self) -> None:
        """Many stand below each other."""
        rungs = tuple(Rung(name=f"Step {n}", state="not yet") for n in range(6))
        assert 'class="ladder"' in self.set_with(Ladder(title="", rungs=rungs))
        assert 'class="ladder across"' in self.set_with(Ladder(title="", rungs=rungs[:3]))


class TestCode:
    """The place of the code on page 1."""

    def test_is_drawn_and_typed(self) -> None:
        """A camera reads it, and so do people."""
        address = "https://registry.example/verify/7K2M-Q0XT-93ZA-8VHB"
        content = replace(make_content(), code="7K2M-Q0XT-93ZA-8VHB", verify_url=address)
        html = render_html(content, environment(TEMPLATES))
        assert f'alt="A code that leads to {address}"' in html
        assert "<b>7K2M-Q0XT-<br>93ZA-8VHB</b>" in html

    def test_without_an_address_it_is_typed_alone(self) -> None:
        """A registry that others do not reach draws nothing that leads nowhere."""
        html = render_html(replace(make_content(), code="7K2M-Q0XT"), environment(TEMPLATES))
        assert "<b>7K2M-Q0XT</b>" in html
        assert "A code that leads" not in html

    def test_none_takes_no_place(self) -> None:
        """Page 1 is as ever."""
        content = replace(make_content(), code=None)
        assert 'id="seal"' not in render_html(content, environment(TEMPLATES))


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


class TestContents:
    """The line at the foot of page 1."""

    def test_only_where_there_is_room(self) -> None:
        """It says on which page each section begins."""
        jinja = environment(TEMPLATES)
        assert 'id="contents"' not in render_html(make_content(), jinja)
        html = render_html(make_content(), jinja, Setting(contents=True))
        assert all(f'<a href="#section-{number}">' in html for number in range(2, 11))


class TestSpread:
    """Free height shared out on page 1."""

    def test_no_gap_grows_without_end(self) -> None:
        """A nearly empty page is not pulled apart."""
        assert spread(make_content(), 250.0) == 3.0

    def test_less_than_is_free(self) -> None:
        """All gaps together stay under what is free: 8 and one for each of the 3 sites."""
        assert spread(make_content(), 11.0) == 0.9
