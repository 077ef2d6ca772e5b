"""Facts about what a card says of its documents."""

import itertools
from dataclasses import replace

import pytest

from registry.services.cards.content import content_of, contents
from registry.services.cards.room import FRONTS
from reports.content import (
    HEADINGS,
    CardContent,
    Cell,
    Considerations,
    Table,
    Tone,
)
from tests.factories.cards import make_content, make_documents
from tests.factories.documents import (
    criterion,
    make_condition,
    make_crowd,
    make_crowded_dossier,
    make_decision,
    make_dossier,
    make_signoff,
    make_standing,
)


@pytest.fixture(scope="module")
def draft() -> CardContent:
    """Return a draft over drawn patients of three hospitals."""
    return make_content()


class TestPagesAgree:
    """Page 1 and the later pages are fed by the same judgements."""

    def test_worst_subgroup_is_the_lowest_of_section_three(self, draft: CardContent) -> None:
        """No group in the table that is large enough lies below the worst of page 1."""
        assert draft.worst.measure is not None
        values = [
            row.sensitivity.value
            for row in draft.fairness.groups
            if row.sensitivity.value is not None and row.verdict != "too small"
        ]
        assert draft.worst.measure.value == min(values)
        assert draft.worst.subject in draft.fairness.lede

    def test_sites_have_one_verdict(self, draft: CardContent) -> None:
        """The forest of page 1 and the table of section 3 do not differ."""
        later = {row.name: (row.verdict, row.area) for row in draft.all_sites.rows}
        assert all(later[row.name] == (row.verdict, row.area) for row in draft.sites.rows)

    def test_per_thousand_follows_from_the_rates_beside_it(self, draft: CardContent) -> None:
        """Missed per 1,000 is 1,000 x 0.36 x (1 - sensitivity)."""
        missed, alerts, found, spared = (key.measure.value for key in draft.key_figures)
        assert found is not None
        assert spared is not None
        assert missed == pytest.approx(1000 * 0.36 * (1 - found))
        assert alerts == pytest.approx(1000 * 0.64 * (1 - spared))

    def test_confusion_gives_the_rates_of_page_one(self, draft: CardContent) -> None:
        """The counts of section 2 divide into the percentages of page 1."""
        counts = draft.performance.confusion
        assert counts is not None
        found = counts.true_positives / (counts.true_positives + counts.false_negatives)
        assert found == pytest.approx(draft.key_figures[2].measure.value)

    def test_bold_threshold_is_the_operating_point(self, draft: CardContent) -> None:
        """Its row repeats the sensitivity of page 1: nobody is unscored here."""
        (own,) = [row for row in draft.performance.thresholds if row.own]
        assert own.threshold == 0.5
        assert own.sensitivity.value == pytest.approx(draft.key_figures[2].measure.value)


class TestHonesty:
    """What a tired reader must not be led to believe."""

    def test_all_sites_carry_the_prediction_interval(self, draft: CardContent) -> None:
        """The pooled value is never printed with its own narrow interval."""
        pooled = draft.sites.pooled
        assert pooled is not None
        assert pooled.area.low is None
        assert pooled.prediction.low is not None

    def test_no_area_among_the_big_numbers(self, draft: CardContent) -> None:
        """Missed findings and false alerts come first, AUROC only by site."""
        labels = [key.label for key in draft.key_figures]
        assert labels == ["Missed findings", "False alerts", "Sensitivity", "Specificity"]

    def test_site_in_scope_without_evidence_is_on_page_one(self) -> None:
        """A hospital that was not tested has a row that says so."""
        content = make_content(make_dossier(scope_sites=["Hungary", "Basel"]))
        assert content.sites.rows[0].name == "Basel"
        assert content.sites.rows[0].verdict == "not assessed"

    def test_missing_considerations_are_loud(self, draft: CardContent) -> None:
        """All thirteen are there; the tenth is missing and says so."""
        (block,) = draft.sections[0].blocks
        assert isinstance(block, Considerations)
        items = block.items
        assert [item.number for item in items] == list(range(1, 14))
        assert (items[9].state, items[9].tone) == ("MISSING", Tone.BAD)

    def test_withdrawn_signature_is_no_signoff(self) -> None:
        """It leaves page 1 and stays in the table of signatures, said to be withdrawn."""
        gone = make_signoff(withdrawn_at="2026-11-24T09:00:00Z")
        void = make_signoff(id="2", void=True)
        content = make_content(signoffs=[gone, void])
        assert content.signoffs == ()
        table = content.sections[-1].blocks[1]
        assert isinstance(table, Table)
        meanings = [row.cells[2] for row in table.rows]
        remarks = [cell.under for cell in meanings if isinstance(cell, Cell)]
        assert remarks == [
            "withdrawn 24 Nov 2026, 09:00 UTC",
            "void: given over an earlier dossier",
        ]

    def test_objections_that_do_not_block_are_printed(self) -> None:
        """In the words of who objects; one that blocks stands in the headline already."""
        objector = make_signoff(meaning="object", reasons="the costs are guesses")
        blocker = make_signoff(
            meaning="object", role="clinical safety officer", reasons="eight patients"
        )
        content = make_content(signoffs=[objector, blocker])
        assert [point.text for point in content.objections] == ["The costs are guesses."]
        assert content.headline.points[0].kind == "Objection"
        assert "eight patients" in content.headline.points[0].text

    def test_dearer_than_the_floor_note(self) -> None:
        """The highest floor of AUROC is drawn."""
        judged = [criterion(required=0.8), criterion(required=0.85, id="stricter")]
        assert make_content(make_dossier(criteria=judged)).sites.floor == 0.85


class TestRoom:
    """What there is no room for is counted."""

    def test_awaited_signoffs_keep_a_place(self) -> None:
        """However many have signed, who is awaited is seen."""
        awaited = [{"role": "independent validator", "meaning": "review"}]
        documents = make_documents(signoffs=make_crowd(20), awaited=awaited)
        content = content_of(documents, replace(FRONTS[0], slots=8))
        assert not content.signoffs[-1].given
        assert len(content.signoffs) == 8
        assert content.signoffs_more == "13 more sign-offs in section 10."

    def test_conditions_are_counted(self) -> None:
        """Open ones go first; what is cut is said."""
        dossier = make_dossier()
        closed = make_condition(number=1, state="closed", closed_at="2026-11-24T09:00:00Z")
        several = [closed, *[make_condition(number=n) for n in range(2, 8)]]
        documents = make_documents(dossier, decision=make_decision(dossier, conditions=several))
        content = content_of(documents, replace(FRONTS[0], conditions=4))
        assert [c.number for c in content.conditions] == ["C-2", "C-3", "C-4", "C-5"]
        assert content.conditions_more == "3 more conditions in section 9."

    def test_forty_sites(self) -> None:
        """Sites in scope go first; the rest are counted."""
        said = contents(make_documents(make_crowded_dossier()))
        for front in FRONTS:
            table = said(front).sites
            assert len(table.rows) == front.sites
            assert all(row.in_scope for row in table.rows[:2])
            assert table.more is not None
            assert table.more.startswith(f"{40 - front.sites} more sites")

    def test_nothing_after_page_one_is_cut(self) -> None:
        """Forty sites, twenty groups and every text stand there whole, however tight page 1."""
        documents = make_documents(make_crowded_dossier())
        roomy, tight = content_of(documents), content_of(documents, FRONTS[-1])
        assert len(tight.all_sites.rows) == 40
        assert len(tight.fairness.groups) == 20
        assert (tight.all_sites, tight.performance) == (roomy.all_sites, roomy.performance)
        assert (tight.fairness, tight.sections) == (roomy.fairness, roomy.sections)

    def test_no_rung_is_roomier_than_the_one_before(self) -> None:
        """A law: on the way down nothing grows, so that halving finds the most that fits."""
        flags = {"dense", "brief"}
        for before, after in itertools.pairwise(FRONTS):
            roomy, tight = vars(before), vars(after)
            assert all(tight[key] <= roomy[key] for key in roomy.keys() - flags)
            assert all(tight[key] >= roomy[key] for key in roomy.keys() & flags)

    def test_safety_gives_way_last(self) -> None:
        """A law: notes and remarks are cut before who must not be served or what blocks."""
        for front in FRONTS:
            if front.avoid < FRONTS[0].avoid:
                assert front.use < FRONTS[0].use
                assert front.line < FRONTS[0].line
                assert front.note < FRONTS[0].note
        assert all(front.avoids > front.uses for front in FRONTS[1:] if front.uses < 12)

    def test_nothing_is_cut_where_there_is_room(self, draft: CardContent) -> None:
        """At the roomiest every text is whole, and no note says otherwise."""
        assert draft.shortened is None
        assert draft.continued is None

    def test_what_is_cut_says_where_the_rest_stands(self) -> None:
        """An ellipsis alone leaves a reader guessing."""
        content = content_of(make_documents(make_crowded_dossier()), FRONTS[-1])
        assert content.shortened == "What is cut here stands whole at the head of page 2."
        assert content.continued is not None

    def test_the_models_own_file_is_named_first(self) -> None:
        """Before its locks and notes stands the digest of what runs."""
        dossier = make_dossier()
        model = dossier["version"]["artifacts"][0]
        lock = model | {"path": "environment.txt", "digest": "sha256:" + "0" * 64, "kind": "other"}
        dossier["version"]["artifacts"] = [lock, model]
        table = content_of(make_documents(dossier)).sections[2].blocks[2]
        assert isinstance(table, Table)
        assert [row.cells[0] for row in table.rows] == ["model.json", "environment.txt"]


class TestSections:
    """What comes after page 1."""

    def test_always_in_the_same_order(self, draft: CardContent) -> None:
        """Readers learn where to look: sections 4 to 10 once each, by number."""
        assert tuple(section.heading for section in draft.sections) == HEADINGS[3:]

    def test_none_is_without_words(self) -> None:
        """Of a dossier that holds nothing, every section still says so."""
        bare = make_dossier(
            evidence=[], protocols=[], datasets=[], overlap=[], criteria=[], requirements=[]
        )
        for section in make_content(bare).sections:
            assert section.lede
            assert section.blocks


class TestSlots:
    """One place for each person asked."""

    awaited = ({"role": "clinical safety officer", "meaning": "support"},)

    def test_who_objects_is_not_awaited(self) -> None:
        """The safety officer who objects has answered: no second, empty place."""
        objection = make_signoff(
            meaning="object", role="clinical safety officer", reasons="eight patients"
        )
        content = make_content(signoffs=[objection], awaited=self.awaited)
        assert [(slot.role, slot.meaning) for slot in content.signoffs] == [
            ("Clinical safety officer", "Objects")
        ]

    def test_a_second_of_the_role_is_still_awaited(self) -> None:
        """Where two are asked, one objection answers for one."""
        objection = make_signoff(meaning="object", role="clinical safety officer", reasons="x")
        content = make_content(signoffs=[objection], awaited=self.awaited * 2)
        assert [slot.given for slot in content.signoffs] == [True, False]

    def test_nobody_is_awaited_after_the_decision(self) -> None:
        """An empty place then says who did not sign."""
        dossier = make_dossier()
        decision = make_decision(dossier, outcome="decline")
        content = make_content(dossier, decision=decision, awaited=self.awaited)
        (slot,) = content.signoffs
        assert (slot.name, slot.meaning) == ("Did not sign", "Asked: support")


class TestStanding:
    """The small line over the headline."""

    def test_sent_back_is_said_in_words(self) -> None:
        """A re-review is no decision for or against: the card is a draft again."""
        dossier = make_dossier()
        content = make_content(dossier, decision=make_decision(dossier, outcome="re-review"))
        assert content.standing == "Draft · sent back on 23 Nov 2026, to be reviewed again"
        assert content.banner == "DRAFT"


class TestUngated:
    """A card for a rung at which policy lets no criterion block."""

    @pytest.fixture
    def silent(self) -> CardContent:
        """Return an approved silent card with one criterion not met."""
        missed = criterion(gates=False, verdict="not met", measured=0.7, low=0.65, high=0.75)
        dossier = make_dossier(rung="silent", criteria=[missed])
        return make_content(
            dossier, decision=make_decision(dossier), standing=make_standing("current")
        )

    def test_is_never_green(self, silent: CardContent) -> None:
        """A permission without gates is not shown as a proof of performance."""
        assert silent.headline.tone is Tone.UNSURE
        assert "no proof of performance" in silent.headline.text

    def test_lists_what_is_open(self, silent: CardContent) -> None:
        """What was judged and not met stands under the headline, as open."""
        (point,) = silent.headline.points
        assert (point.kind, point.tone) == ("Open, not met", Tone.BAD)


class TestFigures:
    """What the figures of section 2 hold, and say."""

    def test_cost_of_the_point_is_that_of_the_counts(self, draft: CardContent) -> None:
        """The red point of Figure 4 costs what the confusion matrix beside it adds up to."""
        counts, mark = draft.performance.confusion, draft.performance.charts[3].mark
        assert counts is not None
        assert mark is not None
        wrong = 10 * counts.false_negatives + counts.false_positives
        right = counts.true_positives + counts.true_negatives
        exams = right + counts.false_negatives + counts.false_positives
        assert mark.y == pytest.approx(1000 * wrong / exams)

    def test_decision_curve_has_its_band(self, draft: CardContent) -> None:
        """Around every point of this version's curve, and named in the caption."""
        chart = draft.performance.charts[2]
        own, everybody, nobody = chart.series
        assert len(own.band) == len(own.points)
        for (_, benefit), (low, high) in zip(own.points, own.band, strict=True):
            assert low <= benefit <= high
        assert everybody.band == nobody.band == ()
        assert "shaded: 95% interval" in chart.caption

    def test_decision_curve_of_an_older_assessment(self) -> None:
        """Without intervals there is no band, and none is named."""
        dossier = make_dossier()
        for one in dossier["evidence"][0]["assessment"]["curves"]:
            for point in one["decision"]:
                del point["low"]
        chart = make_content(dossier).performance.charts[2]
        assert chart.series[0].band == ()
        assert "shaded" not in chart.caption

    def test_a_stated_threshold_probability(self) -> None:
        """The red point stands at the risk that prices it, as high as was measured there."""
        dossier = make_dossier()
        evidence = dossier["evidence"][0]
        for protocol in dossier["protocols"]:
            protocol["document"]["operating_point"]["threshold_probability"] = 0.2
        for stratum in evidence["assessment"]["strata"]:
            stratum["estimates"]["net_benefit"] = {"value": 0.31}
        chart = make_content(dossier).performance.charts[2]
        assert chart.mark is not None
        assert (chart.mark.x, chart.mark.y, chart.mark.label) == (0.2, 0.31, "0.310")
        assert chart.caption.endswith(
            " The dot: flagged from score 0.50, priced at a risk of 0.20."
        )

    def test_no_decision_curve_of_ranks(self) -> None:
        """Ranks may have a net benefit and have no curve: the reason is the curve's own."""
        dossier = make_dossier()
        for one in dossier["evidence"][0]["assessment"]["curves"]:
            one |= {"decision": [], "undefined": {"decision": "scores are ranks"}}
        chart = make_content(dossier).performance.charts[2]
        assert chart.undefined == "Scores are ranks."
        assert chart.mark is None

    def test_alternative_text_tells_the_operating_point(self, draft: CardContent) -> None:
        """Who cannot see the red point is told where it lies."""
        roc = draft.performance.charts[0]
        assert "At the operating point 0.50, at Hungary: sensitivity" in roc.description

    def test_heterogeneity_is_never_zero(self) -> None:
        """A p-value below a thousandth is said to be so."""
        dossier = make_dossier()
        dossier["evidence"][0]["assessment"]["sites"][0] |= {"q_p": 2e-7, "i2": 0.9987}
        (sentence,) = make_content(dossier).fairness.heterogeneity
        assert "I² >99%, heterogeneity p < 0.001" in sentence


class TestIssuedAt:
    """The time that a card carries."""

    def test_is_that_of_its_newest_document(self) -> None:
        """No clock: the same documents give the same card at any time."""
        dossier = make_dossier()
        times = [
            make_content(dossier).issued_at,
            make_content(dossier, signoffs=[make_signoff()]).issued_at,
            make_content(dossier, decision=make_decision(dossier)).issued_at,
            make_content(dossier, standing=make_standing("current")).issued_at,
        ]
        assert [f"{t:%H:%M}" for t in times] == ["09:30", "11:00", "12:00", "12:30"]
