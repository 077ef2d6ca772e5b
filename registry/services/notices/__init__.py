"""Notices: bringing them to mailboxes and webhooks, reading one's own, and where mail goes."""

from registry.services.notices.addresses import Reachable, reachable, set_address
from registry.services.notices.delivering import (
    JOB,
    LONGEST_PAUSE,
    abandon,
    deliver,
    tidy,
)
from registry.services.notices.reading import deliveries, mine, retry, sweep
from registry.services.notices.trying import try_mail, try_webhook

__all__ = [
    "JOB",
    "LONGEST_PAUSE",
    "Reachable",
    "abandon",
    "deliver",
    "deliveries",
    "mine",
    "reachable",
    "retry",
    "set_address",
    "sweep",
    "tidy",
    "try_mail",
    "try_webhook",
]
