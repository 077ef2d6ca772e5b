"""Hazards: what may go wrong with a model, how grave it is, and what was done about it.

A model has a risk management plan, which declares the matrix and what is acceptable; a log of
hazards, each with its controls and what shows that they work; and numbered issues of that log.
"""

from registry.domain.hazards.issues import LOG_SCHEMA, changed_since, issue, require_issuable
from registry.domain.hazards.judging import for_version, judged, kinds_in_order, transferred
from registry.domain.hazards.matrix import Matrix
from registry.domain.hazards.plans import PLAN_SCHEMA, plan, require_plan
from registry.domain.hazards.prompts import PROMPTS, Prompt, prompt
from registry.domain.hazards.records import ControlKind, Status, require_hazard
from registry.domain.hazards.requiring import exceeds, limit_of, require

__all__ = [
    "LOG_SCHEMA",
    "PLAN_SCHEMA",
    "PROMPTS",
    "ControlKind",
    "Matrix",
    "Prompt",
    "Status",
    "changed_since",
    "exceeds",
    "for_version",
    "issue",
    "judged",
    "kinds_in_order",
    "limit_of",
    "plan",
    "prompt",
    "require",
    "require_hazard",
    "require_issuable",
    "require_plan",
    "transferred",
]
