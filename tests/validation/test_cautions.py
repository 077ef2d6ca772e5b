"""Cautions: what a reader must be told before any number."""

from dataclasses import replace
from typing import Any

import pytest

from tests.factories.tallies import make_protocol, make_tally
from validation.assessment import Assessment, assess
from validation.protocols.shape import Columns, Partition, Population, Protocol, Sampling
from validation.tallies import INDETERMINATE, LeftOut, Tally
from validation.tallies.content import Withheld

PROTOCOL = make_protocol(costs=None, population=None, columns=Columns(patient="patient"))
ROWS: list[dict[str, Any]] = [
    {"label": i % 2, "score": (i * 7 % 10) / 10, "patient": str(i // 2 if i < 4 else i)}
    for i in range(40)
]


def assessed(
    protocol: Protocol = PROTOCOL, *, rows: list[dict[str, Any]] = ROWS, **changes: object
) -> Assessment:
    """Return the assessment of a tally of some rows, changed."""
    tally: Tally = replace(make_tally(rows, protocol), **changes)  # type: ignore[arg-type]
    return assess(tally, protocol)


class TestPrevalence:
    """Whether the exams seem to be those that the protocol describes."""

    @staticmethod
    def told(positives: int, negatives: int, **protocol: object) -> list[str]:
        """Return what is said of so many exams of either class."""
        rows = [
            {"label": label, "score": 0.2 + 0.5 * (i % 2), "n": 1}
            for label, count in ((1, positives), (0, negatives))
            for i in range(count)
        ]
        made = make_protocol(
            costs=None, columns=Columns(patient="patient"), **{"population": None, **protocol}
        )
        named = [{**row, "patient": str(i)} for i, row in enumerate(rows)]
        return list(assessed(made, rows=named).warnings)

    def test_classes_of_one_size(self) -> None:
        """A hundred exams, half of them positive to the last, were hardly taken as they came."""
        (said,) = self.told(50, 50)
        assert said.startswith("As many positives as negatives, 50 each: the table looks as if")
        assert "calls the sampling consecutive" in said

    def test_few_exams_may_be_even_by_chance(self) -> None:
        """Nothing is said of 49 and 49, nor of 50 and 51."""
        assert self.told(49, 49) == self.told(50, 51) == []

    def test_sampling_that_says_so_itself(self) -> None:
        """An enriched table is printed as one already."""
        assert self.told(50, 50, sampling=Sampling.ENRICHED) == []

    @pytest.mark.parametrize(("positives", "negatives"), [(160, 40), (2, 198)])
    def test_outside_the_range_of_the_population(self, positives: int, negatives: int) -> None:
        """An interval wholly above or below the stated range is told."""
        population = Population(prevalence=0.1, range=(0.05, 0.2))
        (said,) = self.told(positives, negatives, population=population)
        assert "lies outside the range stated of the population, 5% to 20%" in said

    @pytest.mark.parametrize("stated", [None, (0.05, 0.2)])
    def test_inside_the_range_or_none_stated(self, stated: tuple[float, float] | None) -> None:
        """Nothing is said where nothing contradicts."""
        assert self.told(30, 170, population=Population(prevalence=0.1, range=stated)) == []


class TestPatients:
    """Two patients with two exams each."""

    def test_known_pairs_are_no_warning(self) -> None:
        """They are heeded, and it is said where intervals are spoken of."""
        found = assessed()
        assert found.warnings == ()
        said = "exams of one patient vary together; 2 patients have several exams"
        assert found.accuracy.intervals == said

    def test_pairs_that_are_absent(self) -> None:
        """The intervals are too narrow, and nobody may think otherwise."""
        found = assessed(pairs=None)
        assert len(found.warnings) == 1
        assert "treated as independent: the intervals are narrower than they" in found.warnings[0]
        assert found.accuracy.intervals == (
            "exams treated as independent; 2 patients have several exams"
        )

    def test_effects_that_sites_state(self) -> None:
        """Some intervals are widened, others not."""
        found = assessed(pairs=None, effects={("", "", ()): {"auroc": 1.2}})
        assert "widened where a site states by how much" in found.warnings[0]
        assert (found.accuracy.intervals or "").startswith(
            "approximate: design effects stated by the sites; 2 patients"
        )

    def test_effects_of_patients_that_nobody_counted(self) -> None:
        """How many patients have several exams was not told; that they have is."""
        found = assessed(pairs=None, persons={}, effects={("", "", ()): {"auroc": 1.2}})
        assert "Patients have several exams, and which" in found.warnings[0]
        assert found.accuracy.intervals == "approximate: design effects stated by the sites"

    def test_one_exam_each(self) -> None:
        """There is nothing to say."""
        found = assessed(rows=ROWS[4:])
        assert (found.warnings, found.accuracy.intervals) == ((), None)

    def test_one_patient_in_the_singular(self) -> None:
        """One patient has."""
        said = assessed(rows=ROWS[2:]).accuracy.intervals
        assert said is not None
        assert said.endswith("1 patient has several exams")

    def test_no_patient_column(self) -> None:
        """What cannot be known is not passed over."""
        found = assessed(make_protocol(costs=None, population=None, columns=Columns()))
        assert len(found.warnings) == 1
        assert "no patient column" in found.warnings[0]

    def test_several_findings_count_a_patient_once(self) -> None:
        """A patient with two exams of three findings is one with several exams."""
        protocol = make_protocol(
            costs=None, columns=Columns(patient="patient", finding="finding", exam="exam")
        )
        rows = [
            {**row, "finding": name, "exam": str(i)} for i, row in enumerate(ROWS) for name in "abc"
        ]
        found = assessed(protocol, rows=rows).accuracy.intervals
        assert found == "exams of one patient vary together; 2 patients have several exams"


class TestWeights:
    """Sampling weights."""

    def test_they_are_told(self) -> None:
        """And that exams are printed as they are."""
        protocol = make_protocol(costs=None, columns=Columns(weight="weight"))
        found = assessed(protocol, rows=[{**row, "weight": 2.0} for row in ROWS])
        assert (found.accuracy.intervals or "").startswith("exams count by their sampling weights")


class TestMergedScores:
    """A grid on which scores were merged."""

    def test_the_largest_bound_is_published(self) -> None:
        """With the grid; the bound is that of the stratum where it is largest."""
        protocol = make_protocol(costs=None, columns=Columns(site="site"))
        rows = [
            {**row, "score": row["score"] / 3000, "site": "AB"[i % 3 // 2]}
            for i, row in enumerate(ROWS)
        ]
        found = assess(make_tally(rows, protocol, grid="dyadic-704"), protocol)
        bounds = [one.estimates["auroc"].error_bound or 0 for one in found.strata]
        assert found.accuracy.grid == "dyadic-704"
        assert found.accuracy.auroc_error_bound == max(bounds) > min(bounds) > 0

    def test_exact_scores_have_none(self) -> None:
        """Nothing was merged."""
        accuracy = assessed().accuracy
        assert (accuracy.grid, accuracy.auroc_error_bound) == ("exact", 0.0)


class TestExams:
    """Exams that lack something."""

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"score": None}, "1 of 40 exams have no score; as deployed they count as negative."),
            ({"label": None}, "1 of 40 exams have no label; they enter no metric."),
            ({"label": INDETERMINATE}, "On 1 of 40 exams the reference standard gave no answer"),
        ],
    )
    def test_they_are_counted(self, change: dict[str, object], said: str) -> None:
        """Once, in words."""
        found = assessed(rows=[*ROWS[:-1], {**ROWS[-1], **change}])
        assert len(found.warnings) == 1
        assert found.warnings[0].startswith(said)

    def test_an_indeterminate_answer_stands_in_the_stratum(self) -> None:
        """Apart from exams without a label."""
        found = assessed(rows=[*ROWS[:-1], {**ROWS[-1], "label": INDETERMINATE}]).strata[0]
        assert (found.exams, found.unlabelled, found.indeterminate) == (40, 0, 1)

    def test_the_wrong_partition(self) -> None:
        """It is said what the table holds instead."""
        protocol = make_protocol(
            costs=None,
            purpose=Partition.EXTERNAL_TESTING,
            columns=Columns(patient="patient", partition="partition"),
        )
        found = assessed(protocol, rows=[{**row, "partition": "development"} for row in ROWS])
        assert found.warnings[0] == (
            "The table holds no exam for external testing, on which this protocol judges; "
            "it holds: development."
        )


class TestLeftOut:
    """Rows that enter no cell."""

    @staticmethod
    def rows(**exams: int) -> tuple[LeftOut, ...]:
        """Return so many exams left out for each reason, at two sites."""
        return tuple(
            LeftOut(finding="", partition="", site=site, because=because, exams=n)
            for because, n in exams.items()
            for site in "AB"
        )

    def test_most_first(self) -> None:
        """Over all sites, with the reasons."""
        found = assessed(left_out=self.rows(motion=2, twice=1200)).warnings
        assert found == ("2,404 exams are left out of every number: twice (2,400), motion (4).",)

    def test_many_reasons_are_cut_short(self) -> None:
        """Five are named."""
        found = assessed(left_out=self.rows(**dict.fromkeys("abcdefg", 1))).warnings[0]
        assert found.endswith("e (2) and others.")

    def test_they_stand_in_the_assessment(self) -> None:
        """As the tally has them."""
        left_out = self.rows(motion=2)
        assert assessed(left_out=left_out).left_out == left_out


class TestHidden:
    """Counts that are too few to be told."""

    def test_how_many_strata(self) -> None:
        """And from which number on counts are told."""
        found = assessed(hidden={("", "", ()): ("negatives",)}, minimum_cell=10)
        assert found.warnings[0].startswith("1 stratum hides counts below 10")
        assert found.strata[0].hidden == ("negatives",)


class TestManySites:
    """What sites did not tell."""

    def test_alike_they_share_a_sentence(self) -> None:
        """Three are counted, not named one by one."""
        withheld = tuple(
            Withheld(finding="", partition="", site=site, attributes=("sex",), what="withheld")
            for site in "ABC"
        )
        said = [one for one in assessed(withheld=withheld).warnings if "told nothing by" in one]
        assert len(said) == 1
        assert said[0].startswith("3 sites told nothing by")
