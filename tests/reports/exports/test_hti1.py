"""Facts about the source attributes of HTI-1."""

import json
from typing import Any

from reports.exports import hti1
from reports.exports.record import Record
from tests.factories.documents import make_dossier
from tests.factories.exporting import (
    make_empty,
    make_full,
    make_full_dossier,
    make_hostile,
    make_record,
)


def attributes(record: Record) -> dict[int, dict[str, Any]]:
    """Return the attributes by their numbers."""
    found = json.loads(hti1.to_json(record))["attributes"]
    return {one["number"]: one for one in found}


class TestAttributes:
    """The 31."""

    def test_thirty_one_in_order(self) -> None:
        """Numbers, groups and parts are complete."""
        assert [one.number for one in hti1.ATTRIBUTES] == list(range(1, 32))
        assert sorted({one.group for one in hti1.ATTRIBUTES}) == list(range(1, 10))
        assert all(one.topics for one in hti1.ATTRIBUTES)

    def test_each_has_a_value_or_a_reason(self) -> None:
        """Silence is no answer, with everything recorded and with nothing."""
        for record in (make_full(), make_record(), make_empty()):
            for one in attributes(record).values():
                assert (one["value"] is None) == (one["state"] == "not available")
                assert (one["not_available"] is None) == (one["value"] is not None)

    def test_where_each_value_comes_from(self) -> None:
        """A value names its place, and a part that is absent where it would stand."""
        found = attributes(make_full())
        (part,) = found[2]["parts"]
        assert part["pointers"] == ["dossier.json#/model/disclosure/funding"]
        assert found[12]["value"].startswith("Sex and date of birth")
        assert found[23]["parts"][0]["pointers"][0].startswith("dossier.json#/evidence/")

    def test_internal_external_and_local_are_kept_apart(self) -> None:
        """What was measured at the hospital of training says nothing of others."""
        found = attributes(make_full())
        assert "Cleveland (internal testing)" in found[21]["value"]
        assert "Hungary (external testing)" in found[23]["value"]
        assert "Cleveland" not in found[23]["value"]
        assert "Hungary (local acceptance)" in found[27]["value"]
        assert attributes(make_record())[27]["not_available"] == (
            "the dossier holds no evidence of local acceptance or monitoring; what is attached "
            "later stands in the next dossier, and in the dossiers of the sites"
        )
        for number in (17, 18, 19, 20):
            assert found[number]["state"].startswith("available")
            assert "Cleveland" not in found[number]["value"]
            assert "internal testing" not in found[number]["value"]

    def test_internal_testing_is_no_external_testing_and_no_training_data(self) -> None:
        """Where nothing was tested outside, none of the attributes about it has a value."""
        dossier = make_full_dossier()
        dossier["evidence"] = dossier["evidence"][1:2]
        found = attributes(make_record(dossier))
        assert found[21]["state"] == "available"
        for number in (17, 18, 19, 20, 23, 24):
            assert found[number]["not_available"] == (
                "the dossier holds no evidence of external testing"
            )
        assert found[13]["not_available"] == "the dossier holds no evidence from the training data"

    def test_no_demographic_input_differs_from_not_recorded(self) -> None:
        """An empty list was said by somebody."""
        record = make_record()
        assert attributes(record)[12]["value"] is None
        dossier = make_dossier_saying_none()
        assert attributes(make_record(dossier))[12]["value"].startswith("None, of the 9")

    def test_says_that_the_rule_may_be_gone(self) -> None:
        """Nobody is told that this is the law today."""
        document = json.loads(hti1.to_json(make_record()))
        assert "HTI-5" in document["status"]
        assert document["not_carried"] == list(hti1.NOT_CARRIED)


class TestTable:
    """The same, to be read."""

    def test_one_row_each(self) -> None:
        """Nothing that people typed breaks a row."""
        for record in (make_full(), make_hostile()):
            lines = hti1.to_markdown(record).decode().splitlines()
            rows = [line for line in lines if line.startswith("| ")]
            assert len(rows) == 32
            assert all(line.replace("\\|", "").count("|") == 5 for line in rows)

    def test_what_is_not_available_says_where_it_would_stand(self) -> None:
        """So that its people know what to fill in; a reason that somebody gave, where it stands."""
        dossier = make_dossier()
        dossier["statements"][8] |= {"kind": "not available", "text": None, "reason": "not in use"}
        lines = hti1.to_markdown(make_record(dossier)).decode().splitlines()
        rows = {line.split(" ", 2)[1]: line for line in lines if line.startswith("| ")}
        assert "in use. This is said at `dossier.json#/statements/8/reason`. |" in rows["26"]
        assert rows["30"].endswith(
            "Not available: not recorded by this registry. It would stand at "
            "`dossier.json#/model/disclosure/update_schedule`. | — |"
        )


def make_dossier_saying_none() -> dict[str, Any]:
    """Return a dossier whose model reads none of the nine variables."""
    dossier = make_dossier()
    dossier["model"]["disclosure"] = {"demographic_inputs": []}
    return dossier
