"""Subject: what a record says of the model and of the version."""

from collections.abc import Mapping
from typing import Any, Final

from registry.domain.judgements import records, wording
from registry.domain.judgements.exhibits import Document
from registry.services.cards.exports.places import gathered, pointer, said
from reports.exports.record import NOT_RECORDED, File, Place
from reports.exports.topics import Topic

_MODEL: Final[Mapping[Topic, str]] = {
    Topic.SUMMARY: "summary",
    Topic.INTENDED_USE: "intended_use",
    Topic.POPULATION: "population",
    Topic.USERS: "intended_users",
}
_DISCLOSED: Final[Mapping[Topic, str]] = {
    Topic.DEVELOPER: "developer",
    Topic.DEVELOPER_CONTACT: "developer_contact",
    Topic.FUNDING: "funding",
    Topic.COMPETING_INTERESTS: "competing_interests",
    Topic.OUTPUT: "output",
    Topic.OUTPUT_TYPE: "output_type",
    Topic.INPUTS: "inputs",
    Topic.HOW_TO_USE: "how_to_use",
    Topic.UPDATE_SCHEDULE: "update_schedule",
    Topic.SECURITY: "security",
    Topic.THIRD_PARTIES: "third_party_components",
    Topic.LICENCE: "licence",
    Topic.STAKEHOLDERS: "stakeholders",
    Topic.PATIENT_DISCLOSURE: "patient_disclosure",
}
_ROLES: Final[Mapping[str, str]] = {
    "informs": "Informs clinical management; the decision is a clinician's.",
    "augments": "Augments clinical management; its output is part of how the decision is made.",
    "replaces": "Replaces a step of clinical management.",
}
_REASONS: Final[Mapping[Topic, str]] = {
    Topic.DEVELOPER_CONTACT: "not in the dossier; the registry keeps the contact of a desk outside "
    "it, so that it can change"
}
_NINE: Final = 9  # demographic variables that HTI-1 asks about


def places(dossier: Document) -> dict[Topic, Place]:
    """Return what is said of the model and the version, topic by topic."""
    model = dossier["model"]
    found = {topic: said(model.get(key), "model", key) for topic, key in _MODEL.items()}
    disclosed = model.get("disclosure") or {}
    for topic, key in _DISCLOSED.items():
        found[topic] = said(
            disclosed.get(key), "model", "disclosure", key, reason=_REASONS.get(topic, NOT_RECORDED)
        )
    return found | {
        Topic.USE_FOR: _listed(model["use_for"], "use_for"),
        Topic.OUT_OF_SCOPE: _listed(model["do_not_use_for"], "do_not_use_for"),
        Topic.DECISION_ROLE: said(
            _ROLES.get(str(disclosed.get("decision_role"))), "model", "disclosure", "decision_role"
        ),
        Topic.DEMOGRAPHIC_INPUTS: _demographic(disclosed),
        Topic.PUBLICATIONS: gathered(
            (
                (text, pointer("model", "disclosure", "publications", place))
                for place, text in enumerate(disclosed.get("publications") or ())
            ),
            otherwise=[pointer("model", "disclosure", "publications")],
        ),
        Topic.REGULATORY: said(records.regulatory(model["regulatory"]), "model", "regulatory"),
        Topic.RISK_TIER: said(_tier(dossier), "model", "risk_tier"),
        **_version(dossier["version"]),
    }


def files(dossier: Document) -> tuple[File, ...]:
    """Return the files of the version."""
    return tuple(
        File(path=one["path"], digest=one["digest"], kind=one["kind"])
        for one in dossier["version"]["artifacts"]
    )


def _listed(lines: list[str], key: str) -> Place:
    return gathered(
        ((line, pointer("model", key, place)) for place, line in enumerate(lines)),
        otherwise=[pointer("model", key)],
    )


def _demographic(disclosed: Mapping[str, Any]) -> Place:
    """Return which of the nine variables are inputs; that none is was said, too."""
    used = disclosed.get("demographic_inputs")
    text = None
    if used is not None:
        words = wording.listed(used) if used else "None"
        text = f"{wording.capital(words)}, of the {_NINE} demographic and social variables asked."
    return said(text, "model", "disclosure", "demographic_inputs")


def _tier(dossier: Document) -> str:
    policy = dossier["policy"]
    return (
        f"{wording.capital(policy['tier'])}, a tier of the policy {policy['name']} "
        f"{policy['version']} of this registry; it is no device class."
    )


def _version(version: Document) -> dict[Topic, Place]:
    base, run = version.get("base_model"), version.get("training_run")
    parents = [f"{p['relation']} {p['model']}/{p['number']}" for p in version["parents"]]
    return {
        Topic.DESCRIPTION: said(version.get("description"), "version", "description"),
        Topic.ARCHITECTURE: said(version.get("architecture"), "version", "architecture"),
        Topic.FOUNDATION_MODEL: said(
            None if not base else f"{base['name']}, from {base['source']}", "version", "base_model"
        ),
        Topic.LINEAGE: said(wording.listed(parents), "version", "parents"),
        Topic.TRAINING_RUN: said(
            None if not run else f"{run['system']}, run {run['id']}", "version", "training_run"
        ),
        Topic.CODE: said(version.get("code_commit"), "version", "code_commit"),
        Topic.ENVIRONMENT: said(version.get("environment_lock"), "version", "environment_lock"),
        Topic.ARTIFACTS: said(
            "; ".join(f"{one['path']} ({one['digest']})" for one in version["artifacts"]),
            "version",
            "artifacts",
        ),
    }
