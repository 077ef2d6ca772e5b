"""Reviews: opening one, signing its dossier, deciding it, and closing what was left open."""

from registry.services.reviews.deciding import ConditionAsked, close_condition, decide
from registry.services.reviews.delegating import delegate, delegated, end_delegation
from registry.services.reviews.opening import open_review, refreeze
from registry.services.reviews.reading import View, dossier_bytes, listed, standing_of, view
from registry.services.reviews.signing import sign, withdraw

__all__ = [
    "ConditionAsked",
    "View",
    "close_condition",
    "decide",
    "delegate",
    "delegated",
    "dossier_bytes",
    "end_delegation",
    "listed",
    "open_review",
    "refreeze",
    "sign",
    "standing_of",
    "view",
    "withdraw",
]
