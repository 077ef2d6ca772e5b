"""Evidence: a table is received, measured in a job, and its rows are disposed of.

The measuring stands apart, in `measuring`: whoever only receives and reads does not load it.
"""

from registry.services.evidence.disposal import (
    JOB,
    abandon,
    asked_by,
    cancelled,
    discard,
    require_retriable,
    sweep,
    tidy,
)
from registry.services.evidence.reading import assessment, of_version, show, since, tally
from registry.services.evidence.receiving import Claim, hand_in

__all__ = [
    "JOB",
    "Claim",
    "abandon",
    "asked_by",
    "assessment",
    "cancelled",
    "discard",
    "hand_in",
    "of_version",
    "require_retriable",
    "show",
    "since",
    "sweep",
    "tally",
    "tidy",
]
