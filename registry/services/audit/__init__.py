"""Trail: reading it, checking it, proving it to others, and taking words out."""

from registry.services.audit.bundling import export
from registry.services.audit.cosigning import keep_cosignature
from registry.services.audit.proving import (
    Consistency,
    Inclusion,
    consistency,
    inclusion,
    public_key,
)
from registry.services.audit.reading import events, outside, read, require_ready
from registry.services.audit.recalling import recall
from registry.services.audit.redacting import redact
from registry.services.audit.signing import newest_checkpoint, sign_checkpoint
from registry.services.audit.verifying import Verification, verify

__all__ = [
    "Consistency",
    "Inclusion",
    "Verification",
    "consistency",
    "events",
    "export",
    "inclusion",
    "keep_cosignature",
    "newest_checkpoint",
    "outside",
    "public_key",
    "read",
    "recall",
    "redact",
    "require_ready",
    "sign_checkpoint",
    "verify",
]
