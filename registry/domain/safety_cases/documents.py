"""Documents: a safety case as it is kept and signed, `cmr.safety_case/1`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from registry.domain import scopes
from registry.domain.safety_cases.standing import against
from registry.domain.waivers import sentence as waived

SCHEMA: Final = "cmr.safety_case/1"

Document = Mapping[str, Any]

_OF_A_CONDITION: Final = ("number", "text", "when", "due", "site", "consequence", "state")

PARTS: Final[Mapping[str, str]] = {
    "system": "the dossier and what it says of model, version and scope",
    "management": "the risk management plan, its people or the policy",
    "hazards": "the hazards",
    "tests": "test issues, incidents, conditions or waivers",
    "evidence": "the evidence",
    "standing": "how the version stands",
    "site": "what the hospital laid down, or how the deployment stands",
    "release_case": "the safety case of the release",
}
"""Part of what is generated → what it is called when it changed.

Signatures and digests are not among them: those are given because of a case, these repeat what
other parts say. Neither makes a case stale.
"""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the records say now, from which the generated parts follow.

    Attributes
    ----------
    dossier, digest
        The dossier by which the version stands, or the newest, and its digest.
    decision, standing, signoffs
        Of its review.
    plan : mapping or None
        The plan in force: ``{"number", "digest", "document", "approved"}``.
    hazards, incidents, failure_reviews
        As a dossier would hold them now.
    site : mapping or None
        Of a hospital's case: ``{"dossier", "digest", "stopped", "signoffs"}``: its site dossier,
        whether the deployment is suspended or withdrawn, and who signed.
    release_case : mapping or None
        Of a hospital's case: the signed case of the release, ``{"number", "digest", "signed"}``.
    """

    dossier: Document
    digest: str
    decision: Document | None
    standing: Document
    signoffs: Sequence[Document]
    plan: Document | None
    hazards: Document | None
    incidents: Sequence[Document]
    failure_reviews: Sequence[Document]
    site: Document | None = None
    release_case: Document | None = None


def generated(facts: Facts) -> dict[str, Any]:
    """Return the parts of a case that follow from the records."""
    dossier = facts.dossier
    return {
        "system": {key: dossier[key] for key in ("model", "scope", "in_use")}
        | {"version": dossier["version"], "dossier": _named(dossier, facts.digest)},
        "management": {
            "plan": None if facts.plan is None else dict(facts.plan),
            "policy": dossier["policy"],
        },
        "hazards": facts.hazards,
        "tests": _tests(facts),
        "evidence": [_evidence(one) for one in dossier["evidence"]],
        "standing": against(facts.standing),
        "signatures": _signatures(facts),
        "configuration": _configuration(facts),
        **_of_site(facts),
    }


def _named(dossier: Document, digest: str) -> dict[str, Any]:
    """Return which dossier it is."""
    return {"number": dossier["number"], "digest": digest, "opened": dossier["opened"]}


def _tests(facts: Facts) -> dict[str, Any]:
    """Return what was tested and not met, what was waived, and what went wrong."""
    dossier, decision = facts.dossier, facts.decision or {}
    return {
        "criteria": _unmet(dossier["criteria"]),
        "requirements": [dict(one) for one in dossier["requirements"] if one["status"] != "met"],
        "conditions": [_condition(one) for one in decision.get("conditions", ())],
        "waivers": [waived(one["document"]) for one in decision.get("waivers", ())],
        "incidents": [dict(one) for one in facts.incidents],
        "failure_reviews": [dict(one) for one in facts.failure_reviews],
    }


def _unmet(criteria: Sequence[Document]) -> list[dict[str, Any]]:
    """Return the criteria in scope that are not met, also where policy lets them not block."""
    gating = [{**one, "gates": True, "blocks": one["gates"]} for one in criteria]
    return [
        {key: value for key, value in {**one, "gates": one["blocks"]}.items() if key != "blocks"}
        for one in scopes.unmet(gating)
    ]


def _condition(one: Document) -> dict[str, Any]:
    """Return a condition of the decision as a constraint on use."""
    return {key: one[key] for key in _OF_A_CONDITION}


def _evidence(one: Document) -> dict[str, Any]:
    """Return a piece of evidence without its figures: those stand in the dossier."""
    shown = ("id", "number", "purpose", "scores_from", "custody", "counts", "because")
    return {key: one[key] for key in (*shown, "exploratory", "protocol", "assessment_digest")}


def _configuration(facts: Facts) -> dict[str, Any]:
    """Return by which digests all this is known."""
    version, hazards = facts.dossier["version"], facts.hazards or {}
    log = hazards.get("log")
    return {
        "artifacts": version["artifacts"],
        "code_commit": version["code_commit"],
        "environment_lock": version["environment_lock"],
        "parents": version["parents"],
        "base_model": version["base_model"],
        "dossier": facts.digest,
        "policy": facts.dossier["policy"]["digest"],
        "plan": None if facts.plan is None else facts.plan["digest"],
        "hazard_log": None if log is None else log["digest"],
        "protocols": [one["digest"] for one in facts.dossier["protocols"]],
    }


def _signatures(facts: Facts) -> dict[str, Any]:
    """Return who had signed what when the case was written."""
    decision = facts.decision
    return {
        "protocols": [
            {"name": one["document"]["name"], "digest": one["digest"], "by": one["signatures"]}
            for one in facts.dossier["protocols"]
        ],
        "signoffs": [_signoff(one) for one in facts.signoffs],
        "decision": None
        if decision is None
        else {
            "outcome": decision["outcome"],
            "decided": decision["decided"],
            "digest": decision["signed"]["digest"],
            "reasons": decision["reasons"],
        },
        **({} if facts.site is None else {"site": list(facts.site["signoffs"])}),
    }


def _signoff(one: Document) -> dict[str, Any]:
    """Return a sign-off without the bytes of its signature."""
    shown = ("person", "role", "registration", "meaning", "reasons", "dossier", "at", "method")
    return {key: one[key] for key in (*shown, "void", "withdrawn_at")}


def _of_site(facts: Facts) -> dict[str, Any]:
    """Return what only a hospital's case holds."""
    if facts.site is None:
        return {}
    return {
        "site": {key: facts.site[key] for key in ("dossier", "digest", "stopped")},
        "release_case": facts.release_case,
    }


def assemble(
    facts: Facts,
    authored: Document,
    *,
    version: str,
    number: int,
    supersedes: str | None,
    written: Document,
) -> dict[str, Any]:
    """Return a safety case: what its people wrote, and what the records said at that moment.

    Parameters
    ----------
    facts : Facts
    authored : mapping
        The parts that people wrote.
    version : str
        Such as ``heart-cad/2``.
    number : int
        The how-manieth case about this version, or about it at this hospital.
    supersedes : str or None
        The digest of the one before.
    written : mapping
        ``{"by": person, "at": time}``: whose words the authored parts are.
    """
    return {
        "schema": SCHEMA,
        "version": version,
        "site": None if facts.site is None else facts.site["dossier"]["site"],
        "number": number,
        "supersedes": supersedes,
        "written": dict(written),
        "authored": dict(authored),
        "generated": generated(facts),
    }


def changes(frozen: Document, now: Document) -> list[str]:
    """Return, in words, which generated parts the records have left behind; none while fresh.

    Parameters
    ----------
    frozen, now : mapping
        The generated parts as they were and as they would be.
    """
    return [words for key, words in PARTS.items() if frozen.get(key) != now.get(key)]
