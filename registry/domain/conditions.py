"""Conditions: what an approval is tied to, who sees to it, who verifies it, and by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError


class When(StrEnum):
    """Whether the model must wait for a condition."""

    BEFORE = "before go-live"
    AFTER = "after go-live"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One condition as a decision states it; the due date is the end of that day at the site."""

    number: int
    text: str
    when: When
    owner: UUID
    verifier: UUID
    due: date
    site: str
    time_zone: str
    evidence_needed: str
    consequence: str


def check(condition: Condition, *, sites: Sequence[str], now: datetime) -> None:
    """Refuse a condition that nobody could be held to.

    Raises
    ------
    BadInputError
        Names the field: a text is empty, the owner would verify their own work, the site is
        outside the scope, or the due date is past there.
    """
    at = f"conditions.{condition.number}"
    for name in ("text", "evidence_needed", "consequence"):
        if not getattr(condition, name).strip():
            raise BadInputError("say it in a sentence.", field=f"{at}.{name}")
    if condition.owner == condition.verifier:
        raise BadInputError("must be another person than the owner.", field=f"{at}.verifier")
    if condition.site not in sites:
        raise BadInputError(
            f"“{condition.site}” is not in the scope, which has {', '.join(sites)}.",
            field=f"{at}.site",
        )
    if condition.due < today_at(condition.time_zone, now):
        raise BadInputError(f"{condition.due} is past at {condition.site}.", field=f"{at}.due")


def today_at(time_zone: str, now: datetime) -> date:
    """Return the date at a place."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def is_overdue(condition: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether an open condition's day has ended at its site."""
    due = date.fromisoformat(condition["due"])
    return condition["state"] == "open" and due < today_at(condition["time_zone"], now)


def check_closure(
    condition: Mapping[str, Any], *, person: UUID, evidence: str, closed: bool
) -> None:
    """Refuse to close a condition unless its verifier says by what it is met.

    Raises
    ------
    ConflictError
        When it is closed already.
    ForbiddenError
        When somebody else than the verifier asks.
    BadInputError
        When no evidence is named.
    """
    if closed:
        raise ConflictError(f"Condition {condition['number']} is closed already.")
    if condition["verifier"]["id"] != str(person):
        name = condition["verifier"]["name"]
        raise ForbiddenError(f"Condition {condition['number']} is verified by {name} alone.")
    if not evidence.strip():
        raise BadInputError("say by what the condition is met.", field="evidence")


def waiting(conditions: Sequence[Mapping[str, Any]], now: datetime) -> list[tuple[str, str, bool]]:
    """Return what open conditions still ask: (what, from whom, whether it holds up go-live).

    An overdue condition holds up whatever it was said to be due after.
    """
    found = []
    for condition in conditions:
        if condition["state"] == "open":
            overdue = is_overdue(condition, now)
            late = f" Overdue: {condition['consequence']}" if overdue else ""
            what = (
                f"Condition {condition['number']}, {condition['when']}, due {condition['due']} "
                f"at {condition['site']}: {condition['text']}{late}"
            )
            holds_up = overdue or condition["when"] == When.BEFORE
            found.append((what, condition["verifier"]["name"], holds_up))
    return found
