"""Rows of patients with several exams, and the sums over patients worked on the rows."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.factories.tallies import make_protocol, make_tally
from validation.counts import ScoreCounts
from validation.protocols.shape import Columns
from validation.strata import Strata, Stratum

Array = npt.NDArray[np.float64]


def patients(
    n: int, *, seed: int, exams: int = 4, spread: float = 1.0, ties: int = 2
) -> list[dict[str, Any]]:
    """Return exams of patients whose exams look alike, some with the finding in all or in some.

    Of a patient's up to `exams` exams each has the finding with the patient's own probability;
    scores are in [0, 1] with `ties` decimals, raised by the finding and by the patient's level.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for patient in range(n):
        level = rng.normal(0, spread)
        risk = 1 / (1 + np.exp(1.0 - 1.5 * rng.normal()))
        for _ in range(int(rng.integers(1, exams + 1))):
            label = int(rng.random() < risk)
            score = 1 / (1 + np.exp(-(1.2 * label - 0.6 + level + 0.7 * rng.normal())))
            rows.append(
                {
                    "label": label,
                    "score": round(float(score), ties),
                    "patient": f"p{patient}",
                    "weight": float(rng.integers(1, 5)) / 2,
                }
            )
    return rows


def stratum_of(rows: Sequence[dict[str, Any]], *, weighted: bool = False) -> Stratum:
    """Return the overall stratum of some rows."""
    columns = Columns(patient="patient", weight="weight" if weighted else None)
    protocol = make_protocol(columns=columns)
    found = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, {})
    assert found is not None
    return found


def counts_of_rows(rows: Sequence[dict[str, Any]], *, weighted: bool = False) -> ScoreCounts:
    """Return the counts of some rows."""
    return stratum_of(rows, weighted=weighted).counts


def by_patient(rows: Sequence[dict[str, Any]], amounts: npt.NDArray[Any]) -> Array:
    """Return the sum of an amount over each patient's rows."""
    sums: dict[str, float] = defaultdict(float)
    for row, amount in zip(rows, amounts, strict=True):
        sums[row["patient"]] += float(amount)
    return np.array(list(sums.values()))
