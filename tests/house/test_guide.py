"""The statisticians' guide under test: it names what an assessment can hold."""

import dataclasses
from pathlib import Path

import pytest

from validation.assessment_documents import Assessment
from validation.metric_names import FAIRNESS_METRICS, METRICS

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "statisticians.md"


def first_cells() -> set[str]:
    """Return the keys that stand in the first column of a table of the guide."""
    rows = [
        line.split("|")[1]
        for line in GUIDE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    return {key for row in rows for key in row.split("`")[1::2]}


@pytest.mark.parametrize("key", [*METRICS, *FAIRNESS_METRICS])
def test_every_metric_has_its_row(key: str) -> None:
    """A metric that the engine measures and the guide does not explain fails here."""
    assert key in first_cells()


def test_every_list_has_its_row() -> None:
    """So does a list of the assessment."""
    plain = {
        "engine", "measure_digest", "table_digest", "protocol_name", "purpose", "rows", "schema",
    }  # fmt: skip
    lists = {one.name for one in dataclasses.fields(Assessment)} - plain
    assert lists - first_cells() == set()


def test_no_row_without_a_subject() -> None:
    """A key that the engine does not know is not explained."""
    known = {*METRICS, *FAIRNESS_METRICS, *(one.name for one in dataclasses.fields(Assessment))}
    assert first_cells() - known == set()
