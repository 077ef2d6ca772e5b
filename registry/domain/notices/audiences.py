"""Audiences: the groups of roles to which notices go."""

from typing import Final

from registry.domain.people import Role

OVERSEERS: Final = frozenset({Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_LEAD})
AT_SITES: Final = frozenset({Role.SITE_SAFETY_OFFICER, Role.SITE_EXECUTIVE})
ENROLLERS: Final = frozenset({Role.ADMINISTRATOR, Role.ENROLLER})
LOOK_AFTERWARDS: Final = OVERSEERS | {Role.INFORMATION_GOVERNANCE, Role.TOP_MANAGEMENT}
