"""Records to export: one that is plain, one with nothing, one with all, one that means harm."""

import functools
from typing import Any

from registry.domain.signatures import sign, statement
from registry.services.cards.exports import record_of
from reports.exports.record import Record
from tests.factories.bundles import KEY
from tests.factories.cards import make_documents
from tests.factories.documents import (
    Json,
    assessment,
    criterion,
    drawn,
    make_condition,
    make_decision,
    make_dossier,
    make_evidence,
    make_signoff,
    make_standing,
    person,
)
from tests.factories.whole import make_failure_reviews, make_hazards, make_incidents

DISCLOSURE: Json = {
    "developer": "Heart group, 心臓病院",
    "developer_contact": "https://example.org/heart",
    "funding": "Národní grant; no industry",
    "competing_interests": "None declared",
    "output": "Probability of a narrowing, 0 to 1",
    "output_type": "prediction",
    "decision_role": "informs",
    "inputs": "Eleven findings of the clinic's record",
    "demographic_inputs": ["sex", "date of birth"],
    "how_to_use": "Read it beside the referral",
    "update_schedule": "Looked at every year",
    "security": "Runs inside the hospital's network",
    "third_party_components": "scikit-learn",
    "licence": "Apache-2.0",
    "stakeholders": "Patients' council",
    "patient_disclosure": "A leaflet at referral",
    "publications": ["Kovács I. Heart 2025;1:1. doi:10.1000/1", "A {braced} one"],
}
HOSTILE = (
    "=cmd|' /C calc'!A0 <script>alert(1)</script> ]]> & \"'`*_[x](javascript:1) | \x00\x0b\ud7ff"
)


def make_record(dossier: Json | None = None, **changes: Any) -> Record:  # noqa: ANN401 - any document
    """Return a record: a draft, unless a decision is given."""
    return record_of(make_documents(dossier, **changes))


@functools.cache
def make_empty() -> Record:
    """Return the record of a dossier in which nothing was measured and nothing is said."""
    nothing: list[Json] = []
    dossier = make_dossier(
        evidence=nothing,
        protocols=nothing,
        datasets=nothing,
        overlap=nothing,
        criteria=nothing,
        requirements=nothing,
        statements=nothing,
    )
    return make_record(dossier)


def make_signed(dossier: Json, **changes: Any) -> Json:  # noqa: ANN401 - any part of it
    """Return a sign-off that was really signed by the test registry's key."""
    whole = make_signoff(**changes)
    said = statement(
        signer={"id": "ilona", "login": "i.kovacs", "name": whole["person"]["name"]},
        role=whole["role"],
        meaning=whole["meaning"],
        subject=f"heart-cad/2, dossier {dossier['number']}",
        digest=whole["dossier"],
        reasons=whole["reasons"],
        policy="standard/1",
        at=whole["at"],
        nonce="n",
    )
    return whole | sign(said, KEY).document()


def make_full_dossier() -> Json:
    """Return a dossier with two evidences, hazards, a disclosure and criteria of every kind."""
    dossier = make_dossier()
    dossier["model"]["disclosure"] = DISCLOSURE
    dossier["version"] |= {
        "architecture": "Logistic regression",
        "base_model": {"name": "none-at-all", "digest": None, "source": "nowhere"},
        "training_run": {"system": "MLflow", "id": "c5a9", "started": None, "finished": None},
        "code_commit": "https://example.org/heart@9fceb02",
    }
    internal = make_evidence(
        assessment(drawn((("Cleveland", 120, 0.4),), seed=3)),
        id="evidence-2",
        number=2,
        purpose="internal testing",
        dataset={"name": "cleveland-1988", "number": 1},
    )
    local = make_evidence(
        assessment(drawn((("Hungary", 90, 0.4),), seed=4)),
        id="evidence-3",
        number=3,
        purpose="local acceptance",
    )
    dossier["evidence"] += [internal, local]
    fair = {"over": "every sex", "by": {"sex": "F"}, "metric": "sensitivity", "id": "women"}
    dossier["criteria"] += [
        criterion(
            **fair, verdict="not met", measured=0.5, low=0.3, high=0.7, consideration="fairness"
        ),
        criterion(id="cost", metric="brier", comparison="at most", required=0.2, verdict="met"),
    ]
    dossier |= {
        "hazards": make_hazards(),
        "incidents": make_incidents(),
        "failure_reviews": make_failure_reviews(),
    }
    return dossier


@functools.cache
def make_full() -> Record:
    """Return the record of a full dossier that was approved on a condition over an objection."""
    dossier = make_full_dossier()
    return make_record(
        dossier,
        decision=make_decision(
            dossier, outcome="approve with conditions", conditions=[make_condition()]
        ),
        standing=make_standing("current"),
        signoffs=[
            make_signed(dossier),
            make_signed(
                dossier,
                id="signoff-2",
                person=person("Kwame Mensah"),
                meaning="object",
                reasons="Women fare worse.",
            ),
            make_signed(dossier, id="signoff-3", void=True),
        ],
    )


@functools.cache
def make_hostile() -> Record:
    """Return a record in which everything that people type tries to break out of its place."""
    site = f"={HOSTILE}"
    groups = (("sex", "@SUM(A1)"), ("age_band", "+45"))
    dossier = make_dossier(
        drawn(((site, 60, 0.5),), groups=lambda i: groups[i % 2 : i % 2 + 1]), scope_sites=[site]
    )
    dossier["model"] |= {
        "title": HOSTILE,
        "summary": HOSTILE,
        "use_for": [HOSTILE],
        "do_not_use_for": [HOSTILE],
        "disclosure": {"developer": HOSTILE, "publications": [HOSTILE, "}} end"]},
    }
    for one in dossier["statements"]:
        if one["text"] is not None:
            one["text"] = HOSTILE
    dossier["protocols"][0]["document"]["name"] = HOSTILE
    return make_record(
        dossier, signoffs=[make_signoff(meaning="object", reasons=HOSTILE, person=person(HOSTILE))]
    )
