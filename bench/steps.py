"""Steps: what is measured of an evaluation, each run as ``python -m bench.steps STEP TABLE``.

A step first loads all it needs, then does its work, and prints as JSON what the work used.
"""

import gc
import json
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import confidenceinterval
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from fairlearn.metrics import MetricFrame, selection_rate, true_negative_rate
from sklearn.metrics import precision_score, recall_score, roc_auc_score

from bench.tables import IDENTIFIED, MEASURED, SITES, THRESHOLD, sixteen_groups, whole_report
from validation.assessment import assess, document
from validation.counts import confusion_as_deployed
from validation.engines.duckdb import tally_table
from validation.estimates import attempt
from validation.metrics import classification, discrimination
from validation.protocols.shape import Protocol
from validation.strata import Strata

GROUPS = ["site", "sex"]


def read_columns(table: Path, *, patients: bool = False) -> None:
    """Read the columns of the report and do nothing with them: the floor."""
    names = list(IDENTIFIED if patients else MEASURED)
    rows = 0
    for batch in pq.ParquetFile(table).iter_batches(batch_size=1 << 17, columns=names):
        rows += batch.num_rows
    if not rows:
        raise RuntimeError("the table of the bench is empty")


def reduce(table: Path, *, patients: bool = False) -> None:
    """Reduce the table to its tally and take the digest."""
    print(tally_table(table, whole_report(patients=patients)).digest)


def report(table: Path, *, patients: bool = False) -> None:
    """Reduce the table, measure everything about 474 strata, write the document."""
    _report(table, whole_report(patients=patients))


def sixteen_whole(table: Path) -> None:
    """Measure everything about the sixteen groups, their margins included."""
    _report(table, sixteen_groups())


def _report(table: Path, protocol: Protocol) -> None:
    print(len(document(assess(tally_table(table, protocol), protocol))["strata"]))


def sixteen(table: Path) -> None:
    """Measure what `confidenceinterval` measures about its sixteen groups, and no more."""
    protocol = sixteen_groups()
    strata, finding = Strata(tally_table(table, protocol), protocol), protocol.findings[0]
    level, measured = protocol.intervals.level, 0
    for stratum in strata.cross(finding, None, ("hospital", "sex")):
        decided = confusion_as_deployed(
            stratum.counts, threshold=THRESHOLD, point=finding.operating_point
        )
        attempt(partial(discrimination.auroc, stratum.counts, level=level, scale="delong"))
        for metric in ("sensitivity", "specificity", "ppv", "npv"):
            attempt(partial(getattr(classification, metric), decided, level=level))
        measured += 1
    if measured != 2 * len(SITES):
        raise RuntimeError("the sixteen groups of the bench are not all there")


def confidence_interval(table: Path) -> None:
    """Measure the sixteen groups with the package `confidenceinterval`."""
    frame = pd.read_parquet(table, columns=[*GROUPS, "label", "score"])
    for _, group in frame.groupby(GROUPS):
        label, score = group["label"].to_numpy(), group["score"].to_numpy()
        flagged = (score >= THRESHOLD).astype(int)
        confidenceinterval.roc_auc_score(label, score)
        confidenceinterval.tpr_score(label, flagged)
        confidenceinterval.tnr_score(label, flagged)
        confidenceinterval.ppv_score(label, flagged)
        confidenceinterval.npv_score(label, flagged)


def _flagged(metric: Callable[..., float], **options: Any) -> Callable[..., float]:  # noqa: ANN401
    """Return a metric of decisions as one of scores, since a MetricFrame takes one prediction."""

    def measure(label: np.ndarray, score: np.ndarray) -> float:
        return float(metric(label, np.asarray(score) >= THRESHOLD, **options))

    return measure


METRICS: dict[str, Callable[..., float]] = {
    "auroc": roc_auc_score,
    "sensitivity": _flagged(recall_score, zero_division=0),
    "specificity": _flagged(true_negative_rate),
    "ppv": _flagged(precision_score, zero_division=0),
    "flag_rate": _flagged(selection_rate),
}


def fairlearn_frame(table: Path, replicates: int = 0) -> None:
    """Measure the sixteen groups by fairlearn, with its own bootstrap if replicates are asked."""
    frame = pd.read_parquet(table, columns=[*GROUPS, "label", "score"])
    options = (
        {"n_boot": replicates, "ci_quantiles": [0.025, 0.975], "random_state": 1}
        if replicates
        else {}
    )
    MetricFrame(
        metrics=METRICS,
        y_true=frame["label"],
        y_pred=frame["score"],
        sensitive_features=frame[GROUPS],
        **options,
    )


def sklearn_loop(table: Path, replicates: int = 0) -> None:
    """Measure the sixteen groups by scikit-learn, once, and once more for rows drawn again."""
    frame = pd.read_parquet(table, columns=[*GROUPS, "label", "score"])
    for one in _drawn(frame, replicates):
        for _, group in one.groupby(GROUPS):
            for metric in METRICS.values():
                metric(group["label"].to_numpy(), group["score"].to_numpy())


def _drawn(frame: pd.DataFrame, replicates: int) -> Iterator[pd.DataFrame]:
    yield frame
    rng = np.random.default_rng(1)
    for _ in range(replicates):
        yield frame.iloc[rng.integers(0, len(frame), len(frame))]


STEPS: dict[str, Callable[..., None]] = {
    "floor": read_columns,
    "floor-patients": lambda table: read_columns(table, patients=True),
    "reduce": reduce,
    "reduce-patients": lambda table: reduce(table, patients=True),
    "report": report,
    "report-patients": lambda table: report(table, patients=True),
    "sixteen": sixteen,
    "sixteen-whole": sixteen_whole,
    "confidenceinterval": confidence_interval,
    "fairlearn": lambda table, n="0": fairlearn_frame(table, int(n)),
    "scikit-learn": lambda table, n="0": sklearn_loop(table, int(n)),
}


def main(step: str, table: str, *arguments: str) -> None:
    """Run one step and print what it used."""
    warnings.simplefilter("ignore")  # the peers' own, about pandas and empty resamples
    gc.freeze()  # nobody pays for looking through what the packages of others brought along
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    STEPS[step](Path(table), *arguments)
    after = resource.getrusage(resource.RUSAGE_SELF)
    gc.unfreeze()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    wall = time.perf_counter() - start
    print(json.dumps({"cpu": cpu, "wall": wall, "peak": after.ru_maxrss / 1024}))


if __name__ == "__main__":
    main(*sys.argv[1:])
