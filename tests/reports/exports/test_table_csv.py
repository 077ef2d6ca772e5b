"""Facts about the table of every number."""

import csv
import io

from reports.exports import table_csv
from reports.exports.record import Record
from tests.factories.documents import make_dossier
from tests.factories.exporting import make_empty, make_full, make_hostile, make_record


def rows(record: Record) -> list[dict[str, str]]:
    """Return the table of a record, read back."""
    return list(csv.DictReader(io.StringIO(table_csv.to_csv(record).decode())))


class TestToCsv:
    """One number in a row."""

    def test_every_number_is_the_assessments(self) -> None:
        """Found again in the dossier by hand, stratum by stratum."""
        dossier = make_dossier()
        found = rows(make_record(dossier))
        wanted = [
            (metric, estimate["value"], estimate.get("low"), estimate.get("n"))
            for stratum in dossier["evidence"][0]["assessment"]["strata"]
            for metric, estimate in stratum["estimates"].items()
        ]
        shown = [
            (one["metric"], *(float(one[k]) if one[k] else None for k in ("value", "low", "n")))
            for one in found
            if one["section"] in {"all exams", "site", "subgroup"}
        ]
        assert shown == wanted

    def test_sections_sites_subgroups_and_verdicts(self) -> None:
        """What a reader filters by."""
        found = rows(make_full())
        assert {one["section"] for one in found} == {
            *("all exams", "site", "subgroup", "gap", "pooled over sites"),
        }
        (women,) = (one for one in found if one["verdict"] == "not met" and one["subgroup"])
        assert (women["subgroup"], women["metric"]) == ("sex=F", "sensitivity")
        assert women["evidence_digest"] == "sha256:" + "d" * 64
        assert {one["counts_towards_gates"] for one in found} == {"yes"}

    def test_undefined_has_a_reason_and_no_number(self) -> None:
        """An empty cell is never a zero."""
        dossier = make_dossier()
        estimates = dossier["evidence"][0]["assessment"]["strata"][1]["estimates"]
        estimates["auroc"] = {"value": None, "undefined": "one class only"}
        (one,) = (r for r in rows(make_record(dossier)) if r["undefined"])
        assert (one["value"], one["undefined"], one["site"]) == ("", "one class only", "Hungary")

    def test_no_cell_begins_a_formula(self) -> None:
        """Whatever a hospital or a group is called; numbers below zero stay numbers."""
        found = rows(make_hostile())
        numbers = {"value", "low", "high", "level", "n", "events"}
        texts = [value for one in found for key, value in one.items() if key not in numbers]
        assert not [value for value in texts if value.lstrip()[:1] in {*"=+-@"}]
        assert any(value.startswith("'=") for value in texts)
        assert table_csv.safe("\t=1") == "'\t=1"

    def test_nothing_measured_is_a_header(self) -> None:
        """And nothing else."""
        assert table_csv.to_csv(make_empty()).decode().splitlines() == [",".join(table_csv.HEAD)]
