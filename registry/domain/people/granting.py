"""Granting: what must be on record before a role is given, and which roles go together."""

from collections.abc import Collection, Mapping

from registry.domain.errors import BadInputError, RuleBrokenError
from registry.domain.people.permissions import SIGNING_ROLES, SITE_ROLES, Role

REGISTERED: frozenset[Role] = frozenset({Role.CLINICAL_SAFETY_OFFICER, Role.SITE_SAFETY_OFFICER})
"""Roles that only a person with a professional registration holds."""


def lacking_for(role: Role, record: Mapping[str, str | None]) -> str | None:
    """Return what a person's record lacks before `role` may be granted, or None.

    Who signs is named on the card with their qualification; a safety officer, of the maker
    (DCB0129) or of a site (DCB0160), is a registered clinician, and also with the number of that
    registration.
    """
    if role in SIGNING_ROLES and not record.get("qualification"):
        return "qualification"
    if role in REGISTERED and not record.get("registration"):
        return "registration"
    return None


def check_site(role: Role, site: str | None) -> None:
    """Refuse a role of a site that names none.

    Raises
    ------
    BadInputError
        When the role is held for a site, and no site is named.
    """
    if role in SITE_ROLES and site is None:
        raise BadInputError(f"a {role.value} acts for one site; name it.", field="site")


def check_together(held: Collection[Role], wanted: Role) -> None:
    """Refuse a role that does not go with those a person holds.

    An auditor is nothing else, and an administrator holds no role that signs.

    Raises
    ------
    RuleBrokenError
        Names the two roles.
    """
    others = [role for role in held if role is not wanted]
    for one in others:
        pair = {one, wanted}
        alone = Role.AUDITOR in pair
        machine = Role.ADMINISTRATOR in pair and pair & SIGNING_ROLES
        if alone or machine:
            raise RuleBrokenError(
                f"A person who is {one.value} cannot also be {wanted.value}: an auditor is "
                "nothing else, and an administrator neither signs nor approves."
            )
