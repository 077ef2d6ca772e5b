"""Dossiers: the frozen document that a decision rests on, `cmr.dossier/1`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from registry.domain import papers, requirements, scopes
from registry.domain.policies import Policy, Reference, TierRules
from registry.domain.scopes import Document, Scope

SCHEMA: Final = "cmr.dossier/1"

# They name the dossier; they are nothing that it says.
_NAMES: Final = frozenset({"number", "opened", "since_last"})


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the records say now about one version, each part as a dossier prints it."""

    model: Document
    version: Document
    datasets: Sequence[Document]
    overlap: Sequence[Document]
    statements: Sequence[Document]
    protocols: Sequence[Document]
    evidence: Sequence[Document]
    in_use: Document | None
    originally_approved: Document | None = None
    thresholds: Sequence[Document] = ()
    documents: Sequence[Document] = ()
    training: Sequence[Document] = ()
    hazards: Document | None = None
    incidents: Sequence[Document] = ()
    failure_reviews: Sequence[Document] = ()


def assemble(
    parts: Parts,
    scope: Scope,
    *,
    policy: Policy,
    policy_digest: str,
    number: int,
    opened: Mapping[str, Any],
    today: date,
) -> dict[str, Any]:
    """Return the dossier: the parts, and the policy's judgement of them over the scope.

    Parameters
    ----------
    parts : Parts
        What the records say.
    scope : Scope
        What the decision would be about.
    policy : Policy
        The version under which the review was opened.
    policy_digest : str
        The digest of its document.
    number : int
        The how-manieth dossier of this version it is.
    opened : mapping
        ``{"by": person, "at": time}``.
    today : date
        The day on which the requirements are judged.
    """
    tier = parts.model["risk_tier"]
    rules = policy.rules(tier)
    evidence = requirements.weigh(parts.evidence, rules)
    judged = {
        "version": parts.version,
        "datasets": list(parts.datasets),
        "overlap": list(parts.overlap),
        "statements": list(parts.statements),
        "protocols": list(parts.protocols),
        "evidence": evidence,
        **_unless_empty(
            documents=parts.documents if rules.documents else (),
            training=papers.asked_of(rules.training, parts.training),
            thresholds=parts.thresholds,
            incidents=parts.incidents,
            failure_reviews=parts.failure_reviews,
        ),
        "in_use": parts.in_use,
        **_original(rules, parts),
        **({} if parts.hazards is None else {"hazards": parts.hazards}),
    }
    return {
        "schema": SCHEMA,
        "number": number,
        "opened": dict(opened),
        "model": parts.model,
        **judged,
        "policy": {
            "name": policy.name,
            "version": policy.version,
            "digest": policy_digest,
            "tier": tier,
            **({"combines": _combined(policy)} if policy.combines else {}),
        },
        "scope": scope.document(),
        "criteria": scopes.judge(evidence, parts.protocols, scope, gates=rules.gates(scope.rung)),
        "requirements": requirements.judge(policy, tier, judged, scope, today=today),
    }


def _original(rules: TierRules, parts: Parts) -> dict[str, Document]:
    """Return the version that was approved first, where the policy compares with it."""
    if Reference.ORIGINALLY_APPROVED not in rules.compared_with:
        return {}
    return (
        {}
        if parts.originally_approved is None
        else {"originally_approved": parts.originally_approved}
    )


def _unless_empty(**parts: Sequence[Document]) -> dict[str, list[Document]]:
    """Return the parts that hold something: an empty one is left out of the document."""
    return {name: list(part) for name, part in parts.items() if part}


def _combined(policy: Policy) -> list[dict[str, Any]]:
    """Return the policies that a combined one was made of."""
    return [one.model_dump(mode="json") for one in policy.combines]


def judged_by(policy: Policy, dossier: Document) -> dict[str, Any]:
    """Return a frozen dossier as another policy would have judged it on the day of its freezing."""
    tier = dossier["policy"]["tier"]
    rules, scope = policy.rules(tier), Scope.read(dossier["scope"])
    evidence = requirements.weigh(requirements.unweighed(dossier["evidence"]), rules)
    judged = {**dossier, "evidence": evidence}
    frozen_on = datetime.fromisoformat(dossier["opened"]["at"]).date()
    return {
        **judged,
        "criteria": scopes.judge(
            evidence, dossier["protocols"], scope, gates=rules.gates(scope.rung)
        ),
        "requirements": requirements.judge(policy, tier, judged, scope, today=frozen_on),
    }


def changes(frozen: Document, now: Document) -> list[str]:
    """Return the parts in which two dossiers differ; none while a dossier is not stale."""
    keys = [key for key in {**frozen, **now} if key not in _NAMES]
    return [key for key in keys if frozen.get(key) != now.get(key)]


def since_last(
    before: Document,
    now: Document,
    *,
    digest: str,
    conditions_closed: Sequence[str],
    signoffs_voided: Sequence[str],
) -> dict[str, Any]:
    """Return what changed since the last dossier of the version, to be frozen into the new one.

    Parameters
    ----------
    before, now : mapping
        The last dossier and the new one.
    digest : str
        Of the last one.
    conditions_closed : sequence of str
        Conditions of the last decision that were closed since.
    signoffs_voided : sequence of str
        Who had signed the last one as what, where it was not decided.
    """
    return {
        "dossier": digest,
        "number": before["number"],
        "parts": changes(before, now),
        "criteria": _moved(before["criteria"], now["criteria"]),
        "conditions_closed": list(conditions_closed),
        "signoffs_voided": list(signoffs_voided),
    }


def _moved(before: Sequence[Document], now: Sequence[Document]) -> list[dict[str, Any]]:
    """Return the criteria that were judged otherwise, each with what it was and is, or null."""
    old, new = _judged(before), _judged(now)
    return [
        {
            "id": key[0],
            "by": dict(key[1]),
            "finding": key[2],
            "before": old.get(key),
            "after": new.get(key),
        }
        for key in {**old, **new}
        if old.get(key) != new.get(key)
    ]


def _judged(criteria: Sequence[Document]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return what each criterion in scope came to in each stratum; the newest evidence counts."""
    shown = ("verdict", "measured", "low", "high")
    return {
        (one["id"], tuple(sorted(one["by"].items())), one["finding"]): {
            name: one[name] for name in shown
        }
        for one in criteria
        if one["in_scope"]
    }
