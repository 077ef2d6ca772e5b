"""Permits: the signed answer to “may this version run here, for this, now?”, and its verification.

A yes holds for minutes. A no stops at once. When the registry cannot be asked, the last yes may be
relied on for the grace that the hospital's two people signed for: with an alarm from its half, and
then no longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from registry.domain import signatures
from registry.domain.deployments.states import RUNNING, State
from registry.domain.people import Role
from registry.domain.policies import Rung
from registry.domain.reviews import Kind, Missing
from registry.domain.signatures import Signature
from registry.domain.trail import instant_text

SCHEMA: Final = "cmr.permit/1"
SKEW: Final = timedelta(minutes=2)
"""So far may the clock of a hospital run behind the registry's."""

Document = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wants to run: no use means the approved one, no file that any will do."""

    version: str
    site: str
    rung: Rung
    use: str | None = None
    artifacts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the records say of a version at a hospital, for a permit.

    Attributes
    ----------
    state : State or None
        Where the deployment stands; None where there is none.
    why : str
        Of its newest move.
    artifacts : tuple of str
        The digests of the version's files.
    use : str or None
        What the approval that covers site and rung says it is for; None where none covers them.
    against : sequence of Missing
        What the standing of the version and its approval hold against use today.
    """

    state: State | None
    why: str
    artifacts: tuple[str, ...]
    use: str | None
    against: Sequence[Missing]


def judge(asked: Asked, facts: Facts) -> list[Missing]:
    """Return everything that stands against a permit, the hardest first; none permits."""
    found = [*_at_the_site(asked, facts), *_of_the_version(asked, facts)]
    return sorted(found, key=lambda one: list(Kind).index(one.kind))


def _at_the_site(asked: Asked, facts: Facts) -> list[Missing]:
    """Return what the deployment holds against it."""
    where = f"{asked.version} at {asked.site}"
    officer = Role.SITE_SAFETY_OFFICER.value
    if facts.state in {None, State.PROPOSED}:
        what = f"{where}: its two people have not let it run."
        return [Missing(kind=Kind.MISSING, what=what, waits_for=officer)]
    if facts.state not in RUNNING:
        what = f"{where} is {facts.state}: {facts.why}"
        return [Missing(kind=Kind.NOT_MET, what=what, waits_for=None)]
    order = list(Rung)
    if order.index(asked.rung) > order.index(RUNNING[facts.state]):
        what = f"{where} is {facts.state}; {asked.rung} use was not let in."
        return [Missing(kind=Kind.NOT_MET, what=what, waits_for=None)]
    return []


def _of_the_version(asked: Asked, facts: Facts) -> list[Missing]:
    """Return what the approval and the files hold against it."""
    found = list(facts.against)
    if facts.use is None and not found:
        what = f"No approval that stands covers {asked.rung} use at {asked.site}."
        found.append(Missing(kind=Kind.MISSING, what=what, waits_for=Role.MODEL_OWNER.value))
    if facts.use is not None and asked.use not in {None, facts.use}:
        what = f"It is approved for “{facts.use}”, not for “{asked.use}”."
        found.append(Missing(kind=Kind.NOT_MET, what=what, waits_for=None))
    unknown = [one for one in asked.artifacts if one not in facts.artifacts]
    if unknown:
        what = f"No file of {asked.version} has the digest {unknown[0]}."
        found.append(Missing(kind=Kind.NOT_MET, what=what, waits_for=None))
    return found


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On what a yes rests, and for how long.

    Attributes
    ----------
    registry : str
        Whose answer it is.
    site_dossier, release : str or None
        Digests of the two dossiers.
    minutes, grace : int
        How long a yes holds, and how long after that it may be relied on without an answer.
    ends : sequence of datetime
        When something on which it rests comes to its end; neither outlasts the first of them.
    """

    registry: str
    site_dossier: str | None
    release: str | None
    minutes: int
    grace: int
    ends: Sequence[datetime] = ()


def unsigned(asked: Asked, facts: Facts, terms: Terms, *, now: datetime) -> dict[str, Any]:
    """Return a permit as it is signed: a yes where nothing stands against it, else a no."""
    against = judge(asked, facts)
    end = min([now + timedelta(minutes=terms.minutes), *terms.ends])
    last = min([end + timedelta(minutes=terms.grace), *terms.ends])
    yes = not against
    return {
        "schema": SCHEMA,
        "permit": "yes" if yes else "no",
        "registry": terms.registry,
        "version": asked.version,
        "artifacts": list(facts.artifacts),
        "site": asked.site,
        "use": facts.use if asked.use is None else asked.use,
        "rung": asked.rung.value,
        "state": None if facts.state is None else facts.state.value,
        "site_dossier": terms.site_dossier if yes else None,
        "release": terms.release if yes else None,
        "reasons": [
            {"kind": one.kind.value, "what": one.what, "waits_for": one.waits_for}
            for one in against
        ],
        "issued_at": instant_text(now),
        "expires_at": instant_text(end) if yes else None,
        "alarm_from": instant_text(end + (last - end) / 2) if yes else None,
        "grace_until": instant_text(last) if yes else None,
    }


def ends(
    conditions: Sequence[Document],
    *,
    waivers: Sequence[Document],
    valid_until: date | None,
    time_zone: str,
) -> list[datetime]:
    """Return when that on which a yes rests comes to its end, as `checks.after_approval` counts.

    Parameters
    ----------
    conditions : sequence of mapping
        Of the decision, as they stand now; each in its own time zone.
    waivers : sequence of mapping
        Of the decision.
    valid_until : date or None
        The last day of the approval.
    time_zone : str
        Of the site where that day and those of the waivers are counted.
    """
    days = [] if valid_until is None else [valid_until]
    days += [date.fromisoformat(one["document"]["until"]) for one in waivers]
    return [end_of_day(day, time_zone) for day in days] + [
        end_of_day(date.fromisoformat(one["due"]), one["time_zone"])
        for one in conditions
        if one["state"] == "open"
    ]


def end_of_day(day: date, time_zone: str) -> datetime:
    """Return the moment at which a day ends at a place."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone)).astimezone(UTC)


class Verdict(StrEnum):
    """What a permit comes to."""

    PERMITTED = "permitted"
    GRACE = "grace"
    ALARM = "alarm"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a permit comes to, until when, and why."""

    verdict: Verdict
    because: str
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What a hospital remembers between two verifications.

    Attributes
    ----------
    seen_at : datetime or None
        The latest time that its clock has shown.
    answered_at : datetime or None
        When the newest answer that it saw was issued.
    answer : "yes", "no" or None
        What that answer was.
    """

    seen_at: datetime | None = None
    answered_at: datetime | None = None
    answer: Literal["yes", "no"] | None = None


def verify(
    permit: Document,
    *,
    public: bytes,
    asked: Asked,
    now: datetime,
    unreachable: bool = False,
    memory: Memory | None = None,
) -> tuple[Finding, Memory]:
    """Return what a permit comes to, and what is remembered of it; no server is needed.

    Parameters
    ----------
    permit : mapping
        The document with its signature, as the registry gave it.
    public : bytes
        The registry's public key, 32 bytes.
    asked : Asked
        What is to run.
    now : datetime
    unreachable : bool
        Whether the registry was asked just now and did not answer: only then is there grace.
    memory : Memory or None
        Of the last verification: with it a clock that was set back, and an answer older than one
        that was seen, are found out.
    """
    before = memory or Memory()
    after = Memory(
        seen_at=now if before.seen_at is None else max(now, before.seen_at),
        answered_at=before.answered_at,
        answer=before.answer,
    )
    if not genuine(permit, public):
        return _stopped("The permit is not signed by this registry, or was changed."), after
    wrong = _about_something_else(permit, asked)
    if wrong is not None:
        return _stopped(wrong), after
    issued = datetime.fromisoformat(permit["issued_at"])
    if before.answered_at is None or issued >= before.answered_at:
        after = Memory(seen_at=after.seen_at, answered_at=issued, answer=permit["permit"])
    return _in_time(permit, issued, before, now, unreachable=unreachable), after


def genuine(permit: Document, public: bytes) -> bool:
    """Tell whether a permit is signed by the holder of a public key and unchanged."""
    mark = permit.get("signature")
    if permit.get("schema") != SCHEMA or not isinstance(mark, Mapping):
        return False
    document = {name: value for name, value in permit.items() if name != "signature"}
    signed = Signature(
        statement=document, signature=str(mark.get("value")), key=str(mark.get("key"))
    )
    return signatures.holds(signed, public=public)


def _about_something_else(permit: Document, asked: Asked) -> str | None:
    """Return in what a permit is about something else than what is to run, or None."""
    order = list(Rung)
    if permit["version"] != asked.version:
        return f"The permit is for {permit['version']}, not for {asked.version}."
    if permit["site"] != asked.site:
        return f"The permit is for {permit['site']}, not for {asked.site}."
    if order.index(asked.rung) > order.index(Rung(permit["rung"])):
        return f"The permit is for {permit['rung']} use, not for {asked.rung} use."
    if asked.use not in {None, permit["use"]}:
        return f"The permit is for “{permit['use']}”, not for “{asked.use}”."
    unknown = [one for one in asked.artifacts if one not in permit["artifacts"]]
    return f"The permit is not for a file of digest {unknown[0]}." if unknown else None


def _in_time(
    permit: Document, issued: datetime, before: Memory, now: datetime, *, unreachable: bool
) -> Finding:
    """Return what a genuine permit comes to at a time."""
    barred = _barred(permit, issued, before, now)
    if barred is not None:
        return _stopped(barred)
    expires, alarm, last = (
        datetime.fromisoformat(permit[name]) for name in ("expires_at", "alarm_from", "grace_until")
    )
    if now < expires:
        return Finding(verdict=Verdict.PERMITTED, because="The permit holds.", until=expires)
    if not unreachable:
        return _stopped("The permit has expired; ask again.")
    if now < alarm:
        because = "The registry is away; the last permit is relied on."
        return Finding(verdict=Verdict.GRACE, because=because, until=last)
    if now < last:
        because = "The registry has been away for more than half of the grace: see to it."
        return Finding(verdict=Verdict.ALARM, because=because, until=last)
    return _stopped("The registry is away, and the grace is over.")


def _barred(permit: Document, issued: datetime, before: Memory, now: datetime) -> str | None:
    """Return why a genuine permit is no yes that one may rely on today, None where it is one."""
    if before.seen_at is not None and now < before.seen_at - SKEW:
        return f"The clock was set back; it has shown {instant_text(before.seen_at)}."
    if issued > now + SKEW:
        return "The permit is from the future; the clock here is wrong."
    if before.answered_at is not None and issued < before.answered_at:
        return f"A newer answer was seen here: {before.answer}."
    if permit["permit"] != "yes":
        return " ".join(str(one["what"]) for one in permit["reasons"])
    return None


def _stopped(because: str) -> Finding:
    """Return that nothing may run, and why."""
    return Finding(verdict=Verdict.STOPPED, because=because)
