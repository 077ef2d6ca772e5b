"""Strata: the groups about which something is said."""

from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.protocols.shape import Columns, Finding, OperatingPoint
from validation.strata import Strata
from validation.tallies import MISSING, Persons

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
