"""Facts about what deviated from a protocol."""

from registry.domain.judgements.deviations import deviations, multiplicity
from registry.domain.judgements.verdicts import BAD, GOOD
from tests.factories.documents import Json, assessment, drawn, make_evidence
from tests.factories.whole import make_bare_dossier, make_full_dossier, make_signed_protocol


def said(*protocols: Json, **evidence: object) -> list[str]:
    """Return what deviates in one piece of evidence, with changes."""
    one = make_evidence(assessment(drawn()), **evidence)
    known = list(protocols) or [make_signed_protocol()]
    return [line.text for line in deviations(make_full_dossier(evidence=[one], protocols=known))]


class TestDeviations:
    """What was done otherwise than described."""

    def test_none(self) -> None:
        """Says what was looked at, and is good."""
        one = make_evidence(assessment(drawn()))
        (line,) = deviations(make_full_dossier(evidence=[one]))
        assert (line.label, line.tone) == ("None", GOOD)

    def test_everything_of_a_full_dossier(self) -> None:
        """Reuse, rows left out, warnings of the assessment, refits."""
        *first, last = [line.text for line in deviations(make_full_dossier())]
        assert first == [
            "2nd version tested on these patients.",
            "3 rows left out: there twice.",
            "4 of 616 exams have no label; they enter no metric.",
        ]
        assert last == (
            "Does not count towards a gate. The scores come from refits of the procedure, not "
            "from the artifact of this version."
        )

    def test_signed_late(self) -> None:
        """That is bad, whatever the numbers are."""
        late = make_signed_protocol()
        late["signatures"][0]["at"] = "2026-11-23T10:00:00Z"
        one = make_evidence(assessment(drawn()))
        (line,) = deviations(make_full_dossier(evidence=[one], protocols=[late]))
        assert line.text == "Its protocol was signed after this evidence was submitted."
        assert line.tone == BAD

    def test_exploratory_said_once(self) -> None:
        """By its reason where that says so, else by itself."""
        because = "Exploratory: the protocol was signed after evidence 1."
        assert said(exploratory=True, counts=False, because=because) == [
            f"Does not count towards a gate. {because}"
        ]
        assert said(exploratory=True)[0].startswith("Exploratory: it was not specified")

    def test_refits_that_count_by_mistake(self) -> None:
        """The scores are not of this artifact, whatever counts."""
        assert said(scores_from="refits")[0].startswith("Scores come from refits")

    def test_selected_patients(self) -> None:
        """Enriched samples do not speak for those who come."""
        enriched = make_signed_protocol()
        enriched["document"]["sampling"] = "enriched"
        assert said(enriched) == ["Patients did not enter unselected: enriched."]

    def test_two_protocols_of_one_purpose(self) -> None:
        """Where they judge otherwise, both are named with what differs."""
        other = make_signed_protocol() | {"digest": "sha256:" + "c" * 64}
        other["document"] = other["document"] | {"name": "Revision", "costs": None}
        assert said(make_signed_protocol(), other)[-1] == (
            "“Obstructive coronary disease, external testing” and “Revision” both judge external "
            "testing, and differ in costs."
        )

    def test_nothing_measured(self) -> None:
        """Then nothing could deviate."""
        (line,) = deviations(make_bare_dossier())
        assert line.label == "No evidence"


class TestMultiplicity:
    """How many were looked at."""

    def test_of_the_leading_evidence(self) -> None:
        """As its assessment says; nothing where there is none."""
        assert multiplicity(make_full_dossier()).startswith("12 groups and 2 gaps")
        assert multiplicity(make_bare_dossier()) == ""
