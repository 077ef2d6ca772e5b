"""Trail: reading it, checking it, signing checkpoints, and taking words out."""

from registry.services.audit.reading import events, outside, read, require_ready
from registry.services.audit.redacting import redact
from registry.services.audit.signing import newest_checkpoint, sign_checkpoint
from registry.services.audit.verifying import Verification, verify

__all__ = [
    "Verification",
    "events",
    "newest_checkpoint",
    "outside",
    "read",
    "redact",
    "require_ready",
    "sign_checkpoint",
    "verify",
]
