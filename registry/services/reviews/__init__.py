"""Reviews: opening one, signing its dossier, deciding it, and the life of what was decided."""

from registry.services.reviews.commenting import comment, end_comment
from registry.services.reviews.conditions import (
    ConditionAsked,
    close_condition,
    extend,
    submit,
)
from registry.services.reviews.deciding import decide
from registry.services.reviews.delegating import delegate, delegated, end_delegation
from registry.services.reviews.falling_due import Due, falling_due
from registry.services.reviews.opening import open_review, refreeze
from registry.services.reviews.reading import View, dossier_bytes, listed, standing_of, view
from registry.services.reviews.signing import sign, withdraw
from registry.services.reviews.suspending import reinstate, suspend, suspend_in_emergency
from registry.services.reviews.sweeping import abandon, run, sweep, tidy
from registry.services.reviews.waivers import propose as propose_waiver
from registry.services.reviews.waivers import sign as sign_waiver
from registry.store.reminders import JOB

__all__ = [
    "JOB",
    "ConditionAsked",
    "Due",
    "View",
    "abandon",
    "close_condition",
    "comment",
    "decide",
    "delegate",
    "delegated",
    "dossier_bytes",
    "end_comment",
    "end_delegation",
    "extend",
    "falling_due",
    "listed",
    "open_review",
    "propose_waiver",
    "refreeze",
    "reinstate",
    "run",
    "sign",
    "sign_waiver",
    "standing_of",
    "submit",
    "suspend",
    "suspend_in_emergency",
    "sweep",
    "tidy",
    "view",
    "withdraw",
]
