"""Reviews: who may sign what, and what stands between a dossier and each decision."""

from registry.domain.reviews.deciding import (
    blockers,
    check_decider,
    check_seats,
    check_validity,
    criterion_sentence,
    decide,
    objections,
)
from registry.domain.reviews.signing import (
    awaited,
    check_signoff,
    missing_signoffs,
    required_roles,
)
from registry.domain.reviews.words import (
    ALWAYS,
    NEEDS_REASONS,
    OF_AUTHORS,
    BlockedError,
    InsufficientError,
    Kind,
    Missing,
    Outcome,
    SelfApprovalError,
    SignOff,
    StaleDossierError,
    valid,
)

__all__ = [
    "ALWAYS",
    "NEEDS_REASONS",
    "OF_AUTHORS",
    "BlockedError",
    "InsufficientError",
    "Kind",
    "Missing",
    "Outcome",
    "SelfApprovalError",
    "SignOff",
    "StaleDossierError",
    "awaited",
    "blockers",
    "check_decider",
    "check_seats",
    "check_signoff",
    "check_validity",
    "criterion_sentence",
    "decide",
    "missing_signoffs",
    "objections",
    "required_roles",
    "valid",
]
