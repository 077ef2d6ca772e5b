"""Facts about the record that exporters see: nothing left out, nothing that cannot be found."""

import json
import re
from typing import Any

import pytest

from registry.domain.judgements import gaps
from registry.services.cards.content import content_of
from registry.services.cards.documents import CardDocuments
from registry.services.cards.exports import record_of
from reports.exports import to_json
from reports.exports.topics import CONSIDERATIONS, SECTION, Topic
from tests.factories.cards import make_documents
from tests.factories.documents import (
    make_crowded_dossier,
    make_decision,
    make_dossier,
    make_signoff,
    make_standing,
)
from tests.factories.exporting import make_empty, make_full, make_full_dossier, make_record
from tests.factories.whole import make_comparison


def resolved(documents: CardDocuments, pointer: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands at a pointer into the documents of a card."""
    name, _, path = pointer.partition("#")
    found: Any = {
        "dossier.json": documents.dossier,
        "decision.json": documents.decision,
        "signatures.json": {"signoffs": list(documents.signoffs)},
    }[name]
    for key in path.split("/")[1:]:
        word = key.replace("~1", "/").replace("~0", "~")
        found = found[int(word)] if isinstance(found, list) else found[word]
    return found


class TestPlaces:
    """Every topic, and where it stands."""

    def test_every_topic_is_spoken_of(self) -> None:
        """An exporter never asks in vain."""
        for record in (
            make_record(),
            make_empty(),
            make_full(),
            make_record(make_crowded_dossier()),
        ):
            assert set(record.places) == set(Topic)
            assert all(place.pointers for place in record.places.values())

    def test_every_pointer_of_what_is_said_leads_there(self) -> None:
        """In the dossier, the decision or the signatures, as they are attached to the card."""
        dossier = make_full_dossier()
        documents = make_documents(
            dossier,
            decision=make_decision(dossier),
            standing=make_standing("current"),
            signoffs=[make_signoff()],
        )
        record = record_of(documents)
        pointers = [p for one in record.places.values() if one.text for p in one.pointers]
        for listed in (record.criteria, record.requirements, record.datasets, record.evidence):
            pointers += [one.pointer for one in listed]
        pointers += [one.pointer for one in record.signoffs]
        assert len(pointers) > 100
        for pointer in pointers:
            assert resolved(documents, pointer) not in (None, ""), pointer

    def test_every_number_is_at_its_pointer(self) -> None:
        """Read back from the dossier."""
        documents = make_documents(make_full_dossier())
        for one in record_of(documents).measurements:
            found = resolved(documents, one.pointer)
            if isinstance(found, dict):
                held = found.get("value", found.get("pooled"))
                assert held == one.value
            else:
                assert found == one.value

    def test_a_section_of_the_card_is_named_only_where_it_prints_the_answer(self) -> None:
        """What a model's people disclosed stands on no page, and no export sends a reader there."""
        documents = make_documents(make_full_dossier())
        record = record_of(documents)
        card = json.loads(to_json(content_of(documents)))
        printed = {one["heading"]["number"]: str(one) for one in card.pop("sections")}
        printed[1] = str(card)
        disclosed = {
            topic
            for topic, place in record.places.items()
            if place.text and place.pointers[0].startswith("dossier.json#/model/disclosure/")
        }
        assert len(disclosed) > 15
        assert not disclosed & set(SECTION)
        telling = [one for t in disclosed if len(one := str(record.text(t))) > 30]
        assert len(telling) > 5
        assert not [one for one in telling if one in "".join(printed.values())]
        for topic in (Topic.POPULATION, Topic.WORST, Topic.GENERALIZATION, Topic.ENVIRONMENT):
            first = re.split(r"[.:]", str(record.text(topic)))[0]
            assert first in printed[SECTION[topic]], topic

    @pytest.mark.parametrize(
        ("number", "state"),
        [(10, "missing: nobody has said anything"), (11, "no explanation is shown to users")],
    )
    def test_missing_and_not_available_are_told_apart(self, number: int, state: str) -> None:
        """Nobody said anything; somebody said why there is nothing."""
        topic = {10: Topic.ADVERSARIAL, 11: Topic.EXPLAINABILITY}[number]
        place = make_record().places[topic]
        assert (place.text, place.reason, place.declared) == (None, state, number == 11)

    def test_what_is_stated_is_told(self) -> None:
        """Each that somebody stated, in their words, and from where it was carried."""
        dossier = make_dossier()
        dossier["statements"][0]["carried_from"] = 1
        record = make_record(dossier)
        told = [record.places[topic] for topic in CONSIDERATIONS]
        for entry, place in zip(dossier["statements"], told, strict=True):
            assert (place.text is not None) == (entry["kind"] == "stated")
            assert place.text is None or place.text.startswith(entry["text"])
        assert (told[0].text or "").endswith("Carried from version 1, not confirmed.")

    def test_evidence_is_named_by_its_number(self) -> None:
        """What a threshold was found on: nobody knows evidence by its id."""
        dossier = make_full_dossier()
        (one,) = dossier["protocols"]
        one["document"]["operating_point"]["origin"] = "the highest score of evidence-2"
        told = make_record(dossier).text(Topic.OPERATING_POINT)
        assert str(told).endswith("; found as the highest score of evidence 2.")

    def test_another_version_is_named_and_a_ratio_is_no_difference(self) -> None:
        """As the protocol's name for it resolves, in words and in the table of numbers."""
        dossier = make_full_dossier()
        dossier["protocols"][0]["document"]["comparators"] = {"in_use": {"version": "heart-cad/1"}}
        ratio = make_comparison(metric="ppv_ratio", difference=1.004, low=0.99, high=1.018)
        dossier["evidence"][0]["assessment"]["comparisons"] = [make_comparison(), ratio]
        record = make_record(dossier)
        assert record.text(Topic.COMPARISON) == (
            "Evidence 1: AUROC, difference from heart-cad/1 +0.020 (+0.008 to +0.032). "
            "Evidence 1: PPV ratio to heart-cad/1 1.004 (0.990 to 1.018)."
        )
        assert [one.label for one in record.measurements if one.section == "comparison"] == [
            "AUROC, difference from heart-cad/1",
            "PPV ratio to heart-cad/1",
        ]

    def test_not_recorded_counts_as_nothing(self) -> None:
        """A field that says that something is not known is no answer."""
        dossier = make_dossier()
        for one in dossier["datasets"]:
            one["devices"] = "not recorded"
        assert make_record(dossier).places[Topic.TESTING_DEVICES].text is None


class TestAgreement:
    """Exports say what the card says."""

    def test_headline_and_worst_subgroup_are_the_cards(self) -> None:
        """One set of rules writes both."""
        documents = make_documents(make_full_dossier())
        record, content = record_of(documents), content_of(documents)
        assert record.headline == content.headline.text
        worst = gaps.worst_subgroup(documents.dossier)
        assert (record.text(Topic.WORST) or "").startswith(worst.subject)
        assert record.banner == content.banner

    def test_a_verdict_belongs_to_its_number(self) -> None:
        """The verdict on a subgroup does not stand beside a gap or another stratum."""
        record = make_full()
        judged = [one for one in record.measurements if one.verdict == "not met" and one.by]
        assert ("sensitivity", (("sex", "F"),), "subgroup") in [
            (one.metric, one.by, one.section) for one in judged
        ]
        assert not [one for one in record.measurements if one.section == "gap" and one.verdict]

    def test_every_finding_in_scope_is_told(self) -> None:
        """A version with several findings does not speak of its first alone."""
        dossier = make_dossier()
        strata = dossier["evidence"][0]["assessment"]["strata"]
        copies = json.loads(json.dumps(strata))
        for one in strata:
            one["finding"] = "effusion"
        for one in copies:
            one["finding"] = "nodule"
        strata += copies
        dossier["scope"]["findings"] = ["effusion", "nodule"]
        record = make_record(dossier)
        told = record.text(Topic.EXTERNAL_RESULTS) or ""
        assert "effusion: Hungary" in told
        assert "nodule: Hungary" in told
        assert {one.finding for one in record.usefulness.results} >= {"effusion", "nodule"}
        for topic in (Topic.WORST, Topic.LIMITATIONS):
            assert "effusion: " in (record.text(topic) or "")
            assert "nodule: " in (record.text(topic) or "")
        assert "Nodule: In 1,000 exams at Hungary" in record.safety.interpretation
