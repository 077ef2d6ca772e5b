"""Policies: for each risk tier, what a decision asks; the weakest protocol it accepts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from registry.domain.errors import BadInputError

SCHEMA: Final = "cmr.policy/1"


class Tier(StrEnum):
    """How much a model may harm, and so how much is asked of it."""

    REGISTRATION_ONLY = "registration only"
    FAST_TRACK = "fast track"
    FULL_REVIEW = "full review"


class Rung(StrEnum):
    """How far a version may go; each rung includes those before it."""

    SILENT = "silent"
    PILOT = "pilot"
    GENERAL = "general"


class Meaning(StrEnum):
    """What a person says by a sign-off."""

    AUTHORSHIP = "authorship"
    REVIEW = "review"
    SUPPORT = "support"
    SUPPORT_WITH_CONDITIONS = "support with conditions"
    OBJECT = "object"
    ABSTAIN = "abstain"
    ACCEPT_RESIDUAL_RISK = "accept residual risk"


@dataclass(frozen=True, kw_only=True)
class Floor:
    """The weakest bound a protocol may set for a metric over strata; one bound is given."""

    metric: str
    over: str
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, kw_only=True)
class ProtocolRules:
    """What a protocol must hold; the floors bind protocols of the purposes named."""

    purposes: frozenset[str]
    signed_by: tuple[str, ...]
    reference_standard: bool
    costs: bool
    population: bool
    subgroups: bool
    positives: int
    negatives: int
    floors: tuple[Floor, ...]


@dataclass(frozen=True, kw_only=True)
class EvidenceRule:
    """One kind of evidence that must be there; `custody` is the least grade accepted."""

    id: str
    purpose: str
    scores_from: str
    custody: str
    every_site: bool


@dataclass(frozen=True, kw_only=True)
class SignOffRule:
    """So many people in a role, each with one of these meanings."""

    role: str
    meanings: frozenset[Meaning]
    quorum: int


@dataclass(frozen=True, kw_only=True)
class TierRules:
    """Everything that is asked at one risk tier."""

    tier: Tier
    rungs: tuple[Rung, ...]
    statements: tuple[int, ...]
    overlap_checked: bool
    evidence: tuple[EvidenceRule, ...]
    protocol: ProtocolRules
    signoffs: tuple[SignOffRule, ...]
    optional: tuple[SignOffRule, ...]
    decision_maker: str
    months: int


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A policy as read: the rules of each tier, and the document they were read from."""

    name: str
    version: int
    title: str
    tiers: Mapping[Tier, TierRules]
    document: Mapping[str, Any]

    def rules(self, tier: str) -> TierRules:
        """Return the rules of a tier.

        Raises
        ------
        BadInputError
            When the policy does not know the tier.
        """
        try:
            return self.tiers[Tier(tier)]
        except (KeyError, ValueError):
            known = ", ".join(self.tiers)
            raise BadInputError(
                f"The policy {self.name}/{self.version} has no tier “{tier}”; it has {known}.",
                field="risk_tier",
            ) from None


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
    key, bound = _bound(floor)
    findings = list(protocol.get("findings") or {None: {}})
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


def _bound(floor: Floor) -> tuple[str, float]:
    """Return which bound a floor sets, and where."""
    if floor.at_least is not None:
        return "at_least", floor.at_least
    if floor.at_most is not None:
        return "at_most", floor.at_most
    raise ValueError(f"the floor of {floor.metric} sets no bound")


def _answers(criterion: Mapping[str, Any], floor: Floor, key: str) -> bool:
    """Tell whether a criterion judges just what the floor does, over no less."""
    return (
        criterion["metric"] == floor.metric
        and criterion["over"] == floor.over
        and criterion.get(key) is not None
        and criterion.get("source", "estimate") == "estimate"
        and criterion.get("needs", "all") == "all"
        and not criterion.get("at")
        and not criterion.get("exploratory")
    )


def _as_strong(found: float, floor: float, key: str) -> bool:
    """Tell whether a bound is at least as strong as the floor."""
    return found >= floor if key == "at_least" else found <= floor
