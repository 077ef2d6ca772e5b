"""Hazards: a model's risk management plan, its log of hazards, and the log's issues."""

from registry.services.hazards.issuing import approve_log, issue, log_bytes, log_shown, logs
from registry.services.hazards.planning import approve_plan, plan_shown, plans, write_plan
from registry.services.hazards.recording import listed, raise_hazard, show, supersede

__all__ = [
    "approve_log",
    "approve_plan",
    "issue",
    "listed",
    "log_bytes",
    "log_shown",
    "logs",
    "plan_shown",
    "plans",
    "raise_hazard",
    "show",
    "supersede",
    "write_plan",
]
