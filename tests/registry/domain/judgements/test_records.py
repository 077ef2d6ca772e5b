"""Facts about what is said of evidence, data and considerations."""

import pytest

from registry.domain.judgements.records import (
    consideration,
    evidence_line,
    overlap,
    regulatory,
    sampling,
    span,
)
from tests.factories.documents import Json, assessment, drawn, make_dossier, make_evidence


class TestEvidenceLine:
    """One line that tells what kind of evidence it is."""

    base = make_dossier()

    def test_whole(self) -> None:
        """How many, where, when, how, whose labels, who entered, unscored, against what."""
        assert evidence_line(self.base) == (
            "616 exams, 367 with the finding; at Hungary, Long Beach and Switzerland; 1983–1987; "
            "external testing; scores from this artifact; labels held by the data steward; "
            "consecutive patients; 0 unscored; reference standard: invasive angiography, ≥ 50 % "
            "narrowing; read blinded to the model."
        )

    def test_refits_are_not_this_artifact(self) -> None:
        """Scores of refits are said to be that."""
        evidence = self.base["evidence"][0] | {"scores_from": "refits"}
        line = evidence_line(self.base | {"evidence": [evidence]})
        assert "scores from refits, not this artifact" in line

    def test_what_does_not_count_says_why(self) -> None:
        """Evidence that satisfies no gate is not printed as if it did."""
        evidence = self.base["evidence"][0] | {"counts": False, "because": "custody is too low"}
        line = evidence_line(self.base | {"evidence": [evidence]})
        assert line.endswith("Does not count towards a gate: Custody is too low.")

    def test_what_the_assessment_warns_of_is_said(self) -> None:
        """Intervals that ignore repeated patients are too narrow, and the first page says so."""
        evidence = self.base["evidence"][0]
        measured = evidence["assessment"] | {"warnings": ["12 patients have several exams."]}
        line = evidence_line(self.base | {"evidence": [evidence | {"assessment": measured}]})
        assert line.endswith("12 patients have several exams.")

    def test_unscored_are_counted_with_their_fate(self) -> None:
        """An unscored exam takes the declared fail-safe."""
        measured = assessment(drawn())
        measured["strata"][0] |= {"unscored": 4, "unlabelled": 2}
        line = evidence_line(make_dossier(evidence=[make_evidence(measured)]))
        assert "4 unscored, counted as negative, 2 without a label" in line

    def test_no_dataset_no_dates(self) -> None:
        """What is not recorded is said to be so."""
        evidence = self.base["evidence"][0] | {"dataset": None}
        assert "dates not recorded" in evidence_line(self.base | {"evidence": [evidence]})

    def test_undescribed_dataset_has_no_dates(self) -> None:
        """A dataset that the dossier does not hold lends no dates of another."""
        evidence = self.base["evidence"][0] | {"dataset": {"name": "elsewhere", "number": 1}}
        assert "dates not recorded" in evidence_line(self.base | {"evidence": [evidence]})

    def test_without_sites_no_place_is_named(self) -> None:
        """Exams of no recorded hospital are placed nowhere."""
        evidence = self.base["evidence"][0]
        everybody = evidence["assessment"] | {"strata": evidence["assessment"]["strata"][:1]}
        line = evidence_line(self.base | {"evidence": [evidence | {"assessment": everybody}]})
        assert line.startswith("616 exams, 367 with the finding; 1983–1987; external testing;")

    def test_without_a_whole_nothing_is_counted(self) -> None:
        """An evidence of sites alone is not given the counts of one of them."""
        evidence = self.base["evidence"][0]
        sites = evidence["assessment"] | {"strata": evidence["assessment"]["strata"][1:]}
        line = evidence_line(self.base | {"evidence": [evidence | {"assessment": sites}]})
        assert line.startswith("At Hungary, Long Beach and Switzerland; 1983–1987;")
        assert "unscored" not in line

    def test_none(self) -> None:
        """No evidence is no evidence."""
        assert evidence_line(self.base | {"evidence": []}).startswith("None.")


class TestSmallSentences:
    """Short ones."""

    @pytest.mark.parametrize(
        ("start", "end", "words"),
        [
            (None, None, ""),
            ("1983-01-01", "1987-12-31", "1983–1987"),
            ("2026-01-01", "2026-12-31", "2026"),
            ("2026-02-01", "2026-03-31", "1 Feb 2026 – 31 Mar 2026"),
            ("2026-02-01", None, "from 1 Feb 2026"),
            (None, "2026-03-31", "until 31 Mar 2026"),
        ],
    )
    def test_span(self, start: str | None, end: str | None, words: str) -> None:
        """Whole years as years."""
        assert span(start, end) == words

    @pytest.mark.parametrize(
        ("entry", "state", "words"),
        [
            ({"kind": "missing"}, "MISSING", "Nothing has been said."),
            ({"kind": "not available", "reason": "none kept"}, "Not available", "None kept."),
            ({"kind": "stated", "text": "304 patients"}, "Stated", "304 patients."),
            (
                {"kind": "stated", "text": "304 patients", "carried_from": 1},
                "Stated",
                "304 patients. Carried from version 1, not confirmed.",
            ),
        ],
    )
    def test_consideration(self, entry: Json, state: str, words: str) -> None:
        """A missing consideration is loud."""
        assert consideration(entry)[:2] == (state, words)

    @pytest.mark.parametrize(
        ("outcome", "kind", "tone"),
        [
            ("found", "Overlap found", "bad"),
            ("none", "No overlap", "good"),
            ("cannot be checked", "Overlap cannot be checked", "unsure"),
        ],
    )
    def test_overlap(self, outcome: str, kind: str, tone: str) -> None:
        """Three outcomes, and the middle one is not good news."""
        entry = {
            "training": "a/1",
            "testing": "b/1",
            "outcome": outcome,
            "shared": 3,
            "comparable": 0.97,
            "because": "no patient column",
        }
        found = overlap(entry)
        assert (found[0], found[2]) == (kind, tone)

    def test_regulatory(self) -> None:
        """Per jurisdiction, with its reference; none is said so."""
        entries: list[Json] = [
            {"jurisdiction": "EU", "status": "cleared", "reference": "CE 1"},
            {"jurisdiction": "US", "status": "not submitted", "reference": None},
        ]
        assert regulatory(entries) == "EU: cleared (CE 1); US: not submitted"
        assert regulatory([]) == "not recorded"

    def test_sampling(self) -> None:
        """Unstated sampling is said so."""
        assert sampling({"sampling": "enriched"}) == "enriched patients"
        assert sampling({}) == "sampling not stated"
