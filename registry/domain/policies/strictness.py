"""Strictness: how policies that bind the same review become one, key by key, the strictest."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from registry.domain.digests import document_digest
from registry.domain.errors import BadInputError
from registry.domain.evidence import Custody
from registry.domain.policies.deployments import DeploymentRules
from registry.domain.policies.hazards import Harm
from registry.domain.policies.parts import Meaning, Rung, Tier
from registry.domain.policies.shape import Policy

Document = Mapping[str, Any]


class How(StrEnum):
    """How one key of several policies becomes one."""

    EVERYTHING = "everything that any of them asks"
    WHAT_ALL_PERMIT = "only what all of them permit"
    HIGHER = "the higher number"
    LOWER = "the lower number"
    ANY = "asked where one asks it"
    EARLIER = "the earlier rung"
    BETTER = "the better custody"
    EACH = "one for each subject, and key by key within"
    WITHIN = "key by key within"
    WITHIN_ALL = "key by key within, and only where all of them have it"
    SUSPENDS = "suspends where one of them does"
    ALL_OR_MORE = "all of them, else the higher number"
    MILDER = "from the milder harm on"
    FIRST = "the first policy's; who decides in another signs in support"


_AT_A_RUNG: Final[Mapping[str, How]] = MappingProxyType(
    {
        "training": How.ANY,
        "monitoring_plan": How.ANY,
        "stop_rules": How.ANY,
        "rollback": How.ANY,
        "local_evidence": How.ANY,
        "silent_plan": How.ANY,
        "silent_results": How.ANY,
        "performance": How.ANY,
        "safety_case": How.ANY,
        "days_before": How.HIGHER,
        "label_positives": How.HIGHER,
        "permit_minutes": How.LOWER,
        "grace_minutes": How.LOWER,
    }
)

STRICTER: Final[Mapping[str, How]] = MappingProxyType(
    {
        "rungs": How.WHAT_ALL_PERMIT,
        "criteria_from": How.EARLIER,
        "statements": How.EVERYTHING,
        "statements_months": How.LOWER,
        "compared_with": How.EVERYTHING,
        "documents": How.EACH,
        "documents.from_rung": How.EARLIER,
        "training": How.EACH,
        "training.months": How.LOWER,
        "overlap_checked": How.ANY,
        "evidence": How.EACH,
        "protocol": How.WITHIN,
        "signoffs": How.EACH,
        "optional": How.EACH,
        "dual_roles": How.WHAT_ALL_PERMIT,
        "decision_maker": How.FIRST,
        "months": How.LOWER,
        "waivers": How.WITHIN_ALL,
        "waivers.criteria": How.WHAT_ALL_PERMIT,
        "waivers.requirements": How.WHAT_ALL_PERMIT,
        "waivers.verdicts": How.WHAT_ALL_PERMIT,
        "waivers.months": How.LOWER,
        "waivers.on_expiry": How.SUSPENDS,
        "on_dataset_withdrawn": How.WITHIN,
        "on_dataset_withdrawn.training": How.SUSPENDS,
        "on_dataset_withdrawn.evidence": How.SUSPENDS,
        "requests_for_change": How.WHAT_ALL_PERMIT,
        "first_word_days": How.HIGHER,
        "hazards": How.WITHIN,
        "hazards.plan_approved": How.ANY,
        "hazards.log_approved": How.ANY,
        "hazards.highest_residual": How.LOWER,
        "hazards.all_verified": How.ANY,
        "hazards.none_open": How.ANY,
        "failure_review": How.WITHIN,
        "failure_review.at_least": How.ALL_OR_MORE,
        "incidents": How.WITHIN,
        "incidents.open_from": How.MILDER,
        "protocol.purposes": How.EVERYTHING,
        "protocol.signed_by": How.EVERYTHING,
        "protocol.reference_standard": How.ANY,
        "protocol.costs": How.ANY,
        "protocol.population": How.ANY,
        "protocol.subgroups": How.ANY,
        "protocol.positives": How.HIGHER,
        "protocol.negatives": How.HIGHER,
        "protocol.reuse": How.LOWER,
        "protocol.floors": How.EACH,
        "protocol.floors.at_least": How.HIGHER,
        "protocol.floors.at_most": How.LOWER,
        "evidence.custody": How.BETTER,
        "evidence.every_site": How.ANY,
        "signoffs.meanings": How.WHAT_ALL_PERMIT,
        "signoffs.quorum": How.HIGHER,
        "signoffs.after": How.EVERYTHING,
        "optional.meanings": How.EVERYTHING,
        "optional.quorum": How.HIGHER,
        "optional.after": How.EVERYTHING,
        "deployments": How.WITHIN,
        **{f"deployments.{rung.value}": How.WITHIN for rung in Rung},
        **{
            f"deployments.{rung.value}.{key}": how
            for rung in Rung
            for key, how in _AT_A_RUNG.items()
        },
    }
)
"""The whole table; a key that stands nowhere here must be alike in policies that bind together."""

SUBJECT: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "documents": ("kind",),
        "training": ("role", "topic"),
        "evidence": ("purpose", "scores_from"),
        "signoffs": ("role",),
        "optional": ("role",),
        "protocol.floors": ("metric", "over", "at_least?"),
    }
)
"""What two parts of a list must have alike to be about the same; "?" asks only whether it is set.

The first of them lends the others' names, such as the id of a kind of evidence.
"""

_PERMITS: Final = frozenset({How.WHAT_ALL_PERMIT, How.WITHIN_ALL})
_IN_SUPPORT: Final = (Meaning.SUPPORT.value, Meaning.SUPPORT_WITH_CONDITIONS.value)


def subject_of(path: str, part: Document) -> tuple[Any, ...]:
    """Return what a part of a list is about."""
    return tuple(key[:-1] in part if key.endswith("?") else part.get(key) for key in SUBJECT[path])


def strictest(policies: Sequence[Policy]) -> Policy:
    """Return the one policy that asks all that several ask, each key by `STRICTER`.

    Parameters
    ----------
    policies : sequence of Policy
        At least one; the first is the organisation's own, and names who decides.

    Returns
    -------
    Policy
        A single policy as it is; else one that names all it `combines`.

    Raises
    ------
    BadInputError
        When they cannot be followed together: names the key.
    """
    if len(policies) == 1:
        return policies[0]
    documents = [policy.document() for policy in policies]
    *others, last = policies
    combined = {
        "schema": documents[0]["schema"],
        "name": "".join(f"{one.name}/{one.version} + " for one in others) + last.name,
        "version": last.version,
        "title": "; ".join(policy.title for policy in policies),
        "combines": [
            {"name": one.name, "version": one.version, "digest": document_digest(document)}
            for one, document in zip(policies, documents, strict=True)
        ],
        "tiers": {
            tier.value: _tier([written_out(policy, tier) for policy in policies], tier)
            for tier in Tier
        },
    }
    try:
        return Policy.model_validate(combined)
    except ValueError as error:
        raise BadInputError(
            f"{' and '.join(f'{p.name}/{p.version}' for p in policies)} cannot be followed "
            f"together: {error}",
            field="policies",
        ) from None


def written_out(policy: Policy, tier: Tier) -> dict[str, Any]:
    """Return the rules of a tier with what each rung asks in full: left out is not unasked."""
    document: dict[str, Any] = policy.document()["tiers"][tier.value]
    rules = policy.rules(tier).deployments or DeploymentRules()
    asked = {rung.value: rules.at(rung.value).model_dump(mode="json") for rung in Rung}
    return {**document, "deployments": asked}


def _tier(tiers: Sequence[Document], tier: Tier) -> dict[str, Any]:
    """Return the strictest rules of one tier; no rung is left where one policy permits none."""
    merged = dict(tiers[0])
    for other in tiers[1:]:
        decides = other["decision_maker"]
        merged = _keys(merged, other, "", where=tier.value)
        if decides != merged["decision_maker"] and merged["rungs"]:
            merged["signoffs"] = _with_support(merged["signoffs"], decides)
    waivable = merged.get("waivers")
    if waivable and not (waivable["criteria"] or waivable["requirements"]):
        del merged["waivers"]  # what all of them let be waived is nothing
    asked = {rule["role"] for rule in merged["signoffs"]}
    merged["optional"] = [rule for rule in merged["optional"] if rule["role"] not in asked]
    return merged


def _with_support(signoffs: Sequence[Document], role: str) -> list[Document]:
    """Return sign-offs among which stands the support of whoever decides by another policy."""
    if any(rule["role"] == role for rule in signoffs):
        return list(signoffs)
    return [*signoffs, {"role": role, "meanings": list(_IN_SUPPORT), "quorum": 1}]


def _keys(one: Document, other: Document, path: str, *, where: str) -> dict[str, Any]:
    """Return two parts of the same kind as one, key by key."""
    merged: dict[str, Any] = {}
    for key in dict.fromkeys([*one, *other]):
        full = f"{path}.{key}" if path else key
        if key in one and key in other:
            merged[key] = _key(full, one[key], other[key], where)
        elif STRICTER.get(full) not in _PERMITS:  # what one leaves out, it permits not
            merged[key] = one.get(key, other.get(key))
    return merged


def _key(path: str, mine: Any, theirs: Any, where: str) -> Any:  # noqa: ANN401 -- any JSON
    """Return the stricter of two values of a key."""
    if mine == theirs or path.endswith(".id"):
        return mine
    how = STRICTER.get(path)
    if how is None:
        raise BadInputError(
            f"the policies differ here, and nothing says which is stricter: {mine} and {theirs}.",
            field=f"tiers.{where}.{path}",
        )
    if how is How.EACH:
        return _lists(path, mine, theirs, where)
    if how in {How.WITHIN, How.WITHIN_ALL}:
        return _keys(mine, theirs, path, where=where)
    chosen = _CHOOSE[how](mine, theirs)
    if path == "signoffs.meanings" and not chosen:
        raise BadInputError(
            f"one policy accepts only {' or '.join(mine)}, the other only {' or '.join(theirs)}; "
            "nobody could satisfy both.",
            field=f"tiers.{where}.{path}",
        )
    return chosen


def _lists(
    path: str, mine: Sequence[Document], theirs: Sequence[Document], where: str
) -> list[dict[str, Any]]:
    """Return two lists as one: what is about the same becomes one, the rest stands beside."""
    merged = {subject_of(path, part): dict(part) for part in mine}
    for part in theirs:
        subject = subject_of(path, part)
        known = merged.get(subject)
        merged[subject] = dict(part) if known is None else _keys(known, part, path, where=where)
    return _distinct(list(merged.values()))


def _distinct(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return parts whose ids differ: a second one of a name is called after its place."""
    seen: set[str] = set()
    for part in parts:
        if "id" in part:
            while part["id"] in seen:
                part["id"] += "_too"
            seen.add(part["id"])
    return parts


def _union(mine: Sequence[Any], theirs: Sequence[Any]) -> list[Any]:
    """Return everything of either, numbers in order."""
    joined = list(dict.fromkeys([*mine, *theirs]))
    return sorted(joined) if all(isinstance(one, int) for one in joined) else joined


_CHOOSE: Final[Mapping[How, Callable[[Any, Any], Any]]] = MappingProxyType(
    {
        How.EVERYTHING: _union,
        How.WHAT_ALL_PERMIT: lambda mine, theirs: [one for one in mine if one in theirs],
        How.HIGHER: max,
        How.LOWER: min,
        How.ANY: lambda mine, theirs: mine or theirs,
        How.EARLIER: lambda mine, theirs: min(mine, theirs, key=list(Rung).index),
        How.BETTER: lambda mine, theirs: max(mine, theirs, key=list(Custody).index),
        How.ALL_OR_MORE: lambda *said: "all" if "all" in said else max(said),
        How.MILDER: lambda mine, theirs: min(mine, theirs, key=list(Harm).index),
        How.FIRST: lambda mine, _: mine,
        How.SUSPENDS: lambda mine, theirs: "suspend" if "suspend" in {mine, theirs} else mine,
    }
)


def effect_of(path: str, before: Any, after: Any) -> str:  # noqa: ANN401 -- any JSON
    """Return whether a change of a key makes a policy "stricter", "looser", or neither: "other".

    Parameters
    ----------
    path : str
        The key, as in `STRICTER`.
    before, after : object
        Its two values, JSON; None where it is not set.
    """
    how = STRICTER.get(path)
    if how is None or how in {How.EACH, How.WITHIN, How.FIRST}:
        return "other"
    if before is None or after is None:
        permits = how in _PERMITS
        return "stricter" if (before is None) != permits else "looser"
    if how is How.WITHIN_ALL:
        return "other"
    strict = _CHOOSE[how](before, after)
    if isinstance(strict, list):
        strict, before, after = ({str(one) for one in part} for part in (strict, before, after))
    if strict == after:
        return "stricter"
    return "looser" if strict == before else "other"
