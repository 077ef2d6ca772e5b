"""As of a day: what was approved for a site then, told from the trail alone.

The trail says when each version began and ceased to stand, by which dossier and decision; those
documents are known by their digests. Nothing that is recorded later changes the answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from registry.domain.standings import State
from registry.domain.trail import Act, instant_text
from registry.domain.waivers import expired, sentence

READ: Final = (
    Act.REVIEW_DECIDED,
    Act.VERSION_STANDING_CHANGED,
    Act.CONDITION_CLOSED,
    Act.DEPLOYMENT_MOVED,
)
"""The acts from which the answer follows."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day at a place: from its first moment to before the first of the next, in UTC."""

    start: datetime
    end: datetime

    @classmethod
    def at(cls, on: date, time_zone: str) -> "Day":
        """Return a day in a time zone; it has 23 or 25 hours where the clocks change."""
        zone = ZoneInfo(time_zone)
        first, last = (datetime.combine(d, datetime.min.time(), zone) for d in (on, _next(on)))
        return cls(start=first.astimezone(UTC), end=last.astimezone(UTC))

    def holds(self, since: str, until: str | None) -> bool:
        """Tell whether something that stood from one instant to another stood on this day."""
        return since < instant_text(self.end) and (
            until is None or until > instant_text(self.start)
        )


@dataclass(kw_only=True)
class Approval:
    """How long a version stood by one dossier.

    Attributes
    ----------
    version, dossier : str
    since, until : str
        Instants; `until` is None while it stands.
    by, ended_by : int
        Places on the trail where it began and ended.
    ended_as : str or None
        What the version became.
    """

    version: str
    dossier: str
    since: str
    by: int
    until: str | None = None
    ended_by: int | None = None
    ended_as: str | None = None


@dataclass(kw_only=True)
class Told:
    """What the trail tells up to a moment.

    Attributes
    ----------
    approvals : list of Approval
        In the order in which they began.
    decisions : dict
        Dossier → the entry by which it was decided.
    closed : dict
        Review → numbers of the conditions that were closed.
    deployments : dict
        ``heart-cad/2 at Hungary`` → its entry.
    """

    approvals: list[Approval] = field(default_factory=list)
    decisions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    closed: dict[str, set[int]] = field(default_factory=dict)
    deployments: dict[str, Mapping[str, Any]] = field(default_factory=dict)


def tell(events: Iterable[Mapping[str, Any]], *, until: datetime) -> Told:
    """Return what entries of the trail tell, as far as they were written before a moment.

    Parameters
    ----------
    events : iterable of mapping
        Entries of the acts in `READ`, in order.
    until : datetime
    """
    told, end = Told(), instant_text(until)
    for event in events:
        if event["at"] >= end:
            break
        after = event["after"] or {}
        match event["act"]:
            case Act.REVIEW_DECIDED:
                told.decisions[after["dossier"]] = event
            case Act.VERSION_STANDING_CHANGED:
                _stand(told.approvals, event, after)
            case Act.CONDITION_CLOSED:
                told.closed.setdefault(after["review"], set()).add(event["before"]["condition"])
            case Act.DEPLOYMENT_MOVED:
                told.deployments[event["subject"]] = event
    return told


def _stand(approvals: list[Approval], event: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Let an approval begin, or all of a version end."""
    version, state = event["subject"], after["state"]
    standing = [one for one in approvals if one.version == version and one.until is None]
    if state != State.CURRENT:
        for one in standing:
            one.until, one.ended_by, one.ended_as = event["at"], event["seq"], state
        return
    dossier = after["dossier"]
    if dossier is not None and all(one.dossier != dossier for one in standing):
        approvals.append(
            Approval(version=version, dossier=dossier, since=event["at"], by=event["seq"])
        )


def lapsed(decision: Mapping[str, Any], on: date) -> bool:
    """Tell whether the last day of an approval lay before a day."""
    last = decision.get("valid_until")
    return last is not None and date.fromisoformat(last) < on


def evidence_of(dossier: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return on what evidence a dossier rests, by its digests."""
    return [
        {
            "number": one["number"],
            "purpose": one["purpose"],
            "counts": one["counts"],
            "table": one["table"]["digest"],
            "tally": one["tally"],
            "assessment": one["assessment_digest"],
            "protocol": one["protocol"],
            "dataset": one["dataset"],
        }
        for one in dossier["evidence"]
    ]


def signers_of(decision: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return who had signed the dossier of a decision, as what and with what meaning."""
    return [
        {
            "name": one["person"]["name"],
            "role": one["role"],
            "registration": one["registration"],
            "meaning": one["meaning"],
            "at": one["at"],
            "for": one["for"]["person"]["name"] if "for" in one else None,
        }
        for one in decision["signoffs"]
        if one["withdrawn_at"] is None and not one["void"]
    ]


def waivers_of(decision: Mapping[str, Any], on: date) -> list[str]:
    """Return in words what was waived by a decision and still was on a day."""
    every = decision.get("waivers", [])
    over = [one["document"] for one in expired(every, today=on)]
    return [sentence(one["document"]) for one in every if one["document"] not in over]


def _next(on: date) -> date:
    """Return the next day."""
    return on + timedelta(days=1)
