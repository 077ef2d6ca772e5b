"""Counts: what one stratum is reduced to."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.tallies import make_protocol, make_tally, score_counts
from validation.counts import (
    Clusters,
    Confusion,
    ScoreCounts,
    count_apart,
    count_scores,
    remembered,
)
from validation.flagging import confusion_among_scored, confusion_as_deployed, flags
from validation.metrics.discrimination import auroc
from validation.protocols.shape import Columns, OperatingPoint
from validation.strata import Strata
from validation.tallies import Cells
from validation.tallies.cells import SCORE, SCORE_SQUARED, gathered

ROWS: list[dict[str, float | None]] = [
    {"label": 1, "score": 0.9, "n": 3},
    {"label": 1, "score": 0.4},
    {"label": 0, "score": 0.4, "n": 2},
    {"label": 0, "score": None, "n": 4},
    {"label": 1, "score": None},
    {"label": None, "score": 0.9, "n": 7},
    {"label": None, "score": None},
]


class TestCountScores:
    """Twenty-one exams: six scored and labelled, five unscored, eight unlabelled."""

    counts = count_scores(make_tally(ROWS, make_protocol()).base.cells)

    def test_scores_ascend_and_are_distinct(self) -> None:
        """Equal scores of both classes share one place."""
        assert self.counts.scores.tolist() == [0.4, 0.9]

    def test_classes_are_counted_per_score(self) -> None:
        """One positive and two negatives at 0.4, three positives at 0.9."""
        assert self.counts.positives.tolist() == [1, 3]
        assert self.counts.negatives.tolist() == [2, 0]

    def test_unlabelled_exams_count_as_exams_alone(self) -> None:
        """Eight exams have no label, scored or not."""
        assert (self.counts.exams, self.counts.labelled, self.counts.unlabelled) == (19, 11, 8)

    def test_unscored_exams_keep_their_class(self) -> None:
        """Four negatives and a positive have no score."""
        assert (self.counts.unscored_negatives, self.counts.unscored_positives) == (4, 1)
        assert (self.counts.all_positives, self.counts.all_negatives) == (5, 6)


class TestFlags:
    """What is flagged at 0.4."""

    scores = np.array([0.3, 0.4, 0.5, np.nan])

    def test_the_threshold_itself_is_flagged(self) -> None:
        """With ">=" a score equal to the threshold is positive, a missing one is not."""
        found = flags(self.scores, threshold=0.4, point=OperatingPoint(threshold=0.4))
        assert found.tolist() == [False, True, True, False]

    def test_the_threshold_itself_is_not_flagged(self) -> None:
        """With ">" it is not; and the other fail-safe flags a missing score."""
        point = OperatingPoint(threshold=0.4, positive_when=">", unscored="positive")
        assert flags(self.scores, threshold=0.4, point=point).tolist() == [False, False, True, True]


class TestConfusion:
    """Nine exams, three of them without a score."""

    counts = score_counts((0.2, 1, 2), (0.8, 2, 1), unscored_positives=2, unscored_negatives=1)

    def test_among_scored(self) -> None:
        """Only exams with a score enter."""
        found = confusion_among_scored(self.counts, threshold=0.5, point=OperatingPoint())
        assert found == Confusion(tp=2, fp=1, fn=1, tn=2)

    def test_an_unscored_positive_is_a_miss(self) -> None:
        """As deployed, an exam without a score is not flagged."""
        found = confusion_as_deployed(self.counts, threshold=0.5, point=OperatingPoint())
        assert found == Confusion(tp=2, fp=1, fn=3, tn=3)

    def test_the_other_fail_safe(self) -> None:
        """Where unscored exams are read by a person first, they count as flagged."""
        point = OperatingPoint(unscored="positive")
        found = confusion_as_deployed(self.counts, threshold=0.5, point=point)
        assert found == Confusion(tp=4, fp=2, fn=1, tn=2)

    def test_margins(self) -> None:
        """The margins are sums of the four."""
        table = Confusion(tp=1, fp=2, fn=3, tn=4)
        assert (table.positives, table.negatives, table.flagged, table.total) == (4, 6, 3, 10)


@pytest.mark.parametrize("rows", [[], [{"label": None, "score": 0.5}]])
def test_nothing_labelled(rows: list[dict[str, float | None]]) -> None:
    """Without a label there is nothing to measure on, and nothing breaks."""
    assert count_scores(make_tally(rows, make_protocol()).base.cells).labelled == 0


Exams = list[tuple[int, float | None, str, float]]  # label, score, patient, weight

exams_of_patients = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from([None, 0.1, 0.3, 0.5, 0.9]),
        st.sampled_from("abcde"),
        st.sampled_from([1.0, 0.5, 2.0, 3.25]),
    ),
    min_size=2,
    max_size=30,
)


def clustered_counts(exams: Exams, *, weighted: bool = False) -> ScoreCounts:
    """Return the counts of exams of patients, as a stratum has them."""
    columns = Columns(patient="patient", weight="weight" if weighted else None)
    protocol = make_protocol(columns=columns)
    names = ("label", "score", "patient", "weight")
    rows: list[dict[str, Any]] = [dict(zip(names, exam, strict=True)) for exam in exams]
    stratum = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, {})
    assert stratum is not None
    return stratum.counts


def influence(label: int, score: float | None) -> float:
    """Return some influence of an exam that differs by label and score."""
    return (0.7 if score is None else score**2 - 0.2) * (2 if label else -1) + 0.1


def influences(counts: ScoreCounts) -> tuple[Any, Any]:
    """Return the influence per cell, of positives and of negatives, the unscored last."""
    of_label = [np.array([influence(label, s) for s in [*counts.scores, None]]) for label in (1, 0)]
    return of_label[0], of_label[1]


class TestSplittingAndMerging:
    """Exams counted in parts and put together again."""

    @given(exams=exams_of_patients, part=st.integers(0, 30))
    @settings(max_examples=60, deadline=None)
    def test_nothing_changes(self, exams: Exams, part: int) -> None:
        """Cells of two tallies side by side, those alike added up, are the cells of one."""
        protocol = make_protocol(columns=Columns(weight="weight"))
        names = ("label", "score", "patient", "weight")
        rows: list[dict[str, Any]] = [dict(zip(names, exam, strict=True)) for exam in exams]
        whole = make_tally(rows, protocol).base.cells
        one, other = (make_tally(some, protocol).base.cells for some in (rows[:part], rows[part:]))
        joined = gathered(
            Cells(
                codes={k: np.concatenate([one.codes[k], other.codes[k]]) for k in whole.codes},
                label=np.concatenate([one.label, other.label]),
                score=np.concatenate([one.score, other.score]),
                exams=np.concatenate([one.exams, other.exams]),
                sums={k: np.concatenate([one.sums[k], other.sums[k]]) for k in whole.sums},
            )
        )
        found, expected = count_scores(joined), count_scores(whole)
        assert found.scores.tolist() == expected.scores.tolist()
        assert found.positives.tolist() == expected.positives.tolist()
        assert found.weights is not None
        assert expected.weights is not None
        assert found.weights.negatives_squared.tolist() == (
            expected.weights.negatives_squared.tolist()
        )


class TestVariance:
    """The variance of a sum of influences."""

    @given(exams=exams_of_patients, weighted=st.booleans())
    @settings(max_examples=60, deadline=None)
    def test_is_the_square_of_each_patients_sum(self, exams: Exams, weighted: bool) -> None:
        """Worked on the rows: influences added up by patient, squared, summed."""
        sums: dict[str, float] = {}
        for label, score, patient, weight in exams:
            mine = influence(label, score) * (weight if weighted else 1)
            sums[patient] = sums.get(patient, 0.0) + mine
        counts = clustered_counts(exams, weighted=weighted)
        expected = sum(one**2 for one in sums.values())
        found = counts.variance("any", *influences(counts))
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)

    def test_without_pairs_exams_are_independent(self) -> None:
        """One, two and three exams with influences 2, 1 and -1: 4 + 2 + 3."""
        counts = score_counts((0.2, 1, 2), (0.8, 0, 3))
        found = counts.variance("any", np.array([2.0, 0.0]), np.array([1.0, -1.0]))
        assert found == 9

    def test_unscored_exams_count_for_nothing_unless_said(self) -> None:
        """An entry more than there are cells is theirs."""
        counts = score_counts((0.2, 1, 1), unscored_positives=4)
        short, long = np.array([1.0]), np.array([1.0, 3.0])
        assert counts.variance("any", short, short) == 2
        assert counts.variance("any", long, short) == 2 + 36

    def test_a_stated_effect_multiplies(self) -> None:
        """Of its own metric alone."""
        counts = replace(score_counts((0.2, 1, 2)), effects={"auroc": 1.5})
        one = np.array([1.0])
        assert counts.variance("auroc", one, one) == 4.5
        assert counts.variance("average_precision", one, one) == 3

    def test_coarser_pairs_take_the_mean(self) -> None:
        """A pair known to lie in a cell of two scores, of three and one exams: 3/4, 1/4."""
        clusters = Clusters(
            edges=np.array([0.0]), first=np.array([2]), second=np.array([2]),
            pairs=np.array([1.0]), patients=3, with_positives=3, with_negatives=0,
        )  # fmt: skip
        counts = replace(score_counts((0.2, 3, 0), (0.4, 1, 0)), clusters=clusters)
        found = counts.variance("any", np.array([1.0, 5.0]), np.zeros(2))
        assert found == 3 + 25 + 2 * (3 / 4 * 1 + 1 / 4 * 5) ** 2


class TestDesignEffect:
    """How much patients with several exams widen the variance."""

    def test_everybody_twice_alike(self) -> None:
        """Two equal exams per patient: the variance is that of half as many."""
        exams: Exams = [(1, 0.9, p, 1.0) for p in "abcd" for _ in range(2)]
        counts = clustered_counts(exams)
        assert counts.design_effect("any", np.array([0.3]), np.zeros(1)) == pytest.approx(2)

    def test_independent_exams(self) -> None:
        """It is 1, and where only stated, what is stated."""
        counts = score_counts((0.2, 1, 2))
        one = np.array([1.0])
        assert counts.design_effect("auroc", one, one) == 1
        stated = replace(counts, effects={"auroc": 1.5})
        assert stated.design_effect("auroc", one, one) == 1.5

    def test_nothing_varies(self) -> None:
        """Influences of 0 have no effect to speak of."""
        counts = clustered_counts([(1, 0.9, "a", 1.0), (1, 0.9, "a", 1.0)])
        assert counts.design_effect("any", np.zeros(1), np.zeros(1)) == 1


class TestLargestEffect:
    """The design effect of what no effect is stated of."""

    counts = replace(score_counts((0.2, 1, 2)), effects={"auroc": 1.5, "ppv": 1.2, "npv": 4.0})

    def test_of_those_it_rests_on(self) -> None:
        """The larger of two; what is not stated is none of them."""
        assert self.counts.largest_effect("ppv", "auroc", "f1") == 1.5

    def test_of_all(self) -> None:
        """Where none of them is stated."""
        assert self.counts.largest_effect("f1") == self.counts.largest_effect() == 4

    def test_nothing_stated(self) -> None:
        """Then exams are taken for independent."""
        assert score_counts((0.2, 1, 2)).largest_effect("auroc") == 1

    def test_pairs_say_it_better(self) -> None:
        """Where they are known nothing multiplies."""
        clusters = Clusters(
            edges=np.array([0.2]), first=np.array([2]), second=np.array([2]),
            pairs=np.array([1.0]), patients=2, with_positives=1, with_negatives=2,
        )  # fmt: skip
        assert replace(self.counts, clusters=clusters).largest_effect("npv") == 1


class TestKind:
    """What methods' names end with."""

    def test_says_what_was_heeded(self) -> None:
        """Patients with several exams, stated effects, and weights."""
        twice: Exams = [(1, 0.9, "a", 2.0), (0, 0.1, "a", 1.0)]
        assert clustered_counts(twice).kind == "-clustered"
        assert clustered_counts(twice, weighted=True).kind == "-clustered-weighted"
        assert replace(score_counts((0.1, 1, 1)), effects={"auroc": 2.0}).kind == "-clustered"
        assert score_counts((0.1, 1, 1)).kind == ""


class TestRemembered:
    """What several metrics rest on is worked out once."""

    counts = score_counts((0.2, 1, 3), (0.8, 4, 2))

    def test_once_per_question(self) -> None:
        """Asked twice it is worked out once; asked otherwise, once more."""
        asked = []

        @remembered
        def above(counts: ScoreCounts, *, least: float) -> float:
            asked.append(least)
            return float(counts.positives[counts.scores >= least].sum())

        assert [above(self.counts, least=one) for one in (0.5, 0.1, 0.5)] == [4, 5, 4]
        assert asked == [0.5, 0.1]

    def test_other_counts_are_asked_anew(self) -> None:
        """Counts that were changed know nothing of what was found before."""
        total = remembered(lambda counts: counts.all_positives)
        assert total(self.counts) == 5
        assert total(replace(self.counts, unscored_positives=2)) == 7


def two_sites() -> tuple[Cells, npt.NDArray[np.float64]]:
    """Return ten positives in [0, 0.5), ten negatives in [0.5, 1), and another site's in [0.25, 1).

    Their mean scores are 0.25, 0.75 and 0.5.
    """
    nought = np.zeros(4, dtype=np.int32)
    cells = Cells(
        codes={"finding": nought, "partition": nought, "site": np.array([0, 0, 1, 1], np.int32)},
        label=np.array([1, 0, 0, 1], dtype=np.int8),
        score=np.array([0.0, 0.5, 0.25, np.nan]),
        exams=np.array([10, 10, 10, 12], dtype=np.int64),
        sums={SCORE: (np.array([2.5, 7.5, 5.0, 0.0]) * 2**30).astype(np.int64),
              SCORE_SQUARED: np.zeros(4, dtype=np.int64)},
    )  # fmt: skip
    return cells, np.array([0.5, 1.0, 1.0, np.nan])


class TestCountApart:
    """Cells that sites told on edges of their own."""

    def test_ascend_by_their_means(self) -> None:
        """Each site's cell stands alone, with its ends; exams without a score are counted."""
        counts = count_apart(*two_sites())
        assert counts.means.tolist() == [0.25, 0.5, 0.75]
        assert counts.scores.tolist() == [0.0, 0.25, 0.5]
        assert counts.positives.tolist() == [10, 0, 0]
        assert counts.negatives.tolist() == [0, 10, 10]
        assert counts.unscored_positives == 12
        assert counts.spans is not None
        assert counts.spans.upper.tolist() == [0.5, 1.0, 1.0]

    def test_are_the_finest(self) -> None:
        """Where a stratum has them, figures without a common order rest on them."""
        counts = count_apart(*two_sites())
        common = count_scores(two_sites()[0])
        assert common.finest is common
        assert replace(common, apart=counts).finest is counts

    def test_auroc(self) -> None:
        """With [0.25, 1) 0 to 1 - 0.25 / 1 of the pairs are won, 0.375 in the middle; else none."""
        counts = replace(count_scores(two_sites()[0]), apart=count_apart(*two_sites()))
        found = auroc(counts, level=0.95)
        assert found.value == pytest.approx(0.375 / 2)
        assert found.error_bound == pytest.approx(0.375 / 2)
