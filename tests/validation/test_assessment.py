"""Assessment: the one door, and its document."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.factories.tallies import comparators, make_protocol, make_tally, subgroups
from validation.assessment import (
    ENGINE,
    SCHEMA,
    Assessment,
    assess,
    digest,
    document,
    from_document,
)
from validation.assessment_documents import rounded
from validation.errors import TallyError
from validation.protocols.shape import Columns, Criterion, Partition, Source

PROTOCOL = make_protocol(
    columns=Columns(site="site", exam="exam", patient="patient", partition="split"),
    subgroups=subgroups("sex"),
    comparators=comparators(old=0.5),
    criteria=(
        Criterion(
            id="ranks", source=Source.ESTIMATE, metric="auroc", at_least=0.8, over="every site"
        ),
    ),
)


def rows(**changes: object) -> list[dict[str, object]]:
    """Return exams of two hospitals and one development site, some of them unscored."""
    found: list[dict[str, object]] = []
    for i in range(240):
        label = int(i % 3 == 0)
        score = 0.3 + 0.4 * label + ((i * 37) % 50 - 25) / 100
        found.append(
            {
                "label": None if i == 7 else label,
                "score": None if i % 40 == 11 else round(score, 2),
                "old": round(min(score + (i % 7) / 50, 1), 2),
                "site": ("Oslo", "Bern", "Home")[i % 3 if i % 2 else 2 - i % 3],
                "sex": "FM"[(i // 3) % 2],
                "patient": f"p{i // 2 if i < 20 else i}",
                "partition": "development" if i % 5 == 0 else "external testing",
                **changes,
            }
        )
    return found


TALLY = make_tally(rows(), PROTOCOL)
FOUND = assess(TALLY, PROTOCOL)
WRITTEN = document(FOUND)


class TestAssess:
    """Two hundred and forty exams in two partitions."""

    def test_another_measure_is_refused(self) -> None:
        """A tally made under other columns or thresholds cannot be judged by this protocol."""
        other = replace(TALLY, measure_digest="sha256:" + "f" * 64)
        with pytest.raises(TallyError, match="Make the tally again"):
            assess(other, PROTOCOL)

    def test_strata_stand_for_each_partition(self) -> None:
        """Overall is there twice, and the exams add up."""
        overall = [one for one in FOUND.strata if not one.by]
        assert [one.partition for one in overall] == ["development", "external testing"]
        assert sum(one.exams for one in overall) == 240

    def test_counts_add_up(self) -> None:
        """Positives, negatives and unlabelled are all exams, and sites are a partition of them."""
        for one in FOUND.strata:
            assert one.positives + one.negatives + one.unlabelled == one.exams
        for partition in ("development", "external testing"):
            mine = [one for one in FOUND.strata if one.partition == partition]
            sites = sum(one.exams for one in mine if set(one.by) == {"site"})
            assert sites == next(one.exams for one in mine if not one.by)

    def test_the_rest_is_of_the_purpose_alone(self) -> None:
        """Gaps, sites, comparisons and curves never see development."""
        parts = (FOUND.fairness, FOUND.sites, FOUND.comparisons, FOUND.curves)
        found = {entry.partition for part in parts for entry in part}
        assert found == {"external testing"}

    def test_the_order_of_rows_does_not_matter(self) -> None:
        """Reversed, the assessment has the same digest."""
        assert digest(assess(make_tally(rows()[::-1], PROTOCOL), PROTOCOL)) == digest(FOUND)

    def test_another_seed_draws_otherwise(self) -> None:
        """And only what is drawn changes."""
        seeded = replace(PROTOCOL, intervals=replace(PROTOCOL.intervals, seed=1))
        other = assess(make_tally(rows(), seeded), seeded).strata[0].estimates
        mine = FOUND.strata[0].estimates
        assert other["mcc"].value == mine["mcc"].value
        assert other["mcc"].low != mine["mcc"].low
        assert other["sensitivity"] == mine["sensitivity"]

    def test_sites_only_for_external_testing(self) -> None:
        """Within one's own hospitals nothing is said about new ones."""
        protocol = make_protocol(purpose=Partition.INTERNAL_TESTING)
        assert assess(make_tally(rows(), protocol), protocol).sites == ()

    def test_repeated_patients_are_told(self) -> None:
        """In `accuracy`, and their intervals are named for it."""
        assert FOUND.accuracy.intervals is not None
        assert "patients have several exams" in FOUND.accuracy.intervals
        overall = next(one for one in FOUND.strata if one.partition != "development" and not one.by)
        assert overall.estimates["auroc"].method == "obuchowski-logit"
        assert overall.estimates["ppv"].method == "wilson-clustered"

    def test_unscored_and_unlabelled_are_told(self) -> None:
        """By count and partition."""
        assert any("have no score (external testing)" in warning for warning in FOUND.warnings)
        assert any("have no label (external testing)" in warning for warning in FOUND.warnings)

    def test_no_patient_column_is_told(self) -> None:
        """What cannot be known is not passed over."""
        protocol = make_protocol(population=None)
        plain = [{"label": i % 2, "score": 0.2 + i % 2 / 2, "site": "A"} for i in range(8)]
        found = assess(make_tally(plain, protocol), protocol)
        assert len(found.warnings) == 1
        assert "no patient column" in found.warnings[0]
        assert (found.accuracy.intervals, found.strata[0].patients) == (None, None)

    def test_the_wrong_partition_is_told(self) -> None:
        """A table of development exams has strata and no verdict."""
        found = assess(make_tally(rows(partition="development"), PROTOCOL), PROTOCOL)
        assert any("no exam for external testing" in warning for warning in found.warnings)
        assert found.criteria[0].verdict == "not assessed"
        assert not any((found.curves, found.fairness, found.sites, found.comparisons))

    def test_an_empty_tally(self) -> None:
        """No exam gives no stratum and nothing that breaks."""
        protocol = make_protocol(criteria=PROTOCOL.criteria)
        found = assess(make_tally([], protocol), protocol)
        assert (found.strata, found.curves) == ((), ())
        assert found.criteria[0].verdict == "not assessed"


class TestDocument:
    """The assessment as JSON."""

    def test_keys(self) -> None:
        """As documented, schema first."""
        assert next(iter(WRITTEN)) == "schema"
        assert {
            "schema", "strata", "fairness", "sites", "comparisons", "curves", "criteria", "accuracy"
        } <= set(WRITTEN)  # fmt: skip
        assert (WRITTEN["schema"], WRITTEN["engine"]) == (SCHEMA, ENGINE)

    def test_every_entry_has_by_and_finding(self) -> None:
        """So that anyone can find the stratum it is about."""
        for part in ("strata", "fairness", "sites", "comparisons", "curves", "criteria"):
            assert all({"by", "finding"} <= set(entry) for entry in WRITTEN[part])

    def test_undefined_has_its_reason(self) -> None:
        """A null value never stands alone."""
        for stratum in WRITTEN["strata"]:
            for estimate in stratum["estimates"].values():
                assert (estimate["value"] is None) == ("undefined" in estimate)

    def test_it_is_json_without_nan(self) -> None:
        """Any reader takes it."""
        assert json.loads(json.dumps(WRITTEN, allow_nan=False)) == WRITTEN

    def test_there_and_back(self) -> None:
        """Reading what was written and writing it again changes nothing."""
        read = from_document(json.loads(json.dumps(WRITTEN)))
        assert isinstance(read, Assessment)
        assert document(read) == WRITTEN
        assert digest(read) == digest(FOUND)

    def test_an_older_document_is_read(self) -> None:
        """What is pooled without a site was a number and is now one with an interval."""
        content = document(FOUND)
        content["sites"] = [{**content["sites"][0], "leave_one_out": {"Oslo": 0.8}}]
        found = from_document(content).sites[0].leave_one_out["Oslo"]
        assert (found.pooled, found.low) == (0.8, None)

    def test_another_schema_is_refused(self) -> None:
        """By name."""
        with pytest.raises(TallyError, match=r"cmr\.assessment/9"):
            from_document({**WRITTEN, "schema": "cmr.assessment/9"})

    def test_a_broken_document_says_where(self) -> None:
        """The path of what cannot be read."""
        with pytest.raises(TallyError, match="cannot be read at rows"):
            from_document({**WRITTEN, "rows": "many"})

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_no_number_that_is_none(self, value: float) -> None:
        """It stops here rather than travel."""
        with pytest.raises(ValueError, match="not a number"):
            rounded(value)

    def test_twelve_digits(self) -> None:
        """Enough to compare, few enough to be the same on every machine."""
        assert rounded(0.12345678901234567) == 0.123456789012


class TestHeartDisease:
    """The four hospitals, read in place."""

    def test_its_stories_come_to_light(self) -> None:
        """Swiss specificity rests on 8 negatives; women's sensitivity is far below men's."""
        folder = Path(__file__).parents[3] / "shared" / "data" / "demo"
        if not folder.exists():
            pytest.skip("The real tables are not there: ../shared/data/demo beside the repository")
        with (folder / "heart-cad_1.0.0.csv").open(encoding="utf-8") as file:
            table = [
                {**row, "partition": "external testing"}
                for row in csv.DictReader(file)
                if not row["split"].startswith("development")
            ]
        protocol = make_protocol(
            columns=Columns(site="site", exam="exam"),
            subgroups=subgroups("sex"),
            criteria=(
                Criterion(
                    id="spec", source=Source.ESTIMATE, metric="specificity", at_least=0.5,
                    over="every site",
                ),
            ),
        )  # fmt: skip
        found = assess(make_tally(table, protocol), protocol)
        swiss = next(one for one in found.criteria[0].strata if one.by == {"site": "Switzerland"})
        assert swiss.because.startswith("8 negatives, fewer than the 10 required")
        by_sex = {
            one.by["sex"]: one.estimates["sensitivity"].value
            for one in found.strata
            if set(one.by) == {"sex"}
        }
        assert by_sex["F"] is not None
        assert by_sex["M"] is not None
        assert by_sex["F"] < by_sex["M"] - 0.2
