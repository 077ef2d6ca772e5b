"""Reading: agreement between readers."""

from dataclasses import replace
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss

from tests.factories.tallies import make_protocol, make_tally
from validation.agreement.measures import (
    Measure,
    fleiss_kappa,
    krippendorff_alpha,
    percent_agreement,
)
from validation.agreement.reading import Agreement, agreement
from validation.assessment import assess
from validation.estimates import Estimate
from validation.federation.hiding import hide, plan_of
from validation.protocols.shape import Columns, Protocol, Reader
from validation.strata import Strata

ECG = Path(__file__).parents[4] / "shared" / "data" / "ecg_code_test" / "readers"


def protocol_of(count: int) -> Protocol:
    """Return a protocol with so many readers, r0 and on."""
    names = [f"r{i}" for i in range(count)]
    return make_protocol(readers=tuple(Reader(name=name, column=name) for name in names))


def agreed(calls: list[list[int | None]]) -> Agreement:
    """Return the agreement on exams of which each row holds the calls."""
    protocol = protocol_of(len(calls[0]))
    rows: list[dict[str, object]] = [
        {"label": 1, "score": 0.5, **{f"r{i}": call for i, call in enumerate(row)}} for row in calls
    ]
    found = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, {})
    assert found is not None
    return agreement(found, protocol)


RNG = np.random.default_rng(17)
TRUTH = RNG.integers(0, 2, 240)
CALLS = np.where(RNG.random((240, 3)) < 0.8, TRUTH[:, None], 1 - TRUTH[:, None])
# Mates are alike: the exams of a patient share how hard they are to read.
CALLS[::4] = CALLS[1::4]
PATIENTS = np.repeat(np.arange(120), 2)
WEIGHTS = np.resize([1, 2, 1, 3, 2], 240)
ROWS: list[dict[str, object]] = [
    {
        "label": 1, "score": 0.5, "patient": int(k), "weight": float(w),
        "r0": int(a), "r1": int(b), "r2": int(c),
    }
    for k, w, (a, b, c) in zip(PATIENTS, WEIGHTS, CALLS, strict=True)
]  # fmt: skip


def among(
    rows: list[dict[str, object]],
    columns: Columns,
    *,
    readers: int = 3,
    effects: dict[str, float] | None = None,
) -> Agreement:
    """Return the agreement on some rows under a protocol with such columns."""
    protocol = replace(protocol_of(readers), columns=columns)
    found = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, {})
    assert found is not None
    if effects:
        found = replace(found, counts=replace(found.counts, effects=effects))
    return agreement(found, protocol)


def error_of(found: Agreement, measure: str) -> float:
    """Return the standard error that an interval tells."""
    one = estimate(found, measure)
    assert one.value is not None
    assert one.low is not None
    return (one.value - one.low) / 1.959963984540054


def estimate(found: Agreement, measure: str) -> Estimate:
    """Return the first estimate of a measure."""
    return next(one.estimate for one in found.measures if one.measure == measure)


class TestAgreement:
    """All measures of one stratum."""

    def test_electrocardiograms(self) -> None:
        """Five readers of 827 exams: statsmodels and krippendorff find the same."""
        if not ECG.exists():
            pytest.skip("the electrocardiograms are not there: ecg_code_test")
        calls = np.stack(
            [pd.read_csv(path)["call_rbbb"].to_numpy() for path in sorted(ECG.glob("*.csv"))],
            axis=1,
        )
        found = agreed(calls.tolist())
        assert (found.called, found.undecided) == (827, 0)
        assert len(found.measures) == 3 + 10
        assert estimate(found, "fleiss_kappa").value == pytest.approx(
            fleiss(aggregate_raters(calls)[0])
        )
        alpha = krippendorff.alpha(calls.T, level_of_measurement="nominal")
        assert estimate(found, "krippendorff_alpha").value == pytest.approx(alpha)
        theirs = cohens_kappa(pd.crosstab(calls[:, 0], calls[:, 1]).to_numpy())
        ours = estimate(found, "cohen_kappa")
        assert ours.value == pytest.approx(theirs.kappa)
        assert ours.low == pytest.approx(theirs.kappa_low, abs=0.005)

    def test_missing_calls(self) -> None:
        """Alpha takes the exams that two of three called."""
        calls: list[list[int | None]] = [
            [1, 1, None],
            [0, 0, 0],
            [1, 0, 1],
            [0, None, 0],
            [None, None, 1],
            [1, 1, 1],
        ]
        data = [[np.nan if call is None else call for call in row] for row in calls]
        expected = krippendorff.alpha(np.array(data).T, level_of_measurement="nominal")
        found = agreed(calls)
        assert estimate(found, "krippendorff_alpha").value == pytest.approx(expected)
        assert found.called == 6

    def test_ties(self) -> None:
        """One yes and one no decide nothing; of two exams, half agree."""
        found = agreed([[1, 0], [1, 1]])
        assert found.undecided == 1
        assert estimate(found, "percent_agreement").value == 0.5

    def test_all_alike(self) -> None:
        """Where all say no, chance explains everything."""
        found = agreed([[0, 0], [0, 0]])
        for measure in ("fleiss_kappa", "krippendorff_alpha", "cohen_kappa"):
            assert "chance is certain" in str(estimate(found, measure).undefined)

    def test_no_two_calls(self) -> None:
        """One call agrees with nothing."""
        found = agreed([[0, None], [None, 1]])
        for measure in ("percent_agreement", "fleiss_kappa", "krippendorff_alpha"):
            assert "two readers" in str(estimate(found, measure).undefined)

    def test_no_interval(self) -> None:
        """A measure that hangs on one exam has a value and no interval."""
        one = estimate(agreed([[0, 0], [0, 0], [1, 1]]), "fleiss_kappa")
        assert (one.value, one.low) == (1, None)
        assert "without one exam" in str(one.note)

    def test_counts_that_left_a_site(self) -> None:
        """No reader's call leaves a site that hides counts; every measure says so."""
        protocol = protocol_of(3)
        rows = [{**row, "exam": i, "site": "a", "label": i % 2} for i, row in enumerate(ROWS)]
        told = hide(make_tally(rows, protocol), plan_of(protocol, minimum=10))
        (found, _) = assess(told, protocol).agreement
        assert len(found.measures) == 3 + 3
        assert {one.estimate.undefined for one in found.measures} == {
            "the tally holds no calls of readers: they do not leave a site that hides counts"
        }
        assert (found.called, found.against) == (0, ())

    def test_in_the_assessment(self) -> None:
        """There with two readers, not with one."""
        rows = [{"label": 1, "score": 0.5, "r0": 1, "r1": 0}]
        several, single = protocol_of(2), protocol_of(1)
        assert len(assess(make_tally(rows, several), several).agreement) == 2
        assert assess(make_tally(rows, single), single).agreement == ()


class TestWeights:
    """Sampling weights."""

    weighted = Columns(weight="weight")

    def test_values(self) -> None:
        """Scikit-learn finds the weighted kappa, statsmodels that of exams repeated by weight."""
        found = among(ROWS, self.weighted)
        theirs = cohen_kappa_score(CALLS[:, 0], CALLS[:, 1], sample_weight=WEIGHTS)
        assert estimate(found, "cohen_kappa").value == pytest.approx(theirs)
        repeated = np.repeat(CALLS, WEIGHTS, axis=0)
        assert estimate(found, "fleiss_kappa").value == pytest.approx(
            fleiss(aggregate_raters(repeated)[0])
        )
        assert estimate(found, "fleiss_kappa").method == "jackknife-weighted"
        assert estimate(found, "fleiss_kappa").n == 240

    def test_alpha(self) -> None:
        """Alpha of repeated exams, but with the correction for the 720 calls that were made."""
        repeated = np.repeat(CALLS, WEIGHTS, axis=0)
        theirs = krippendorff.alpha(repeated.T, level_of_measurement="nominal")
        expected = 1 - (1 - theirs) / (1 - 1 / repeated.size) * (1 - 1 / CALLS.size)
        found = estimate(among(ROWS, self.weighted), "krippendorff_alpha")
        assert found.value == pytest.approx(expected)

    @pytest.mark.parametrize("unit", [0.05, 7.0, 400.0])
    def test_the_unit_does_not_matter(self, unit: float) -> None:
        """Weights in another unit, even far below 1, change no value and no interval."""
        plain = among(ROWS, self.weighted)
        found = among(
            [{**row, "weight": float(str(row["weight"])) * unit} for row in ROWS], self.weighted
        )
        for one, other in zip(found.measures, plain.measures, strict=True):
            assert one.estimate.value == pytest.approx(other.estimate.value, abs=2e-3)
            assert one.estimate.low == pytest.approx(other.estimate.low, abs=2e-3)

    @pytest.mark.parametrize(
        ("measure", "of"),
        [
            ("percent_agreement", percent_agreement),
            ("fleiss_kappa", fleiss_kappa),
            ("krippendorff_alpha", krippendorff_alpha),
        ],
    )
    def test_interval(self, measure: str, of: Measure) -> None:
        """As leaving out one exam after the other with its own weight says, ± 3 %."""
        scaled = WEIGHTS * (240 / WEIGHTS.sum())
        calls = CALLS.astype(np.int8)
        values = np.array([of(calls, scaled * (np.arange(240) != i)) for i in range(240)])
        expected = np.sqrt(239 / 240 * ((values - values.mean()) ** 2).sum())
        assert error_of(among(ROWS, self.weighted), measure) == pytest.approx(expected, rel=0.03)

    def test_all_alike(self) -> None:
        """Where all exams weigh the same everything is as without weights."""
        plain = among(ROWS, Columns())
        found = among([{**row, "weight": 3.0} for row in ROWS], self.weighted)
        for one, other in zip(found.measures, plain.measures, strict=True):
            assert one.estimate.value == pytest.approx(other.estimate.value)
            assert one.estimate.low == pytest.approx(other.estimate.low)

    def test_all_say_yes(self) -> None:
        """However awkward the weights, their sum is their sum: chance explains everything."""
        rows: list[dict[str, object]] = [
            {
                "label": 1,
                "score": i / 100,
                "weight": 0.1 + i / 7,
                "r0": 1,
                "r1": 1,
                "r2": 1 if i else None,
            }
            for i in range(60)
        ]
        found = among(rows, self.weighted)
        for measure in ("fleiss_kappa", "krippendorff_alpha", "cohen_kappa"):
            assert "chance is certain" in str(estimate(found, measure).undefined)


class TestPatients:
    """Several exams of one patient."""

    by_patient = Columns(patient="patient")

    @pytest.mark.parametrize("weighted", [False, True])
    @pytest.mark.parametrize(
        ("measure", "of"),
        [
            ("percent_agreement", percent_agreement),
            ("fleiss_kappa", fleiss_kappa),
            ("krippendorff_alpha", krippendorff_alpha),
        ],
    )
    def test_interval(self, measure: str, of: Measure, weighted: bool) -> None:  # a case
        """As leaving out one patient after the other says, ± 3 %, and wider than of exams."""
        weights = WEIGHTS * (240 / WEIGHTS.sum()) if weighted else np.ones(240)
        calls = CALLS.astype(np.int8)
        values = np.array([of(calls, weights * (k != PATIENTS)) for k in range(120)])
        expected = np.sqrt(119 / 120 * ((values - values.mean()) ** 2).sum())
        weight = "weight" if weighted else None
        found = among(ROWS, Columns(patient="patient", weight=weight))
        assert error_of(found, measure) == pytest.approx(expected, rel=0.03)
        assert error_of(found, measure) > error_of(among(ROWS, Columns(weight=weight)), measure)
        assert "clustered" in str(estimate(found, measure).method)

    def test_one_exam_each(self) -> None:
        """With one exam a patient everything is as without patients."""
        alone = [{**row, "patient": i} for i, row in enumerate(ROWS)]
        assert among(alone, self.by_patient) == among(ROWS, Columns())

    def test_everything_twice(self) -> None:
        """Every exam twice within its patient tells what it tells once."""
        one = among(ROWS, Columns())
        rows = [{**row, "patient": i % 240} for i, row in enumerate(ROWS * 2)]
        two = among(rows, self.by_patient)
        for measure in ("percent_agreement", "cohen_kappa", "fleiss_kappa"):
            assert estimate(two, measure).value == pytest.approx(estimate(one, measure).value)
            assert error_of(two, measure) == pytest.approx(error_of(one, measure), rel=0.005)

    def test_one_patient(self) -> None:
        """All exams of one patient have values, and no interval."""
        rows = [{**row, "patient": 1} for row in ROWS]
        found = estimate(among(rows, self.by_patient), "cohen_kappa")
        assert found.value is not None
        assert (found.low, found.note) == (None, "no interval: all exams are of one patient")

    def test_exams_without_a_label(self) -> None:
        """Which of them are of one patient is not known, which is said; without any it is not."""
        some = among([*ROWS, {**ROWS[0], "label": None}], self.by_patient)
        assert estimate(some, "fleiss_kappa").note == (
            "exams without a label are taken for those of other patients"
        )
        assert estimate(among(ROWS, self.by_patient), "fleiss_kappa").note is None
        silent = {**ROWS[0], "label": None, "r0": None, "r1": None, "r2": None}
        assert estimate(among([*ROWS, silent], self.by_patient), "fleiss_kappa").note is None

    def test_a_stated_effect(self) -> None:
        """The largest effect that a site stated widens the interval: four doubles it."""
        plain = among(ROWS, Columns())
        found = among(ROWS, Columns(), effects={"auroc": 4.0, "ppv": 1.5})
        assert error_of(found, "fleiss_kappa") == pytest.approx(2 * error_of(plain, "fleiss_kappa"))
        assert estimate(found, "fleiss_kappa").method == "jackknife-clustered"


class TestFusion:
    """The readers' fusion, and the model against it."""

    def test_three_readers(self) -> None:
        """Each of three who err in one of five agrees with the fusion about so often."""
        found = agreed(CALLS.tolist())
        assert found.fusion is not None
        assert found.fusion.undefined is None
        assert list(found.fusion.sensitivity) == ["r0", "r1", "r2"]
        assert found.fusion.prevalence == pytest.approx(TRUTH.mean(), abs=0.1)
        assert min(found.fusion.specificity.values()) > 0.6
        fused = [one for one in found.against if one.reference == "fusion"]
        assert [one.of for one in fused] == ["model"]
        assert "fusion" in {one.of for one in found.against if one.reference == "label"}

    def test_it_follows_the_reader_whom_the_others_bear_out(self) -> None:
        """Two who guess do not carry against one who knows."""
        rng = np.random.default_rng(3)
        knows = rng.integers(0, 2, 400)
        guess = [np.where(rng.random(400) < 0.7, knows, 1 - knows) for _ in range(2)]
        found = agreed(np.stack([knows, *guess], axis=1).tolist())
        entry = next(one for one in found.against if (one.of, one.reference) == ("model", "fusion"))
        assert entry.positives == pytest.approx(knows.sum(), abs=20)

    def test_two_readers(self) -> None:
        """Two have none, and nothing is held against it."""
        found = agreed(CALLS[:, :2].tolist())
        assert found.fusion is None
        assert "fusion" not in {one.reference for one in found.against}

    def test_calls_that_are_all_alike(self) -> None:
        """The reason is told, and nothing is held against what is not there."""
        found = agreed([[1, 1, 1]] * 4)
        assert found.fusion is not None
        assert "every call is the same" in str(found.fusion.undefined)
        assert "fusion" not in {one.reference for one in found.against}

    def test_weights_are_repetition(self) -> None:
        """Two exams of weight 1 give what one of weight 2 gives."""
        weighted = among(ROWS, Columns(weight="weight"))
        repeated = [row for row in ROWS for _ in range(int(str(row["weight"]).split(".")[0]))]
        plain = among(repeated, Columns())
        assert weighted.fusion is not None
        assert plain.fusion is not None
        assert weighted.fusion.prevalence == pytest.approx(plain.fusion.prevalence)
