"""Facts about the CHAI Applied Model Card, validated against the published schema."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from reports.exports import chai
from reports.exports.record import Record
from reports.exports.topics import Topic
from tests.factories.documents import make_crowded_dossier
from tests.factories.exporting import DISCLOSURE, make_empty, make_full, make_hostile, make_record

RECORDS: dict[str, Callable[[], Record]] = {
    "plain": make_record,
    "empty": make_empty,
    "full": make_full,
    "hostile": make_hostile,
}
MC = f"{{{chai.NAMESPACE}}}"


@pytest.fixture(scope="module")
def schema(shared: Path) -> etree.XMLSchema:
    """Return the published schema, or skip loudly where it is not here."""
    path = shared / "schemas" / "chai" / "schema-v0.2-offline.xsd"
    if not path.is_file():
        pytest.skip("CHAI's schema is not here: that its card is valid is NOT tested")
    return etree.XMLSchema(etree.parse(path))


def card(record: Record) -> etree._Element:
    """Return the card of a record, read back."""
    return etree.fromstring(chai.to_xml(record))


def text(root: etree._Element, *path: str) -> str:
    """Return the text of one element."""
    found = root.find("/".join(f"{MC}{name}" for name in path))
    assert found is not None, path
    return found.text or ""


class TestSchema:
    """The schema has the last word."""

    @pytest.mark.parametrize("name", RECORDS)
    def test_every_record_is_valid(self, name: str, schema: etree.XMLSchema) -> None:
        """A record with nothing, with everything, and one that means harm."""
        schema.assertValid(card(RECORDS[name]()))

    @pytest.mark.parametrize("place", ["BasicInfo/ModelDeveloper", "KeyMetrics/FairnessEquity"])
    def test_a_missing_part_is_refused(self, place: str, schema: etree.XMLSchema) -> None:
        """The schema that accepts ours is not one that accepts anything."""
        root = card(make_record())
        part = root.find("/".join(f"{MC}{name}" for name in place.split("/")))
        assert part is not None
        above = part.getparent()
        assert above is not None
        above.remove(part)
        assert not schema.validate(root)

    def test_parts_out_of_order_are_refused(self, schema: etree.XMLSchema) -> None:
        """CHAI's order is part of the format."""
        root = card(make_record())
        root.append(root[0])
        assert not schema.validate(root)


class TestNumbers:
    """What is measured stands as in the assessment."""

    def test_every_number_is_the_assessments(self) -> None:
        """Unrounded, with its interval and level; and none is lost."""
        record = make_full()
        for group, name in (
            (record.usefulness, "UsefulnessUsabilityEfficacy"),
            (record.fairness, "FairnessEquity"),
            (record.safety, "SafetyReliability"),
        ):
            path = f"{MC}KeyMetrics/{MC}{name}/{MC}Results/{MC}MetricResult/{MC}ValueJson"
            shown = [json.loads(one.text or "") for one in card(record).findall(path)]
            assert len(shown) == len(group.results) > 0
            for value, one in zip(shown, group.results, strict=True):
                assert value.get("estimate", value.get("value")) == one.value
                assert (value.get("lower"), value.get("upper")) == (
                    (one.low, one.high) if one.level is not None else (None, None)
                )
                assert value.get("level") in {None, 95}

    def test_goals_come_from_the_criteria_and_verdicts_from_the_rules(self) -> None:
        """What was aimed at and what came of it, group by group."""
        root = card(make_full())
        fair = ("KeyMetrics", "FairnessEquity")
        assert "Sensitivity at least 80.0%, every sex" in text(root, *fair, "MetricGoal")
        assert "Not met: Women: sensitivity in sex F" in text(root, *fair, "Interpretation")
        useful = ("KeyMetrics", "UsefulnessUsabilityEfficacy")
        assert "AUROC at least 0.800, every site" in text(root, *useful, "MetricGoal")
        assert text(root, *useful, "TestType").startswith("External testing, consecutive")


class TestWords:
    """What is said and what is not."""

    def test_nothing_measured_is_said_to_be_so(self) -> None:
        """A result that does not exist is not left for the reader to guess."""
        root = card(make_empty())
        results = ("KeyMetrics", "SafetyReliability", "Results", "MetricResult")
        assert text(root, *results, "Label").startswith("Not available")
        assert json.loads(text(root, *results, "ValueJson"))["value"] is None
        assert text(root, "BasicInfo", "ModelDeveloper") == (
            "Not available: not recorded by this registry."
        )
        assert text(root, "ReleaseInfo", "ReleaseDate") == "Not available: not released."

    def test_what_is_disclosed_stands_in_its_place(self) -> None:
        """Letters of any script, and a brace in a citation ends no BibTeX entry."""
        root = card(make_full())
        assert text(root, "BasicInfo", "ModelDeveloper") == DISCLOSURE["developer"]
        transparency = ("TrustIngredients", "TransparencyInformation")
        assert text(root, *transparency, "FundingSource") == DISCLOSURE["funding"]
        assert text(root, "Bibliography").count("@misc{") == 2
        assert "note = {A (braced) one}" in text(root, "Bibliography")
        assert text(root, "ReleaseInfo", "ReleaseDate") == "2026-11-23"

    def test_it_says_what_it_cannot_carry(self) -> None:
        """Inside the card, where the format has a place for words."""
        told = text(card(make_record()), "TrustIngredients", "AISystemFacts", "Transparency")
        assert all(sentence in told for sentence in chai.NOT_CARRIED)

    def test_hostile_words_stay_words(self) -> None:
        """No markup of XML, HTML or Markdown; what XML cannot hold is seen to be missing."""
        record = make_hostile()
        root = card(record)
        developer = text(root, "BasicInfo", "ModelDeveloper")
        assert "\\<script>" in developer
        assert "\\[x](javascript:1)" in developer
        assert "\ufffd\ufffd\ud7ff" in developer
        assert record.places[Topic.DEVELOPER].text is not None
        assert len(root) == 9

    @pytest.mark.parametrize("name", [*RECORDS, "crowded"])
    def test_fits_where_a_pdf_keeps_it(self, name: str, schema: etree.XMLSchema) -> None:
        """PDF/A-3 bounds a string; what is cut for it is a valid card and says that it was cut."""
        make: Callable[[], Record] = RECORDS.get(name) or (
            lambda: make_record(make_crowded_dossier())
        )
        record = make()
        found = chai.to_information(record)
        assert found.isascii()
        assert len(found) <= chai.LONGEST
        root = etree.fromstring(found.encode())
        schema.assertValid(root)
        told = text(root, "TrustIngredients", "AISystemFacts", "Transparency")
        assert told.startswith(chai.CUT) == (name == "crowded")
        for one in root.iter(f"{MC}ValueJson"):
            json.loads(one.text or "")

    def test_same_record_same_bytes(self) -> None:
        """Two exports can be compared."""
        assert chai.to_xml(make_record()) == chai.to_xml(make_record())
