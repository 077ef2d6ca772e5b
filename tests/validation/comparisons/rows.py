"""Rows: three hundred exams that two versions scored, and their differences."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.factories.tallies import comparators, make_protocol, make_tally
from validation.comparisons.paired import Comparison, compare
from validation.protocols.shape import Columns, Protocol
from validation.strata import Strata, Stratum
from validation.tallies.content import EXACT

Array = npt.NDArray[np.float64]
Rows = list[dict[str, object]]

Z = 1.959963984540054

PROTOCOL = make_protocol(comparators=comparators(old=0.5))
BY_PATIENT = replace(PROTOCOL, columns=Columns(patient="patient"))
WEIGHTED = replace(PROTOCOL, columns=Columns(weight="weight"))
BOTH = replace(PROTOCOL, columns=Columns(patient="patient", weight="weight"))

_RNG = np.random.default_rng(31)
LABELS = _RNG.integers(0, 2, 300)
OURS: Array = np.asarray(
    np.round(np.clip(0.4 * LABELS + _RNG.normal(0.3, 0.2, 300), 0, 1), 2), dtype=np.float64
)
THEIRS: Array = np.asarray(
    np.round(np.clip(OURS + _RNG.normal(0, 0.2, 300), 0, 1), 2), dtype=np.float64
)
PATIENTS = np.repeat(np.arange(120), np.resize([1, 2, 3, 4], 120))[:300]
WEIGHTS: Array = np.resize([0.5, 1.0, 2.0, 3.0, 1.5, 1.0, 0.25], 300)
ROWS: Rows = [
    {"label": int(y), "score": float(a), "old": float(b), "patient": int(k), "weight": float(w)}
    for y, a, b, k, w in zip(LABELS, OURS, THEIRS, PATIENTS, WEIGHTS, strict=True)
]

# Scores of which hardly two are alike, for merging.
FINE: Rows = [
    {"label": int(y), "score": float(0.3 * y + 0.7 * a), "old": float(0.2 * y + 0.8 * b)}
    for y, a, b in zip(_RNG.integers(0, 2, 400), _RNG.random(400), _RNG.random(400), strict=True)
]


def stratum_of(rows: Rows, protocol: Protocol = PROTOCOL, *, grid: str = EXACT) -> Stratum:
    """Return the one stratum of some rows."""
    found = Strata(make_tally(rows, protocol, grid=grid), protocol).find(
        protocol.findings[0], None, {}
    )
    assert found is not None
    return found


def differences(
    rows: Rows, protocol: Protocol = PROTOCOL, *, grid: str = EXACT
) -> Mapping[str, Comparison]:
    """Return the differences by metric."""
    return of_stratum(stratum_of(rows, protocol, grid=grid), protocol)


def of_stratum(stratum: Stratum, protocol: Protocol = PROTOCOL) -> Mapping[str, Comparison]:
    """Return the differences of a stratum by metric."""
    return {one.metric: one for one in compare(stratum, protocol, protocol.comparators[0])}


def with_effects(effects: Mapping[str, float]) -> Stratum:
    """Return the stratum of the rows as if their patients had stayed with a site."""
    found = stratum_of(ROWS)
    return replace(found, counts=replace(found.counts, effects=effects))


def by_patient(influences: Iterable[float], patients: npt.NDArray[np.int64] = PATIENTS) -> Array:
    """Return the sums of influences over patients."""
    added = np.asarray(influences, dtype=np.float64)
    return np.asarray(np.bincount(patients, weights=added), dtype=np.float64)


def number(value: Any) -> float:  # noqa: ANN401  # whatever the test found
    """Return a number that must be there."""
    assert value is not None
    return float(value)


def error_of(one: Comparison) -> float:
    """Return the standard error that a symmetric interval tells."""
    return (number(one.high) - number(one.low)) / 2 / Z
