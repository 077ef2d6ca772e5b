"""Comparison: two versions on the same exams."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.tallies import make_tally
from tests.validation.comparisons.rows import (
    BY_PATIENT,
    PROTOCOL,
    ROWS,
    WEIGHTED,
    Rows,
    differences,
    number,
)
from validation.assessment import assess
from validation.comparisons.paired import MEASURES
from validation.federation.hiding import hide, plan_of

EXAM = st.tuples(st.integers(0, 1), st.integers(0, 8), st.integers(0, 8), st.integers(1, 3))


class TestCompare:
    """All differences from one comparator."""

    found = differences(ROWS)

    def test_only_exams_that_both_scored(self) -> None:
        """For the AUROC an exam that one of them left out is left out, and counted."""
        found = differences([*ROWS, {"label": 1, "score": 0.9, "old": None, "n": 4}])
        assert found["auroc"].left_out == 4
        assert found["auroc"].difference == self.found["auroc"].difference

    def test_as_deployed_a_missing_score_is_a_miss(self) -> None:
        """Four positives that the other version left unscored count for this one."""
        found = differences([*ROWS, {"label": 1, "score": 0.9, "old": None, "n": 4}])
        before, after = self.found["sensitivity"], found["sensitivity"]
        n = number(before.n)
        assert after.difference == pytest.approx((number(before.difference) * n + 4) / (n + 4))
        assert after.left_out == 0

    def test_unlabelled_exams_do_not_enter(self) -> None:
        """What has no label compares nothing."""
        found = differences([*ROWS, {"label": None, "score": 0.9, "old": 0.1, "n": 50}])
        assert found == self.found

    @pytest.mark.parametrize(("label", "word"), [(1, "negative"), (0, "positive")])
    def test_one_class(self, label: int, word: str) -> None:
        """A class that is missing is named."""
        metric = "specificity" if word == "negative" else "sensitivity"
        found = differences([row for row in ROWS if row["label"] == label])
        assert found[metric].undefined == f"no {word} exam"
        assert found["auroc"].undefined == f"no {word} exam has a score"

    def test_counts_that_left_a_site(self) -> None:
        """No comparator's scores leave a site that hides counts; every difference says so."""
        rows = [{**row, "exam": i, "site": "a"} for i, row in enumerate(ROWS)]
        tally = make_tally(rows, PROTOCOL)
        found = assess(hide(tally, plan_of(PROTOCOL, minimum=10)), PROTOCOL).comparisons
        assert {one.metric for one in found} == set(MEASURES)
        (reason,) = {one.undefined for one in found}
        assert reason == (
            "the tally holds no scores of the comparator: they do not leave a site that hides "
            "counts"
        )


class TestPatients:
    """Several exams of one patient."""

    def test_everything_twice(self) -> None:
        """Every exam twice within its patient tells what it tells once."""
        one = differences([{**row, "patient": i} for i, row in enumerate(ROWS)], BY_PATIENT)
        two = differences(
            [{**row, "patient": i % 300} for i, row in enumerate(ROWS * 2)], BY_PATIENT
        )
        for metric in ("auroc", "sensitivity", "specificity", "ppv_ratio", "brier", "net_benefit"):
            assert str(two[metric].method).endswith("-clustered")
            assert two[metric].low == pytest.approx(one[metric].low, abs=2e-4)
        assert two["expected_cost"].low == pytest.approx(one["expected_cost"].low, abs=0.02)

    def test_one_exam_each(self) -> None:
        """With one exam a patient everything is as without patients, its methods' names too."""
        alone = differences([{**row, "patient": i} for i, row in enumerate(ROWS)], BY_PATIENT)
        assert alone == differences(ROWS)


class TestWeights:
    """Sampling weights."""

    @settings(max_examples=40, deadline=None)
    @given(st.lists(EXAM, min_size=4, max_size=30))
    def test_weights_are_repetition(self, exams: list[tuple[int, int, int, int]]) -> None:
        """An exam of weight 3 counts in every difference as three exams do."""
        rows: Rows = [{"label": y, "score": a / 8, "old": b / 8} for y, a, b, _ in exams]
        weighted = [{**row, "weight": float(e[3])} for row, e in zip(rows, exams, strict=True)]
        repeated = [row for row, e in zip(rows, exams, strict=True) for _ in range(e[3])]
        ours, theirs = differences(weighted, WEIGHTED), differences(repeated)
        for metric, one in ours.items():
            other = theirs[metric]
            if "a single" in str(one.undefined):
                continue  # one exam has no spread however much it counts for; three have
            assert one.undefined == other.undefined
            if one.undefined is None:
                assert one.difference == pytest.approx(other.difference, abs=1e-9)

    def test_all_alike(self) -> None:
        """Where all exams weigh the same, it does not matter how much: no number changes."""
        rows = [{**row, "weight": 7.25} for row in ROWS]
        found, plain = differences(rows, WEIGHTED), differences(ROWS)
        for metric, one in found.items():
            expected = plain[metric]
            assert (one.difference, one.low, one.high) == pytest.approx(
                (expected.difference, expected.low, expected.high)
            )
            assert str(one.method).endswith("-weighted")
