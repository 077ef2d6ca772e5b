"""Card: the model card of a bill of materials, and the datasets it names."""

from typing import Any, Final

from reports.exports.cyclonedx import references
from reports.exports.record import Measurement, Record
from reports.exports.topics import Topic

_HARMS: Final = (
    "Not recorded group by group; the hazards of the version are its ethical considerations"
)
_LABELLED: Final = frozenset(
    {"gap", "pooled over sites", "comparison"}
)  # the metric alone says too little


def of_record(record: Record) -> dict[str, Any]:
    """Return the model card; what is not recorded is left out here and named as a property."""
    return {
        "modelParameters": _parameters(record),
        "quantitativeAnalysis": {
            "performanceMetrics": [
                _metric(one) for one in record.measurements if one.value is not None
            ]
        },
        "considerations": _considerations(record),
    }


def datasets(record: Record) -> list[dict[str, Any]]:
    """Return the dataset versions as components."""
    return [
        {
            "type": "data",
            "bom-ref": references.dataset(one.name),
            "name": one.title,
            "version": one.name,
            "description": one.description,
            "properties": [
                {"name": f"cmr:{key}", "value": value}
                for key, value in (("use", one.use), *one.facts)
            ],
        }
        for one in record.datasets
    ]


def _parameters(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = {
        "datasets": [{"ref": references.dataset(one.name)} for one in record.datasets]
    }
    architecture = record.text(Topic.ARCHITECTURE)
    if architecture is not None:
        found["modelArchitecture"] = architecture
    task = record.text(Topic.OUTPUT_TYPE)
    if task is not None:
        found["task"] = task
    for key, topic in (("inputs", Topic.INPUTS), ("outputs", Topic.OUTPUT)):
        text = record.text(topic)
        if text is not None:
            found[key] = [{"format": text}]
    return found


def _metric(one: Measurement) -> dict[str, Any]:
    finding = "" if one.finding is None else f", {one.finding}"
    partition = "" if one.partition is None else f", partition {one.partition}"
    found: dict[str, Any] = {
        "type": one.label if one.section in _LABELLED else one.metric,
        "value": repr(one.value),
        "slice": f"evidence {one.evidence}, {one.purpose}{finding}{partition}, {one.where}",
    }
    if one.low is not None and one.high is not None:
        found["confidenceInterval"] = {"lowerBound": repr(one.low), "upperBound": repr(one.high)}
    return found


def _considerations(record: Record) -> dict[str, Any]:
    worst, limits = record.text(Topic.WORST), record.text(Topic.LIMITATIONS)
    found: dict[str, Any] = {
        "users": [record.words(Topic.USERS)],
        "useCases": [record.words(Topic.INTENDED_USE), *record.use_for],
        "technicalLimitations": [
            *([] if limits is None else [f"Not shown to work: {limits}"]),
            *(f"Out of scope: {line}" for line in record.do_not_use_for),
        ],
        "performanceTradeoffs": [
            *(
                text
                for topic in (Topic.COSTS, Topic.OPERATING_POINT)
                if (text := record.text(topic)) is not None
            ),
            record.safety.interpretation,
        ],
        "ethicalConsiderations": [
            {
                "name": one.sentence,
                "mitigationStrategy": "; ".join(one.controls) or "No control is recorded.",
            }
            for one in record.hazards
        ],
    }
    if worst is not None:
        found["fairnessAssessments"] = [
            {
                "groupAtRisk": worst,
                "harms": _HARMS,
                "mitigationStrategy": record.words(Topic.FAIRNESS),
            }
        ]
    return found
