"""Reading real tables: where they lie, and how numbers are picked from an assessment of them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from validation.assessment import Assessment, StratumAssessment, assess
from validation.engines.duckdb import tally_table
from validation.estimates import Estimate
from validation.protocols import read

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def real(name: str) -> Path:
    """Return the path of a real table; skip loudly where it is missing."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"The real table is not there: ../shared/data/{name} beside the repository")
    return path


def assessed(path: Path, text: str) -> Assessment:
    """Return the assessment of a table under the protocol that a TOML text describes."""
    protocol = read(text)
    return assess(tally_table(path, protocol), protocol)


def stratum(
    found: Assessment, by: Mapping[str, str] | None = None, finding: str | None = None
) -> StratumAssessment:
    """Return one stratum of the partition that is judged."""
    return next(
        one
        for one in found.strata
        if one.by == (by or {})
        and one.finding == finding
        and one.partition in {None, found.purpose}
    )


def value(estimate: Estimate) -> float:
    """Return the value of an estimate that must be defined."""
    assert estimate.value is not None, estimate.undefined
    return estimate.value
