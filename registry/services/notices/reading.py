"""Reading: one's own notices, every delivery, sending one again, and forgetting old ones."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from registry.domain.errors import ConflictError
from registry.domain.jobs import JobStatus, require_retriable
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.work import Work, Workshop
from registry.store import jobs, notices
from registry.store.notices import ATTEMPTS, Delivery


def mine(work: Work, *, limit: int) -> list[dict[str, Any]]:
    """Return the newest notices to whoever asks, newest first."""
    actor = work.require(Action.RECORD_READ)
    return [row.document for row in notices.of_person(work.session, actor.id, limit=limit)]


def deliveries(
    work: Work, *, limit: int, states: Sequence[JobStatus] = tuple(JobStatus)
) -> list[dict[str, Any]]:
    """Return the newest deliveries to anybody, newest first."""
    work.require(Action.NOTICE_MANAGE)
    return [described(one) for one in notices.deliveries(work.session, limit=limit, states=states)]


def described(found: Delivery) -> dict[str, Any]:
    """Return a delivery as administrators see it: how far it is, and nobody's address."""
    return {
        "id": found.row.id,
        "notice": found.notice.id,
        "kind": found.notice.kind.value,
        "headline": found.notice.document["headline"],
        "by": "mail" if found.webhook is None else "webhook",
        "to": found.login if found.webhook is None else found.webhook.name,
        "status": found.job.status.value,
        "attempts": found.job.attempts,
        "max_attempts": found.job.max_attempts,
        "error": found.job.error,
        "next_attempt": found.job.run_after if found.job.status is JobStatus.QUEUED else None,
        "asked_at": found.job.created_at,
        "delivered_at": found.row.delivered_at,
        "job": found.job.id,
    }


def retry(work: Work, delivery_id: UUID) -> dict[str, Any]:
    """Send a notice now that was given up, or that waits out the pause after a failure.

    Raises
    ------
    NotFoundError
        When there is no such delivery.
    ConflictError
        When it is being sent, or was.
    """
    work.require(Action.NOTICE_MANAGE)
    found = notices.delivery(work.session, delivery_id)
    require_retriable(found.job.status)
    before = {"status": found.job.status.value, "attempts": found.job.attempts}
    if not jobs.reopen(work.session, found.job.id, now=work.now(), attempts=ATTEMPTS):
        raise ConflictError("The notice is being sent, or was; look again.")
    work.record(Act.JOB_RETRIED, subject=f"job {found.job.id}", before=before)
    return described(notices.delivery(work.session, delivery_id))


def sweep(workshop: Workshop) -> int:
    """Delete notices that are older than the settings keep them; return how many."""
    with workshop.begin(None) as work:
        oldest = work.now() - timedelta(days=work.settings.notice_days)
        return notices.forget_before(work.session, oldest)
