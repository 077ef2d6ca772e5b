"""Facts about what a card says of its documents."""

import pytest

from registry.services.cards.content import content_of
from registry.services.cards.room import ROOMS
from reports.content import CardContent, Tone
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

    def test_worst_subgroup_is_the_lowest_of_page_three(self, draft: CardContent) -> None:
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
        """The forest of page 1 and the table of page 3 do not differ."""
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
        """The counts of page 2 divide into the percentages of page 1."""
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
        items = draft.provenance.considerations
        assert [item.number for item in items] == list(range(1, 14))
        assert (items[9].state, items[9].tone) == ("MISSING.", Tone.BAD)

    def test_withdrawn_signature_is_no_signoff(self) -> None:
        """It leaves page 1 and stays in the table of signatures, said to be withdrawn."""
        gone = make_signoff(withdrawn_at="2026-11-24T09:00:00Z")
        void = make_signoff(id="2", void=True)
        content = make_content(signoffs=[gone, void])
        assert content.signoffs == ()
        remarks = [row.remark for row in content.provenance.signatures]
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
        content = make_content(signoffs=make_crowd(20), awaited=awaited)
        assert not content.signoffs[-1].given
        assert len(content.signoffs) == 8
        assert content.signoffs_more == "13 more sign-offs on page 4 or in the dossier."

    def test_conditions_are_counted(self) -> None:
        """Open ones go first; what is cut is said."""
        dossier = make_dossier()
        closed = make_condition(number=1, state="closed", closed_at="2026-11-24T09:00:00Z")
        several = [closed, *[make_condition(number=n) for n in range(2, 8)]]
        content = make_content(dossier, decision=make_decision(dossier, conditions=several))
        assert [c.number for c in content.conditions] == ["C-2", "C-3", "C-4", "C-5"]
        assert content.conditions_more == "3 more conditions in the attached decision.json."

    @pytest.mark.parametrize("room", ROOMS)
    def test_forty_sites_and_twenty_groups(self, room: object) -> None:
        """Sites in scope go first; the rest are counted on every table."""
        chosen = next(one for one in ROOMS if one is room)
        content = content_of(make_documents(make_crowded_dossier()), chosen)
        assert len(content.sites.rows) == chosen.sites
        assert all(row.in_scope for row in content.sites.rows)
        assert content.sites.more is not None
        assert content.sites.more.startswith(f"{40 - chosen.sites} more sites")
        assert content.fairness.groups_more is not None


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
