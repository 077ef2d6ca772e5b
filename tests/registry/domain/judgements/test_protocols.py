"""Facts about protocols on a card: what was fixed, who signed it, what came first."""

from registry.domain.judgements import protocols
from registry.domain.judgements.verdicts import BAD, GOOD, UNSURE
from tests.factories.documents import Json, make_dossier
from tests.factories.whole import make_bare_dossier, make_full_dossier, make_signed_protocol

FULL, BARE = make_full_dossier(), make_bare_dossier()


def said(**changes: object) -> dict[str, str]:
    """Return what a card says of a protocol with changes, by label."""
    protocol = make_signed_protocol()
    protocol["document"] |= changes
    (found,) = protocols.fixed(make_full_dossier(protocols=[protocol]))
    return {line.label: line.text for line in found.facts}


class TestFixed:
    """What a protocol fixed."""

    def test_costs_with_who_when_and_why(self) -> None:
        """All four outcomes and their unit."""
        assert said()["Costs"] == (
            "A missed finding 10, a false alert 1, a found one 0 and a cleared one 0 (units). Set "
            "by Heart team on 20 Nov 2026: A missed narrowing is worth ten needless angiograms."
        )
        assert said(costs=None)["Costs"] == "None set."
        bare: Json = {"false_negative": 5.0, "false_positive": 1.0, "by_severity": {"large": 9.0}}
        assert said(costs=bare)["Costs"] == (
            "A missed finding 5 and a false alert 1 (units); a missed one by severity: large 9. "
            "Who set them is not recorded."
        )

    def test_operating_point_with_rule_and_origin(self) -> None:
        """Where the threshold comes from, evidence by its number, and the fail-safe."""
        assert said()["Operating point"] == (
            "Flagged when the score is ≥ 0.5, found by the rule “sensitivity at least 0.90”: "
            "the highest score of evidence 2 with sensitivity at least 0.9; unscored counts as "
            "negative."
        )
        assert said(operating_point={})["Operating point"].startswith("None: no threshold")

    def test_each_finding_has_its_own(self) -> None:
        """What a finding omits is that of the top level."""
        findings = {"effusion": {"threshold": 0.2, "rule": None, "threshold_probability": 0.1}}
        text = said(findings=findings)["Operating point"]
        assert text == (
            "Effusion: flagged when the score is ≥ 0.2; priced at a risk of 0.1; unscored counts "
            "as negative."
        )

    def test_intervals_and_multiplicity(self) -> None:
        """Level, methods, seed, and how several strata are allowed for."""
        assert said()["Intervals"] == (
            "95%; AUROC by delong-logit; bootstrap of 2,000, seed 20261123; between sites REML; "
            "no adjustment where every stratum must hold."
        )
        asks = [{"id": "a", "needs": "any"}]
        assert "simultaneous intervals where any will do" in said(criteria=asks)["Intervals"]

    def test_minimum_population_and_groups(self) -> None:
        """Each with its numbers; what is not declared says so."""
        found = said()
        assert found["Minimum evidence"].startswith("10 with and 10 without the finding")
        assert found["Population"].startswith("Prevalence 36.0%, judged over 20.0% to 50.0%;")
        assert found["Subgroups"] == "Sex; crossed: sex × age band."
        assert found["Exploratory"].startswith("Device. Not specified beforehand")
        less = said(population=None, subgroups={}, exploratory={}, comparators={})
        assert (less["Population"], less["Subgroups"]) == ("Not declared.", "None declared.")
        assert not {"Exploratory", "Compared with"} & set(less)

    def test_unstated(self) -> None:
        """A reference standard that nobody stated is unsure, and so are selected patients."""
        protocol = make_signed_protocol()
        protocol["document"] |= {"reference_standard": None, "sampling": "enriched"}
        (found,) = protocols.fixed(make_full_dossier(protocols=[protocol]))
        tones = {line.label: (line.text, line.tone) for line in found.facts}
        assert tones["Reference standard"] == ("Not stated.", UNSURE)
        assert tones["Patients entered"] == ("Enriched.", UNSURE)


class TestSigned:
    """Who signed, and what came first."""

    def test_signed_before(self) -> None:
        """Then the first table is good."""
        (found,) = protocols.fixed(FULL)
        assert [line.label for line in found.signed] == ["Registered", "Signed", "Signed"]
        assert found.first.tone == GOOD
        assert protocols.lede(FULL).startswith("Every protocol was registered and signed before")

    def test_signed_after_is_bad(self) -> None:
        """It is named in the lede."""
        protocol = make_signed_protocol()
        protocol["signatures"][1]["at"] = "2026-11-23T10:00:00Z"
        dossier = make_full_dossier(protocols=[protocol])
        (found,) = protocols.fixed(dossier)
        assert found.first.tone == BAD
        assert "signed after this evidence was submitted" in found.first.text
        assert protocols.lede(dossier) == (
            "“Obstructive coronary disease, external testing” was not both registered and signed "
            "before the first table."
        )

    def test_not_signed(self) -> None:
        """Each role that is missing, and for what."""
        (found,) = protocols.fixed(make_dossier())
        assert [line.text for line in found.signed[1:]] == [
            "The clinical lead has not signed for costs, operating point and floors.",
            "The independent validator has not signed for statistics.",
        ]

    def test_without_a_table(self) -> None:
        """A protocol under which nothing was measured has no first table."""
        (found,) = protocols.fixed(make_full_dossier(evidence=[]))
        assert found.first.text == "None in this dossier."

    def test_no_protocol(self) -> None:
        """Nothing was fixed, and it says so."""
        assert protocols.fixed(BARE) == ()
        assert protocols.lede(BARE).endswith("nothing was fixed beforehand.")
