"""Policies: for each risk tier, what a decision asks; the weakest protocol it accepts.

A policy is data (TOML, `cmr.policy/1`), read strictly: a key that is not known here is refused,
since it would have no effect.
"""

from registry.domain.policies.deployments import DeploymentRules, RungRules
from registry.domain.policies.differences import Difference, differences
from registry.domain.policies.floors import check_protocol
from registry.domain.policies.hazards import FailureReviewRules, Harm, HazardRules, IncidentRules
from registry.domain.policies.life import NEVER_WAIVED, WaiverRules, WithdrawalRules
from registry.domain.policies.papers import DocumentRule, TrainingRule
from registry.domain.policies.parts import APPROVING, Meaning, Part, Reference, Rung, Tier
from registry.domain.policies.reading import from_document, read
from registry.domain.policies.shape import (
    SCHEMA,
    EvidenceRule,
    Floor,
    Policy,
    ProtocolRules,
    SignOffRule,
    TierRules,
)
from registry.domain.policies.strictness import strictest

__all__ = [
    "APPROVING",
    "NEVER_WAIVED",
    "SCHEMA",
    "DeploymentRules",
    "Difference",
    "DocumentRule",
    "EvidenceRule",
    "FailureReviewRules",
    "Floor",
    "Harm",
    "HazardRules",
    "IncidentRules",
    "Meaning",
    "Part",
    "Policy",
    "ProtocolRules",
    "Reference",
    "Rung",
    "RungRules",
    "SignOffRule",
    "Tier",
    "TierRules",
    "TrainingRule",
    "WaiverRules",
    "WithdrawalRules",
    "check_protocol",
    "differences",
    "from_document",
    "read",
    "strictest",
]
