"""Facts about the CycloneDX export, by the validator of the format's own library."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from registry.domain import proving
from reports.exports import cyclonedx
from reports.exports.record import Record
from tests.factories.bundles import KEY
from tests.factories.exporting import (
    make_empty,
    make_full,
    make_full_dossier,
    make_hostile,
    make_record,
)

RECORDS: dict[str, Callable[[], Record]] = {
    "plain": make_record,
    "empty": make_empty,
    "full": make_full,
    "hostile": make_hostile,
}
Json = dict[str, Any]


def bom(record: Record) -> Json:
    """Return the bill of materials of a record, read back."""
    found: Json = json.loads(cyclonedx.to_json(record))
    return found


def complaint(document: Json) -> str | None:
    """Return what the library's validator has against a document."""
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(document))
    return None if error is None else str(error)


def references(document: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield every reference that something in a document has."""
    if isinstance(document, dict):
        if "bom-ref" in document:
            yield document["bom-ref"]
        for inner in document.values():
            yield from references(inner)
    elif isinstance(document, list):
        for inner in document:
            yield from references(inner)


class TestSchema:
    """The library's validator has the last word."""

    @pytest.mark.parametrize("name", RECORDS)
    def test_every_record_is_valid(self, name: str) -> None:
        """A record with nothing, with everything, and one that means harm."""
        assert complaint(bom(RECORDS[name]())) is None

    def test_a_broken_one_is_refused(self) -> None:
        """The validator that accepts ours does not accept anything."""
        document = bom(make_full())
        document["metadata"]["component"]["modelCard"]["approved"] = True
        assert complaint(document) is not None
        document = bom(make_full())
        del document["declarations"]["affirmation"]["signatories"][0]["organization"]
        assert complaint(document) is not None
        document = bom(make_full())
        document["metadata"]["timestamp"] = "yesterday"
        assert "date-time" in str(complaint(document))

    @pytest.mark.parametrize("name", RECORDS)
    def test_references_are_unique_and_lead_somewhere(self, name: str) -> None:
        """No part names one that is not there."""
        document = bom(RECORDS[name]())
        known = list(references(document))
        assert len(known) == len(set(known))
        declared = document["declarations"]
        named = [one["assessor"] for one in declared["attestations"]]
        for attestation in declared["attestations"]:
            for one in attestation["map"]:
                named += [one["requirement"], *one.get("claims", ()), *one.get("counterClaims", ())]
        for claim in declared["claims"]:
            named += [
                claim["target"],
                *claim.get("evidence", ()),
                *claim.get("counterEvidence", ()),
            ]
        card = document["metadata"]["component"]["modelCard"]
        named += [one["ref"] for one in card["modelParameters"]["datasets"]]
        assert set(named) <= set(known)


class TestDeclarations:
    """Sign-offs and verdicts."""

    def test_what_is_not_met_is_a_counter_claim(self) -> None:
        """Also what rests on too little evidence; never a score."""
        declared = bom(make_full())["declarations"]
        claims = {one["bom-ref"]: one["predicate"] for one in declared["claims"]}
        (judged,) = (m for m in declared["attestations"] if m["assessor"] == "assessor-registry")
        for one in judged["map"]:
            assert all(claims[ref].endswith(": met.") for ref in one.get("claims", ()))
            assert not any(claims[ref].endswith(": met.") for ref in one.get("counterClaims", ()))
            assert "score" not in one["conformance"]
        assert any(
            "in sex F" in claims[r] for m in judged["map"] for r in m.get("counterClaims", ())
        )

    def test_an_objection_is_a_counter_claim_and_affirms_nothing(self) -> None:
        """Who objects is among the assessors, not among those who affirm; a void one is neither."""
        declared = bom(make_full())["declarations"]
        (objection,) = (m for m in declared["attestations"] if m["summary"].endswith("object"))
        (one,) = objection["map"]
        assert one["conformance"]["rationale"] == "Women fare worse."
        assert "claims" not in one
        assert [s["name"] for s in declared["affirmation"]["signatories"]] == [
            "Ilona Kovács, GMC 1234567"
        ]
        assert len(declared["attestations"]) == 3

    def test_what_was_signed_verifies_from_the_file(self) -> None:
        """Each statement is attached whole, with the signature that proves it."""
        declared = bom(make_full())["declarations"]
        attached = [
            json.loads(one["data"][0]["contents"]["attachment"]["content"])
            for one in declared["evidence"]
            if one["propertyName"] == "cmr:statement"
        ]
        public = KEY.public_key().public_bytes_raw()
        names = [
            proving.verified(one, public=public).statement["signer"]["name"] for one in attached
        ]
        assert names == ["Ilona Kovács", "Kwame Mensah", "Ilona Kovács"]
        attached[0]["statement"]["meaning"] = "review"
        with pytest.raises(proving.UnprovedError):
            proving.verified(attached[0], public=public)

    def test_nobody_signed_nobody_affirms(self) -> None:
        """A draft has no affirmation."""
        assert "affirmation" not in bom(make_record())["declarations"]


class TestModelCard:
    """The component."""

    def test_every_number_is_the_assessments(self) -> None:
        """As text, digit by digit, each with its interval."""
        record = make_full()
        card = bom(record)["metadata"]["component"]["modelCard"]
        shown = card["quantitativeAnalysis"]["performanceMetrics"]
        defined = [one for one in record.measurements if one.value is not None]
        assert [float(one["value"]) for one in shown] == [one.value for one in defined]
        ends = [one["confidenceInterval"] for one in shown if "confidenceInterval" in one]
        assert [float(one["lowerBound"]) for one in ends] == [
            one.low for one in defined if one.low is not None and one.high is not None
        ]

    def test_a_hazard_stands_with_its_own_controls_and_is_nobodys_harm(self) -> None:
        """One without a control says so; what the worst group suffers is not recorded by itself."""
        dossier = make_full_dossier()
        dossier["hazards"]["hazards"][0]["controls"] = []
        record = make_record(dossier)
        said = bom(record)["metadata"]["component"]["modelCard"]["considerations"]
        first, second, *_ = said["ethicalConsiderations"]
        assert first["mitigationStrategy"] == "No control is recorded."
        assert second["mitigationStrategy"].endswith("verified)")
        assert "controls" not in second["name"]
        assert record.safety.interpretation in said["performanceTradeoffs"]
        (group,) = said["fairnessAssessments"]
        assert group["harms"].startswith("Not recorded group by group")

    def test_what_is_absent_is_named(self) -> None:
        """A format without a place for a reason keeps it as a property."""
        component = bom(make_record())["metadata"]["component"]
        said = {one["name"]: one["value"] for one in component["properties"]}
        assert said["cmr:not_available:funding"] == "not recorded by this registry"
        assert "manufacturer" not in component
        assert bom(make_full())["metadata"]["component"]["manufacturer"]["name"].startswith("Heart")

    def test_same_record_same_bytes_and_another_another_serial(self) -> None:
        """The serial number follows from what the file says."""
        assert cyclonedx.to_json(make_record()) == cyclonedx.to_json(make_record())
        assert bom(make_full())["serialNumber"] != bom(make_record())["serialNumber"]
