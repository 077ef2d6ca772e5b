"""CHAI: the Applied Model Card v0.2 as XML, as the Coalition for Health AI's schema has it.

Texts may hold Markdown there, so that what people typed is kept from acting as such. Numbers stand
as in the assessment: a sensitivity of 0.962 is not turned into 96.2 %.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

from reports.exports.record import Measurement, Metrics, Record
from reports.exports.topics import Topic

NAMESPACE: Final = "https://mc.chai.org/v0.2/schema.xsd"
INFO_KEY: Final = "chaiMcXml"  # in a PDF's information dictionary, as CHAI asks
SOFTWARE_KEY: Final = "chaiMcSoftwareId"
SOFTWARE: Final = "clinical-model-registry"
NOT_CARRIED: Final = (
    "sign-offs, objections, conditions and the decision, beyond the stage of release",
    "hazards with their controls and ratings as data; they stand in words",
    "verdicts as data; they stand in words under Interpretation",
    "results of evidence other than the one that weighs most",
    "digests, lineage and signatures that would show that nothing was changed",
    "EHR compatibility, clinical trial and reimbursement, which this registry does not record",
)
LONGEST: Final = 32_767  # bytes of a string, ISO 19005-3 6.1.13
CUT: Final = "Cut for room in this place of the file; the whole card is attached as chai.xml."
_ALL: Final = 100_000
_ROOMS: Final = (  # results of each kind, letters of each text
    *(None, (_ALL, 1200), (_ALL, 500), (120, 500), (60, 300)),
    *((30, 250), (12, 200), (4, 100), (1, 30)),
)
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ACTS: Final = re.compile(r"([\\`*\[]|<(?=[A-Za-z/!?]))")
_NOTHING: Final = '{"kind":"single","value":null}'

Tree = Mapping[str, "str | Tree | Sequence[str | Tree]"]


def to_xml(record: Record) -> bytes:
    """Return the card as XML: UTF-8, indented by tabs, the same for the same record."""
    return _xml(_card(record), between="\n", pad="\t").encode()


def to_information(record: Record) -> str:
    """Return the card for a PDF's information dictionary, where PDF/A-3 lets a string be so long.

    It is the same card in ASCII without indentation. Where even that is too long, as many results
    and as much of each text as there is room for, still a valid card, which says that it was cut.
    """
    card = _card(record)
    for room in _ROOMS:
        text = _xml(card if room is None else _cut(card, *room), between="", pad="")
        found = text.encode("ascii", "xmlcharrefreplace").decode()
        if len(found) <= LONGEST:
            break
    return found


def _xml(card: Tree, *, between: str, pad: str) -> str:
    body = between.join(_lines(card, pad, depth=1))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{between}<AppliedModelCard xmlns="{NAMESPACE}">'
        f"{between}{body}{between}</AppliedModelCard>{between}"
    )


def _cut(tree: Tree, results: int, letters: int) -> Tree:
    """Return a card with so many results of each kind, and so many letters of each text."""
    found: dict[str, str | Tree | Sequence[str | Tree]] = {}
    for name, value in tree.items():
        if name == "Bibliography":
            found[name] = ""
        elif isinstance(value, str):
            whole = len(value) <= letters or name == "ValueJson"
            found[name] = value if whole else f"{value[:letters].rstrip()}…"
            if name == "Transparency":
                found[name] = f"{CUT}\n\n{found[name]}"
        elif isinstance(value, Mapping):
            found[name] = _cut(value, results, letters)
        else:
            found[name] = [
                one if isinstance(one, str) else _cut(one, results, letters)
                for one in value[:results]
            ]
    return found


def plain(text: str) -> str:
    r"""Return a text that Markdown leaves alone and XML can hold.

    What XML 1.0 has no way to write becomes U+FFFD, so that nobody takes it for nothing.

    >>> print(plain("45 to <55 <b>*"))
    45 to <55 \<b>\*
    """
    return _ACTS.sub(r"\\\1", _FORBIDDEN.sub("\ufffd", text))


def _lines(tree: Tree, pad: str, *, depth: int) -> Iterable[str]:
    before = pad * depth
    for name, value in tree.items():
        for one in [value] if isinstance(value, str | Mapping) else value:
            if isinstance(one, str):
                yield f"{before}<{name}>{escape(one)}</{name}>"
            else:
                yield f"{before}<{name}>"
                yield from _lines(one, pad, depth=depth + 1)
                yield f"{before}</{name}>"


def _card(record: Record) -> Tree:
    return {
        "BasicInfo": {
            "ModelName": plain(record.title),
            "ModelDeveloper": _said(record, Topic.DEVELOPER),
            "DeveloperContact": _said(record, Topic.DEVELOPER_CONTACT),
        },
        "ReleaseInfo": {
            "ReleaseStage": plain(record.stage),
            "ReleaseDate": _released(record),
            "ReleaseVersion": plain(record.name),
            "GlobalAvailability": plain(f"The dossier is about {record.scope} alone."),
            "RegulatoryApproval": _said(record, Topic.REGULATORY),
        },
        "ModelSummary": {
            "Summary": _said(record, Topic.SUMMARY),
            "Keywords": {"Keyword": [plain(word) for word in record.keywords]},
        },
        "UsesAndDirections": {
            "IntendedUseAndWorkflow": _said(record, Topic.INTENDED_USE, Topic.DECISION_ROLE),
            "PrimaryIntendedUsers": _said(record, Topic.USERS),
            "HowToUse": _said(record, Topic.HOW_TO_USE, Topic.USE_FOR),
            "TargetedPatientPopulation": _said(record, Topic.POPULATION),
            "CautionedOutOfScopeSettings": _said(record, Topic.OUT_OF_SCOPE),
        },
        "Warnings": {
            "KnownRisksAndLimitations": _said(record, Topic.LIMITATIONS, Topic.HAZARDS)
            + "".join(f"\n\n{plain(hazard.words)}" for hazard in record.hazards),
            "KnownBiasesOrEthicalConsiderations": _said(record, Topic.WORST, Topic.FAIRNESS),
            "ClinicalRiskLevel": _said(record, Topic.RISK_TIER),
        },
        "TrustIngredients": {
            "AISystemFacts": _facts(record),
            "TransparencyInformation": {
                "FundingSource": _said(record, Topic.FUNDING),
                "ThirdPartyInformation": _said(record, Topic.THIRD_PARTIES),
                "StakeholdersConsulted": _said(record, Topic.STAKEHOLDERS),
            },
        },
        "KeyMetrics": {
            "UsefulnessUsabilityEfficacy": _metrics(record.usefulness),
            "FairnessEquity": _metrics(record.fairness),
            "SafetyReliability": _metrics(record.safety),
        },
        "Resources": {
            "EvaluationReferences": _said(record, Topic.CLINICAL_VALIDATION),
            "PeerReviewedPublications": _said(record, Topic.PUBLICATIONS),
            "PatientConsentOrDisclosure": _said(
                record, Topic.PATIENT_DISCLOSURE, Topic.LEGAL_BASIS
            ),
        },
        "Bibliography": _bibliography(record),
    }


def _facts(record: Record) -> Tree:
    kept = f"This card renders the dossier {record.dossier} of {record.name}, which holds the rest."
    left = "This card has no place for: " + "; ".join(NOT_CARRIED) + "."
    return {
        "OutcomesAndOutputs": _said(record, Topic.OUTPUT, Topic.OUTPUT_TYPE, Topic.DECISION_ROLE),
        "ModelType": _said(record, Topic.ARCHITECTURE, Topic.DESCRIPTION),
        "FoundationModels": _said(record, Topic.FOUNDATION_MODEL),
        "InputDataSource": _said(record, Topic.INPUTS, Topic.DEMOGRAPHIC_INPUTS),
        "OutputAndInputDataTypes": _said(
            record, Topic.INPUTS, Topic.OUTPUT, Topic.OPERATING_POINT, Topic.UNSCORED
        ),
        "DevelopmentDataCharacterization": _said(
            record,
            Topic.TRAINING_SOURCE,
            Topic.TRAINING_ELIGIBILITY,
            Topic.TRAINING_DATES,
            Topic.TRAINING_COUNTS,
            Topic.TRAINING_REFERENCE,
            Topic.SAMPLE,
        ),
        "BiasMitigationApproaches": _said(record, Topic.FAIRNESS, Topic.IMBALANCE),
        "OngoingMaintenance": _said(record, Topic.DECAY, Topic.UPDATE_SCHEDULE),
        "Security": _said(record, Topic.SECURITY, Topic.ADVERSARIAL),
        "Transparency": f"{_said(record, Topic.EXPLAINABILITY)}\n\n{plain(kept)}\n\n{plain(left)}",
    }


def _said(record: Record, *topics: Topic) -> str:
    """Return what is said on some topics: one alone as it stands, several each with its name."""
    if len(topics) == 1:
        return plain(record.words(topics[0]))
    named = [f"{topic.value.capitalize()}: {record.words(topic)}" for topic in topics]
    return plain("\n\n".join(named))


def _released(record: Record) -> str:
    decided = record.decision
    if decided is None or not decided.permits:
        return "Not available: not released."
    return decided.at[:10]


def _metrics(group: Metrics) -> Tree:
    results = [{"Label": plain(_label(one)), "ValueJson": value_json(one)} for one in group.results]
    nothing = {"Label": "Not available: nothing of this kind measured", "ValueJson": _NOTHING}
    return {
        "MetricGoal": plain(group.goal),
        "Results": {"MetricResult": results or [nothing]},
        "Interpretation": plain(group.interpretation),
        "TestType": plain(group.test_type),
        "TestingDataDescription": plain(group.data),
        "ValidationProcessAndJustification": plain(group.process),
    }


def _label(one: Measurement) -> str:
    before = "" if one.finding is None else f"{one.finding}: "
    whole = one.section in {"gap", "pooled over sites", "comparison"}
    return f"{before}{one.label}" if whole else f"{before}{one.label} {one.where}"


def value_json(one: Measurement) -> str:
    """Return a number in the shapes that published cards use."""
    shown: dict[str, object]
    if one.low is None or one.high is None or one.level is None:
        shown = {"kind": "single", "value": one.value}
    else:
        percent = round(100 * one.level, 6)
        shown = {
            "kind": "estimate_ci",
            "estimate": one.value,
            "lower": one.low,
            "upper": one.high,
            "level": int(percent) if percent == int(percent) else percent,
        }
    return json.dumps(shown, allow_nan=False, separators=(",", ":"))


def _bibliography(record: Record) -> str:
    """Return the publications as BibTeX; a brace in one would end it, and becomes a bracket."""
    safe = str.maketrans({"{": "(", "}": ")", "\\": "/"})
    notes = [_FORBIDDEN.sub("\ufffd", text).translate(safe) for text in record.publications]
    entries = [
        f"@misc{{publication-{number},\n  note = {{{note}}}\n}}"
        for number, note in enumerate(notes, start=1)
    ]
    return "\n".join(entries)
