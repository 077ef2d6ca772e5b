"""Protocols: who must sign one before its first table, and what a later one adds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from registry.domain.errors import ConflictError, RuleBrokenError, WaitingError
from registry.domain.people import Role

SIGNATURES: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.CLINICAL_LEAD: "costs, operating point and floors",
        Role.INDEPENDENT_VALIDATOR: "statistics",
    }
)
"""Who signs a protocol, and what each answers for."""

# What decides how a table is judged; the other keys only name, describe or locate.
_JUDGING: Final = (
    "purpose",
    "score_kind",
    "findings",
    "operating_point",
    "costs",
    "population",
    "subgroups",
    "intersections",
    "intervals",
    "minimum",
    "criteria",
)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One signature under a protocol."""

    role: Role
    person: UUID
    at: datetime


def missing_roles(signatures: Iterable[Signed]) -> list[Role]:
    """Return the roles that have not signed yet, in the order of `SIGNATURES`."""
    signed = {signature.role for signature in signatures}
    return [role for role in SIGNATURES if role not in signed]


def in_force_since(signatures: Sequence[Signed]) -> datetime | None:
    """Return when the last signature needed was given, None while one is missing."""
    if missing_roles(signatures):
        return None
    return max(signature.at for signature in signatures if signature.role in SIGNATURES)


def require_in_force(name: str, signatures: Sequence[Signed]) -> datetime:
    """Return since when a protocol is in force.

    Raises
    ------
    WaitingError
        Names who must still sign.
    """
    since = in_force_since(signatures)
    if since is None:
        raise WaitingError(
            f"The protocol “{name}” is not in force, and no table may be measured against it yet.",
            waits_for=[
                f"The {role.value} must sign it for {SIGNATURES[role]}."
                for role in missing_roles(signatures)
            ],
        )
    return since


def require_signable(
    *, role: Role, meaning: str, person: UUID, author: UUID, signatures: Sequence[Signed]
) -> None:
    """Refuse a signature that the rules do not allow.

    Raises
    ------
    RuleBrokenError
        When the role does not sign protocols or signs for something else, or when the person
        wrote the protocol or has signed it in the other role.
    ConflictError
        When the role has signed already.
    """
    if role not in SIGNATURES:
        raise RuleBrokenError(
            f"The {role.value} does not sign protocols; "
            + " and ".join(f"the {one.value}" for one in SIGNATURES)
            + " do."
        )
    if meaning != SIGNATURES[role]:
        raise RuleBrokenError(
            f"The {role.value} signs a protocol for “{SIGNATURES[role]}”, not for “{meaning}”."
        )
    if person == author:
        raise RuleBrokenError("You registered this protocol; another person must sign it.")
    for signature in signatures:
        if signature.role is role:
            raise ConflictError(f"The {role.value} has signed this protocol already.")
        if signature.person == person:
            raise RuleBrokenError(
                f"You signed this protocol as {signature.role.value}; "
                f"the {role.value} must be another person."
            )


def sequence(registered_at: str, signed_at: Sequence[str], submitted_at: str) -> str:
    """Return in which order a protocol was registered, signed and used, as far as it holds.

    All times ISO 8601 in UTC. Nothing is said of when the data were collected or looked at.
    """
    if not signed_at:
        return "registered, not signed"
    if registered_at <= min(signed_at) and max(signed_at) <= submitted_at:
        return "registered and signed before this evidence was submitted"
    return "signed after this evidence was submitted"


def added(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[str]:
    """Return the parts by which a later protocol judges otherwise than an earlier one.

    Parameters
    ----------
    earlier, later : mapping
        Protocol documents (`cmr.protocol/1`, defaults filled in).

    Returns
    -------
    list of str
        Names of the parts, in plain words; empty where both judge alike. A threshold that the
        same rule resolved to another number is alike: what was specified is the rule.
    """
    one, other = _judging(earlier), _judging(later)
    return [key.replace("_", " ") for key in _JUDGING if one.get(key) != other.get(key)]


def _judging(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a protocol decides how a table is judged."""
    parts = {key: document.get(key) for key in _JUDGING}
    parts["operating_point"] = _specified(parts["operating_point"])
    # A finding holds its own threshold, rule and origin beside its columns.
    findings = parts["findings"] or {}
    parts["findings"] = {name: _specified(finding) for name, finding in findings.items()}
    return parts


def _specified(point: object) -> object:
    """Return an operating point as it was specified: by its rule where it has one."""
    if not isinstance(point, Mapping) or not point.get("rule"):
        return point
    rule = str(point["rule"]).partition(" in ")[0]
    rest = {key: value for key, value in point.items() if key not in {"threshold", "origin"}}
    return {**rest, "rule": rule}
