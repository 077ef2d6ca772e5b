"""Papers: which documents and training hold, and who lacks what a policy asks."""

from datetime import date
from typing import Any

import pytest

from registry.domain import papers
from registry.domain.errors import BadInputError, ForbiddenError
from registry.domain.people import Role
from registry.domain.policies import DocumentRule, Rung, TrainingRule

TODAY = date(2026, 11, 23)
DPIA = "data protection impact assessment"
OFFICER = Role.CLINICAL_SAFETY_OFFICER


def document(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any key of the document
    """Return a document that holds."""
    return {"kind": DPIA, "title": "DPIA, issue 2", "valid_until": None} | changes


def person(*completed: dict[str, Any], name: str = "Anna") -> dict[str, Any]:
    """Return a safety officer with what they completed."""
    return {
        "person": {"id": "1", "name": name},
        "roles": [OFFICER.value],
        "completed": list(completed),
    }


def done(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any key of the training
    """Return a completed training that holds."""
    return {"topic": "Clinical  safety", "on": "2026-01-10", "valid_until": None} | changes


class TestMissingDocuments:
    """What is asked, from which rung, and whether it holds."""

    def missing(self, *documents: dict[str, Any], rung: Rung = Rung.PILOT) -> dict[str, str]:
        """Return each kind that is asked and why it is missing."""
        rules = [DocumentRule(kind=DPIA, from_rung=Rung.PILOT)]
        return dict(papers.missing_documents(rules, documents, rung=rung, today=TODAY))

    def test_there(self) -> None:
        """A document of the kind answers, however its kind is spelled."""
        assert self.missing(document(kind="Data protection  Impact assessment")) == {DPIA: ""}

    def test_absent(self) -> None:
        """The reason says how one is kept."""
        assert "cmr document register" in self.missing(document(kind="safety case"))[DPIA]

    def test_run_out(self) -> None:
        """The newest counts; one that ran out is named with its last day."""
        old, new = document(), document(title="Issue 3", valid_until="2026-11-22")
        assert self.missing(old, new)[DPIA] == "“Issue 3” held until 2026-11-22 only."
        assert not self.missing(document(valid_until="2026-11-23"))[DPIA]

    def test_below_the_rung(self) -> None:
        """What is asked from the pilot on is not asked for silent running."""
        assert self.missing(rung=Rung.SILENT) == {}


class TestMissingTraining:
    """Who lacks what."""

    def lacking(self, *people: dict[str, Any], months: int | None = None) -> str:
        """Return why a training is missing."""
        rule = TrainingRule(role=OFFICER, topic="clinical safety", months=months)
        ((_, because),) = papers.missing_training([rule], people, today=TODAY)
        return because

    def test_everybody(self) -> None:
        """All who hold the role must have it; those who lack it are named."""
        assert self.lacking(person(done())) == ""
        assert self.lacking(person(done()), person(name="Béla")) == "Not on record: Béla."

    @pytest.mark.parametrize(
        "one", [done(topic="first aid"), done(valid_until="2026-11-22"), done(on="2024-11-22")]
    )
    def test_other_over_or_long_ago(self, one: dict[str, Any]) -> None:
        """Another topic, one that ran out, and one of more than two years ago are none."""
        assert "Not on record within 24 months: Anna." in self.lacking(person(one), months=24)

    def test_the_last_day(self) -> None:
        """The day two years later is the last on which it counts."""
        assert self.lacking(person(done(on="2024-11-23")), months=24) == ""

    def test_nobody_holds_the_role(self) -> None:
        """Where nobody is there, nobody is trained."""
        assert self.lacking() == f"Nobody holds the role {OFFICER}."


def test_only_what_is_asked_stands_in_a_dossier() -> None:
    """Roles and topics that no rule is about are left out."""
    rules = [TrainingRule(role=OFFICER, topic="clinical safety")]
    lead = {**person(done()), "roles": ["clinical lead"]}
    both = {**person(done(), done(topic="first aid")), "roles": [OFFICER.value, "clinical lead"]}
    (found,) = papers.asked_of(rules, [lead, both])
    assert found["roles"] == [OFFICER.value]
    assert [one["topic"] for one in found["completed"]] == ["Clinical  safety"]
    assert papers.asked_of([], [both]) == []


def test_dates() -> None:
    """Nothing is of the future, and nothing ends before it began."""
    papers.require_dates(dated=TODAY, valid_until=TODAY, today=TODAY, field="on")
    with pytest.raises(BadInputError, match="future") as caught:
        papers.require_dates(dated=date(2026, 12, 1), valid_until=None, today=TODAY, field="on")
    assert caught.value.field == "on"
    with pytest.raises(BadInputError, match="lies before"):
        papers.require_dates(dated=TODAY, valid_until=date(2026, 1, 1), today=TODAY, field="on")


def test_nobody_trains_themselves() -> None:
    """The record of one's training is another's to make."""
    papers.require_another(1, 2)
    with pytest.raises(ForbiddenError, match="their own training"):
        papers.require_another(1, 1)
