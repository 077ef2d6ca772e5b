"""Floors: the weakest protocol that a policy accepts at a tier."""

from collections.abc import Mapping
from typing import Any

from registry.domain.policies.shape import Floor, Policy, ProtocolRules


def check_protocol(policy: Policy, tier: str, protocol_document: Mapping[str, Any]) -> list[str]:
    """Return every reason why the policy refuses a protocol at a tier; none when it accepts.

    Parameters
    ----------
    policy : Policy
        The policy in force.
    tier : str
        The model's risk tier.
    protocol_document : mapping
        The protocol as `validation.protocols.document` gives it, defaults filled in.

    Returns
    -------
    list of str
        One sentence a reason, each naming the key and the remedy.
    """
    rules = policy.rules(tier).protocol
    if protocol_document["purpose"] not in rules.purposes:
        return []
    return [
        *_missing_parts(rules, protocol_document),
        *_small_minimum(rules, protocol_document),
        *(reason for floor in rules.floors for reason in _under_floor(floor, protocol_document)),
    ]


def _missing_parts(rules: ProtocolRules, protocol: Mapping[str, Any]) -> list[str]:
    """Say which parts the policy asks for and the protocol lacks."""
    reasons = []
    if rules.reference_standard and not protocol.get("reference_standard"):
        reasons.append("reference_standard is empty: say how the label was established.")
    costs = protocol.get("costs") or {}
    if rules.costs and not all(costs.get(key) for key in ("set_by", "set_on", "why")):
        reasons.append("[costs] must be given with set_by, set_on and why.")
    if rules.population and not protocol.get("population"):
        reasons.append("[population] must be given: the prevalence where the model will work.")
    if rules.subgroups and not any(
        str(c["over"]).startswith(("every ", "worst ", "difference by "))
        and c["over"] != "every site"
        and not c.get("exploratory")
        for c in protocol.get("criteria", ())
    ):
        reasons.append("[[criteria]] must hold one over a subgroup, such as over = “every sex”.")
    return reasons


def _small_minimum(rules: ProtocolRules, protocol: Mapping[str, Any]) -> list[str]:
    """Say where the protocol is content with less evidence than the policy."""
    minimum = protocol.get("minimum", {})
    return [
        f"minimum.{key} is {minimum.get(key, 0)}; the policy asks for at least {least}."
        for key, least in (("positives", rules.positives), ("negatives", rules.negatives))
        if minimum.get(key, 0) < least
    ]


def _under_floor(floor: Floor, protocol: Mapping[str, Any]) -> list[str]:
    """Say for each finding where the protocol sets no bound as strong as the floor."""
    key, bound = floor.bound
    findings = _findings(protocol)
    asked = f"{floor.metric} {key.replace('_', ' ')} {bound:g} over {floor.over}"
    reasons = []
    for finding in findings:
        bounds = [
            c[key]
            for c in protocol.get("criteria", ())
            if _answers(c, floor, key) and c.get("finding") in {None, finding}
        ]
        at = "" if finding is None else f" for {finding}"
        if not bounds:
            reasons.append(f"[[criteria]] sets nothing for {asked}{at}, which the policy asks for.")
        elif not any(_as_strong(found, bound, key) for found in bounds):
            best = max(bounds) if key == "at_least" else min(bounds)
            reasons.append(f"[[criteria]] asks only for {best:g}{at}; the floor is {asked}.")
    return reasons


def _findings(protocol: Mapping[str, Any]) -> list[str | None]:
    """Return the findings of a protocol; None is the only one of a protocol without names."""
    findings = protocol.get("findings") or [{}]
    return list(findings) if isinstance(findings, Mapping) else [f.get("name") for f in findings]


def _answers(criterion: Mapping[str, Any], floor: Floor, key: str) -> bool:
    """Tell whether a criterion judges just what the floor does, over no less.

    A gap within the same sites may be gone where the groups live with one: it answers no floor.
    """
    return (
        criterion["metric"] == floor.metric
        and criterion["over"] == floor.over
        and criterion.get(key) is not None
        and criterion.get("source", "estimate") == "estimate"
        and criterion.get("needs", "all") == "all"
        and criterion.get("basis") in {None, "crude"}
        and not criterion.get("at")
        and not criterion.get("exploratory")
    )


def _as_strong(found: float, floor: float, key: str) -> bool:
    """Tell whether a bound is at least as strong as the floor."""
    return found >= floor if key == "at_least" else found <= floor
