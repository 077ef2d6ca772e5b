"""Policies: for each risk tier, what a decision asks; the weakest protocol it accepts.

A policy is data (TOML, `cmr.policy/1`), read strictly: a key that is not known here is refused,
since it would have no effect.
"""

from registry.domain.policies.deployments import DeploymentRules, RungRules
from registry.domain.policies.differences import Difference, differences
from registry.domain.policies.floors import check_protocol
from registry.domain.policies.parts import Part
from registry.domain.policies.reading import from_document, read
from registry.domain.policies.shape import (
    APPROVING,
    SCHEMA,
    EvidenceRule,
    Floor,
    Meaning,
    Policy,
    ProtocolRules,
    Rung,
    SignOffRule,
    Tier,
    TierRules,
)
from registry.domain.policies.strictness import strictest

__all__ = [
    "APPROVING",
    "SCHEMA",
    "DeploymentRules",
    "Difference",
    "EvidenceRule",
    "Floor",
    "Meaning",
    "Part",
    "Policy",
    "ProtocolRules",
    "Rung",
    "RungRules",
    "SignOffRule",
    "Tier",
    "TierRules",
    "check_protocol",
    "differences",
    "from_document",
    "read",
    "strictest",
]
