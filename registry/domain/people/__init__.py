"""People: roles, what each may do and when, and who is asking."""

from registry.domain.people.asking import LAWS, may, require, require_signer
from registry.domain.people.granting import check_site, check_together, lacking_for
from registry.domain.people.permissions import (
    EMERGENCY,
    FAILURES,
    FAILURES_WITHIN,
    PERMISSIONS,
    SCOPES,
    SIGNING,
    SIGNING_ROLES,
    SITE_ROLES,
    SYSTEM,
    Action,
    Actor,
    Role,
)
from registry.domain.people.states import STATES, WHEN, State, allows

__all__ = [
    "EMERGENCY",
    "FAILURES",
    "FAILURES_WITHIN",
    "LAWS",
    "PERMISSIONS",
    "SCOPES",
    "SIGNING",
    "SIGNING_ROLES",
    "SITE_ROLES",
    "STATES",
    "SYSTEM",
    "WHEN",
    "Action",
    "Actor",
    "Role",
    "State",
    "allows",
    "check_site",
    "check_together",
    "lacking_for",
    "may",
    "require",
    "require_signer",
]
