"""Confusion: four counts, and how far they vary."""

from dataclasses import replace

import numpy as np
import pytest

from tests.factories.patients import by_patient, counts_of_rows, patients
from tests.factories.tallies import score_counts
from validation.confusion import FN, FP, TN, TP, Confusion, share
from validation.errors import EmptyStratumError
from validation.flagging import confusion_among_scored, confusion_as_deployed
from validation.protocols.shape import OperatingPoint

POINT = OperatingPoint(threshold=0.5)
ROWS = [
    {**row, "score": None if i % 9 == 0 else row["score"]}
    for i, row in enumerate(patients(70, seed=21))
]


class TestSpread:
    """What decisions about patients with several exams add up to."""

    @pytest.mark.parametrize("weighted", [False, True])
    @pytest.mark.parametrize("unscored", ["negative", "positive"])
    @pytest.mark.parametrize("deployed", [False, True])
    def test_products_are_sums_over_patients(
        self, *, weighted: bool, unscored: str, deployed: bool
    ) -> None:
        """Per two cells, each patient's counts multiplied, then summed; worked on the rows."""
        point = OperatingPoint(
            threshold=0.5, unscored="positive" if unscored == "positive" else "negative"
        )
        form = confusion_as_deployed if deployed else confusion_among_scored
        table = form(counts_of_rows(ROWS, weighted=weighted), threshold=0.5, point=point)
        cells = np.full(len(ROWS), 4)
        for i, row in enumerate(ROWS):
            if row["score"] is None and not deployed:
                continue
            missing = row["score"] is None
            flagged = unscored == "positive" if missing else row["score"] >= 0.5
            cells[i] = {(1, True): TP, (0, True): FP, (1, False): FN, (0, False): TN}[
                row["label"], flagged
            ]
        weights = np.array([row["weight"] if weighted else 1.0 for row in ROWS])
        sums = np.array([by_patient(ROWS, weights * (cells == cell)) for cell in range(4)])
        assert table.spread is not None
        assert table.spread.products == pytest.approx(sums @ sums.T, rel=1e-9)
        assert table.mass == pytest.approx(sums.sum(axis=1))

    def test_independent_exams_have_none(self) -> None:
        """Their counts say it all: the mass is the count, the variance the sum of squares."""
        table = Confusion(tp=1, fp=2, fn=3, tn=4)
        assert table.mass.tolist() == [1, 2, 3, 4]
        assert table.variance("any", np.array([1.0, 2.0, 0.0, 1.0])) == 1 + 8 + 4
        assert table.kind == ""

    def test_equality_is_that_of_the_counts(self) -> None:
        """Two tables of the same four counts are one, however they vary."""
        table = confusion_as_deployed(counts_of_rows(ROWS), threshold=0.5, point=POINT)
        plain = Confusion(tp=table.tp, fp=table.fp, fn=table.fn, tn=table.tn)
        assert table == plain


class TestShare:
    """A proportion and its effective size."""

    def test_a_stated_effect_divides(self) -> None:
        """A hospital that states 2 for the sensitivity has half as many exams to tell of it."""
        counts = replace(score_counts((0.2, 20, 30), (0.8, 60, 10)), effects={"sensitivity": 2.0})
        table = confusion_as_deployed(counts, threshold=0.5, point=POINT)
        found = share(table, "sensitivity", events=(TP,), of=(TP, FN), empty="")
        assert (found.value, found.n, found.events) == (0.75, 80, 60)
        # n - 1 of n in both the variance and the patients: (n - 1) / n · k / (k - 1) of k = n / 2.
        assert found.size == pytest.approx(40 * (39 / 40) / (79 / 80))

    def test_another_metrics_effect_is_not_its_own(self) -> None:
        """The specificity was stated to be independent by not being stated."""
        counts = replace(score_counts((0.2, 20, 30), (0.8, 60, 10)), effects={"sensitivity": 2.0})
        table = confusion_as_deployed(counts, threshold=0.5, point=POINT)
        assert share(table, "specificity", events=(TN,), of=(FP, TN), empty="").size == 40

    def test_nobody(self) -> None:
        """It is said of whom there is none."""
        with pytest.raises(EmptyStratumError, match="nobody here"):
            share(Confusion(tp=0, fp=1, fn=0, tn=1), "any", events=(TP,), of=(TP, FN),
                  empty="nobody here")  # fmt: skip
