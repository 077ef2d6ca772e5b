"""Discrimination: AUROC and average precision."""

import csv
import gzip
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from tests.factories.patients import by_patient, counts_of_rows, patients
from tests.factories.tallies import counts_of, make_protocol, make_tally, score_counts
from validation.counts import count_scores
from validation.errors import EmptyStratumError
from validation.estimates import Estimate
from validation.metrics.discrimination import auroc, average_precision, delong, newcombe_auroc

Array = npt.NDArray[np.float64]

RNG = np.random.default_rng(11)
LABELS = RNG.integers(0, 2, 400)
SCORES = np.round(np.clip(0.3 * LABELS + RNG.normal(0.4, 0.25, 400), 0.01, 0.99), 2)  # many ties


def asah(marker: str) -> tuple[list[int], list[float]]:
    """Return outcomes and one marker of pROC's aneurysm data, read in place."""
    path = Path(__file__).parents[4] / "shared" / "data" / "more" / "asah.csv"
    if not path.exists():
        pytest.skip(f"pROC's aneurysm data are not there: {path.name} beside the repository")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [int(row["outcome"] == "Poor") for row in rows], [float(row[marker]) for row in rows]


class TestAuroc:
    """The area under the ROC curve."""

    def test_agrees_with_scikit_learn(self) -> None:
        """With ties, to the last digits."""
        found = auroc(counts_of(LABELS, SCORES), level=0.95).value
        assert found == pytest.approx(roc_auc_score(LABELS, SCORES), abs=1e-14)

    def test_hand_worked(self) -> None:
        """Of four pairs the positives win two, tie one and lose one: 2.5 / 4."""
        found = auroc(score_counts((0.1, 0, 1), (0.2, 1, 0), (0.5, 1, 1)), level=0.95)
        assert found.value == pytest.approx(0.625)

    @pytest.mark.parametrize(
        ("marker", "value", "low", "high"),
        [("s100b", 0.7314, 0.6301, 0.8326), ("ndka", 0.6120, 0.5012, 0.7227)],
    )
    def test_prints_what_proc_prints(
        self, marker: str, value: float, low: float, high: float
    ) -> None:
        """The DeLong interval on the AUROC's own scale, to the digits that pROC 1.18 prints."""
        found = auroc(counts_of(*asah(marker)), level=0.95, scale="delong")
        assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=5e-5)

    def test_both_scales_are_there(self) -> None:
        """The scale not chosen stands in `also`."""
        counts = counts_of(LABELS, SCORES)
        on_logit, raw = auroc(counts, level=0.95), auroc(counts, level=0.95, scale="delong")
        assert on_logit.method == "delong-logit"
        assert (on_logit.also[0].low, on_logit.also[0].high) == (raw.low, raw.high)

    def test_the_logit_scale(self) -> None:
        """Worked from value and variance: logit ± 1.96 se / (A (1 - A))."""
        counts = counts_of(LABELS, SCORES)
        value, variance = delong(counts)
        assert variance is not None
        half = 1.959963984540054 * math.sqrt(variance) / (value * (1 - value))
        middle = math.log(value / (1 - value))
        expected = [1 / (1 + math.exp(-(middle + sign * half))) for sign in (-1, 1)]
        found = auroc(counts, level=0.95)
        assert [found.low, found.high] == pytest.approx(expected, abs=1e-12)

    def test_the_variance_by_definition(self) -> None:
        """DeLong's variance, worked over all pairs with numpy."""
        positive, negative = SCORES[LABELS == 1], SCORES[LABELS == 0]
        wins = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
        expected = wins.mean(axis=1).var(ddof=1) / positive.size
        expected += wins.mean(axis=0).var(ddof=1) / negative.size
        assert delong(counts_of(LABELS, SCORES))[1] == pytest.approx(expected, rel=1e-12)

    def test_perfect_separation_is_not_certainty(self) -> None:
        """Two against two, all right: the interval reaches far below 1."""
        found = auroc(score_counts((0.1, 0, 2), (0.9, 2, 0)), level=0.95)
        assert found.value == found.high == 1
        assert found.low is not None
        assert found.low < 0.6
        assert found.method == "newcombe-5"

    def test_a_single_positive(self) -> None:
        """One exam has no spread; the interval rests on the class sizes."""
        found = auroc(score_counts((0.1, 0, 5), (0.5, 1, 0), (0.9, 0, 5)), level=0.95)
        assert found.value == 0.5
        assert found.method == "newcombe-5"

    @pytest.mark.parametrize(
        ("cell", "reason"),
        [((0.5, 0, 3), "no positive"), ((0.5, 3, 0), "no negative"), ((0.5, 0, 0), "no labelled")],
    )
    def test_an_empty_class_is_named(self, cell: tuple[float, int, int], reason: str) -> None:
        """Without a class there is no AUROC, and it is said which is missing."""
        with pytest.raises(EmptyStratumError, match=reason):
            auroc(score_counts(cell), level=0.95)


class TestNewcombeAuroc:
    """Newcombe's method 5."""

    @pytest.mark.parametrize("value", [0.0, 0.3, 0.8, 1.0])
    def test_the_limits_solve_the_equation(self, value: float) -> None:
        """At each limit inside 0 to 1, the distance is z standard errors there."""
        low, high = newcombe_auroc(value, positives=12, negatives=30, level=0.95)
        for limit in {low, high} - {0.0, 1.0}:
            q1, q2 = limit / (2 - limit), 2 * limit**2 / (1 + limit)
            mean_size = (12 + 30) / 2 - 1  # both classes as large as their mean, as Newcombe has it
            variance = (
                limit * (1 - limit) + mean_size * (q1 - limit**2) + mean_size * (q2 - limit**2)
            )
            expected = 1.959963984540054 * math.sqrt(variance / (12 * 30))
            assert abs(limit - value) == pytest.approx(expected, rel=1e-9)
        assert low <= value <= high


class TestAveragePrecision:
    """Average precision."""

    def test_agrees_with_scikit_learn(self) -> None:
        """With ties, to the last digits."""
        found = average_precision(counts_of(LABELS, SCORES), level=0.95)
        assert found.value == pytest.approx(average_precision_score(LABELS, SCORES), abs=1e-14)

    def test_the_interval_agrees_with_resampled_exams(self) -> None:
        """Its half width is 1.96 standard deviations of 2,000 bootstraps of the rows, ± 6 %."""
        rng = np.random.default_rng(3)
        drawn = []
        for _ in range(2000):
            rows = rng.integers(0, LABELS.size, LABELS.size)
            drawn.append(average_precision_score(LABELS[rows], SCORES[rows]))
        found = average_precision(counts_of(LABELS, SCORES), level=0.95)
        assert half_width(found) == pytest.approx(1.96 * np.std(drawn), rel=0.06)

    def test_a_perfect_ranking_has_no_interval(self) -> None:
        """Where every positive is first, nothing varies, and this is said."""
        found = average_precision(score_counts((0.1, 0, 5), (0.9, 5, 0)), level=0.95)
        assert found.value == 1
        assert found.low is None
        assert found.note is not None

    def test_an_empty_class_is_named(self) -> None:
        """Without positives there is no precision to average."""
        with pytest.raises(EmptyStratumError, match="no positive"):
            average_precision(score_counts((0.5, 0, 3)), level=0.95)

    def test_agrees_with_the_influence_summed_by_patient(self) -> None:
        """Worked on the rows: what one more exam of each kind changes, by finite difference."""
        rows = patients(25, seed=4, ties=1)
        counts, error = counts_of_rows(rows), 1e-6
        labels = np.array([row["label"] for row in rows])
        scores = np.array([row["score"] for row in rows])
        plain = average_precision_score(labels, scores)
        influences = []
        for i in range(labels.size):
            weights = np.ones(labels.size)
            weights[i] += error
            moved = average_precision_score(labels, scores, sample_weight=weights)
            influences.append((moved - plain) / error)
        expected = math.sqrt(float((by_patient(rows, np.array(influences)) ** 2).sum()))
        found = average_precision(counts, level=0.95)
        assert found.value is not None
        assert found.low is not None
        on_logit = math.log(found.value / (1 - found.value)) - math.log(found.low / (1 - found.low))
        shrink = found.value * (1 - found.value)
        assert on_logit * shrink / 1.959963984540054 == pytest.approx(expected, rel=1e-4)
        assert found.method == "influence-logit-clustered"

    def test_weights_as_scikit_learn_has_them(self) -> None:
        """The weighted average precision, to the last digits."""
        rows = patients(40, seed=5)
        labels, scores, weights = columns_of(rows)
        expected = average_precision_score(labels, scores, sample_weight=weights)
        found = average_precision(counts_of_rows(rows, weighted=True), level=0.95)
        assert found.value == pytest.approx(expected, abs=1e-12)
        assert found.method == "influence-logit-clustered-weighted"


def columns_of(rows: Sequence[dict[str, Any]]) -> tuple[Array, Array, Array]:
    """Return labels, scores and weights of rows."""
    found = [np.array([float(row[name]) for row in rows]) for name in ("label", "score", "weight")]
    return found[0], found[1], found[2]


def obuchowski(rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """Return the AUROC and Obuchowski's variance, worked exam by exam over all pairs."""
    labels, scores, _ = columns_of(rows)
    positive, negative = scores[labels == 1], scores[labels == 0]

    def above(one: Array, other: Array) -> Array:
        return np.asarray((one[:, None] > other) + 0.5 * (one[:, None] == other))

    wins = above(positive, negative)
    value, m, n = float(wins.mean()), positive.size, negative.size
    placed = np.zeros(labels.size)
    placed[labels == 1] = wins.mean(axis=1) - value
    placed[labels == 0] = wins.mean(axis=0) - value
    x = by_patient(rows, placed * (labels == 1))
    y = by_patient(rows, placed * (labels == 0))
    i, i10, i01 = (
        np.count_nonzero(by_patient(rows, counted))
        for counted in (np.ones(labels.size), labels == 1, labels == 0)
    )
    s10 = i10 / ((i10 - 1) * m) * float(x @ x)
    s01 = i01 / ((i01 - 1) * n) * float(y @ y)
    s11 = i / (i - 1) * float(x @ y)
    return value, s10 / m + s01 / n + 2 * s11 / (m * n)


# Magnetic resonance angiography of up to two arteries of 36 patients: per patient, the scores of
# either reader for arteries with a stenosis, and for arteries without. Obuchowski 1997, table 3,
# as its author's software (clusteredROC, Cleveland Clinic) reads it: 65 complete records.
ARTERIES: list[tuple[list[tuple[int, int]], list[tuple[int, int]]]] = [
    ([(87, 87), (79, 83)], []), ([(88, 94), (95, 93)], []), ([(100, 100), (68, 79)], []),
    ([(65, 61), (89, 91)], []), ([(97, 97), (100, 100)], []), ([(100, 99), (89, 88)], []),
    ([(77, 77)], []), ([(94, 89)], [(45, 44)]), ([(89, 92)], [(-11, -17)]),
    ([(95, 91)], [(30, 14)]), ([(95, 95)], [(10, -122)]), ([(100, 100)], [(19, -3)]),
    ([(75, 75)], []), ([(70, 81)], [(70, 73)]), ([(86, 93)], [(26, 27)]),
    ([(65, 70)], [(0, 8)]), ([(100, 100)], [(6, 23)]), ([(96, 95)], [(76, 79)]),
    ([(100, 100)], [(44, 55)]), ([(97, 94)], [(73, 67)]), ([(85, 86)], []),
    ([(100, 99)], [(58, 60)]), ([(100, 100)], [(-2, -2)]), ([], [(-3, -14), (0, -11)]),
    ([], [(47, -3), (-94, -90)]), ([], [(-16, 17), (75, 85)]), ([], [(5, -22), (-1, -14)]),
    ([], [(-6, -52)]), ([], [(37, 38), (47, 35)]), ([], [(42, 40), (4, 6)]),
    ([], [(55, 23), (55, 45)]), ([], [(4, -87), (-13, -65)]), ([], [(49, 24), (35, 9)]),
    ([], [(53, 66)]), ([], [(2, -15)]), ([], [(-48, -78)]),
]  # fmt: skip


class TestClusteredAuroc:
    """Patients with several exams: Obuchowski 1997."""

    @pytest.mark.parametrize(
        ("reader", "value", "error", "s10", "s01", "s11"),
        [
            (0, 0.9837, 0.0108, 0.0013151307, 0.0022375873, 0.0051785478),
            (1, 0.9852, 0.0097, 0.0009284122, 0.0022598583, -0.0005015760),
        ],
    )
    def test_the_published_example(
        self, reader: int, value: float, error: float, s10: float, s01: float, s11: float
    ) -> None:
        """Value and error as printed, and the variance from the printed components."""
        rows = [
            {"label": label, "score": pair[reader], "patient": str(patient)}
            for patient, arteries in enumerate(ARTERIES)
            for label, pairs in zip((1, 0), arteries, strict=True)
            for pair in pairs
        ]
        found, variance = delong(counts_of_rows(rows))
        assert found == pytest.approx(value, abs=5e-5)
        assert variance == pytest.approx(s10 / 29 + s01 / 36 + 2 * s11 / (29 * 36), abs=1e-11)
        assert variance is not None
        assert math.sqrt(variance) == pytest.approx(error, abs=5e-5)

    @pytest.mark.parametrize("seed", range(4))
    def test_agrees_with_the_definition(self, seed: int) -> None:
        """Placements per exam over all pairs, summed per patient; with ties."""
        rows = patients(60, seed=seed)
        assert delong(counts_of_rows(rows)) == pytest.approx(obuchowski(rows), rel=1e-10)

    def test_named(self) -> None:
        """On either scale."""
        found = auroc(counts_of_rows(patients(40, seed=1)), level=0.95)
        assert (found.method, found.also[0].method) == ("obuchowski-logit", "obuchowski")

    def test_one_exam_a_patient_is_delong(self) -> None:
        """To the last digit, and named so."""
        rows = patients(80, seed=2, exams=1)
        labels, scores, _ = columns_of(rows)
        found = auroc(counts_of_rows(rows), level=0.95)
        assert found == auroc(counts_of(labels, scores), level=0.95)
        assert found.method == "delong-logit"

    def test_every_exam_twice(self) -> None:
        """The same patients read twice tell no more than once: m and n halve, but for k - 1."""
        rows = patients(50, seed=3, exams=1)
        once, twice = delong(counts_of_rows(rows))[1], delong(counts_of_rows(rows * 2))[1]
        assert twice == pytest.approx(once, rel=1e-12)

    def test_a_stated_effect(self) -> None:
        """Where the pairs stayed with the hospital, its design effect widens the variance."""
        counts = counts_of(LABELS, SCORES)
        stated = replace(counts, effects={"auroc": 2.5})
        plain, wide = delong(counts)[1], delong(stated)[1]
        assert plain is not None
        assert wide == 2.5 * plain
        assert auroc(stated, level=0.95).method == "obuchowski-logit"

    def test_perfect_separation_counts_patients(self) -> None:
        """Four patients with two equal exams each are no more than four exams."""
        rows = [
            {"label": label, "score": 0.1 + 0.8 * label, "patient": f"{label}{i // 2}"}
            for label in (0, 1)
            for i in range(4)
        ]
        found = auroc(counts_of_rows(rows), level=0.95)
        alone = auroc(counts_of_rows(rows[::2]), level=0.95)
        assert found.method == "newcombe-5-clustered"
        assert (found.low, found.high) == pytest.approx((alone.low, alone.high))

    def test_all_positives_of_one_patient(self) -> None:
        """A single patient has no spread, however many exams there are."""
        rows = [{"label": 1, "score": s / 10, "patient": "a"} for s in (4, 6, 8)]
        rows += [{"label": 0, "score": s / 10, "patient": f"b{s}"} for s in range(1, 8)]
        assert delong(counts_of_rows(rows))[1] is None

    def test_chest_radiographs(self) -> None:
        """22,433 films, 13,000 patients: as by definition, and wider than DeLong."""
        rows = nih("effusion", every=3)
        value, variance = delong(counts_of_rows(rows))
        alone = delong(count_scores(make_tally(rows, make_protocol()).base.cells))[1]
        assert (value, variance) == pytest.approx(obuchowski(rows), rel=1e-9)
        assert variance is not None
        assert alone is not None
        assert variance > 1.02 * alone

    @pytest.mark.soak
    def test_a_bootstrap_of_patients_agrees(self) -> None:
        """The standard deviation of 2,000 resamples of patients, ± 5 %."""
        rows = patients(150, seed=6)
        labels, scores, _ = columns_of(rows)
        names = sorted({row["patient"] for row in rows})
        where = {
            name: [i for i, row in enumerate(rows) if row["patient"] == name] for name in names
        }
        rng = np.random.default_rng(7)
        drawn = []
        for _ in range(2000):
            at = [i for name in rng.choice(names, len(names)) for i in where[name]]
            drawn.append(roc_auc_score(labels[at], scores[at]))
        variance = delong(counts_of_rows(rows))[1]
        assert variance is not None
        assert math.sqrt(variance) == pytest.approx(np.std(drawn), rel=0.05)


def nih(finding: str, *, every: int = 1) -> list[dict[str, Any]]:
    """Return chest radiographs that a network read, of every so-manyth patient."""
    path = Path(__file__).parents[4] / "shared" / "data" / "nih_chexnet" / "predictions.csv.gz"
    if not path.exists():
        pytest.skip(f"The chest radiographs are not there: {path.name} beside the repository")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [
            {
                "label": int(row[f"label_{finding}"]),
                "score": float(row[f"score_{finding}"]),
                "patient": row["patient_id"],
                "weight": 1.0,
            }
            for row in csv.DictReader(file)
            if int(row["patient_id"][3:]) % every == 0
        ]


class TestWeightedAuroc:
    """Exams that stand for more than one."""

    def test_the_value_agrees_with_scikit_learn(self) -> None:
        """With ties, to the last digits."""
        rows = patients(60, seed=8)
        labels, scores, weights = columns_of(rows)
        expected = roc_auc_score(labels, scores, sample_weight=weights)
        found = delong(counts_of_rows(rows, weighted=True))[0]
        assert found == pytest.approx(expected, abs=1e-12)

    def test_equal_weights_are_none(self) -> None:
        """Every exam counting as three has DeLong's variance still, and Obuchowski's."""
        for exams in (1, 4):
            rows = [{**row, "weight": 3.0} for row in patients(60, seed=9, exams=exams)]
            found, plain = (delong(counts_of_rows(rows, weighted=w)) for w in (True, False))
            assert found == pytest.approx(plain, rel=1e-12)

    def test_the_variance_by_definition(self) -> None:
        """One exam a patient: weighted placements, each class's squares over k (k - 1)."""
        rows = patients(70, seed=10, exams=1)
        labels, scores, weights = columns_of(rows)
        one, other = labels == 1, labels == 0
        wins = (scores[one][:, None] > scores[other]) + 0.5 * (
            scores[one][:, None] == scores[other]
        )
        w1, w0 = weights[one] / weights[one].sum(), weights[other] / weights[other].sum()
        value = float(w1 @ wins @ w0)
        expected = 0.0
        for share, placed in ((w1, wins @ w0), (w0, w1 @ wins)):
            expected += share.size / (share.size - 1) * float(share**2 @ (placed - value) ** 2)
        found = delong(counts_of_rows(rows, weighted=True))
        assert found == pytest.approx((value, expected), rel=1e-10)

    def test_named(self) -> None:
        """So that nobody takes it for DeLong's."""
        rows = patients(60, seed=10, exams=1)
        assert auroc(counts_of_rows(rows, weighted=True), level=0.9).method == (
            "delong-logit-weighted"
        )


exams = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 12), st.integers(1, 3)), min_size=2, max_size=40
).filter(lambda found: len({label for label, _, _ in found}) == 2)


def rows_of(found: Sequence[tuple[int, int, int]]) -> list[dict[str, Any]]:
    """Return exams with scores of twelfths and whole weights, one patient each."""
    return [
        {"label": label, "score": score / 12, "weight": float(weight), "patient": str(i)}
        for i, (label, score, weight) in enumerate(found)
    ]


class TestProperties:
    """What holds of any exams."""

    @given(found=exams)
    @settings(max_examples=60, deadline=None)
    def test_only_the_order_of_scores_counts(self, found: list[tuple[int, int, int]]) -> None:
        """A rising function of the scores changes neither value nor interval."""
        rows = rows_of(found)
        bent = [{**row, "score": row["score"] ** 3 / 2} for row in rows]
        for measure in (auroc, average_precision):
            assert measure(counts_of_rows(rows), level=0.9) == measure(
                counts_of_rows(bent), level=0.9
            )

    @given(found=exams)
    @settings(max_examples=60, deadline=None)
    def test_the_labels_are_dual(self, found: list[tuple[int, int, int]]) -> None:
        """With classes and order turned round the AUROC is the same; with one of them, 1 - it."""
        rows = rows_of(found)
        turned = [{**row, "label": 1 - row["label"]} for row in rows]
        both = [{**row, "score": 1 - row["score"]} for row in turned]
        value, variance = delong(counts_of_rows(rows))
        assert delong(counts_of_rows(turned))[0] == pytest.approx(1 - value, abs=1e-12)
        assert delong(counts_of_rows(both))[0] == pytest.approx(value, abs=1e-12)
        if variance is not None:
            assert delong(counts_of_rows(both))[1] == pytest.approx(variance, rel=1e-9)

    @given(found=exams)
    @settings(max_examples=60, deadline=None)
    def test_whole_weights_are_repetition(self, found: list[tuple[int, int, int]]) -> None:
        """An exam that counts twice is two exams, in value."""
        rows = rows_of(found)
        repeated = [row for row in rows for _ in range(int(row["weight"]))]
        for measure in (auroc, average_precision):
            weighted = measure(counts_of_rows(rows, weighted=True), level=0.9).value
            many = measure(counts_of([r["label"] for r in repeated], scores(repeated)), level=0.9)
            assert weighted == pytest.approx(many.value, abs=1e-9)

    @given(found=exams)
    @settings(max_examples=60, deadline=None)
    def test_the_order_of_rows_does_not_count(self, found: list[tuple[int, int, int]]) -> None:
        """Not even in the last digit."""
        rows = rows_of(found)
        assert auroc(counts_of_rows(rows), level=0.9) == auroc(
            counts_of_rows(rows[::-1]), level=0.9
        )

    @given(found=exams)
    @settings(max_examples=60, deadline=None)
    def test_a_merged_grid_keeps_its_bound(self, found: list[tuple[int, int, int]]) -> None:
        """The truth lies within the published bound of what merged scores give."""
        rows = [{**row, "score": row["score"] / 1000} for row in rows_of(found)]
        protocol = make_protocol()
        for measure in (auroc, average_precision):
            exact = measure(counts_of_rows(rows), level=0.9)
            merged = measure(
                count_scores(make_tally(rows, protocol, grid="dyadic-704").base.cells), level=0.9
            )
            assert (exact.error_bound, exact.value is None) == (None, False)
            assert merged.error_bound is not None
            assert merged.value is not None
            assert abs(merged.value - (exact.value or 0)) <= merged.error_bound + 1e-12

    def test_a_useless_model(self) -> None:
        """One score for all: 0.5, and the precision is the prevalence."""
        counts = score_counts((0.3, 20, 60))
        assert auroc(counts, level=0.95).value == 0.5
        assert average_precision(counts, level=0.95).value == 0.25


def scores(rows: Sequence[dict[str, Any]]) -> list[float]:
    """Return the scores of rows."""
    return [row["score"] for row in rows]


def half_width(estimate: Estimate) -> float:
    """Return half the width of an interval that exists."""
    assert estimate.low is not None
    assert estimate.high is not None
    return (estimate.high - estimate.low) / 2
