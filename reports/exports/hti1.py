"""HTI-1: the 31 source attributes of a predictive intervention, each with a value or a reason.

References
----------
45 CFR 170.315(b)(11)(iv)(B), as made by 89 FR 1192 (9 January 2024). Numbers are the regulation's
order; the words are our own.
"""

from dataclasses import dataclass
from typing import Any, Final

from reports.exports import markdown
from reports.exports.answers import Answer, answer
from reports.exports.record import Record
from reports.exports.topics import Topic
from reports.formatting import stamp, written

SCHEMA: Final = "cmr.hti1/1"
REGULATION: Final = "45 CFR 170.315(b)(11)(iv)(B)"
STATUS: Final = (
    "A proposed rule of 29 December 2025 (HTI-5, 90 FR 60970) would remove these attributes; "
    "whether it was made final is not known to this registry."
)
NOT_CARRIED: Final = (
    "acceptance criteria and verdicts as such",
    "hazards with their controls and ratings, beyond attribute 10",
    "sign-offs, objections, conditions and the decision",
    "digests, lineage and signatures that would show that nothing was changed",
    "intervention risk management practices, 45 CFR 170.315(b)(11)(vi)",
)
_STATES: Final = {"all": "available", "some": "available in part", "none": "not available"}
_GROUPS: Final = {
    1: "Details and output",
    2: "Purpose",
    3: "Cautioned out-of-scope use",
    4: "Development and input features",
    5: "Fairness in development",
    6: "External testing",
    7: "Measures of performance",
    8: "Maintenance",
    9: "Updates",
}


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One source attribute: what is asked, in our words, and the topics that answer it."""

    number: int
    group: int
    asks: str
    topics: tuple[Topic, ...]


def _of(number: int, group: int, asks: str, *topics: Topic) -> Attribute:
    return Attribute(number=number, group=group, asks=asks, topics=topics)


ATTRIBUTES: Final[tuple[Attribute, ...]] = (
    _of(1, 1, "Who developed it, and how to reach them", Topic.DEVELOPER, Topic.DEVELOPER_CONTACT),
    _of(2, 1, "Who funded the development", Topic.FUNDING),
    _of(3, 1, "What value it gives", Topic.OUTPUT),
    _of(4, 1, "What kind of output that is", Topic.OUTPUT_TYPE),
    _of(5, 2, "Intended use", Topic.INTENDED_USE, Topic.USE_FOR),
    _of(6, 2, "Intended patients", Topic.POPULATION),
    _of(7, 2, "Intended users", Topic.USERS),
    _of(8, 2, "Its role in the decision", Topic.DECISION_ROLE),
    _of(9, 3, "Tasks, situations or patients to be cautious about", Topic.OUT_OF_SCOPE),
    _of(
        *(10, 3, "Known risks, unsuitable settings or uses, and limits"),
        *(Topic.LIMITATIONS, Topic.WORST, Topic.HAZARDS),
    ),
    _of(11, 4, "Who was in and out of the training data", Topic.TRAINING_ELIGIBILITY),
    _of(12, 4, "Which of the nine demographic variables it reads", Topic.DEMOGRAPHIC_INPUTS),
    _of(13, 4, "How the training data represent those variables", Topic.TRAINING_GROUPS),
    _of(
        *(14, 4, "How the training data bear on the setting of use"),
        *(Topic.GENERALIZATION, Topic.CASE_MIX),
    ),
    _of(15, 5, "How the output was made fair", Topic.FAIRNESS),
    _of(16, 5, "How bias was managed", Topic.FAIRNESS, Topic.IMBALANCE),
    _of(
        *(17, 6, "Where it was tested outside the data it was made from"),
        *(Topic.EXTERNAL_SOURCE, Topic.EXTERNAL_DATES),
    ),
    _of(18, 6, "Who tested it", Topic.EXTERNAL_CUSTODY),
    _of(19, 6, "How the external data represent the nine variables", Topic.EXTERNAL_GROUPS),
    _of(
        *(20, 6, "How it was tested"),
        *(Topic.EXTERNAL_PROTOCOL, Topic.EXTERNAL_SAMPLING, Topic.EXTERNAL_REFERENCE),
        Topic.EXTERNAL_OVERLAP,
    ),
    _of(21, 7, "Validity on data of the training's source", Topic.INTERNAL_RESULTS),
    _of(22, 7, "Fairness on data of the training's source", Topic.INTERNAL_FAIRNESS),
    _of(23, 7, "Validity on external data", Topic.EXTERNAL_RESULTS),
    _of(24, 7, "Fairness on external data", Topic.EXTERNAL_FAIRNESS),
    _of(
        *(25, 7, "What is known of outcomes of its use"),
        *(Topic.CLINICAL_VALIDATION, Topic.PUBLICATIONS),
    ),
    _of(26, 8, "How validity is monitored, and how often", Topic.DECAY),
    _of(27, 8, "Validity on local data", Topic.LOCAL_RESULTS),
    _of(28, 8, "How fairness is monitored, and how often", Topic.FAIRNESS_MONITORING),
    _of(29, 8, "Fairness on local data", Topic.LOCAL_FAIRNESS),
    _of(30, 9, "How it is updated, and how often", Topic.UPDATE_SCHEDULE),
    _of(31, 9, "How often performance is corrected", Topic.UPDATE_SCHEDULE),
)


def to_json(record: Record) -> bytes:
    """Return the attributes as JSON; the same bytes for the same record."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "regulation": REGULATION,
        "status": STATUS,
        "version": record.name,
        "title": record.title,
        "dossier": record.dossier,
        "stands": record.stage,
        "headline": record.headline,
        "as_of": stamp(record.issued_at),
        "attributes": [_document(one, answer(record, one.topics)) for one in ATTRIBUTES],
        "not_carried": list(NOT_CARRIED),
    }
    return written(document)


def _document(one: Attribute, found: Answer) -> dict[str, Any]:
    return {
        "number": one.number,
        "group": _GROUPS[one.group],
        "asks": one.asks,
        "state": _STATES[found.share],
        "value": found.value,
        "not_available": found.reason,
        "parts": [part.document() for part in found.parts],
    }


def to_markdown(record: Record) -> bytes:
    """Return the attributes as a table that people read."""
    rows = []
    for one in ATTRIBUTES:
        found = answer(record, one.topics)
        rows.append(
            (
                str(one.number),
                f"{_GROUPS[one.group]}: {one.asks}",
                _said(found),
                "—" if found.share == "none" else found.printed,
            )
        )
    dossier = markdown.code(record.dossier)
    subject = f"{record.name}, dossier {record.dossier_number} ({dossier})."
    lines = [
        f"# {markdown.cell(record.title)}: source attributes",
        f"{subject} {markdown.cell(record.stage)}. {markdown.cell(record.headline)}",
        f"{REGULATION}, in our own words. {STATUS}",
        markdown.table(("No.", "Asked", "Answer", "Where on the card"), rows),
        "What this form has no place for: " + "; ".join(NOT_CARRIED) + ".",
    ]
    return ("\n\n".join(lines) + "\n").encode()


def _said(found: Answer) -> str:
    """Return what is said as a cell, or why nothing is, and where that or the value would stand."""
    if found.value is not None:
        return markdown.cell(found.value)
    places = dict.fromkeys(pointer for part in found.parts for pointer in part.place.pointers)
    would = ", ".join(map(markdown.code, places))
    told = all(part.place.declared for part in found.parts)
    where = f"This is said at {would}." if told else f"It would stand at {would}."
    return f"{markdown.cell(f'Not available: {found.reason}.')} {where}"
