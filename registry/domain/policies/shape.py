"""Shape: the keys of a policy, what each may hold, and what a policy must not leave open.

To add a key: give it a default, so that stored policies still read; to change a meaning: add a
reader for `cmr.policy/2` that returns today's shape.
"""

from operator import not_
from typing import Any, Final, Literal, Self

from pydantic import Field, model_validator

from registry.domain.errors import BadInputError
from registry.domain.evidence import Custody, ScoresFrom
from registry.domain.people import PERMISSIONS, Action, Role
from registry.domain.policies.deployments import DeploymentRules
from registry.domain.policies.hazards import FailureReviewRules, HazardRules, IncidentRules
from registry.domain.policies.life import WaiverRules, WithdrawalRules
from registry.domain.policies.papers import DocumentRule, TrainingRule
from registry.domain.policies.parts import (
    APPROVING,
    Consideration,
    Meaning,
    Part,
    Reference,
    Rung,
    Tier,
)
from validation.metric_names import METRICS
from validation.protocols.shape import Partition
from validation.spelling import suggestion

SCHEMA: Final = "cmr.policy/1"


_NAME: Final = r"^[a-z][a-z0-9-]*(/[0-9]+ [+] [a-z][a-z0-9-]*)*$"


class Floor(Part):
    """The weakest bound a protocol may set for a metric over strata."""

    metric: str
    over: str
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Refuse an unknown metric, and anything but one bound."""
        if self.metric not in METRICS:
            raise ValueError(f"no metric “{self.metric}”. {suggestion(self.metric, METRICS)}")
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("write exactly one of at_least and at_most.")
        return self

    @property
    def bound(self) -> tuple[str, float]:
        """Which bound is set, and where."""
        if self.at_least is not None:
            return "at_least", self.at_least
        return "at_most", self.at_most or 0.0


class ProtocolRules(Part):
    """What a protocol must hold; all but the signatures bind the purposes named.

    `reuse` is how many versions, of whatever model, may be tested on the same patients; evidence
    beyond it is exploratory. It binds external testing.
    """

    purposes: tuple[Partition, ...] = ()
    signed_by: tuple[Role, ...] = ()
    reference_standard: bool = False
    costs: bool = False
    population: bool = False
    subgroups: bool = False
    positives: int = Field(default=0, ge=0)
    negatives: int = Field(default=0, ge=0)
    reuse: int | None = Field(default=None, ge=1, exclude_if=not_)
    floors: tuple[Floor, ...] = ()


class EvidenceRule(Part):
    """One kind of evidence that must be there; `custody` is the least grade accepted."""

    id: str = Field(pattern=r"[a-z][a-z_]*")
    purpose: Partition
    scores_from: ScoresFrom = ScoresFrom.ARTIFACT
    custody: Custody = Custody.AUTHOR
    every_site: bool = True


class SignOffRule(Part):
    """So many people in a role, each with one of these meanings.

    `after` names the required roles whose sign-offs must stand before one of this role is taken.
    """

    role: Role
    meanings: tuple[Meaning, ...] = Field(min_length=1)
    quorum: int = Field(default=1, ge=1)
    after: tuple[Role, ...] = Field(default=(), exclude_if=not_)


class TierRules(Part):
    """Everything that is asked at one risk tier; no rung means that nothing may be deployed.

    Below the rung `criteria_from` a protocol's criteria are judged and shown but do not block:
    silent running shows no score to anybody and exists to collect evidence. A statement older
    than `statements_months` is stale and counts as missing. One person fills two required roles
    only where `dual_roles` names the pair and it was declared for the person.
    """

    rungs: tuple[Rung, ...]
    criteria_from: Rung = Rung.SILENT
    statements: tuple[Consideration, ...]
    statements_months: int | None = Field(default=None, ge=1, le=120, exclude_if=not_)
    compared_with: tuple[Reference, ...] = Field(default=(), exclude_if=not_)
    documents: tuple[DocumentRule, ...] = Field(default=(), exclude_if=not_)
    training: tuple[TrainingRule, ...] = Field(default=(), exclude_if=not_)
    overlap_checked: bool = False
    evidence: tuple[EvidenceRule, ...] = ()
    protocol: ProtocolRules = ProtocolRules()
    signoffs: tuple[SignOffRule, ...] = ()
    optional: tuple[SignOffRule, ...] = ()
    decision_maker: Role
    dual_roles: tuple[tuple[Role, Role], ...] = Field(default=(), exclude_if=not_)
    months: int = Field(ge=1, le=60)
    deployments: DeploymentRules | None = None
    waivers: WaiverRules | None = None
    on_dataset_withdrawn: WithdrawalRules | None = None
    requests_for_change: Literal["tell"] | None = None
    first_word_days: int | None = Field(default=None, ge=7, le=60)
    hazards: HazardRules | None = None
    failure_review: FailureReviewRules | None = None
    incidents: IncidentRules | None = None

    def gates(self, rung: Rung) -> bool:
        """Tell whether a protocol's criteria block going as far as `rung`."""
        order = list(Rung)
        return order.index(rung) >= order.index(self.criteria_from)

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        """Refuse rules that let anything out unsigned, or that nobody could follow."""
        if self.rungs and not self.signoffs:
            raise ValueError("a tier that permits a rung must ask for [[signoffs]].")
        if self.rungs and not self.evidence:
            raise ValueError("a tier that permits a rung must ask for [[evidence]].")
        for rule in (*self.signoffs, *self.optional):
            if Action.REVIEW_SIGN not in PERMISSIONS[rule.role]:
                raise ValueError(f"the role {rule.role} cannot sign a review.")
        for rule in self.signoffs:
            if not APPROVING.intersection(rule.meanings) and Meaning.REVIEW not in rule.meanings:
                raise ValueError(f"the sign-off of the {rule.role} must be able to carry.")
            if {Meaning.OBJECT, Meaning.ABSTAIN} & set(rule.meanings):
                raise ValueError("an objection or abstention cannot be what a policy asks for.")
        roles = [rule.role for rule in self.signoffs]
        if len(roles) != len(set(roles)):
            raise ValueError("name each role once in [[signoffs]]; use quorum for more people.")
        _require_dual({*roles, self.decision_maker}, self.dual_roles)
        if Action.REVIEW_DECIDE not in PERMISSIONS[self.decision_maker]:
            raise ValueError(f"the role {self.decision_maker} cannot decide a review.")
        _require_an_order(self)
        return self


def _require_dual(asked: set[Role], pairs: tuple[tuple[Role, Role], ...]) -> None:
    """Refuse a dual role that is not one of two roles that are asked."""
    for pair in pairs:
        if len(set(pair)) == 1 or not asked.issuperset(pair):
            raise ValueError("dual_roles: name two different roles that sign or decide here.")


def _require_an_order(rules: TierRules) -> None:
    """Refuse an order of sign-offs that waits for nobody, or in a circle."""
    waits = {rule.role: set(rule.after) for rule in rules.signoffs}
    for rule in (*rules.signoffs, *rules.optional):
        for role in rule.after:
            if role not in waits:
                raise ValueError(
                    f"the sign-off of the {rule.role} comes after that of the {role}, whom "
                    "[[signoffs]] does not ask."
                )
    while waits:
        free = [role for role, before in waits.items() if not before & set(waits)]
        if not free:
            raise ValueError(f"the sign-offs of {' and '.join(waits)} wait for each other.")
        for role in free:
            del waits[role]


class Combined(Part):
    """One of the policies that a combined policy was made of."""

    name: str
    version: int
    digest: str


class Policy(Part):
    """A policy as read: the rules of each tier; `combines` names those it was made of, if any."""

    schema_: Literal["cmr.policy/1"] = Field(alias="schema")
    name: str = Field(pattern=_NAME, max_length=64)
    version: int = Field(ge=1)
    title: str = Field(min_length=1)
    combines: tuple[Combined, ...] = Field(default=(), exclude_if=not_)
    tiers: dict[Tier, TierRules]

    @model_validator(mode="after")
    def _knows_every_tier(self) -> Self:
        """Refuse a policy that is silent about a tier."""
        silent = [tier.value for tier in Tier if tier not in self.tiers]
        if silent:
            raise ValueError(f"[tiers] lacks {', '.join(silent)}; say what each asks.")
        if not self.combines and "+" in self.name:
            raise ValueError("name: small letters, digits and dashes.")
        return self

    @property
    def label(self) -> str:
        """Its name and version as printed, such as ``standard/1``; those of all it combines."""
        return f"{self.name}/{self.version}"

    def rules(self, tier: str) -> TierRules:
        """Return the rules of a tier.

        Raises
        ------
        BadInputError
            When there is no such tier.
        """
        try:
            return self.tiers[Tier(tier)]
        except ValueError:
            raise BadInputError(
                f"there is no tier “{tier}”. {suggestion(tier, Tier)}", field="risk_tier"
            ) from None

    def document(self) -> dict[str, Any]:
        """Return the policy as JSON, defaults filled in; its digest is the policy's."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
