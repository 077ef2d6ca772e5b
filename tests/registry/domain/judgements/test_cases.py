"""Facts about the sentences by which a safety case judges."""

from typing import Any

import pytest

from registry.domain.judgements import cases
from registry.domain.safety_cases import CaseState
from tests.factories.case_documents import make_documents
from tests.factories.safety_cases import link
from tests.factories.whole import make_full_dossier

SILENT = {"days": 30, "positives": 25, "exams": 240, "unscored": 3, "lacking": []}


def said(case: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what stands against a signed case, as labels and sentences."""
    lines = cases.against(case, CaseState.SIGNED, (), signed=True)
    return [(line.label, line.text) for line in lines]


class TestAgainst:
    """What stands against relying on a case."""

    def test_the_end_of_a_versions_use(self) -> None:
        """A suspension that the case was written after stands before all that is only open."""
        case = dict(make_documents().case)
        ended = {"state": "suspended", "since": "2026-12-01", "by": None, "reason": "drift"}
        case["generated"] = {**case["generated"], "standing": ended}
        assert said(case)[0] == ("Version", "Suspended since 1 Dec 2026: Drift.")

    def test_open_conditions(self) -> None:
        """Each that is not closed; a closed one is no reason any more."""
        texts = [text for _, text in said(dict(make_documents().case))]
        assert sum(text.startswith("Condition") for text in texts) == 2


class TestShown:
    """What the records say of what a claim points to."""

    def test_criterion_outside_the_scope(self) -> None:
        """Its verdict is told, and that it says nothing of the scope."""
        dossier = make_full_dossier()
        one = dossier["criteria"][0]
        number = next(e["number"] for e in dossier["evidence"] if e["id"] == one["evidence"])
        outside = [{**c, "in_scope": False} for c in dossier["criteria"] if c["id"] == one["id"]]
        asked = link(evidence=number, criterion=one["id"])
        found = cases.shown({**dossier, "criteria": outside}, asked)
        assert found.text.endswith(", outside the scope.")

    def test_evidence_that_does_not_count(self) -> None:
        """A criterion that is met on it is bad all the same, and the reason is told."""
        dossier = make_full_dossier()
        one = dossier["criteria"][0]
        dossier["evidence"] = [
            {**e, "counts": False, "because": "custody is too low."} for e in dossier["evidence"]
        ]
        number = next(e["number"] for e in dossier["evidence"] if e["id"] == one["evidence"])
        found = cases.shown(dossier, link(evidence=number, criterion=one["id"]))
        assert (found.tone, "does not count: custody is too low." in found.text) == ("bad", True)


class TestRisk:
    """Hazards above what is acceptable, and hazards handed over."""

    def test_why_it_is_not_reduced(self) -> None:
        """The justification on the log stands beside the rating."""
        dossier = make_full_dossier()
        for one in dossier["hazards"]["hazards"]:
            one["justification"] = "Reading every list twice is impractical"
        texts = [line.text for line in cases.not_acceptable(dossier)]
        assert texts
        assert all("Reading every list twice is impractical." in text for text in texts)
        assert cases.not_acceptable({"hazards": None}) == ()


@pytest.mark.parametrize(
    ("results", "label"),
    [
        (None, None),
        (SILENT | {"fulfilled": True}, "Fulfilled"),
        (SILENT | {"fulfilled": False, "lacking": ["25 of 40 positives."]}, "Not fulfilled"),
    ],
)
def test_the_silent_run(results: dict[str, Any] | None, label: str | None) -> None:
    """What it came to is counted, and what it lacks is named."""
    lines = cases.silent(results)
    assert [line.label for line in lines] == ([] if label is None else [label])
    assert all("240 exams in 30 days, 25 positive, 3 unscored" in line.text for line in lines)


def test_no_criterion_is_told() -> None:
    """Where nothing was to be shown, nothing is called met."""
    assert "no criterion" in cases.tested({"criteria": []})
