"""Whole: a dossier that holds everything a dossier can hold, and one that holds nothing.

No registry is needed for either: they are what `registry.store.dossiers` would have gathered.
"""

import copy
import functools
from datetime import date
from typing import Any

from registry.domain import hazards, incidents
from registry.domain.dossiers import since_last
from registry.domain.hazards import Matrix, for_version
from registry.domain.policies import HazardRules, IncidentRules
from tests.factories.documents import (
    Json,
    assessment,
    criterion,
    drawn,
    make_condition,
    make_dataset,
    make_decision,
    make_dossier,
    make_evidence,
    make_protocol,
    person,
)
from tests.factories.hazards import MAJOR_MEDIUM, MAJOR_RARE, control, on_log, shown_by

_TODAY = date(2026, 11, 23)
_APPROVED: Json = {
    "by": person("Samira Haddad"),
    "at": "2026-11-21T09:30:00Z",
    "role": "clinical safety officer",
    "registration": "GMC 1234567",
    "meaning": "approval of the hazard log",
    "method": "password+server-key",
}


def make_hazards() -> Json:
    """Return a part on hazards: one open and too high, one closed, one handed over."""
    holds = {**shown_by(evidence="evidence-1", criterion="discrimination"), "problem": None}
    stale = {**shown_by(statement=8, version=1), "problem": None}
    found = [
        on_log(controls=[control(verification=[stale])]),
        on_log(
            number=2,
            name="Answer comes too late",
            prompt="downtime",
            status="closed",
            controls=[control(kind="design", verification=[holds])],
        ),
        on_log(
            number=3,
            name="Women ranked too low",
            prompt="subgroup-failure",
            initial=MAJOR_MEDIUM,
            residual=MAJOR_RARE,
            status="transferred",
            controls=[control(implemented=False)],
            transfer={
                "to": "Hungary",
                "must_do": "Read every woman's referral.",
                "accepted_by": None,
            },
        ),
    ]
    return {
        "plan": {
            "number": 1,
            "digest": "sha256:" + "1" * 64,
            "acceptable_rating": 2,
            "review_by": "2027-11-01",
            "approved": _APPROVED,
        },
        "log": {
            "number": 4,
            "digest": "sha256:" + "2" * 64,
            "plan": 1,
            "overall": "What remains is a longer wait for few.",
            "approved": _APPROVED,
        },
        "changed_since": [{"number": 3, "name": "Women ranked too low", "what": "recorded anew"}],
        "hazards": for_version(found, Matrix(), version=2),
    }


def make_incidents() -> list[Json]:
    """Return two incidents: one open with severe harm, one closed."""
    told: Json = {
        "number": 1,
        "record": 2,
        "versions": [2],
        "site": "Hungary",
        "deployments": [],
        "happened_on": "2026-11-20",
        "summary": "A low score; the patient came back with an infarction.",
        "harm": "severe",
        "hazards": [1],
        "recurrence": None,
        "mitigation": "Every referral is read again.",
        "reported_to": [],
        "actions": [{"what": "Show the time of the score", "owner": "AI desk", "done": False}],
        "cause": None,
        "state": "open",
        "made_safe_on": None,
        "closed_on": None,
        "reported_at": "2026-11-20T12:00:00Z",
        "recorded_at": "2026-11-21T12:00:00Z",
    }
    over = told | {
        "number": 2,
        "harm": "near miss",
        "summary": "An exam was scored twice.",
        "state": "closed",
        "cause": "The interface restarted.",
        "closed_on": "2026-11-22",
        "hazards": [],
        "actions": [],
    }
    return [over, told]


def make_failure_reviews() -> list[Json]:
    """Return one review of failures: one group settled, one not."""
    settled = {
        "kind": "missed",
        "cause": "atypical presentation",
        "severity": "major",
        "count": 3,
        "done": "Hazard 1 covers it",
        "resolved": True,
        "hazard": 1,
        "remark": "",
    }
    left = settled | {
        "cause": "unknown",
        "count": 1,
        "done": "",
        "resolved": False,
        "hazard": None,
        "remark": "Nobody could tell why.",
    }
    return [
        {
            "evidence": 1,
            "number": 1,
            "digest": "sha256:" + "3" * 64,
            "reviewed": {"by": person("Ifeoma Okafor"), "at": "2026-11-22T15:00:00Z"},
            "qualification": "cardiologist",
            "failures": {"missed": 40, "false alert": None},
            "looked_at": 4,
            "groups": [settled, left],
        }
    ]


def make_comparison(**changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return a paired difference of areas, with changes: this version is better."""
    return {
        "comparator": "in_use",
        "finding": None,
        "metric": "auroc",
        "by": {},
        "partition": None,
        "difference": 0.02,
        "low": 0.008,
        "high": 0.032,
        "level": 0.95,
        "p": 0.001,
        "method": "delong-paired",
        "n": 616,
    } | changes


def make_signed_protocol() -> Json:
    """Return a protocol as a dossier has it: whole, and signed by both before its first table."""
    document = make_protocol() | {
        "operating_point": {
            "threshold": 0.5,
            "rule": "sensitivity at least 0.90 in evidence-0",
            "origin": "the highest score of evidence-2 with sensitivity at least 0.9",
            "positive_when": ">=",
            "unscored": "negative",
        },
        "intervals": {
            "level": 0.95,
            "auroc": "delong-logit",
            "replicates": 2000,
            "seed": 20261123,
            "between_sites": "REML",
        },
        "minimum": {
            "positives": 10,
            "negatives": 10,
            "max_width": {"sensitivity": 0.2},
            "calibration_events": 100,
        },
        "subgroups": {"sex": {"column": "sex"}, "intersections": [["sex", "age_band"]]},
        "exploratory": {"device": {"column": "device"}, "intersections": []},
        "comparators": {"in_use": {"score": "score_v1", "version": "heart-cad/1"}},
        "criteria": [
            {"id": "discrimination", "metric": "auroc", "over": "every site", "at_least": 0.8},
            {"id": "specificity", "metric": "specificity", "over": "every site", "at_least": 0.6},
        ],
    }
    signed = [("Ilona Kovács", "clinical lead", "costs, operating point and floors")]
    signed += [("Ifeoma Okafor", "independent validator", "statistics")]
    return {
        "digest": "sha256:" + "b" * 64,
        "document": document,
        "registered": {"by": person(), "at": "2026-11-20T09:00:00Z"},
        "signatures": [
            {"name": name, "role": role, "meaning": meaning, "at": "2026-11-20T10:00:00Z"}
            for name, role, meaning in signed
        ],
    }


def make_full_dossier(**changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return a dossier that holds everything a dossier can hold, with changes."""
    return copy.deepcopy(_full()) | changes


@functools.cache
def _full() -> Json:
    """Return it, worked from its patients once."""
    measured = assessment(drawn(), crossed=True)
    measured |= {
        "comparisons": [
            make_comparison(),
            make_comparison(metric="brier", difference=0.01, low=-0.01, high=0.03),
            make_comparison(by={"site": "Switzerland"}, difference=None, low=None, high=None)
            | {"undefined": "one class only", "n": None},
        ],
        "multiplicity": {"note": "12 groups and 2 gaps between them were looked at."},
        "left_out": [
            {"finding": "", "partition": "", "site": "", "because": "there twice", "exams": 3}
        ],
        "sample_size": [
            {
                "by": {},
                "finding": None,
                "partition": None,
                "criterion": "auroc",
                "source": "Riley 2021",
                "target_width": 0.1,
                "required_exams": 900,
                "required_events": 500,
                "exams": 616,
                "events": 367,
                "sufficient": False,
            }
        ],
        "warnings": ["4 of 616 exams have no label; they enter no metric."],
    }
    whole = make_dossier()
    refits = make_evidence(assessment(drawn((("Cleveland", 304, 0.46),)))) | {
        "id": "evidence-2",
        "number": 2,
        "purpose": "development",
        "scores_from": "refits",
        "custody": "from the author",
        "dataset": {"name": "cleveland-1988", "number": 1},
        "counts": False,
        "because": "The scores come from refits of the procedure, not from the artifact of this "
        "version.",
    }
    rules = HazardRules(plan_approved=True, log_approved=True)
    part, told = make_hazards(), make_incidents()
    dossier = make_dossier(
        version=whole["version"]
        | {
            "training_run": {
                "system": "MLflow at tracking.example.org",
                "id": "c5a9d1e0b7f04a5e",
                "started": "2026-11-20T08:00:00Z",
                "finished": "2026-11-20T08:04:12Z",
            },
            "base_model": {"name": "densenet121", "digest": None, "source": "ImageNet"},
            "code_commit": "https://example.org/heart-cad@9fceb02",
        },
        datasets=[
            *whole["datasets"],
            make_dataset(
                name="silent-2025",
                withdrawn={
                    "at": "2026-11-22T08:00:00Z",
                    "by": person("Dóra Nagy"),
                    "why": "Consent was withdrawn by the custodian",
                },
            ),
        ],
        overlap=[
            *whole["overlap"],
            whole["overlap"][0]
            | {"outcome": "cannot be checked", "because": "the table names no patient"},
        ],
        protocols=[make_signed_protocol()],
        evidence=[
            make_evidence(
                measured,
                tested={"version": 2, "test": 2, "earlier": ["heart-cad/1"], "unchecked": 0},
            ),
            refits,
        ],
        thresholds=[
            {
                "evidence": "evidence-1",
                "number": 1,
                "cited": "evidence 1 of heart-cad/1",
                "outcome": "none",
                "shared": 0,
                "comparable": 1,
                "because": "None of the patients that judge it is among those of evidence 1.",
            }
        ],
        documents=[
            {
                "kind": "data protection impact assessment",
                "title": "DPIA, waiting list",
                "digest": "sha256:" + "4" * 64,
                "issued_by": "Information governance",
                "dated": "2026-10-01",
                "valid_until": "2027-10-01",
            }
        ],
        hazards=part,
        incidents=told,
        failure_reviews=make_failure_reviews(),
        in_use={"model": "heart-cad", "number": 1, "since": "2025-06-01T09:00:00Z"}
        | {"evidence": None},
        originally_approved={"model": "heart-cad", "number": 1, "since": "2025-06-01T09:00:00Z"},
        requirements=[
            *whole["requirements"],
            *_asked_of_statements(),
            *hazards.require(part, rules, today=_TODAY),
            *incidents.require(told, IncidentRules()),
        ],
    )
    dossier["statements"][0]["evidence"] = ["evidence-1", "evidence-gone"]
    dossier["statements"][1] |= {"carried_from": 1}
    dossier["since_last"] = since_last(
        _earlier(dossier),
        dossier,
        digest="sha256:" + "9" * 64,
        conditions_closed=["Condition 1: Repeat calibration on 100 local patients"],
        signoffs_voided=["Ilona Kovács, clinical lead: support"],
    )
    return dossier


def _asked_of_statements() -> list[Json]:
    """Return what a policy asks of three statements: one is made, one not confirmed, one gone."""
    told = {
        1: ("met", ""),
        2: ("missing", "Carried from version 1; nobody has confirmed it."),
        10: ("missing", "Nothing was stated."),
    }
    return [
        {
            "id": f"statement.{number}",
            "text": f"Consideration {number} is answered",
            "status": status,
            "because": because,
            "waits_for": None if status == "met" else "model owner",
        }
        for number, (status, because) in told.items()
    ]


def _earlier(dossier: Json) -> Json:
    """Return the dossier before: two criteria were judged otherwise, one not at all."""
    first, second, *rest = dossier["criteria"]
    worse = first | {"verdict": "insufficient evidence", "measured": 0.83, "low": 0.74}
    better = second | {"verdict": "met", "measured": 0.9, "low": 0.85, "high": 0.95}
    gone = criterion(id="calibration", metric="observed_expected", measured=1.2)
    return dossier | {"number": 2, "criteria": [worse, better, gone, *rest[1:]]}


def make_bare_dossier(**changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return a dossier with nothing in it but its names, with changes."""
    return copy.deepcopy(_bare()) | changes


@functools.cache
def _bare() -> Json:
    """Return it, made once."""
    whole = make_dossier()
    nothing = make_dossier(
        version=whole["version"]
        | {
            "description": None,
            "artifacts": [],
            "parents": [],
            "environment_lock": None,
            "datasets": [],
        },
        model=whole["model"] | {"use_for": [], "do_not_use_for": [], "regulatory": []},
        datasets=[],
        overlap=[],
        protocols=[],
        evidence=[],
        criteria=[],
        requirements=[],
    )
    nothing["statements"] = [
        one | {"kind": "missing", "text": None, "reason": None, "author": None, "at": None}
        for one in nothing["statements"]
    ]
    return nothing


def make_waiver() -> Json:
    """Return a waiver as a decision holds one."""
    return {
        "document": {
            "schema": "cmr.waiver/1",
            "number": 1,
            "of": "criterion",
            "id": "specificity",
            "site": "Hungary",
            "reason": "The list is read in full anyway.",
            "until": "2027-01-31",
            "verdicts": ["insufficient evidence"],
            "bridges": ["Specificity at Hungary rests on too little evidence."],
        }
    }


def make_full_decision(dossier: Json, **changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return an approval with conditions of either time, one closed, and a waiver."""
    conditions = [
        make_condition(),
        make_condition(number=2, when="after go-live", on_overdue="suspend"),
        make_condition(number=3, state="closed", closed_at="2026-11-24T09:00:00Z"),
    ]
    said = {
        "outcome": "approve with conditions",
        "reasons": "The list is read in full anyway.",
        "conditions": conditions,
        "waivers": [make_waiver()],
    }
    return make_decision(dossier, **(said | changes))
