"""Clustered: a stratum's exams counted again."""

from dataclasses import replace

import numpy as np
import pytest

from tests.factories.tallies import make_protocol, make_tally
from validation.agreement.clustered import count_again
from validation.protocols.shape import Columns
from validation.strata import Strata, Stratum
from validation.tallies import UNLABELLED

RNG = np.random.default_rng(8)
ROWS = [
    {"label": int(RNG.integers(2)), "score": round(float(RNG.random()), 1) if i % 9 else None,
     "patient": i // 3, "weight": 1.0 + i % 2}
    for i in range(60)
]  # fmt: skip


def stratum_of(columns: Columns) -> Stratum:
    """Return the one stratum of the rows."""
    protocol = make_protocol(columns=columns)
    found = Strata(make_tally(ROWS, protocol), protocol).find(protocol.findings[0], None, {})
    assert found is not None
    return found


class TestCountAgain:
    """Twenty patients with three exams each."""

    @pytest.mark.parametrize("weight", [None, "weight"])
    def test_nothing_changed(self, weight: str | None) -> None:
        """Under their own labels and scores sums vary as they did, the unscored among them."""
        stratum = stratum_of(Columns(patient="patient", weight=weight))
        found, before = count_again(stratum, stratum.joint), stratum.counts
        of_positives = np.append(before.scores, 0.3)
        assert found.kind == before.kind
        assert found.variance("brier", of_positives, of_positives**2) == pytest.approx(
            before.variance("brier", of_positives, of_positives**2)
        )

    def test_other_labels(self) -> None:
        """The labels turned round, what positives added negatives add."""
        stratum = stratum_of(Columns(patient="patient"))
        turned = replace(stratum.joint, label=(1 - stratum.joint.label).astype(np.int8))
        found, ones = count_again(stratum, turned), np.ones(stratum.counts.scores.size)
        assert found.sums(ones, 0 * ones).positives == pytest.approx(
            stratum.counts.sums(0 * ones, ones).negatives
        )

    def test_exams_left_out(self) -> None:
        """Where nobody has a label any more no exam is anybody's mate, and nothing clusters."""
        stratum = stratum_of(Columns(patient="patient"))
        label = np.full(len(stratum.joint), UNLABELLED, dtype=np.int8)
        found = count_again(stratum, replace(stratum.joint, label=label))
        assert (found.clusters, found.kind, found.labelled) == (None, "", 0)

    def test_no_patients(self) -> None:
        """Without a patient column what a site stated stays."""
        stratum = stratum_of(Columns())
        stated = replace(stratum, counts=replace(stratum.counts, effects={"auroc": 2.0}))
        assert count_again(stated, stratum.joint).effects == {"auroc": 2.0}
