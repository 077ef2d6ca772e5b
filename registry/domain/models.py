"""Models: names, and what must be said of a model before it is registered."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from registry.domain.errors import BadInputError

NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")


class Regulatory(StrEnum):
    """Where a model stands with a regulator; silence is not among the answers."""

    CLEARED = "cleared"
    SUBMITTED = "submitted"
    NOT_SUBMITTED = "not submitted"
    HEALTH_INSTITUTION_EXEMPTION = "health-institution exemption"
    RESEARCH_USE_ONLY = "research use only"


def require_name(name: str, *, field: str = "name") -> str:
    """Return a name of a model or dataset, if it is one that addresses and file names can carry.

    Raises
    ------
    BadInputError
        Says which characters a name may have.
    """
    if not NAME.fullmatch(name):
        raise BadInputError(
            f"“{name[:80]}” cannot be a name; use up to 64 lower-case letters, digits, and "
            "inside the name also . _ -",
            field=field,
        )
    return name


def require_regulatory(entries: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a model that is silent about regulators, or says two things about one.

    Raises
    ------
    BadInputError
        Names the entry.
    """
    if not entries:
        raise BadInputError(
            "Say for at least one jurisdiction where the model stands; “not submitted” and "
            "“research use only” are answers.",
            field="regulatory",
        )
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        field = f"regulatory[{number}]"
        if entry["jurisdiction"] in seen:
            raise BadInputError(f"{entry['jurisdiction']} stands here twice.", field=field)
        if entry["status"] == Regulatory.CLEARED and not entry.get("reference"):
            raise BadInputError(
                "“cleared” needs the reference of the clearance.", field=f"{field}.reference"
            )
        seen.add(entry["jurisdiction"])
