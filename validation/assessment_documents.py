"""Assessment documents: what an assessment holds, as values and as JSON that anyone can read."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

import rfc8785
from pydantic import TypeAdapter, ValidationError

from validation.agreement.indeterminate import Indeterminate
from validation.agreement.reading import Agreement
from validation.casemix.reading import CaseMix
from validation.comparisons.contrasts import Contrast
from validation.comparisons.paired import Comparison
from validation.criteria import CriterionVerdict
from validation.curves import Curves
from validation.decisions import Decision
from validation.errors import TallyError
from validation.estimates import Estimate
from validation.fairness import Gap, Shrunken
from validation.multiplicity import Multiplicity
from validation.planning.reading import SampleSize
from validation.sites.spread import Pooled
from validation.tallies import LeftOut, Period

SCHEMA = "cmr.assessment/1"
DIGITS = 12

UNLESS_EMPTY: Final = frozenset(
    {"also", "hidden", "contrasts", "agreement", "sample_size", "indeterminate", "case_mix"}
)

# Written even where they are null, because null says something there.
ALWAYS: Final = frozenset(
    {
        "finding",
        "partition",
        "rows",
        "patients",
        "value",
        "threshold",
        "pooled",
        "difference",
        "measured",
    }
)


@dataclass(frozen=True, kw_only=True)
class StratumAssessment:
    """Everything about one stratum.

    `patients` and `repeated` (those with several exams) are None where no patient column is
    declared; `unscored` counts labelled exams without a score, `indeterminate` those on which the
    reference standard gave no answer. `hidden` names the counts that are too few to be told:
    they are 0 here, and are not.
    """

    by: dict[str, str]
    finding: str | None
    partition: str | None
    exams: int
    patients: int | None
    positives: int
    negatives: int
    unscored: int
    unlabelled: int
    estimates: dict[str, Estimate]
    repeated: int | None = None
    indeterminate: int = 0
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """What the numbers leave out.

    Attributes
    ----------
    grid : str
        On which scores were merged, at the finest; "exact" where none were.
    auroc_error_bound : float
        How far the AUROC of any stratum may lie from that of the scores as they were.
    intervals : str or None
        How patients with several exams and sampling weights were heeded; None where there are
        none.
    """

    grid: str = "exact"
    auroc_error_bound: float = 0.0
    intervals: str | None = None


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """Every number and every verdict, with what they were computed from."""

    engine: str
    measure_digest: str
    table_digest: str
    protocol_name: str
    purpose: str
    rows: int | None
    strata: tuple[StratumAssessment, ...] = ()
    fairness: tuple[Gap, ...] = ()
    shrunken: tuple[Shrunken, ...] = ()
    sites: tuple[Pooled, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    indeterminate: tuple[Indeterminate, ...] = ()
    sample_size: tuple[SampleSize, ...] = ()
    case_mix: tuple[CaseMix, ...] = ()
    decisions: tuple[Decision, ...] = ()
    curves: tuple[Curves, ...] = ()
    criteria: tuple[CriterionVerdict, ...] = ()
    multiplicity: Multiplicity | None = None
    accuracy: Accuracy = field(default_factory=Accuracy)
    left_out: tuple[LeftOut, ...] = ()
    periods: tuple[Period, ...] = ()
    warnings: tuple[str, ...] = ()
    schema: str = SCHEMA


_ADAPTER: Final = TypeAdapter(Assessment)


def document(assessment: Assessment) -> dict[str, Any]:
    """Return an assessment as a JSON document, its numbers rounded to 12 significant digits.

    A key whose value does not exist is left out, except where null says something: no finding,
    no partition, no patient column, a value that is undefined.
    """
    written: dict[str, Any] = _clean(_ADAPTER.dump_python(assessment))
    return {"schema": written.pop("schema"), **written}


def from_document(content: Mapping[str, Any]) -> Assessment:
    """Return the assessment that a document holds.

    Raises
    ------
    TallyError
        When the document is not an assessment of a schema that this version reads.
    """
    if content.get("schema") != SCHEMA:
        msg = f"The document has schema {content.get('schema')!r}; this version reads {SCHEMA}."
        raise TallyError(msg)
    try:
        return _ADAPTER.validate_python(_newest(content))
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        msg = f"The assessment cannot be read at {at}: {first['msg']}. Compute it again."
        raise TallyError(msg) from error


def _newest(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document whose pooled values without a site have room for their intervals."""
    return {
        **content,
        "sites": [
            {
                **entry,
                "leave_one_out": {
                    name: {"pooled": one} if isinstance(one, int | float) else one
                    for name, one in entry.get("leave_one_out", {}).items()
                },
            }
            for entry in content.get("sites", ())
        ],
    }


def digest(assessment: Assessment) -> str:
    """Return "sha256:" and the 64 hex digits of the document's RFC 8785 bytes."""
    return "sha256:" + hashlib.sha256(rfc8785.dumps(document(assessment))).hexdigest()


def _clean(value: object) -> Any:  # noqa: ANN401  # JSON is what JSON is
    """Return a JSON value rounded and without keys that say nothing."""
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, dict):
        return {
            key: inner if type(inner) is str else _clean(inner)
            for key, inner in value.items()
            if (inner or key not in UNLESS_EMPTY) and (inner is not None or key in ALWAYS)
        }
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value.value if isinstance(value, Enum) else value


def rounded(value: float) -> float:
    """Return a number with 12 significant digits.

    Raises
    ------
    ValueError
        When it is not finite: undefined is said in words, never as a number.
    """
    if not math.isfinite(value):
        msg = f"{value} is not a number that a document may carry"
        raise ValueError(msg)
    return float(f"{value:.{DIGITS}g}")
