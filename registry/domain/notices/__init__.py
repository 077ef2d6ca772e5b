"""Notices: which acts are told to whom, in which words, and what a receiver can check."""

from registry.domain.notices.table import NOTICES
from registry.domain.notices.telling import Audience, Kind, Notice, Rule, told
from registry.domain.notices.webhooks import (
    UndeliveredError,
    check_url,
    require_allowed,
    signature,
)

__all__ = [
    "NOTICES",
    "Audience",
    "Kind",
    "Notice",
    "Rule",
    "UndeliveredError",
    "check_url",
    "require_allowed",
    "signature",
    "told",
]
