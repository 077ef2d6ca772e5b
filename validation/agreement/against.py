"""Against: the model and the readers, each held against one answer after another."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.confusion import Confusion
from validation.counts import (
    ScoreCounts,
    confusion_among_scored,
    confusion_as_deployed,
    count_scores,
)
from validation.estimates import Estimate, attempt
from validation.hidden import hidden_by
from validation.measures import NO_THRESHOLD, measure_one
from validation.metrics import classification, discrimination
from validation.protocols.shape import OperatingPoint, Protocol
from validation.strata import Stratum
from validation.tallies.cells import MISS, SCORE, UNLABELLED, Cells

MODEL, LABEL, MAJORITY = "model", "label", "majority"

INDEPENDENT = "the interval takes exams of one patient for independent"
CALLED: Final = OperatingPoint(threshold=0.5)  # a reader who says 1 flags, one who says 0 does not

Calls = npt.NDArray[np.int8]


@dataclass(frozen=True, kw_only=True)
class Against:
    """What one says, held against what another says, on the exams that the other answered.

    Attributes
    ----------
    of, reference : str
        "model", "label", "majority", or the name of a reader. A reader held against the label
        counts only where the reader said something.
    exams, positives : int
        Those that the reference answered, and of them those that it calls positive.
    estimates : mapping of str to Estimate
        "sensitivity" and "specificity"; of the model "auroc" as well.
    """

    of: str
    reference: str
    exams: int
    positives: int
    estimates: dict[str, Estimate]


def against(stratum: Stratum, protocol: Protocol) -> tuple[Against, ...]:
    """Return the model against the label, the majority and each reader, then these readers.

    Each reader, and the majority of them, is held against the label; where as many readers said
    yes as no, the majority gave no answer.
    """
    cells = stratum.joint
    said = {reader.name: cells.readers[reader.name] for reader in protocol.readers}
    answers = {MAJORITY: majority_of(np.stack(list(said.values()), axis=1)), **said}
    level = protocol.intervals.level
    as_ever = {
        key: measure_one(key, stratum, protocol, level=level)
        for key in ("sensitivity", "specificity", "auroc")
    }
    return (
        _entry(MODEL, LABEL, stratum.counts, as_ever),
        *(_of_model(stratum, protocol, name, calls) for name, calls in answers.items()),
        *(_of_reader(stratum, protocol, name, calls) for name, calls in answers.items()),
    )


def majority_of(calls: Calls) -> Calls:
    """Return what most readers said of each exam, shape (k,): 1, 0, or -1 where neither.

    Parameters
    ----------
    calls : int8 array, shape (k, r)
        1, 0, or -1 where a reader said nothing.
    """
    lead = (calls == 1).sum(axis=1) - (calls == 0).sum(axis=1)
    return np.where(lead == 0, UNLABELLED, lead > 0).astype(np.int8)


def _of_model(stratum: Stratum, protocol: Protocol, name: str, calls: Calls) -> Against:
    counts = count_scores(replace(stratum.joint, label=calls))
    point, intervals = stratum.finding.operating_point, protocol.intervals
    table = None
    if point.threshold is not None:
        table = confusion_as_deployed(counts, threshold=point.threshold, point=point)
    estimates = _rates(stratum, table, level=intervals.level)
    estimates["auroc"] = _told(
        stratum,
        "auroc",
        lambda: discrimination.auroc(counts, level=intervals.level, scale=intervals.auroc),
    )
    return _entry(MODEL, name, counts, estimates)


def _of_reader(stratum: Stratum, protocol: Protocol, name: str, calls: Calls) -> Against:
    cells = stratum.joint
    counts = count_scores(_called(cells, calls))
    table = confusion_among_scored(counts, threshold=0.5, point=CALLED)
    return _entry(name, LABEL, counts, _rates(stratum, table, level=protocol.intervals.level))


def _called(cells: Cells, calls: Calls) -> Cells:
    """Return the cells that a reader called, with the calls for scores."""
    own = replace(
        cells,
        score=calls.astype(np.float64),
        sums={key: of for key, of in cells.sums.items() if not key.startswith((SCORE, MISS))},
    )
    return own.where(calls >= 0)


def _rates(stratum: Stratum, table: Confusion | None, *, level: float) -> dict[str, Estimate]:
    if table is None:
        return {
            key: Estimate(value=None, undefined=NO_THRESHOLD)
            for key in ("sensitivity", "specificity")
        }
    return {
        "sensitivity": _told(
            stratum, "sensitivity", lambda: classification.sensitivity(table, level=level)
        ),
        "specificity": _told(
            stratum, "specificity", lambda: classification.specificity(table, level=level)
        ),
    }


def _told(stratum: Stratum, metric: str, measure: Callable[[], Estimate]) -> Estimate:
    """Return an estimate with what must be said of it, or why there is none."""
    reason = hidden_by(metric, stratum)
    if reason is not None:
        return Estimate(value=None, undefined=reason)
    found = attempt(measure)
    if found.value is not None and "clustered" in stratum.counts.kind:
        return replace(found, note="; ".join(filter(None, (found.note, INDEPENDENT))))
    return found


def _entry(of: str, reference: str, counts: ScoreCounts, estimates: dict[str, Estimate]) -> Against:
    return Against(
        of=of,
        reference=reference,
        exams=counts.labelled,
        positives=counts.all_positives,
        estimates=estimates,
    )
