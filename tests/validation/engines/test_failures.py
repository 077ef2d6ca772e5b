"""Tests of the list of failures: who is on it, in which order, and that it counts alike."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.tables import COLUMNS, PROTOCOL, ROWS, write_table
from validation.counts import Confusion, confusion_as_deployed
from validation.engines.duckdb import tally_table
from validation.engines.failures import Failure, Kind, open_failures
from validation.errors import ProtocolError, TableError
from validation.protocols import read
from validation.protocols.shape import Protocol
from validation.strata import Strata

PLAN = read(PROTOCOL)


def failures(path: Path, plan: Protocol = PLAN, **chosen: object) -> list[Failure]:
    """Return all failures of a table."""
    with open_failures(path, plan, **chosen) as found:  # type: ignore[arg-type]  # site or limit
        return list(found.listed)


def counted(path: Path, plan: Protocol, *, site: str | None = None) -> dict[str | None, Confusion]:
    """Return the counts on which the assessment's rates rest, per finding."""
    strata = Strata(tally_table(path, plan), plan)
    found = {}
    for finding in plan.findings:
        by = {} if site is None else {"site": site}
        stratum = strata.find(finding, strata.judged, by)
        assert stratum is not None
        threshold = finding.operating_point.threshold
        assert threshold is not None
        point = finding.operating_point
        found[finding.name] = confusion_as_deployed(
            stratum.counts, threshold=threshold, point=point
        )
    return found


class TestOpenFailures:
    """E3 (positive, 0.4) is missed, E4 (negative, 0.6) is flagged, E5 is missed without a score."""

    def test_order(self, tmp_path: Path) -> None:
        """The score farthest on the wrong side comes first, and what has no score last."""
        rows = [*ROWS, ("E7", "P6", "South", "external", "F", "30", "0", "0.95")]
        found = failures(write_table(tmp_path, rows))
        assert [one.exam for one in found] == ["E7", "E3", "E4", "E5"]
        assert found[0].distance == pytest.approx(0.45)

    def test_a_row_that_says_the_same_again(self, tmp_path: Path) -> None:
        """It is listed once, as the tally counts it once."""
        found = failures(write_table(tmp_path, [*ROWS, ROWS[2], ROWS[2]]))
        assert [one.exam for one in found] == ["E3", "E4", "E5"]

    def test_whole_entry(self, tmp_path: Path) -> None:
        """A failure says row, exam, patient, site, levels, score and how far it is."""
        (first, *_) = failures(write_table(tmp_path))
        assert first.kind is Kind.MISS
        assert (first.row, first.exam, first.patient, first.site) == (3, "E3", "P2", "South")
        assert first.levels == {"sex": "M", "age_band": "65 to 120"}
        assert (first.score, first.threshold) == (0.4, 0.5)
        assert first.distance == pytest.approx(0.1)

    def test_without_a_score(self, tmp_path: Path) -> None:
        """A positive without a score is missed as deployed, and its unknown levels say so."""
        last = failures(write_table(tmp_path))[-1]
        assert (last.kind, last.score, last.distance) == (Kind.MISS, None, None)
        assert last.levels == {"sex": "not recorded", "age_band": "not recorded"}

    def test_unscored_are_counted(self, tmp_path: Path) -> None:
        """One of the three failures has no score."""
        with open_failures(write_table(tmp_path), PLAN) as found:
            assert (found.total, found.unscored) == (3, {None: 1})

    def test_fail_safe_positive(self, tmp_path: Path) -> None:
        """Where an exam without a score counts as flagged, E5 is no failure."""
        plan = read(PROTOCOL.replace("threshold = 0.5", 'threshold = 0.5\nunscored = "positive"'))
        assert [one.exam for one in failures(write_table(tmp_path), plan)] == ["E3", "E4"]

    def test_threshold_itself(self, tmp_path: Path) -> None:
        """A negative exactly at the threshold is flagged under ">=" and not under ">"."""
        rows = [("E9", "P1", "N", "external", "F", "40", "0", "0.5"), ROWS[0]]
        path = write_table(tmp_path, rows)
        above = read(PROTOCOL.replace("threshold = 0.5", 'threshold = 0.5\npositive_when = ">"'))
        assert [one.distance for one in failures(path)] == [0.0]
        assert failures(path, above) == []

    def test_limit(self, tmp_path: Path) -> None:
        """A limit shortens the list and not the counts."""
        with open_failures(write_table(tmp_path), PLAN, limit=1) as found:
            assert [one.exam for one in found.listed] == ["E3"]
            assert found.total == 3

    def test_site(self, tmp_path: Path) -> None:
        """The failures of one site: North has none."""
        path = write_table(tmp_path)
        assert failures(path, site="North") == []
        assert len(failures(path, site="South")) == 3

    def test_unknown_site(self, tmp_path: Path) -> None:
        """A site that the table lacks is named, with the nearest one."""
        with pytest.raises(TableError, match="Did you mean “South”"):
            failures(write_table(tmp_path), site="Sout")

    def test_no_site_column(self, tmp_path: Path) -> None:
        """Without a site column no site can be chosen."""
        plan = read(PROTOCOL.replace('site = "site"\n', ""))
        with pytest.raises(TableError, match="declares no site column"):
            failures(write_table(tmp_path), plan, site="South")

    def test_other_partitions_are_left_out(self, tmp_path: Path) -> None:
        """A false alarm among rows of development is not what this protocol judges."""
        rows = [*ROWS, ("E7", "P6", "South", "dev", "F", "30", "0", "0.95")]
        assert "E7" not in {one.exam for one in failures(write_table(tmp_path, rows))}

    def test_nothing_judged(self, tmp_path: Path) -> None:
        """Where no row is of the protocol's purpose, nothing is a failure."""
        rows = [[*row[:3], "dev", *row[4:]] for row in ROWS]
        assert failures(write_table(tmp_path, rows)) == []

    def test_severity_and_exclusions(self, tmp_path: Path) -> None:
        """Severity is told of positives only, and an excluded exam is no failure."""
        columns = (*COLUMNS, "grade", "why_out")
        more = {"E3": ("large", ""), "E4": ("large", ""), "E5": ("small", "moved")}
        rows = [(*row, *more.get(row[0], ("", ""))) for row in ROWS]
        text = PROTOCOL.replace("[operating_point]", 'severity = "grade"\nexcluded = "why_out"\n'
                                "[operating_point]")  # fmt: skip
        found = failures(write_table(tmp_path, rows, columns=columns), read(text))
        assert [(one.exam, one.severity) for one in found] == [("E3", "large"), ("E4", None)]

    def test_nothing_is_read_of_exclusions(self, tmp_path: Path) -> None:
        """An excluded exam may have no score, no patient and no partition that is one."""
        why = {"E5": "moved"}
        rows = [[*row, why.get(row[0], "")] for row in ROWS]
        rows[4][3:8] = ["pilot", "", "old", "perhaps", "999"]
        rows[4][1:3] = ["", ""]
        text = PROTOCOL.replace("[operating_point]", 'excluded = "why"\n[operating_point]')
        path = write_table(tmp_path, rows, columns=(*COLUMNS, "why"))
        assert [one.exam for one in failures(path, read(text))] == ["E3", "E4"]
        with pytest.raises(TableError, match="is no site"):
            failures(path, read(text), site="None")

    def test_threshold_is_still_a_rule(self, tmp_path: Path) -> None:
        """Without a number for the threshold nobody is right or wrong."""
        rule = 'rule = "sensitivity at least 0.90 in evidence 1"'
        with pytest.raises(ProtocolError, match="threshold is not a number yet"):
            failures(write_table(tmp_path), read(PROTOCOL.replace("threshold = 0.5", rule)))

    def test_same_words_in_quotes(self, tmp_path: Path) -> None:
        """A site whose name holds a quotation mark is found by its name."""
        rows = [[*row[:2], "St Mary's", *row[3:]] for row in ROWS]
        assert len(failures(write_table(tmp_path, rows), site="St Mary's")) == 3


WIDE = """\
schema = "cmr.protocol/1"
name = "Two findings"
purpose = "external testing"
sampling = "consecutive"
reference_standard = "two readers"
[columns]
exam = "exam"
[operating_point]
threshold = 0.5
[findings.effusion]
label = "l1"
score = "s1"
threshold = 0.3
[findings.nodule]
label = "l2"
score = "s2"
threshold = 0.7
"""
LONG = """\
schema = "cmr.protocol/1"
name = "Two findings"
purpose = "external testing"
sampling = "consecutive"
reference_standard = "two readers"
[columns]
exam = "exam"
finding = "what"
[operating_point]
threshold = 0.5
[findings.effusion]
threshold = 0.3
[findings.nodule]
threshold = 0.7
"""


class TestCounts:
    """The list counts as the evaluation does."""

    def test_by_hand(self, tmp_path: Path) -> None:
        """E1 found, E2 left alone, E3 and E5 missed, E4 flagged; E6 has no label."""
        with open_failures(write_table(tmp_path), PLAN) as found:
            assert found.counts == {None: Confusion(tp=1, fp=1, fn=2, tn=1)}

    @pytest.mark.parametrize("text", [WIDE, LONG])
    def test_several_findings(self, tmp_path: Path, text: str) -> None:
        """Wide and long tables have the same failures, each finding at its own threshold."""
        wide = [("A", "1", "0.2", "0", "0.8"), ("B", "0", "0.5", "1", "0.9")]
        if text is WIDE:
            path = write_table(tmp_path, wide, columns=("exam", "l1", "s1", "l2", "s2"))
        else:
            long = [
                (r[0], w, *r[i : i + 2]) for r in wide for w, i in (("effusion", 1), ("nodule", 3))
            ]
            path = write_table(tmp_path, long, columns=("exam", "what", "label", "score"))
        plan = read(text)
        with open_failures(path, plan) as found:
            assert found.counts == counted(path, plan)
            told = {(one.exam, one.finding, one.kind) for one in found.listed}
        assert told == {
            ("A", "effusion", Kind.MISS),
            ("B", "effusion", Kind.ALARM),
            ("A", "nodule", Kind.ALARM),
        }

    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(seed=st.integers(0, 2**32), unscored=st.sampled_from(["negative", "positive"]))
    def test_agree_with_the_assessment(self, tmp_path: Path, seed: int, unscored: str) -> None:
        """Whatever the rows: overall and per site the counts are the assessment's."""
        draw = random.Random(seed)  # noqa: S311  # makes a table, guards nothing
        rows = [
            (
                f"E{i}",
                f"P{i // 2}",
                draw.choice(["North", "South"]),
                draw.choice(["external", "dev"]) if i else "external",
                draw.choice(["F", "M", ""]),
                draw.choice(["", "44.9", "45", "120"]),
                draw.choice(["0", "1", "true", "false", ""]) if i > 1 else "1",
                draw.choice(["", "0.5", "0.49999999999999994", "1e-3", "0.75"]),
            )
            for i in range(40)
        ]
        rows[0] = (*rows[0][:2], "North", "external", *rows[0][4:])
        path = write_table(tmp_path, rows)
        plan = read(
            PROTOCOL.replace("threshold = 0.5", f'threshold = 0.5\nunscored = "{unscored}"')
        )
        for site in (None, "North"):
            with open_failures(path, plan, site=site) as found:
                assert found.counts == counted(path, plan, site=site)
                listed = list(found.listed)
            assert len(listed) == found.total


REAL = """\
schema = "cmr.protocol/1"
name = "Real table"
purpose = "external testing"
sampling = "consecutive"
reference_standard = "as the table's source says"
[columns]
exam = "exam_id"
patient = "patient_id"
site = "site"
{partition}
[operating_point]
threshold = {threshold!r}
[subgroups]
sex = "sex"
"""


class TestRealTables:
    """Four hospitals, 174 hospitals with unscored stays, chest X-rays of repeated patients."""

    @pytest.mark.parametrize(
        ("name", "threshold", "partition", "site"),
        [
            ("heart-cad_2.0.0", 0.26, 'partition = "split"', "Hungarian"),
            ("apache-mortality_IVa", 0.1, "", None),
            ("chexnet-effusion_2022", 0.2, "", "NIH-CC"),
        ],
    )
    def test_count_alike(
        self, shared: Path, name: str, threshold: float, partition: str, site: str | None
    ) -> None:
        """Overall and at a site, the list is as long as the assessment's two off-diagonal cells."""
        path = shared / "data" / "demo" / f"{name}.csv"
        plan = read(REAL.format(partition=partition, threshold=threshold))
        for place in dict.fromkeys((None, site)):
            with open_failures(path, plan, site=place) as found:
                assert found.counts == counted(path, plan, site=place)
                listed = list(found.listed)
            assert len(listed) == found.total > 0
            scored = [one.distance for one in listed if one.distance is not None]
            assert scored == sorted(scored, reverse=True)
            assert len(listed) - len(scored) == sum(found.unscored.values())
