"""Against: who is held against whom."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import recall_score, roc_auc_score

from tests.factories.tallies import make_protocol, make_tally
from validation.agreement.against import Against, against, majority_of
from validation.estimates import Estimate
from validation.intervals import wilson
from validation.measures import measure_one
from validation.protocols.shape import Columns, OperatingPoint, Protocol, Reader
from validation.strata import Strata, Stratum

ECG = Path(__file__).parents[4] / "shared" / "data" / "ecg_code_test"
READERS = tuple(Reader(name=name, column=name) for name in ("r0", "r1"))

# Label, score, and what two readers said.
ROWS: list[tuple[int | None, float | None, int | None, int | None]] = [
    (1, 0.9, 1, 1),
    (1, 0.4, 1, 0),
    (0, 0.7, 0, 0),
    (0, 0.2, 0, None),
    (None, 0.8, 1, 1),
    (0, None, None, 1),
]


def stratum_of(rows: list[Any], protocol: Protocol, *, patients: bool = False) -> Stratum:
    """Return the overall stratum; with `patients` every two exams are of one."""
    exams = [
        {"label": label, "score": score, "r0": first, "r1": second, "weight": 2.0}
        | ({"patient": str(i // 2)} if patients else {})
        for i, (label, score, first, second) in enumerate(rows)
    ]
    found = Strata(make_tally(exams, protocol), protocol).find(protocol.findings[0], None, {})
    assert found is not None
    return found


def entries_of(
    rows: list[Any],
    *,
    patients: bool = False,
    **changes: Any,  # noqa: ANN401  # a test may change anything
) -> dict[tuple[str, str], Against]:
    """Return the entries by who is held against whom."""
    protocol = make_protocol(readers=READERS, **changes)
    found = against(stratum_of(rows, protocol, patients=patients), protocol)
    return {(one.of, one.reference): one for one in found}


def counted(estimate: Estimate) -> tuple[int | None, int | None]:
    """Return the events and the exams of an estimate."""
    return estimate.events, estimate.n


class TestAgainst:
    """All entries of one stratum."""

    def test_who(self) -> None:
        """The model against label, majority and either reader; these three against the label."""
        assert list(entries_of(ROWS)) == [
            ("model", "label"), ("model", "majority"), ("model", "r0"), ("model", "r1"),
            ("majority", "label"), ("r0", "label"), ("r1", "label"),
        ]  # fmt: skip

    def test_model_against_a_reader(self) -> None:
        """The first reader called five exams, three of them positive, two of these flagged."""
        entry = entries_of(ROWS)["model", "r0"]
        assert (entry.exams, entry.positives) == (5, 3)
        assert counted(entry.estimates["sensitivity"]) == (2, 3)
        assert counted(entry.estimates["specificity"]) == (1, 2)
        assert entry.estimates["auroc"].value == pytest.approx(5 / 6)

    def test_model_against_the_majority(self) -> None:
        """A tie is no answer: of six exams, five have one; without a score is not flagged."""
        entry = entries_of(ROWS)["model", "majority"]
        assert (entry.exams, entry.positives) == (5, 3)
        assert counted(entry.estimates["sensitivity"]) == (2, 3)

    def test_reader_against_the_label(self) -> None:
        """The second reader called four labelled exams: half the positives, half the others."""
        entry = entries_of(ROWS)["r1", "label"]
        assert (entry.exams, entry.positives) == (4, 2)
        assert counted(entry.estimates["sensitivity"]) == (1, 2)
        assert counted(entry.estimates["specificity"]) == (1, 2)
        assert set(entry.estimates) == {"sensitivity", "specificity"}

    def test_model_against_the_label(self) -> None:
        """The same numbers as among the estimates of the stratum."""
        protocol = make_protocol(readers=READERS)
        stratum = stratum_of(ROWS, protocol)
        entry = against(stratum, protocol)[0]
        assert entry.estimates["auroc"] == measure_one("auroc", stratum, protocol, level=0.95)

    def test_electrocardiograms(self) -> None:
        """A model and two cardiologists on 827 exams: scikit-learn finds the same."""
        if not ECG.exists():
            pytest.skip("the electrocardiograms are not there: ecg_code_test")
        label = pd.read_csv(ECG / "exams.csv")["label_rbbb"].to_numpy()
        score = pd.read_csv(ECG / "versions" / "seed_01.csv").filter(like="rbbb").iloc[:, 0]
        first, second = (
            pd.read_csv(ECG / "readers" / f"cardiologist{i}.csv")["call_rbbb"] for i in (1, 2)
        )
        entries = entries_of(list(zip(label, score, first, second, strict=True)))
        ours = entries["model", "r0"].estimates
        assert ours["auroc"].value == pytest.approx(roc_auc_score(first, score))
        assert ours["sensitivity"].value == pytest.approx(recall_score(first, score >= 0.5))
        one = entries["r1", "label"].estimates
        assert one["sensitivity"].value == pytest.approx(recall_score(label, second))
        assert one["specificity"].value == pytest.approx(recall_score(1 - label, 1 - second))

    def test_no_threshold(self) -> None:
        """Without an operating point the model has no rates; readers do."""
        entries = entries_of(ROWS, operating_point=OperatingPoint())
        rates = entries["model", "r0"].estimates
        assert "no operating point" in str(rates["sensitivity"].undefined)
        assert rates["auroc"].value is not None
        assert entries["r0", "label"].estimates["sensitivity"].value == 1

    def test_weights(self) -> None:
        """Weights enter."""
        entries = entries_of(ROWS, columns=Columns(weight="weight"))
        assert entries["r0", "label"].estimates["sensitivity"].method == "wilson-weighted"

    def test_patients(self) -> None:
        """Exams of one patient are kept together, which the method's name says."""
        entries = entries_of(ROWS, patients=True, columns=Columns(patient="patient"))
        rate = entries["model", "r0"].estimates["sensitivity"]
        assert rate.method == "wilson-clustered"
        assert "exams without a label" in str(rate.note)
        assert entries["r0", "label"].estimates["sensitivity"].note is None
        nobody = [(label, score, 0, second) for label, score, _, second in ROWS]
        entries = entries_of(nobody, patients=True, columns=Columns(patient="patient"))
        assert entries["model", "r0"].estimates["sensitivity"].note is None
        assert entries["model", "label"].estimates["sensitivity"].note is None

    def test_one_exam_each(self) -> None:
        """With one exam a patient, or none known, nothing is clustered."""
        columns, alone = Columns(patient="patient"), entries_of(ROWS)
        rows = [row for row in ROWS for row in (row, (None, None, None, None))]
        assert entries_of(rows, patients=True, columns=columns) == alone

    def test_the_label_as_a_reader(self) -> None:
        """A reader who says what the label says gives the very estimates of the stratum."""
        rng = np.random.default_rng(3)
        label = rng.integers(0, 2, 60)
        score = np.clip(0.3 * label + 0.6 * rng.random(60), 0, 1).round(2)
        rows = list(zip(label, score, label, 1 - label, strict=True))
        columns = Columns(patient="patient", weight="weight")
        entries = entries_of(rows, patients=True, columns=columns)
        theirs, ours = (entries["model", name].estimates for name in ("label", "r0"))
        assert "clustered-weighted" in str(ours["sensitivity"].method)
        for key in ("sensitivity", "specificity", "auroc"):
            assert ours[key].value == pytest.approx(theirs[key].value)
            assert ours[key].low == pytest.approx(theirs[key].low, abs=0.003)

    def test_by_patient(self) -> None:
        """Wilson's interval on the effective size of a reader's sensitivity, row by row."""
        rng = np.random.default_rng(5)
        call = np.repeat(rng.integers(0, 2, 30), 2)
        rows = [(1, 0.5, int(one), 1) for one in call] + [(0, 0.5, 0, 0)] * 4
        entries = entries_of(rows, patients=True, columns=Columns(patient="patient"))
        found = entries["r0", "label"].estimates["sensitivity"]
        p = call.mean()
        sums = (call - p).reshape(-1, 2).sum(axis=1)
        variance = (sums**2).sum() / 60**2 * 30 / 29 * 59 / 60
        size = p * (1 - p) / variance
        assert (found.low, found.high) == pytest.approx(wilson(p * size, size, level=0.95))
        assert (found.events, found.n) == (call.sum(), 60)

    def test_a_stated_effect(self) -> None:
        """What a site stated for the stratum is heeded against readers, too."""
        protocol = make_protocol(readers=READERS)
        stratum = stratum_of(ROWS, protocol)
        stated = replace(stratum, counts=replace(stratum.counts, effects={"sensitivity": 2.0}))
        entries = {(one.of, one.reference): one for one in against(stated, protocol)}
        found = entries["model", "r0"].estimates["sensitivity"]
        assert found.method == "wilson-clustered"
        assert found.low is not None
        plain = entries_of(ROWS)["model", "r0"].estimates["sensitivity"].low
        assert plain is not None
        assert found.low < plain

    def test_nobody(self) -> None:
        """A reader who found nothing gives no sensitivity."""
        rows = [(1, 0.9, 0, 0), (0, 0.2, 0, 0)]
        found = entries_of(rows)["model", "r0"].estimates["sensitivity"]
        assert found.undefined == "no positive exam"

    def test_hidden(self) -> None:
        """Where positives are too few to be told, so is every rate of them."""
        protocol = make_protocol(readers=READERS)
        stratum = stratum_of(ROWS, protocol)
        stratum = _with_hidden(stratum)
        rates = {(one.of, one.reference): one for one in against(stratum, protocol)}
        found = rates["r0", "label"].estimates
        assert "minimum cell" in str(found["sensitivity"].undefined)
        assert found["specificity"].value == 1


def _with_hidden(stratum: Stratum) -> Stratum:
    """Return the stratum as if its positives were too few to be told."""
    return replace(stratum, counts=replace(stratum.counts, hidden=("positives",)))


class TestMajorityOf:
    """The answer of most."""

    def test_by_hand(self) -> None:
        """Two to one, one to one, nobody, and one alone."""
        calls = np.array([[1, 1, 0], [1, 0, -1], [-1, -1, -1], [-1, 0, -1]], dtype=np.int8)
        assert majority_of(calls).tolist() == [1, -1, -1, 0]
