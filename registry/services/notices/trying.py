"""Trying: one notice that says nothing but that it arrives."""

from typing import Final
from uuid import UUID

from registry.domain.errors import BadInputError
from registry.domain.notices import Audience, Kind, Notice
from registry.domain.people import Action, Actor
from registry.domain.trail import Act
from registry.services.work import Work
from registry.store import jobs, notices, people, webhooks
from registry.store.jobs import JobRow

ONCE: Final = 1


def try_mail(work: Work) -> JobRow:
    """Send whoever asks a mail that says that mail works; it is attempted once.

    Raises
    ------
    BadInputError
        When no mail server is set, or the person has no address.
    """
    actor = work.require(Action.RECORD_READ)
    if work.settings.mail is None:
        raise BadInputError("No mail server is set: give CMR_SMTP_HOST, and start again.")
    if notices.address_of(work.session, actor.id) is None:
        raise BadInputError("set your own first: cmr notice address.", field="address")
    return _asked(work, actor, subject=f"person {actor.login}", person=actor.id)


def try_webhook(work: Work, name: str) -> JobRow:
    """Send a webhook a notice that says that it works; it is attempted once.

    Raises
    ------
    NotFoundError
        When there is none of this name.
    """
    actor = work.require(Action.NOTICE_MANAGE)
    hook = webhooks.locked(work.session, name)
    return _asked(work, actor, subject=f"webhook {name}", webhook=hook.id)


def _asked(
    work: Work,
    actor: Actor,
    *,
    subject: str,
    person: UUID | None = None,
    webhook: UUID | None = None,
) -> JobRow:
    """Return the job that sends the one notice."""
    telling = work.telling(work.now())
    notice = Notice(
        kind=Kind.TEST,
        act=Act.NOTICE_TESTED,
        subject=subject,
        headline="A test of the registry's notices",
        asks="Nothing is asked of you. Notices of this registry arrive here.",
        see="cmr notice list",
        page="notices",
        why="",
        due=None,
        to=Audience(),
        facts={},
    )
    by = people.reference(work.session, actor.id)
    row = notices.keep(work.session, notice, telling, actor=by, readers=[])
    sent = notices.deliver(
        work.session, row, telling, person=person, webhook=webhook, attempts=ONCE
    )
    work.record(Act.NOTICE_TESTED, subject=subject)
    return jobs.get(work.session, sent.job_id)
