"""Facts about what a safety case report says: all that is recorded, and no word of its own."""

from dataclasses import asdict
from typing import Any

import pytest

from registry.domain.judgements import criteria
from registry.domain.safety_cases import CaseState
from registry.services.safety_cases.content import content_of
from reports.content import Cell, Table
from reports.safety_case import CaseContent, CaseSection
from tests.factories.case_documents import SIGNED, every_link, make_documents
from tests.factories.whole import make_full_dossier


def section(content: CaseContent, number: int) -> CaseSection:
    """Return a section by its number."""
    return next(one for one in content.sections if one.number == number)


def text_of(part: Any) -> str:  # noqa: ANN401 -- any dataclass
    """Return everything that a part says, as one text."""
    return repr(asdict(part))


class TestSections:
    """The eleven sections of the guidance's Table 6."""

    def test_in_their_order(self) -> None:
        """Always all of them, whatever is recorded; each says where it comes from."""
        for documents in (make_documents(), make_documents(bare=True, claims=[])):
            content = content_of(documents)
            assert [one.number for one in content.sections] == list(range(1, 12))
            assert all(one.source and one.lede for one in content.sections if one.number != 9)
            assert [one.number for one in content.sections if one.authored] == [1, 9]

    def test_every_hazard_and_control(self) -> None:
        """What is on the log is in the report: analysed, rated, controlled, listed."""
        content = content_of(make_documents())
        for hazard in make_full_dossier()["hazards"]["hazards"]:
            for number in (4, 5, 6, 7):
                assert hazard["name"] in text_of(section(content, number)), number
            for control in hazard["controls"]:
                assert control["text"].rstrip(".") in text_of(section(content, 6))
        assert "NOT ACCEPTED YET" in text_of(section(content, 6))
        assert "above 2" in text_of(section(content, 5))

    def test_no_verdict_but_the_dossiers(self) -> None:
        """Each criterion stands with the word by which the dossier judged it."""
        documents = make_documents()
        (table,) = [
            block
            for block in section(content_of(documents), 8).blocks
            if isinstance(block, Table) and block.title.startswith("Criteria")
        ]
        judged = criteria.table(documents.dossier)
        assert len(table.rows) == len(judged) == len(documents.dossier["criteria"])
        for row, one in zip(table.rows, judged, strict=True):
            name, verdict = row.cells[0], row.cells[-1]
            assert isinstance(name, Cell)
            assert isinstance(verdict, Cell)
            assert (name.text, verdict.text.lower(), row.tone.value) == (
                one.name,
                one.verdict,
                one.tone,
            )

    def test_issues_are_told(self) -> None:
        """Incidents, unresolved failures, waivers and conditions stand where one looks."""
        content = content_of(make_documents())
        said = text_of(section(content, 8))
        assert "UNRESOLVED" in said
        assert "Severe" in said
        constraints = text_of(section(content, 6))
        assert "The verdict stays" in constraints
        assert "Condition 1" in constraints

    def test_nothing_recorded_is_loud(self) -> None:
        """What is not there is said in capitals or in words, never left out."""
        content = content_of(make_documents(bare=True, claims=[], benefit=""))
        said = text_of(content)
        for words in (
            "NO RISK MANAGEMENT PLAN",
            "NO HAZARD LOG",
            "THIS CASE IS NOT APPROVED",
            "NOTHING WRITTEN",
            "claims nothing",
            "NO APPROVED HAZARD LOG",
        ):
            assert words in said, words


class TestArgument:
    """Claims and what the records say of what shows them."""

    def test_beside_each_claim_stands_the_record(self) -> None:
        """The author's reason never stands alone; deeper claims say what they carry."""
        dossier = make_full_dossier()
        content = content_of(make_documents(claims=every_link(dossier)))
        first, second = section(content, 9).claims
        kinds = [one.kind for one in (*first.evidence, *second.evidence)]
        assert [kind.split()[0] for kind in kinds] == [
            "Hazard",
            "Evidence",
            "Criterion,",
            "Consideration",
            "Document",
        ]
        assert first.evidence[0].tone == "bad"
        assert "above 2, which is acceptable" in first.evidence[0].text
        assert all(one.why == "It was tried." for one in first.evidence)
        assert (second.depth, second.carries) == (1, "Carries C1.")


class TestStanding:
    """The first page: how the case stands, and what is against it."""

    @pytest.mark.parametrize(
        ("state", "stale", "signed", "banner", "status"),
        [
            (CaseState.DRAFT, (), None, "DRAFT", "Draft · written"),
            (CaseState.SIGNED, (), SIGNED, None, "Signed · written"),
            (CaseState.SIGNED, ("the hazards",), SIGNED, "STALE", "Signed, STALE · written"),
            (CaseState.SUPERSEDED, (), SIGNED, "SUPERSEDED", "Superseded · written"),
            (CaseState.SUPERSEDED, (), None, "SUPERSEDED", "Draft, superseded by a later one"),
        ],
    )
    def test_banner_and_status(
        self,
        state: CaseState,
        stale: tuple[str, ...],
        signed: dict[str, Any] | None,
        banner: str | None,
        status: str,
    ) -> None:
        """Anything but a signed case that still holds says so, across every page and in words."""
        content = content_of(make_documents(state=state, stale=stale, signed=signed))
        assert content.banner == banner
        assert content.status.startswith(status)
        kinds = [one.kind for one in content.against]
        assert ("Stale" in kinds) == bool(stale)
        assert (content.sign.name is None) == (signed is None)
        assert ("Lacking" in kinds) == (signed is None)

    def test_a_hospitals_own(self) -> None:
        """It says where it runs, what it took over and did not accept, and what it measured."""
        content = content_of(make_documents(site=True))
        assert content.kind.endswith("of a deployment")
        assert content.sign.role == "Site safety officer of Hungary"
        system = text_of(section(content, 2))
        assert "The angiography scheduler of the chest pain clinic" in system
        assert "written by Noor de Vries" in system
        assert "Schedulers of the chest pain clinic" in system
        assert "It never ran at Hungary." in system
        assert "Insufficient evidence" in system
        control = text_of(section(content, 6))
        assert "Hazards transferred to Hungary" in control
        assert "12 of 20 positives." in text_of(section(content, 8))
        against = [one.text for one in content.against]
        assert any("is not accepted there" in one for one in against)
        assert "The release itself has no signed safety case (DCB0129)." in against
