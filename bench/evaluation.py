"""Evaluation: a whole prediction table, against reading it and against what measures it else."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from fairlearn.metrics import MetricFrame, selection_rate, true_negative_rate
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from bench.measuring import Line, Sizes, cpu_seconds
from bench.tables import GROUPINGS, THRESHOLD, Made, make_protocol, make_table
from validation.assessment import Assessment, assess
from validation.engines.duckdb import tally_table
from validation.tallies import Tally

SUBJECT = "evaluation"
COLUMNS = ("exam", "patient", "site", "sex", "age", "label", "score")
QUANTILES = [0.025, 0.975]


def _flagged(metric: Callable[..., float]) -> Callable[..., float]:
    """Return a metric of decisions as one of scores, since a MetricFrame takes one prediction."""

    def measure(label: np.ndarray, score: np.ndarray) -> float:
        return float(metric(label, np.asarray(score) >= THRESHOLD))

    return measure


METRICS: dict[str, Callable[..., float]] = {
    "auroc": roc_auc_score,
    "average_precision": average_precision_score,
    "brier": brier_score_loss,
    "sensitivity": _flagged(recall_score),
    "specificity": _flagged(true_negative_rate),
    "ppv": _flagged(precision_score),
    "flag_rate": _flagged(selection_rate),
}


def measure(sizes: Sizes, folder: Path) -> Iterator[Line]:
    """Yield the lines about evaluating a table."""
    large = make_table(folder, rows=sizes.rows)
    floor = cpu_seconds(lambda: _read(large), repeats=sizes.repeats + 2)
    steps: dict[str, Callable[[Made], object]] = {
        "checked and counted": _count,
        "counted and assessed": evaluate,
    }
    for words, step in steps.items():
        yield Line(
            subject=SUBJECT,
            what=f"{sizes.rows:,} rows {words}",
            against="floor: pyarrow reads the columns",
            ours=cpu_seconds(lambda step=step: step(large), repeats=sizes.repeats),  # type: ignore[misc]  # bound now
            peer=floor,
        )
    small = make_table(folder, rows=sizes.peer_rows)
    ours = cpu_seconds(lambda: evaluate(small), repeats=sizes.repeats)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peers' own, about pandas and empty resamples
        yield from _against_peers(small, ours, sizes)


def evaluate(made: Made) -> Assessment:
    """Do all that becomes of a table: count it, and assess the counts."""
    return assess(_count(made), make_protocol())


def _count(made: Made) -> Tally:
    return tally_table(made.path, make_protocol())


def _read(made: Made) -> object:
    return pq.read_table(made.path, columns=list(COLUMNS))


def _against_peers(small: Made, ours: float, sizes: Sizes) -> Iterator[Line]:
    """Yield our time, intervals included, beside what each peer takes for the same groups."""
    wanted = make_protocol().intervals.replicates
    what = f"{sizes.peer_rows:,} rows, 26 groups"
    for name, peer in PEERS.items():
        plain = cpu_seconds(lambda peer=peer: peer(small, 0), repeats=1)  # type: ignore[misc]  # bound now
        resampled = cpu_seconds(lambda peer=peer: peer(small, sizes.drawn), repeats=1)  # type: ignore[misc]  # bound now
        each = max(resampled - plain, 0.0) / sizes.drawn
        yield Line(
            subject=SUBJECT,
            what=what,
            against=f"{name}: 7 metrics, no interval",
            ours=ours,
            peer=plain,
        )
        yield Line(
            subject=SUBJECT,
            what=what,
            against=f"{name}: 7 metrics, {wanted:,} replicates",
            ours=ours,
            peer=plain + wanted * each,
            extrapolated=f"from {sizes.drawn}",
        )


def _frames(made: Made, replicates: int) -> list[MetricFrame]:
    """Measure every group by fairlearn, with its own bootstrap if replicates are asked for."""
    options = (
        {"n_boot": replicates, "ci_quantiles": QUANTILES, "random_state": 1} if replicates else {}
    )
    frame = made.frame
    return [
        MetricFrame(
            metrics=METRICS,
            y_true=frame["label"],
            y_pred=frame["score"],
            sensitive_features=frame[list(names)],
            **options,
        )
        for names in GROUPINGS
    ]


def _loop(made: Made, replicates: int) -> list[float]:
    """Measure every group by scikit-learn, once, and once more for rows drawn again."""
    rng = np.random.default_rng(1)
    rows = len(made.frame)
    resampled = (made.frame.iloc[rng.integers(0, rows, rows)] for _ in range(replicates))
    return [
        metric(group["label"].to_numpy(), group["score"].to_numpy())
        for frame in (made.frame, *resampled)
        for group in _groups(frame)
        for metric in METRICS.values()
    ]


def _groups(frame: pd.DataFrame) -> list[pd.DataFrame]:
    return [frame, *(group for names in GROUPINGS for _, group in frame.groupby(list(names)))]


PEERS: dict[str, Callable[[Made, int], object]] = {
    "fairlearn MetricFrame": _frames,
    "scikit-learn loop": _loop,
}
