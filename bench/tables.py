"""Tables: prediction tables made from a seed, and the protocol under which they are evaluated."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from validation.protocols import read
from validation.protocols.shape import Protocol

SEED = 20261123
THRESHOLD = 0.5
EDGES = (0, 45, 55, 65, 75, 120)
BANDS = ("0 to <45", "45 to <55", "55 to <65", "65 to <75", "75 to 120")
# The groups of the evaluation: overall, 8 sites, 2 sexes, 5 age bands, 10 intersections.
GROUPINGS: tuple[tuple[str, ...], ...] = (("site",), ("sex",), ("band",), ("sex", "band"))
PROTOCOL = """\
schema = "cmr.protocol/1"
name = "Bench"
purpose = "external testing"
sampling = "consecutive"
reference_standard = "made from a seed"
[columns]
exam = "exam"
patient = "patient"
site = "site"
label = "label"
score = "score"
[operating_point]
threshold = 0.5
[costs]
false_negative = 10.0
false_positive = 1.0
set_by = "bench"
set_on = "2026-11-23"
why = "a price is needed to measure a cost"
[population]
prevalence = 0.1
source = "bench"
[subgroups]
sex = "sex"
age_band = { column = "age", edges = [0, 45, 55, 65, 75, 120] }
intersections = [["sex", "age_band"]]
"""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A table in memory and the same on disk."""

    frame: pd.DataFrame
    path: Path


def make_protocol() -> Protocol:
    """Return the protocol of the bench."""
    return read(PROTOCOL)


def make_table(folder: Path, *, rows: int) -> Made:
    """Return a table of so many exams at eight sites, scores nearly all distinct.

    Distinct scores are the worst case: counts per distinct score are then hardly fewer than rows.
    """
    rng = np.random.default_rng(SEED)
    label = rng.binomial(1, 0.15, rows)
    log_odds = rng.normal(-2.2 + 2.0 * label, 1.2)
    age = rng.integers(20, 95, rows)
    columns: dict[str, Any] = {
        "exam": np.char.add("E", np.arange(rows).astype(str)),
        "patient": np.char.add("P", rng.integers(0, int(rows / 1.6), rows).astype(str)),
        "site": np.char.add("Hospital ", rng.integers(1, 9, rows).astype(str)),
        "sex": rng.choice(["F", "M"], rows),
        "age": age,
        "label": label,
        "score": (1 / (1 + np.exp(-log_odds))).astype(np.float32).astype(np.float64),
    }
    frame = pd.DataFrame(columns)
    path = folder / f"table-{rows}.parquet"
    frame.to_parquet(path, index=False)
    bands = pd.cut(frame["age"], EDGES, right=False, labels=BANDS, include_lowest=True)
    return Made(frame=frame.assign(band=bands.astype(str)), path=path)
