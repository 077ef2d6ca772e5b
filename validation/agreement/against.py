"""Against: the model and the readers, each held against one answer after another."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.agreement.clustered import count_again
from validation.confusion import Confusion
from validation.counts import ScoreCounts
from validation.estimates import Estimate, attempt
from validation.flagging import confusion_among_scored, confusion_as_deployed
from validation.hidden import hidden_by
from validation.measures import NO_THRESHOLD, measure_one
from validation.metrics import classification, discrimination
from validation.protocols.shape import OperatingPoint, Protocol
from validation.strata import Stratum
from validation.tallies.cells import MISS, SCORE, UNLABELLED, Cells

MODEL, LABEL, MAJORITY, FUSION = "model", "label", "majority", "fusion"

UNPAIRED = "exams without a label are taken for those of other patients"
CALLED: Final = OperatingPoint(threshold=0.5)  # a reader who says 1 flags, one who says 0 does not

Calls = npt.NDArray[np.int8]


@dataclass(frozen=True, kw_only=True)
class Against:
    """What one says, held against what another says, on the exams that the other answered.

    Attributes
    ----------
    of, reference : str
        "model", "label", "majority", "fusion", or the name of a reader. A reader held against the
        label counts only where the reader said something.
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


def against(
    stratum: Stratum, protocol: Protocol, *, fused: Calls | None = None
) -> tuple[Against, ...]:
    """Return the model against the label, the majority and each reader, then these readers.

    Each reader, their majority and their fusion, is held against the label; where as many readers
    said yes as no, the majority gave no answer.

    Parameters
    ----------
    stratum : Stratum
    protocol : Protocol
    fused : int8 array, shape (k,), optional
        The answer of the readers' fusion to each cell of `Stratum.joint`, where there is one.
    """
    cells = stratum.joint
    said = {reader.name: cells.readers[reader.name] for reader in protocol.readers}
    answers = {MAJORITY: majority_of(np.stack(list(said.values()), axis=1))}
    if fused is not None:
        answers[FUSION] = fused
    answers |= said
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
    counts = count_again(stratum, replace(stratum.joint, label=calls))
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
    if counts.clusters is not None and bool((calls[stratum.joint.label < 0] >= 0).any()):
        estimates = {key: _noted(one, UNPAIRED) for key, one in estimates.items()}
    return _entry(MODEL, name, counts, estimates)


def _of_reader(stratum: Stratum, protocol: Protocol, name: str, calls: Calls) -> Against:
    counts = count_again(stratum, _called(stratum.joint, calls))
    table = confusion_among_scored(counts, threshold=0.5, point=CALLED)
    return _entry(name, LABEL, counts, _rates(stratum, table, level=protocol.intervals.level))


def _called(cells: Cells, calls: Calls) -> Cells:
    """Return the cells with a reader's calls for scores; what it did not call has no label."""
    return replace(
        cells,
        label=np.where(calls >= 0, cells.label, UNLABELLED).astype(np.int8),
        score=calls.astype(np.float64),
        sums={key: of for key, of in cells.sums.items() if not key.startswith((SCORE, MISS))},
    )


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
    """Return an estimate, or why there is none."""
    reason = hidden_by(metric, stratum)
    return attempt(measure) if reason is None else Estimate(value=None, undefined=reason)


def _noted(estimate: Estimate, note: str) -> Estimate:
    """Return an estimate with what else must be said of it; nothing if there is none."""
    if estimate.value is None:
        return estimate
    return replace(estimate, note="; ".join(filter(None, (estimate.note, note))))


def _entry(of: str, reference: str, counts: ScoreCounts, estimates: dict[str, Estimate]) -> Against:
    return Against(
        of=of,
        reference=reference,
        exams=counts.labelled,
        positives=counts.all_positives,
        estimates=estimates,
    )
