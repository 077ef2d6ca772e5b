"""Sweeping: what time alone brings: reminders, late conditions, approvals at their end.

The worker sweeps every few minutes. Whether a version may be used never waits for it: a check
looks at the dates itself. The sweep tells people, and lets the standing say what is so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from registry.domain import reminders as rules
from registry.domain.days import today_at
from registry.domain.jobs import Job
from registry.domain.reminders import Notice
from registry.domain.stages import Stage
from registry.domain.standings import State
from registry.domain.suspensions import Cause
from registry.domain.trail import Act
from registry.domain.waivers import lapsed_sentence
from registry.services.reviews import causes, freezing, standing
from registry.services.reviews.causes import Approved
from registry.services.work import Work, Workshop
from registry.store import jobs, reminders, reviews, versions
from registry.store.reminders import ReminderRow
from registry.store.suspensions import ApprovalLapseRow
from registry.store.versions import VersionRow


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One reminder that is due: what it is about, and how the trail tells it."""

    review: UUID
    about: str
    due: date
    notice: Notice
    act: Act
    why: str
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """What time has brought for one version."""

    tellings: list[Telling]
    lapsed: list[Approved]
    left: list[Approved]
    causes: list[Cause]

    def any(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.tellings or self.lapsed or self.causes)


def sweep(workshop: Workshop) -> int:
    """Tell what falls due and let approvals lapse or be suspended; return how many versions."""
    with workshop.begin(None, reads=True) as work:
        found = versions.in_stages(work.session, (Stage.APPROVED, Stage.SUSPENDED))
        due = [version.id for version in found if _tasks(work, version).any()]
    for version_id in due:
        with workshop.begin(None) as work:
            version = reviews.lock(work.session, version_id)
            if version.stage in {Stage.APPROVED, Stage.SUSPENDED}:
                _settle(work, version, _tasks(work, version))
    return len(due)


def run(workshop: Workshop, job: Job, report: Callable[[str, float], None]) -> None:
    """Sweep for somebody who cannot wait for the next round, such as who withdrew a dataset."""
    report("looking at what speaks against use", 0.0)
    found = sweep(workshop)
    with workshop.begin(None) as work:
        jobs.finish(work.session, job, now=work.now(), result={"versions": found})


def abandon(work: Work, job: Job, error: str) -> None:
    """Leave it to the next round: it finds the same."""
    del work, job, error


def tidy(workshop: Workshop) -> None:
    """Leave nothing behind: there is nothing outside the database."""
    del workshop


def _tasks(work: Work, version: VersionRow) -> Tasks:
    """Return what time has brought for a version."""
    in_use = version.stage is Stage.APPROVED
    approvals = list(causes.approvals_of(work, version))
    left = [one for one in approvals if not one.lapsed]
    against = [cause for one in left for cause in _against(work, one)] if in_use else []
    return Tasks(
        tellings=[telling for one in left for telling in _tellings(work, one)],
        lapsed=[one for one in approvals if one.lapsed],
        left=left,
        causes=against,
    )


def _against(work: Work, one: Approved) -> Iterator[Cause]:
    """Return what suspends an approval by itself."""
    policy = freezing.rules_over(work, one.review, one.decision.dossier)
    return causes.against(work, one, policy)


def _tellings(work: Work, one: Approved) -> Iterator[Telling]:
    """Yield the reminders that are due for an approval and its open conditions."""
    for condition in one.conditions:
        if condition["state"] == "open":
            yield from _of_condition(work, one, condition)
    for waiver in one.waivers:
        yield from _of_waiver(work, one, waiver["document"])
    until = one.decision.valid_until
    if until is None:
        return
    notice = _notice(work, one, "approval", until, one.today)
    if notice is not None:
        what = f"The approval for {', '.join(one.review.scope['sites'])}"
        why = rules.sentence(what, until, notice, today=one.today).replace("is due", "ends")
        yield Telling(
            review=one.review.id,
            about="approval",
            due=until,
            notice=notice,
            act=Act.APPROVAL_REMINDED,
            why=f"{why} A new review must be decided before.",
            facts={"valid_until": until.isoformat()},
        )


def _of_waiver(work: Work, one: Approved, stated: dict[str, Any]) -> Iterator[Telling]:
    """Yield the reminder that is due for a waiver, or that it has expired."""
    about, due = f"waiver {stated['number']}", date.fromisoformat(stated["until"])
    notice = _notice(work, one, about, due, one.today)
    if notice is None:
        return
    over = notice is Notice.PAST
    what = f"The waiver of the {stated['of']} “{stated['id']}”"
    ends = rules.sentence(what, due, notice, today=one.today).replace("is due", "expires")
    yield Telling(
        review=one.review.id,
        about=about,
        due=due,
        notice=notice,
        act=Act.WAIVER_EXPIRED if over else Act.WAIVER_REMINDED,
        why=lapsed_sentence(stated) if over else ends,
        facts={"waiver": stated["number"], "of": stated["of"], "id": stated["id"]},
    )


def _of_condition(work: Work, one: Approved, condition: dict[str, Any]) -> Iterator[Telling]:
    """Yield the reminder that is due for an open condition, if any."""
    about, due = f"condition {condition['number']}", date.fromisoformat(condition["due"])
    today = today_at(condition["time_zone"], work.now())
    notice = _notice(work, one, about, due, today)
    if notice is None:
        return
    late = notice is Notice.PAST
    what = f"Condition {condition['number']} at {condition['site']}"
    consequence = f" {condition['consequence']}" if late else ""
    yield Telling(
        review=one.review.id,
        about=about,
        due=due,
        notice=notice,
        act=Act.CONDITION_OVERDUE if late else Act.CONDITION_REMINDED,
        why=rules.sentence(what, due, notice, today=today) + consequence,
        facts={
            "condition": condition["number"],
            "site": condition["site"],
            "owner": condition["owner"]["id"],
            "verifier": condition["verifier"]["id"],
        },
    )


def _notice(work: Work, one: Approved, about: str, due: date, today: date) -> Notice | None:
    """Return which reminder of a due date is to be told now."""
    told = reminders.told_of(work.session, one.review.id, about, due)
    return rules.due_now(due, today=today, told=told)


def _settle(work: Work, version: VersionRow, tasks: Tasks) -> None:
    """Tell, and let the version stand as time has made it stand."""
    name = versions.name_of(work.session, version)
    for telling in tasks.tellings:
        work.session.add(
            ReminderRow(
                id=work.new_id(),
                review_id=telling.review,
                about=telling.about,
                due=telling.due,
                notice=telling.notice,
                told_at=work.now(),
            )
        )
        facts = {"review": str(telling.review), "due": telling.due.isoformat()}
        after = {**facts, "notice": telling.notice.value, **telling.facts}
        work.record(telling.act, subject=name, why=telling.why, after=after)
    for one in tasks.lapsed:
        _lapse(work, version, one)
    if tasks.lapsed:
        _stand_after_lapse(work, version, tasks)
    if tasks.causes:
        _suspend(work, version, tasks)


def _lapse(work: Work, version: VersionRow, one: Approved) -> None:
    """Keep that an approval has ended."""
    decision = one.decision
    work.session.add(
        ApprovalLapseRow(decision_id=decision.id, dossier=decision.dossier, lapsed_at=work.now())
    )
    work.session.flush()
    work.record(
        Act.APPROVAL_LAPSED,
        subject=versions.name_of(work.session, version),
        why=f"The approval for {', '.join(one.review.scope['sites'])} ended on "
        f"{decision.valid_until}; no new one was decided before.",
        after={"review": str(one.review.id), "decision": decision.digest},
    )


def _stand_after_lapse(work: Work, version: VersionRow, tasks: Tasks) -> None:
    """Let the standing say what ended, and what holds still."""
    last = tasks.lapsed[-1]
    where = ", ".join(last.review.scope["sites"])
    ended = f"The approval for {where} ended on {last.decision.valid_until}."
    if not tasks.left:
        standing.halt(work, version, State.LAPSED, dossier=last.decision.dossier, reason=ended)
        return
    if version.stage is not Stage.APPROVED or tasks.causes:
        return
    newest = tasks.left[-1]
    still = ", ".join(newest.review.scope["sites"])
    reason = f"{ended} It stays approved for {newest.review.scope['rung']} use at {still}."
    standing.put(work, version, State.CURRENT, dossier=newest.decision.dossier, reason=reason)


def _suspend(work: Work, version: VersionRow, tasks: Tasks) -> None:
    """Suspend a version for what stands against an approval of it."""
    reason = " ".join(dict.fromkeys(cause.sentence for cause in tasks.causes))
    dossier = tasks.left[-1].decision.dossier
    standing.halt(work, version, State.SUSPENDED, dossier=dossier, reason=reason)
    work.record(
        Act.VERSION_SUSPENDED,
        subject=versions.name_of(work.session, version),
        why=reason,
        after={"dossier": dossier, "causes": sorted({cause.kind for cause in tasks.causes})},
    )
