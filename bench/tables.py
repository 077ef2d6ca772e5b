"""Tables: prediction tables made from a seed and streamed to disk, and protocols to measure them.

Eight sites, two sexes, five age bands, four groups of origin: 320 groups. About six in a hundred
exams have the finding; scores are single precision and nearly all distinct; patients have 1.6
exams on average and are alike within themselves.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from validation.protocols import read
from validation.protocols.shape import Protocol

SEED = 20261123
THRESHOLD = 0.5
PIECE = 500_000
SITES = tuple(f"Hospital {letter}" for letter in "ABCDEFGH")
SEXES = ("F", "M")
BANDS = ("18 to 39", "40 to 54", "55 to 64", "65 to 74", "75 and over")
ORIGINS = ("Asian", "Black", "Other", "White")
MEASURED = ("site", "sex", "band", "origin", "label", "score")  # what the report reads
IDENTIFIED = (*MEASURED, "exam", "patient")

_HEAD = """\
schema = "cmr.protocol/1"
name = "Bench"
purpose = "external testing"
sampling = "consecutive"
reference_standard = "made from a seed"
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
range = [0.05, 0.2]
source = "bench"
[intervals]
replicates = 1000
"""
_WHOLE = """\
[subgroups]
hospital = "site"
sex = "sex"
band = "band"
origin = "origin"
intersections = [
    ["hospital", "sex"], ["hospital", "band"], ["hospital", "origin"], ["sex", "band"],
    ["sex", "origin"], ["band", "origin"], ["hospital", "sex", "band", "origin"],
]
"""
_SIXTEEN = """\
[subgroups]
hospital = "site"
sex = "sex"
intersections = [["hospital", "sex"]]
"""


def whole_report(*, patients: bool) -> Protocol:
    """Return the protocol of the whole report: 466 strata and the sites once more as sites."""
    identified = 'exam = "exam"\npatient = "patient"\n' if patients else ""
    return read(f'{_HEAD}[columns]\nsite = "site"\n{identified}{_WHOLE}')


def sixteen_groups() -> Protocol:
    """Return the protocol of the sixteen groups that are measured beside `confidenceinterval`."""
    return read(_HEAD + _SIXTEEN)


def make_table(folder: Path, *, rows: int) -> Path:
    """Return the path of a table of so many exams, made once."""
    path = folder / f"table-{rows}.parquet"
    if not path.exists():
        with pq.ParquetWriter(path, _piece(np.random.default_rng(0), 1, 0).schema) as writer:
            for piece in _pieces(rows):
                writer.write_table(piece, row_group_size=PIECE)
    return path


def _pieces(rows: int) -> Iterator[pa.Table]:
    for start in range(0, rows, PIECE):
        rng = np.random.default_rng([SEED, start])
        yield _piece(rng, min(PIECE, rows - start), start)


def _piece(rng: np.random.Generator, rows: int, start: int) -> pa.Table:
    """Return some rows; their patients are nobody else's."""
    exams = np.minimum(rng.geometric(1 / 1.6, rows), 12)
    patient = np.repeat(np.arange(rows), exams)[:rows]

    def of_patient(shares: list[float]) -> np.ndarray:
        return rng.choice(len(shares), rows, p=shares)[patient].astype(np.int32)

    site = of_patient([0.28, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05, 0.02])
    sex = of_patient([0.54, 0.46])
    band = of_patient([0.12, 0.22, 0.28, 0.25, 0.13])
    origin = of_patient([0.07, 0.13, 0.18, 0.62])
    risk = -4.15 + 0.35 * (band - 2) + rng.normal(0, 1.0, rows)[patient]
    risk += np.array([0, 0.2, -0.3, 0.1, 0.4, -0.2, 0.3, -0.5])[site] + rng.normal(0, 1.6, rows)
    label = (rng.random(rows) < 1 / (1 + np.exp(-risk))).astype(np.int8)
    seen = 0.9 * risk + rng.normal(0, 1.0 + 0.4 * (origin == 0), rows)
    score = (1 / (1 + np.exp(-seen))).astype(np.float32)

    def words(codes: np.ndarray, names: tuple[str, ...]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), list(names)).cast(
            pa.string()
        )

    return pa.table(
        {
            "exam": pa.array(np.arange(start, start + rows), pa.int64()),
            "patient": pa.array(patient + start, pa.int64()),
            "site": words(site, SITES),
            "sex": words(sex, SEXES),
            "band": words(band, BANDS),
            "origin": words(origin, ORIGINS),
            "label": pa.array(label),
            "score": pa.array(score),
        }
    )
