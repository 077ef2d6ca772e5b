"""Indeterminate: the ends of what may hold."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from tests.factories.tallies import make_protocol, make_tally
from validation.agreement.indeterminate import Indeterminate, greatest_auroc, indeterminate
from validation.assessment import assess, document, from_document
from validation.protocols.shape import Columns, OperatingPoint, Protocol
from validation.strata import Strata, Stratum
from validation.tallies.cells import INDETERMINATE

# Two positives flagged and one not, three negatives not flagged and one flagged; of those
# without an answer two are flagged, one is not, and one has no score.
KNOWN = [(0.9, 1), (0.7, 1), (0.3, 1), (0.1, 0), (0.2, 0), (0.4, 0), (0.6, 0)]
UNKNOWN: list[tuple[float | None, int]] = [
    (0.8, INDETERMINATE), (0.5, INDETERMINATE), (0.25, INDETERMINATE), (None, INDETERMINATE),
]  # fmt: skip


def stratum_of(exams: list[Any], protocol: Protocol | None = None) -> Stratum:
    """Return the overall stratum of score and label per exam."""
    protocol = make_protocol() if protocol is None else protocol
    rows = [{"score": score, "label": label, "weight": 2.0} for score, label in exams]
    found = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, {})
    assert found is not None
    return found


def found_in(exams: list[Any], protocol: Protocol | None = None) -> Indeterminate:
    """Return the two cases; some exam must lack its answer."""
    found = indeterminate(stratum_of(exams, protocol))
    assert found is not None
    return found


class TestIndeterminate:
    """Both cases of one stratum."""

    def test_by_hand(self) -> None:
        """2 of 3 flagged: 4 of 5 at best and 2 of 5 at worst; 3 of 4 not: 5 of 6 and 3 of 6."""
        found = found_in([*KNOWN, *UNKNOWN])
        assert (found.exams, found.scored) == (4, 3)
        assert (found.best.sensitivity.events, found.best.sensitivity.n) == (4, 5)
        assert (found.worst.sensitivity.events, found.worst.sensitivity.n) == (2, 5)
        assert (found.best.specificity.events, found.best.specificity.n) == (5, 6)
        assert (found.worst.specificity.events, found.worst.specificity.n) == (3, 6)

    def test_all_answers(self) -> None:
        """No answers at all give an AUROC outside the two cases, and some reach each."""
        found = found_in([*KNOWN, *UNKNOWN])
        scores = [score for score, _ in [*KNOWN, *UNKNOWN[:3]]]
        areas = [
            roc_auc_score([*(label for _, label in KNOWN), *answers], scores)
            for answers in product((0, 1), repeat=3)
        ]
        assert found.best.auroc.value == pytest.approx(max(areas))
        assert found.worst.auroc.value == pytest.approx(min(areas))

    def test_none(self) -> None:
        """Nothing is said where every exam has its answer."""
        assert indeterminate(stratum_of(KNOWN)) is None

    def test_no_threshold(self) -> None:
        """Without an operating point there are no rates, but an AUROC."""
        found = found_in([*KNOWN, *UNKNOWN], make_protocol(operating_point=OperatingPoint()))
        assert "no operating point" in str(found.best.sensitivity.undefined)
        assert found.best.auroc.value is not None

    @pytest.mark.parametrize("label", [0, 1])
    def test_no_exam_of_a_class(self, label: int) -> None:
        """A flagged exam without an answer is no negative at best, and no positive at worst."""
        found = found_in([(0.9, label), (0.8, INDETERMINATE)])
        if label:
            assert found.best.specificity.undefined == "no negative exam"
        else:
            assert found.worst.sensitivity.undefined == "no positive exam"

    def test_weights(self) -> None:
        """Weights are not heeded, and it is said."""
        protocol = make_protocol(columns=Columns(weight="weight"))
        found = found_in([*KNOWN, *UNKNOWN], protocol)
        assert "whatever its weight" in str(found.best.auroc.note)
        assert found.best.sensitivity.value == 0.8

    def test_in_the_assessment(self) -> None:
        """There overall and at the site, and the document gives it back."""
        protocol = make_protocol()
        rows = [{"score": s, "label": y, "site": "A"} for s, y in [*KNOWN, *UNKNOWN]]
        found = assess(make_tally(rows, protocol), protocol)
        assert [dict(one.by) for one in found.indeterminate] == [{}, {"site": "A"}]
        assert from_document(document(found)).indeterminate[0].exams == 4
        assert assess(make_tally(rows[:7], protocol), protocol).indeterminate == ()


class TestGreatestAuroc:
    """The search over answers."""

    @given(
        st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)),
            min_size=1, max_size=3,
        )
    )  # fmt: skip
    def test_against_every_answer(self, cells: list[tuple[int, int, int]]) -> None:
        """On few exams with many ties, trying all answers finds nothing greater."""
        ones, zeros, unknown = np.array(cells, dtype=np.float64).T
        scores = np.repeat(np.arange(len(cells)), np.array(cells).sum(axis=1))
        said = [[1] * one + [0] * zero + [-1] * none for one, zero, none in cells]
        labels = np.array([label for some in said for label in some], dtype=np.int64)
        free = labels == -1
        areas = []
        for answers in product((0, 1), repeat=int(unknown.sum())):
            labels[free] = answers
            gaps = scores[labels == 1][:, None] - scores[labels == 0]
            if gaps.size:
                areas.append(float((gaps > 0).mean() + (gaps == 0).mean() / 2))
        if areas:
            assert greatest_auroc(ones, zeros, unknown) == pytest.approx(max(areas))

    def test_one_exam(self) -> None:
        """A single exam has no pair."""
        found = found_in([(0.8, INDETERMINATE)])
        assert "a class is empty" in str(found.worst.auroc.undefined)
