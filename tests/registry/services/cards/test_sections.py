"""Facts about the sections after the third: what dossier, decision and standing become in them."""

import json
from collections.abc import Iterator

import pytest

from registry.domain.judgements import criteria, hazards, rungs, verdicts
from registry.domain.judgements.lines import Section as Number
from registry.domain.policies import Rung
from registry.services.cards.attached import listed
from registry.services.cards.content import content_of
from registry.services.cards.documents import CardDocuments
from registry.services.cards.printing import attachments
from reports.content import (
    HEADINGS,
    Block,
    CardContent,
    Cell,
    Considerations,
    Ladder,
    Lineage,
    Paragraphs,
    Points,
    Section,
    Table,
    Tone,
)
from tests.factories.cards import make_documents
from tests.factories.documents import criterion, make_dossier, make_signoff, make_standing
from tests.factories.policies import shipped
from tests.factories.whole import (
    make_bare_dossier,
    make_comparison,
    make_full_decision,
    make_full_dossier,
)


def full() -> CardDocuments:
    """Return documents that hold everything."""
    dossier = make_full_dossier()
    objection = make_signoff(
        role="clinical safety officer",
        meaning="object",
        reasons="Women are not read.",
        withdrawn_at="2026-11-23T11:30:00Z",
    )
    return make_documents(
        dossier,
        decision=make_full_decision(dossier),
        standing=make_standing("current"),
        signoffs=[make_signoff(), objection],
        policy=shipped().document(),
    )


FULL = content_of(full())
BARE = content_of(make_documents(make_bare_dossier()))


def of(content: CardContent, number: Number) -> Section:
    """Return a section by its number."""
    return next(one for one in content.sections if one.heading.number == number)


def titled(section: Section, title: str) -> Block:
    """Return the block of a section with a title."""
    return next(one for one in section.blocks if one.title.startswith(title))


def tables(content: CardContent) -> Iterator[Table]:
    """Yield every table of the sections."""
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield block


class TestEverySection:
    """All of them."""

    @pytest.mark.parametrize("content", [FULL, BARE], ids=["full", "bare"])
    def test_numbers_are_those_that_sentences_refer_to(self, content: CardContent) -> None:
        """A sentence that says “section 6” means the sixth heading."""
        assert [one.number for one in HEADINGS] == list(Number)
        assert [one.heading.number for one in content.sections] == list(Number)[3:]

    @pytest.mark.parametrize("content", [FULL, BARE], ids=["full", "bare"])
    def test_every_row_fills_its_heads(self, content: CardContent) -> None:
        """And the shares of the columns make a whole page."""
        for table in tables(content):
            assert {len(row.cells) for row in table.rows} <= {len(table.heads)}
            if shares := [head.share for head in table.heads if head.share is not None]:
                assert 98 <= sum(shares) <= 100, table.title

    @pytest.mark.parametrize("content", [FULL, BARE], ids=["full", "bare"])
    def test_every_section_has_a_lede(self, content: CardContent) -> None:
        """One that says something of this version."""
        assert all(one.lede.endswith(".") for one in content.sections)
        assert len({one.lede for one in content.sections}) == len(content.sections)


class TestConsiderations:
    """Section 4."""

    def test_each_with_author_policy_and_evidence(self) -> None:
        """What is asked, what is said, what was computed and where it stands."""
        (block,) = of(FULL, Number.CONSIDERATIONS).blocks
        assert isinstance(block, Considerations)
        ten, seven = block.items[9], block.items[6]
        assert (ten.state, ten.tone) == ("MISSING", Tone.BAD)
        assert "Policy asks for it" in ten.policy
        assert seven.by.startswith("Ilona Kovács, 20 Nov 2026")
        assert seven.evidence[0].endswith("(section\u00a02)")

    def test_worst_subgroup_is_the_one_of_page_one(self) -> None:
        """Its name and its number stand in sections 1, 3 and 4 alike."""
        worst = FULL.worst
        assert worst.measure is not None
        (block,) = of(FULL, Number.CONSIDERATIONS).blocks
        assert isinstance(block, Considerations)
        (told,) = [line for line in block.items[11].evidence if line.startswith("Worst subgroup")]
        number = f"{100 * (worst.measure.value or 0):.1f}%"
        for text in (told, FULL.fairness.lede):
            assert worst.subject in text
            assert number in text


class TestHarm:
    """Section 5."""

    def test_hazards_in_the_words_of_the_rules(self) -> None:
        """As many rows as hazards and further controls, none judged here."""
        table = titled(of(FULL, Number.SAFETY), "Hazards and controls")
        assert isinstance(table, Table)
        judged = hazards.hazards(full().dossier)
        assert [str(row.cells[0]) for row in table.rows] == [
            f"{one.number}. {one.name}" for one in judged
        ]
        assert [row.tone for row in table.rows] == [Tone(one.tone) for one in judged]

    def test_each_further_control_has_its_own_row(self) -> None:
        """So that none is cut."""
        dossier = make_full_dossier()
        dossier["hazards"]["hazards"][0]["controls"] *= 3
        table = titled(of(content_of(make_documents(dossier)), Number.SAFETY), "Hazards and")
        assert isinstance(table, Table)
        assert len(table.rows) == 5

    def test_nothing_recorded_is_loud(self) -> None:
        """No log, no failures looked at, no incidents: each is said."""
        section = of(BARE, Number.SAFETY)
        assert section.lede.startswith("NO HAZARD LOG")
        empties = {one.title: one.empty for one in section.blocks if isinstance(one, Table)}
        assert empties["Incidents in use"].startswith("No incident")
        unseen = of(
            content_of(make_documents(make_full_dossier(failure_reviews=[]))), Number.SAFETY
        )
        assert "Failures in testing" in {one.title for one in unseen.blocks}
        assert "What those who looked at failures found" in empties
        assert "What those who looked at failures found" not in {one.title for one in unseen.blocks}


class TestData:
    """Section 6."""

    def test_lineage_is_drawn_around_this_version(self) -> None:
        """One node is its own; the description is there for who cannot see it."""
        block = titled(of(FULL, Number.PROVENANCE), "Lineage")
        assert isinstance(block, Lineage)
        assert [node.name for node in block.nodes if node.own] == ["heart-cad/2"]
        assert block.description.startswith("heart-cad/2: training cleveland-1988/1")

    def test_same_words_of_every_dataset_stand_once(self) -> None:
        """Under the table."""
        table = titled(of(FULL, Number.PROVENANCE), "Datasets")
        assert isinstance(table, Table)
        assert "Licence: CC BY 4.0." in table.note
        assert all("Licence" not in str(row.cells[3]) for row in table.rows)

    def test_single_dataset_has_all_in_its_row(self) -> None:
        """Nothing is alike where there is one."""
        dossier = make_full_dossier()
        dossier["datasets"] = dossier["datasets"][:1]
        table = titled(of(content_of(make_documents(dossier)), Number.PROVENANCE), "Datasets")
        assert isinstance(table, Table)
        assert (table.note, "Licence: CC BY 4.0." in str(table.rows[0].cells[3])) == ("", True)


class TestProtocols:
    """Section 7."""

    def test_every_criterion_in_every_stratum(self) -> None:
        """None is cut, and each verdict is the one of the rules."""
        table = titled(of(FULL, Number.PROTOCOL), "Criteria")
        assert isinstance(table, Table)
        assert [row.cells[4] for row in table.rows] == [
            one.verdict for one in criteria.table(full().dossier)
        ]

    def test_strata_that_share_a_row_are_named_under_the_table(self) -> None:
        """None is lost for being one of many."""
        far = [criterion(in_scope=False, by={"site": site}) for site in "ABCD"]
        section = of(content_of(make_documents(make_dossier(criteria=far))), Number.PROTOCOL)
        (named,) = [
            one.paragraphs for one in section.blocks if isinstance(one, Paragraphs) and one.small
        ]
        assert named == ("Discrimination, AUROC, outside the scope, met: A, B, C and D.",)


class TestChanges:
    """Section 8."""

    def test_first_dossier(self) -> None:
        """Says so, and has no table of what moved."""
        section = of(BARE, Number.CHANGE)
        assert section.lede.startswith("This is the first dossier")
        assert not any(one.title == "Criteria that moved" for one in section.blocks)

    def test_four_places_beside_each_other(self) -> None:
        """Five places make two tables, of a row for each metric."""
        dossier = make_dossier()
        dossier["evidence"][0]["assessment"]["comparisons"] = [
            make_comparison(metric=metric, by={"site": site} if site else {})
            for metric in ("auroc", "brier")
            for site in ("", "Hungary", "Switzerland", "Long Beach", "Basel")
        ]
        section = of(content_of(make_documents(dossier)), Number.CHANGE)
        found = [one for one in section.blocks if one.title.startswith("This version less in use")]
        assert [(len(one.heads), len(one.rows)) for one in found if isinstance(one, Table)] == [
            (5, 2),
            (2, 2),
        ]

    def test_many_sites_outside_the_scope_take_one_table(self) -> None:
        """A row for each metric; those in scope keep their places."""
        dossier = make_dossier()
        dossier["evidence"][0]["assessment"]["comparisons"] = [
            make_comparison(by={"site": site}) for site in ("Hungary", "A", "B", "C", "D", "E")
        ]
        section = of(content_of(make_documents(dossier)), Number.CHANGE)
        near, far = [one for one in section.blocks if isinstance(one, Table)]
        assert (len(near.heads), far.title) == (2, "At the 5 sites outside the scope")
        assert [str(cell) for cell in far.rows[0].cells[3:]] == ["0", "0"]


class TestDeployments:
    """Section 9."""

    def test_ladder_says_what_the_headline_says(self) -> None:
        """And what policy asks for every rung."""
        block = titled(of(FULL, Number.DEPLOYMENT), "Rungs")
        assert isinstance(block, Ladder)
        permitted = not FULL.headline.text.startswith(verdicts.BLOCKS)
        assert [one.reached for one in block.rungs] == [permitted, permitted, False]
        rules = shipped().rules("fast track")
        assert [one.text for one in block.rungs] == [rungs.asks_for(rules, rung) for rung in Rung]

    def test_everything_policy_asked_is_listed(self) -> None:
        """With its verdict, met or not; training where it is asked for."""
        dossier = make_full_dossier(
            training=[{"person": {"name": "A"}, "roles": ["clinical lead"], "completed": []}]
        )
        section = of(content_of(make_documents(dossier)), Number.DEPLOYMENT)
        table = titled(section, "What standard 1 asks at the tier fast track")
        assert isinstance(table, Table)
        assert len(table.rows) == len(dossier["requirements"])
        trained = titled(section, "Training")
        assert isinstance(trained, Table)
        assert trained.rows[0].cells[2] == "NOTHING is recorded."

    def test_without_policy_at_hand_nothing_is_guessed(self) -> None:
        """The rungs stand there without what is asked."""
        block = titled(of(BARE, Number.DEPLOYMENT), "Rungs")
        assert isinstance(block, Ladder)
        assert {one.text for one in block.rungs} == {""}


class TestRecord:
    """Section 10."""

    def test_withdrawn_objection_stands_there(self) -> None:
        """With its reasons and when it was withdrawn."""
        block = titled(of(FULL, Number.SIGNATURES), "Objections")
        assert isinstance(block, Points)
        (point,) = block.points
        assert point.text == (
            "Women are not read. 23 Nov 2026, 11:00 UTC. Withdrawn 23 Nov 2026, 11:30 UTC."
        )

    def test_reasons_of_an_objection_stand_once(self) -> None:
        """Whole among the objections; the table of signatures points there."""
        table = titled(of(FULL, Number.SIGNATURES), "Signatures")
        assert isinstance(table, Table)
        cell = table.rows[1].cells[2]
        assert isinstance(cell, Cell)
        assert cell.under == "withdrawn 23 Nov 2026, 11:30 UTC; reasons above"

    def test_lists_just_what_is_attached(self) -> None:
        """In the order in which it is."""
        for documents in (full(), make_documents(make_bare_dossier())):
            content = content_of(documents)
            attached = [one.name for one in attachments(documents, content, b"", {})]
            assert [name for name, _ in listed(documents)] == attached

    def test_card_json_holds_every_section(self) -> None:
        """What the pages say, machines can read."""
        documents = full()
        card = attachments(documents, content_of(documents), b"")[-1]
        assert len(json.loads(card.content)["sections"]) == len(FULL.sections)
