"""Facts about which stratum of which evidence a sentence is about."""

from typing import Any

import pytest

from registry.domain.judgements import exhibits
from tests.factories.documents import assessment, drawn, make_dossier, make_evidence


class TestExhibit:
    """One stratum and what may be asked of it."""

    def test_missing_estimate_says_so(self) -> None:
        """An estimate that an assessment lacks is undefined, not 0."""
        exhibit = exhibits.Exhibit(evidence={}, stratum={"by": {}})
        assert exhibit.estimate("auroc") == {"value": None, "undefined": "not computed"}

    @pytest.mark.parametrize(
        ("evidence", "words"),
        [
            ({}, "external testing"),
            ({"scores_from": "refits"}, "external testing, refits"),
            ({"exploratory": True}, "external testing, exploratory"),
            (
                {"scores_from": "refits", "exploratory": True},
                "external testing, refits, exploratory",
            ),
        ],
    )
    def test_kind(self, evidence: dict[str, Any], words: str) -> None:
        """Refits and exploratory evidence are never shown as plain testing."""
        exhibit = exhibits.Exhibit(evidence={"purpose": "external testing"} | evidence, stratum={})
        assert exhibit.kind == words


class TestRanked:
    """The order of evidences."""

    def test_what_counts_goes_first(self) -> None:
        """Then external before development, then the newest."""
        measured = assessment(drawn())
        items = [
            make_evidence(measured, id="dev", number=4, purpose="development"),
            make_evidence(measured, id="old", number=1),
            make_evidence(measured, id="new", number=2),
            make_evidence(measured, id="low", number=3, counts=False),
        ]
        ranked = exhibits.ranked(make_dossier(evidence=items))
        assert [item["id"] for item in ranked] == ["new", "old", "dev", "low"]


class TestFinding:
    """The finding that the figures are about."""

    def test_finding_in_scope_is_taken(self) -> None:
        """The card is about the finding that the decision is about."""
        whole = make_dossier()
        for stratum in whole["evidence"][0]["assessment"]["strata"]:
            stratum["finding"] = "effusion"
        assert exhibits.finding(whole) == "effusion"
        whole["scope"]["findings"] = ["mass"]
        assert exhibits.finding(whole) == "mass"
        assert exhibits.sites(whole) == {}


class TestStrata:
    """The strata of one evidence."""

    def test_other_partitions_are_left_out(self) -> None:
        """Development exams in the same table do not speak for external testing."""
        measured = assessment(drawn(), partition="external testing")
        measured["strata"].append(
            measured["strata"][1] | {"partition": "development", "exams": 1, "by": {"site": "Z"}}
        )
        assert "Z" not in exhibits.sites(make_dossier(evidence=[make_evidence(measured)]))


class TestOverall:
    """The leading evidence as a whole."""

    def test_is_the_stratum_of_everybody(self) -> None:
        """It holds all 616 exams."""
        whole = exhibits.overall(make_dossier())
        assert whole is not None
        assert (whole.by, whole.count("exams")) == ({}, 616)

    def test_no_evidence_has_no_whole(self) -> None:
        """Where nothing was measured there is nobody to count."""
        assert exhibits.overall(make_dossier(evidence=[], criteria=[])) is None


class TestProtocol:
    """The protocol of an evidence."""

    def test_is_known_by_its_digest(self) -> None:
        """Of two protocols the one that was measured against is taken, wherever it stands."""
        whole = make_dossier()
        own = whole["protocols"][0]
        other = {**own, "digest": "sha256:" + "9" * 64, "document": {"name": "another"}}
        whole["protocols"] = [other, own]
        assert exhibits.protocol(whole, whole["evidence"][0]) is own["document"]

    def test_absent_protocol_is_empty(self) -> None:
        """No other protocol stands in for one that the dossier does not hold."""
        whole = make_dossier()
        unknown = whole["evidence"][0] | {"protocol": "sha256:" + "9" * 64}
        assert exhibits.protocol(whole, unknown) == {}


class TestCurves:
    """The curves of a stratum."""

    def test_of_the_same_people(self) -> None:
        """A site's curves are those of that site."""
        whole = make_dossier()
        entry = exhibits.curves(whole, exhibits.sites(whole)["Switzerland"])
        assert entry is not None
        assert entry["by"] == {"site": "Switzerland"}

    def test_of_the_same_finding(self) -> None:
        """Curves of a finding outside the scope are nobody's."""
        whole = make_dossier()
        site = exhibits.sites(whole)["Hungary"]
        for entry in whole["evidence"][0]["assessment"]["curves"]:
            entry["finding"] = "mass"
        assert exhibits.curves(whole, site) is None
