"""Facts about coverage reports."""

import json
import re
from typing import Any

import pytest

from reports.coverage import GUIDELINES, to_json, to_markdown
from reports.exports.record import Record
from tests.factories.documents import make_dossier
from tests.factories.exporting import make_empty, make_full, make_hostile, make_record


def items(record: Record, key: str) -> dict[str, dict[str, Any]]:
    """Return the items of a report by their numbers."""
    return {one["id"]: one for one in json.loads(to_json(record, GUIDELINES[key]))["items"]}


class TestItems:
    """The guidelines' own numbers."""

    def test_numbers_are_complete(self) -> None:
        """52 items of TRIPOD+AI under 27 numbers, 44 of CLAIM 2024."""
        tripod = [one.id for one in GUIDELINES["tripod-ai"].items]
        assert len(tripod) == len(set(tripod)) == 52
        assert [*dict.fromkeys(int(re.sub(r"\D", "", one)) for one in tripod)] == list(range(1, 28))
        claim = [one.id for one in GUIDELINES["claim-2024"].items]
        assert claim == [str(number) for number in range(1, 45)]

    def test_each_guideline_is_cited(self) -> None:
        """The words that count are the guideline's, and stand there."""
        for one in GUIDELINES.values():
            assert one.doi.startswith("10.")
            assert re.search(r"\d{4};", one.citation)


class TestStates:
    """What is linked, and what is not."""

    @pytest.mark.parametrize("key", GUIDELINES)
    def test_what_is_linked_has_a_place_and_what_is_not_a_reason(self, key: str) -> None:
        """With everything recorded and with nothing."""
        for record in (make_full(), make_record(), make_empty()):
            for one in items(record, key).values():
                said = [part for part in one["parts"] if part["text"] is not None]
                assert all(part["pointers"] for part in said)
                linked = one["state"].startswith("linked")
                assert linked == bool(said)
                assert (one["because"] is None) == linked

    def test_what_is_recorded_moves_an_item(self) -> None:
        """Funding is not answered until it is said."""
        assert items(make_record(), "claim-2024")["44"]["state"] == "not answered"
        full = items(make_full(), "claim-2024")["44"]
        assert (full["state"], full["parts"][0]["text"]) == ("linked", "Národní grant; no industry")

    def test_a_link_says_whether_the_card_prints_it(self) -> None:
        """Funding stands in the dossier alone; limits on page 1, too."""
        parts = items(make_full(), "claim-2024")
        assert parts["44"]["parts"][0]["card_section"] is None
        assert parts["40"]["parts"][0]["card_section"] == 1
        rows = to_markdown(make_full(), GUIDELINES["claim-2024"]).decode().splitlines()
        assert rows[-1].endswith("| not on the card; `dossier.json#/model/disclosure/funding` |")
        assert "| section 1; `dossier.json#/criteria`, `dossier.json#/evidence` |" in rows[-5]

    def test_a_part_that_is_missing_is_not_hidden(self) -> None:
        """Half an answer is said to be half."""
        one = items(make_record(), "tripod-ai")["22"]
        assert one["state"] == "linked in part"
        assert [part["not_available"] for part in one["parts"]] == [
            None,
            "not recorded by this registry",
        ]

    def test_updating_applies_only_where_something_was_updated(self) -> None:
        """A retrained version was not recalibrated after a test."""
        assert items(make_record(), "tripod-ai")["24"]["state"] == "not applicable"
        dossier = make_dossier()
        dossier["version"]["parents"][0]["relation"] = "recalibrated from"
        assert items(make_record(dossier), "tripod-ai")["24"]["state"] == "linked"

    @pytest.mark.parametrize("key", GUIDELINES)
    def test_it_scores_nothing_and_calls_nothing_compliant(self, key: str) -> None:
        """That is for a reader to judge."""
        for record in (make_full(), make_empty()):
            for text in (to_json(record, GUIDELINES[key]), to_markdown(record, GUIDELINES[key])):
                assert b"complian" not in text.lower()
                assert not re.search(rb"\d+ (of|/) (52|44)\b", text)


class TestMarkdown:
    """The same, to be read."""

    @pytest.mark.parametrize("key", GUIDELINES)
    def test_one_row_each(self, key: str) -> None:
        """Nothing that people typed breaks a row."""
        for record in (make_full(), make_hostile()):
            lines = to_markdown(record, GUIDELINES[key]).decode().splitlines()
            rows = [line for line in lines if line.startswith("| ")]
            assert len(rows) == len(GUIDELINES[key].items) + 1
            assert all(line.replace("\\|", "").count("|") == 6 for line in rows)
