"""Influence: how sums over exams vary."""

import numpy as np
import pytest

from tests.validation.comparisons.rows import (
    BOTH,
    BY_PATIENT,
    LABELS,
    OURS,
    PATIENTS,
    PROTOCOL,
    ROWS,
    WEIGHTED,
    WEIGHTS,
    by_patient,
    stratum_of,
)
from validation.comparisons.influence import between_patients, covariance
from validation.protocols.shape import Protocol


class TestCovariance:
    """Two sums over three hundred exams: of the scores, and of the labels."""

    @pytest.mark.parametrize("protocol", [PROTOCOL, BY_PATIENT, WEIGHTED, BOTH])
    def test_over_rows(self, protocol: Protocol) -> None:
        """The products of what each patient, or exam, adds to the two, summed row by row."""
        columns = protocol.columns
        weights = WEIGHTS if columns.weight is not None else np.ones(300)
        groups = PATIENTS if columns.patient is not None else np.arange(300)
        rows = np.stack([by_patient(weights * one, groups) for one in (OURS, LABELS)])
        joint = (stratum := stratum_of(ROWS, protocol)).joint
        cells = np.stack([joint.score, joint.label.astype(np.float64)], axis=1)
        assert covariance(stratum, cells) == pytest.approx(rows @ rows.T)


class TestBetweenPatients:
    """The same without bias, class by class."""

    def test_independent_exams(self) -> None:
        """Of influences that add up to nothing in either class it is the usual variance."""
        stratum = stratum_of(ROWS)
        label = stratum.joint.label == 1
        means = np.where(label, OURS[LABELS == 1].mean(), OURS[LABELS == 0].mean())
        sizes = np.where(label, LABELS.sum(), (1 - LABELS).sum())
        influence = ((stratum.joint.score - means) / sizes)[:, None]
        expected = sum(
            OURS[at].var(ddof=1) / np.count_nonzero(at) for at in (LABELS == 0, LABELS == 1)
        )
        enters = stratum.joint.label >= 0
        assert between_patients(stratum, enters, influence)[0, 0] == pytest.approx(expected)
