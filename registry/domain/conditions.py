"""Conditions: what an approval is tied to, who sees to it, who verifies it, and by when.

The life of one: it is stated with a due date, a working day at its site; its owner sends what
shows that it is met; its verifier, another person, closes it; until then whoever decides may
extend it, within the approval. Late, its stated consequence is shown and holds up use, and where
the condition says so the approval is suspended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from registry.domain.days import today_at
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Role
from registry.domain.sites import Calendar, require_working_day


class When(StrEnum):
    """Whether the model must wait for a condition."""

    BEFORE = "before go-live"
    AFTER = "after go-live"


class OnOverdue(StrEnum):
    """What the registry does when a condition is late, besides showing its consequence."""

    TELL = "tell"
    SUSPEND = "suspend"


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
    on_overdue: OnOverdue = OnOverdue.TELL
    calendar: Calendar = field(default_factory=Calendar)


def check(
    condition: Condition, *, sites: Sequence[str], now: datetime, until: date | None = None
) -> None:
    """Refuse a condition that nobody could be held to; `until` is the approval's last day.

    Raises
    ------
    BadInputError
        Names the field: a text is empty, the owner would verify their own work, the site is
        outside the scope, or the due date is past there, no working day, or after the approval.
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
    _check_day(condition.due, condition.calendar, condition.site, until, field=f"{at}.due")


def _check_day(due: date, calendar: Calendar, site: str, until: date | None, *, field: str) -> None:
    """Refuse a due date on which nobody works, or that the approval does not live to see."""
    if until is not None and due > until:
        raise BadInputError(f"{due} is after the approval ends, on {until}.", field=field)
    require_working_day(due, calendar, site=site, field=field)


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


def check_submission(
    condition: Mapping[str, Any], *, person: UUID, evidence: str, closed: bool
) -> None:
    """Refuse evidence for closing a condition unless its owner says in words what it is.

    Raises
    ------
    ConflictError
        When it is closed already.
    ForbiddenError
        When somebody else than the owner sends it.
    BadInputError
        When no words are given.
    """
    if closed:
        raise ConflictError(f"Condition {condition['number']} is closed already.")
    if condition["owner"]["id"] != str(person):
        name = condition["owner"]["name"]
        raise ForbiddenError(f"{name} owns condition {condition['number']} and alone answers it.")
    if not evidence.strip():
        raise BadInputError("say by what the condition is met.", field="evidence")


def check_extension(
    condition: Mapping[str, Any],
    due: date,
    *,
    person: UUID,
    reasons: str,
    until: date | None,
    calendar: Calendar,
    now: datetime,
) -> None:
    """Refuse to extend a condition without reasons, by its owner, or to a day that cannot be.

    Parameters
    ----------
    condition : mapping
        As it stands now: its state and its present due date.
    due : date
        The day asked for.
    person : UUID
        Who would extend it; that they hold the role that decides is for the caller to see.
    reasons : str
    until : date or None
        The last day of the approval.
    calendar : Calendar
        Of the condition's site.
    now : datetime

    Raises
    ------
    ConflictError
        When it is closed.
    ForbiddenError
        When its owner would give themselves more time.
    BadInputError
        Names the field: no reasons; not later than now due; past; no working day; after the
        approval ends.
    """
    if condition["state"] != "open":
        raise ConflictError(f"Condition {condition['number']} is closed already.")
    if condition["owner"]["id"] == str(person):
        raise ForbiddenError("Who owns a condition cannot extend it; another person decides.")
    if not reasons.strip():
        raise BadInputError("say why it is given more time.", field="reasons")
    if due <= date.fromisoformat(condition["due"]):
        raise BadInputError(f"it is due on {condition['due']}; name a later day.", field="due")
    if due < today_at(condition["time_zone"], now):
        raise BadInputError(f"{due} is past at {condition['site']}.", field="due")
    _check_day(due, calendar, condition["site"], until, field="due")


def check_extender(roles: frozenset[Role], decision_maker: Role) -> Role:
    """Return the role in which a condition is extended: that of whoever decides.

    Raises
    ------
    ForbiddenError
        Names the role that may.
    """
    if decision_maker not in roles:
        raise ForbiddenError(f"Only a {decision_maker} may extend a condition here.")
    return decision_maker


def suspends(conditions: Sequence[Mapping[str, Any]], now: datetime) -> list[str]:
    """Return, as sentences, the late conditions that say that the approval is then suspended."""
    return [
        f"Condition {one['number']} was due on {one['due']} at {one['site']}: "
        f"{one['text'].strip().rstrip('.')}."
        for one in conditions
        if is_overdue(one, now) and one.get("on_overdue") == OnOverdue.SUSPEND
    ]


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
