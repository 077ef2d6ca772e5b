"""Strata: the groups about which something is said."""

from dataclasses import replace
from typing import Any

from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.clustering import Clusters
from validation.protocols.shape import Columns, Finding, OperatingPoint
from validation.strata import Strata
from validation.tallies import MISSING, Persons, Tally, View

COLUMNS = Columns(site="site", exam="exam", patient="patient", partition="split")
PROTOCOL = make_protocol(
    columns=COLUMNS, subgroups=subgroups("sex", "age"), intersections=(("sex", "age"),)
)
ROWS = [
    {"site": site, "sex": sex, "age": age, "label": label, "score": 0.5, "patient": patient,
     "partition": partition}
    for site, sex, age, label, patient, partition in [
        ("Oslo", "F", "old", 1, "a", "external testing"),
        ("Oslo", "M", "old", 0, "b", "external testing"),
        ("Bern", "F", "young", 0, "c", "external testing"),
        ("Bern", None, "young", 1, "c", "external testing"),
        ("Home", "F", "old", 1, "d", "development"),
    ]
]  # fmt: skip
STRATA = Strata(make_tally(ROWS, PROTOCOL), PROTOCOL)
FINDING = PROTOCOL.findings[0]
TESTING = "external testing"


class TestEvery:
    """Five exams in two partitions."""

    found = tuple(dict(stratum.by) for stratum in STRATA.every(FINDING, TESTING))

    def test_overall_sites_levels_and_intersections(self) -> None:
        """In this order; combinations that nobody has are not there."""
        assert list(self.found) == [
            {},
            {"site": "Bern"},
            {"site": "Oslo"},
            {"sex": "F"},
            {"sex": "M"},
            {"sex": MISSING},
            {"age": "old"},
            {"age": "young"},
            {"age": "old", "sex": "F"},
            {"age": "young", "sex": "F"},
            {"age": "old", "sex": "M"},
            {"age": "young", "sex": MISSING},
        ]

    def test_partitions_are_never_pooled(self) -> None:
        """The development exam is not among the four of external testing."""
        assert next(s.counts.exams for s in STRATA.every(FINDING, TESTING)) == 4
        assert STRATA.partitions == ("development", TESTING)
        assert STRATA.judged == TESTING


class TestFind:
    """One stratum by its levels."""

    def test_any_combination(self) -> None:
        """Also one that no list names."""
        stratum = STRATA.find(FINDING, TESTING, {"site": "Oslo", "sex": "F"})
        assert stratum is not None
        assert stratum.counts.exams == 1

    def test_nobody(self) -> None:
        """A level that does not occur, or not together, is None."""
        assert STRATA.find(FINDING, TESTING, {"site": "Rome"}) is None
        assert STRATA.find(FINDING, TESTING, {"site": "Oslo", "age": "young"}) is None
        assert STRATA.find(FINDING, "monitoring", {}) is None

    def test_persons(self) -> None:
        """Patients come from the tally; c has two exams, one of each class."""
        stratum = STRATA.find(FINDING, TESTING, {})
        assert stratum is not None
        assert stratum.persons == Persons(
            patients=3, repeated=1, with_positives=2, with_negatives=2
        )

    def test_the_key_tells_strata_apart(self) -> None:
        """Randomness is drawn from it, so that no two share one."""
        every = [*STRATA.every(FINDING, TESTING), *STRATA.every(FINDING, "development")]
        assert len({stratum.key for stratum in every}) == len(every)


class TestLevels:
    """The levels of an attribute that occur."""

    def test_in_this_partition(self) -> None:
        """Home is in development alone."""
        assert STRATA.levels(FINDING, TESTING, "site") == ("Bern", "Oslo")

    def test_undeclared(self) -> None:
        """An attribute that the protocol does not declare has none, nor has a missing column."""
        assert STRATA.levels(FINDING, TESTING, "race") == ()
        bare = make_protocol(columns=Columns())
        strata = Strata(make_tally([{"label": 1, "score": 0.5}], bare), bare)
        assert strata.levels(bare.findings[0], None, "site") == ()
        assert strata.partitions == (None,)


class TestFindings:
    """Two findings in one tally."""

    def test_each_has_its_own_exams(self) -> None:
        """Cells of one finding do not enter the other."""
        two = tuple(
            Finding(
                name=name, label="label", score="score", costs=None, population=None,
                operating_point=OperatingPoint(threshold=0.5),
            )
            for name in ("effusion", "nodule")
        )  # fmt: skip
        protocol = make_protocol(findings=two)
        rows = [
            {"finding": "effusion", "label": 1, "score": 0.5, "n": 3},
            {"finding": "nodule", "label": 0, "score": 0.5, "n": 5},
        ]
        strata = Strata(make_tally(rows, protocol), protocol)
        found = [strata.find(finding, None, {}) for finding in two]
        assert [one.counts.exams for one in found if one is not None] == [3, 5]


class TestSeverity:
    """Positives by how grave the finding is, each with all negatives."""

    protocol = make_protocol(columns=Columns(patient="patient", severity="severity"))
    rows: tuple[dict[str, Any], ...] = (
        {"label": 1, "score": 0.9, "severity": "mild", "patient": "a"},
        {"label": 1, "score": 0.8, "severity": "mild", "patient": "a"},
        {"label": 1, "score": 0.4, "severity": "grave", "patient": "b"},
        {"label": 1, "score": 0.3, "patient": "c"},
        {"label": 0, "score": 0.2, "patient": "b"},
        {"label": 0, "score": 0.6, "patient": "d"},
        {"label": None, "score": 0.6, "patient": "d"},
    )
    strata = Strata(make_tally(rows, protocol), protocol)
    finding = protocol.findings[0]

    def test_levels_are_those_of_positives(self) -> None:
        """Negatives have none, and what was not recorded is one."""
        assert self.strata.levels(self.finding, None, "severity") == ("grave", "mild", MISSING)

    def test_every_has_them(self) -> None:
        """Beside overall."""
        found = [dict(one.by).get("severity") for one in self.strata.every(self.finding, None)]
        assert found == [None, "grave", "mild", MISSING]

    def test_negatives_belong_to_each(self) -> None:
        """And exams without a label to none."""
        for level, positives in (("grave", 1), ("mild", 2), (MISSING, 1)):
            stratum = self.strata.find(self.finding, None, {"severity": level})
            assert stratum is not None
            counts = stratum.counts
            assert (counts.all_positives, counts.all_negatives) == (positives, 2)
            assert counts.unlabelled == 0

    def test_patients_vary_together_within(self) -> None:
        """Two mild findings are of one patient; the grave one's patient has a negative too."""
        for level, pairs in (("mild", 1), ("grave", 1), (MISSING, None)):
            stratum = self.strata.find(self.finding, None, {"severity": level})
            assert stratum is not None
            clusters = stratum.counts.clusters
            assert (None if clusters is None else clusters.pairs.sum()) == pairs


class TestClusters:
    """Which exams of a stratum are of one patient."""

    protocol = make_protocol(columns=Columns(site="site", patient="patient"))
    rows = tuple(
        {"label": i % 2, "score": i / 40, "site": "AB"[i % 5 % 2], "patient": f"p{i // 4}"}
        for i in range(40)
    )
    tally = make_tally(rows, protocol)

    def overall(self, tally: Tally) -> Clusters:
        """Return the clusters of all exams."""
        stratum = Strata(tally, self.protocol).find(self.protocol.findings[0], None, {})
        assert stratum is not None
        assert stratum.counts.clusters is not None
        return stratum.counts.clusters

    def test_pairs_of_all(self) -> None:
        """Ten patients with four exams each, six pairs a patient."""
        found = self.overall(self.tally)
        assert (found.pairs.sum(), found.patients, found.with_positives) == (60, 10, 10)

    def test_pairs_within_a_site(self) -> None:
        """Only those of which both exams were made there; as worked on the rows."""
        strata = Strata(self.tally, self.protocol)
        stratum = strata.find(self.protocol.findings[0], None, {"site": "A"})
        assert stratum is not None
        assert stratum.counts.clusters is not None
        there = [row["patient"] for row in self.rows if row["site"] == "A"]
        sizes = [there.count(patient) for patient in set(there)]
        assert stratum.counts.clusters.pairs.sum() == sum(n * (n - 1) // 2 for n in sizes)

    def test_patients_that_nobody_counted(self) -> None:
        """(Σn)² / Σn² of the pairs: ten where all have as many exams, per class too."""
        found = self.overall(replace(self.tally, persons={}))
        assert (found.patients, found.with_positives, found.with_negatives) == (10, 10, 10)

    def test_patients_that_nobody_counted_of_weighted_exams(self) -> None:
        """Ten as well where all exams weigh the same: pairs are then products of weights."""
        columns = replace(self.protocol.columns, weight="weight")
        protocol = replace(self.protocol, columns=columns)
        rows = [{**row, "weight": 3.0} for row in self.rows]
        tally = replace(make_tally(rows, protocol), persons={})
        stratum = Strata(tally, protocol).find(protocol.findings[0], None, {})
        assert stratum is not None
        found = stratum.counts.clusters
        assert found is not None
        assert (found.patients, found.with_positives, found.with_negatives) == (10, 10, 10)

    def test_a_class_that_nobody_is_in(self) -> None:
        """It has no patient."""
        rows = [{**row, "label": 1} for row in self.rows]
        found = self.overall(replace(make_tally(rows, self.protocol), persons={}))
        assert (found.with_positives, found.with_negatives) == (10, 0)


class TestViews:
    """The same exams at several resolutions."""

    protocol = make_protocol(subgroups=subgroups("sex"))
    fine = make_tally(
        [
            {"label": i % 2, "score": i / 400_000, "site": "A", "sex": "FM"[i % 3 % 2]}
            for i in range(60)
        ],
        protocol,
    )
    coarse = make_tally(
        [
            {"label": i % 2, "score": i / 400_000, "site": "A", "sex": "FM"[i % 3 % 2]}
            for i in range(60)
        ],
        protocol,
        grid="dyadic-704",
    )
    base = fine.base
    bare = View(
        attributes=(),
        cells=replace(
            base.cells,
            codes={name: code for name, code in base.cells.codes.items() if name != "sex"},
        ),
    )
    tally = replace(fine, views=(bare, coarse.base))

    def test_the_finest_is_taken(self) -> None:
        """Everybody at every score; by sex only on the grid, with the means of its cells."""
        strata = Strata(self.tally, self.protocol)
        finding = self.protocol.findings[0]
        everybody, women = (strata.find(finding, None, by) for by in ({}, {"sex": "F"}))
        assert everybody is not None
        assert women is not None
        assert (everybody.counts.scores.size, everybody.counts.moments) == (60, None)
        assert women.counts.scores.size < 15
        assert women.counts.moments is not None

    def test_an_attribute_that_no_view_keeps(self) -> None:
        """It has no level and no stratum."""
        strata = Strata(replace(self.fine, views=(self.bare,)), self.protocol)
        finding = self.protocol.findings[0]
        assert strata.levels(finding, None, "sex") == ()
        assert strata.find(finding, None, {"sex": "F"}) is None
