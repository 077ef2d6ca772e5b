"""Hidden: what cannot be measured because too few exams would be told."""

from collections.abc import Sequence
from typing import Final

from validation.counts import ScoreCounts
from validation.errors import UndefinedError
from validation.metric_names import METRICS, MetricName, RestsOn
from validation.protocols.edges import edge
from validation.strata import Stratum

POSITIVES, NEGATIVES, UNSCORED = "positives", "negatives", "unscored"
RESTS_ON: Final = {
    RestsOn.POSITIVES: (POSITIVES,),
    RestsOn.NEGATIVES: (NEGATIVES,),
    RestsOn.BOTH: (POSITIVES, NEGATIVES),
    RestsOn.EXAMS: (POSITIVES, NEGATIVES),
}


def hidden_by(metric: str, stratum: Stratum) -> str | None:
    """Return why a metric of a stratum is hidden, or None where it is not.

    It is where it rests on a class of which too few exams are there to be told, and where it
    rests on decisions at a threshold that lies inside a score cell: cells were merged until each
    held enough, and how many of the cell's exams are flagged is then not known.
    """
    known, counts = METRICS[metric], stratum.counts
    for word in RESTS_ON[known.rests_on]:
        if word in counts.hidden:
            return f"hidden by the minimum cell: fewer than {stratum.minimum_cell} {word}"
    if known.needs_threshold and stratum.minimum_cell > 1 and _splits_a_cell(stratum):
        return (
            "hidden by the minimum cell: the threshold lies inside a score cell that was merged "
            f"to hold at least {stratum.minimum_cell} exams"
        )
    return None


def require_told(metric: str, stratum: Stratum) -> None:
    """Raise where a metric of a stratum is hidden.

    Raises
    ------
    UndefinedError
        With the reason that `hidden_by` gives.
    """
    reason = hidden_by(metric, stratum)
    if reason is not None:
        raise UndefinedError(reason)


def note_of_hidden(metric: MetricName, counts: ScoreCounts, *, fewest: int) -> str | None:
    """Return what must be said of a metric as deployed where unscored exams are hidden."""
    if UNSCORED not in counts.hidden or not metric.needs_threshold:
        return None
    return f"without the exams that have no score: they are fewer than {fewest} and not told"


def told_thresholds(
    stratum: Stratum, thresholds: Sequence[float]
) -> tuple[tuple[float, ...], str | None]:
    """Return the thresholds at which decisions are known, and why others are left out."""
    told = tuple(t for t in thresholds if stratum.minimum_cell <= 1 or not _splits(stratum, t))
    if len(told) == len(thresholds):
        return told, None
    left_out = len(thresholds) - len(told)
    return told, (
        f"{left_out:,} of {len(thresholds):,} thresholds are left out: they lie inside score cells "
        f"that were merged to hold at least {stratum.minimum_cell} exams"
    )


def _splits_a_cell(stratum: Stratum) -> bool:
    """Say whether the operating point lies inside a cell, as far as the cells tell."""
    threshold = stratum.finding.operating_point.threshold
    return threshold is not None and _splits(stratum, threshold)


def _splits(stratum: Stratum, threshold: float) -> bool:
    """Say whether a threshold lies inside a cell: the last one is open upwards."""
    point, scores = stratum.finding.operating_point, stratum.counts.scores
    begins = edge(threshold, point.positive_when)
    return bool(scores.size and scores[0] < begins and begins not in scores)
