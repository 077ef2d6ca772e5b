"""Delivering: the job that brings one notice to one mailbox or one webhook.

Sending is outside the database, so that a worker that dies between sending and saying so leaves
a notice that is sent again: at least once, and under the same id.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from registry.domain.digests import canonical
from registry.domain.errors import RuleBrokenError
from registry.domain.jobs import Job
from registry.domain.notices import mail as letters
from registry.domain.notices import signature
from registry.domain.notices.webhooks import LOCAL, OVERLAP, secret_of
from registry.services.notices import mailing, posting
from registry.services.work import Work, Workshop
from registry.store import jobs, notices
from registry.store.notices import LONGEST_PAUSE, Delivery
from registry.store.webhooks import WebhookRow

__all__ = [
    "JOB",
    "LONGEST_PAUSE",
    "abandon",
    "deliver",
    "tidy",
]

JOB: Final = notices.JOB
API: Final = "/api/v1/"
AGENT: Final = "clinical-model-registry"


class UnwantedError(RuleBrokenError):
    """Nobody wants this delivery any more."""

    code = "notice-unwanted"


def deliver(workshop: Workshop, job: Job, report: Callable[[str, float], None]) -> None:
    """Send one notice, and end the job once it has arrived.

    Raises
    ------
    UndeliveredError
        When it did not arrive this time.
    RegistryError
        When it never will.
    """
    with workshop.begin(None, reads=True) as work:
        found = notices.delivery(work.session, UUID(job.args["delivery"]))
        send = _by_mail(work, found) if found.webhook is None else _by_webhook(work, found)
    report("sending", 0.0)
    send()
    with workshop.begin(None) as work:
        sent = notices.delivery(work.session, found.row.id).row
        sent.delivered_at = work.now()
        work.session.add(sent)
        jobs.finish(work.session, job, now=work.now(), result={"delivery": str(sent.id)})


def link_of(work: Work, document: dict[str, Any]) -> str | None:
    """Return the address of what a notice is about; none where ours is this machine alone."""
    base = work.settings.public_url.rstrip("/")
    if urlsplit(base).hostname in LOCAL:
        return None
    return base + API + str(document["page"])


def _by_mail(work: Work, found: Delivery) -> Callable[[], None]:
    """Return what sends a notice to its reader's mailbox."""
    mail, person = work.settings.mail, found.row.person_id
    address = None if person is None else notices.address_of(work.session, person)
    if mail is None or address is None:
        raise UnwantedError(
            f"{found.login} has no mail address any more, or no mail server is set; "
            "nothing was sent."
        )
    document = found.notice.document
    letter = mailing.letter(
        mail,
        to=address,
        subject=letters.subject_of(document),
        text=letters.text_of(document, link=link_of(work, document)),
        identity=f"{found.row.id}@{work.settings.origin}",
        at=found.notice.at,
    )
    return lambda: mailing.send(mail, letter)


def _by_webhook(work: Work, found: Delivery) -> Callable[[], None]:
    """Return what posts a notice to its webhook."""
    hook = found.webhook
    if hook is None or hook.removed_at is not None:
        raise UnwantedError("The webhook was removed; nothing was sent.")
    document = found.notice.document
    travelling = {one: said for one, said in document.items() if one != "page"}
    body = canonical({**travelling, "link": link_of(work, document)})
    now, message = work.now(), str(found.row.id)
    headers = {
        "content-type": "application/json",
        "user-agent": AGENT,
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature(
            _secrets(work, hook, now), id=message, timestamp=int(now.timestamp()), body=body
        ),
    }
    url, allowed = hook.url, work.settings.webhook_networks

    def send() -> None:
        """Post it, unless the receiver has said that it wants no more."""
        try:
            posting.post(url, body, headers, allowed=allowed)
        except posting.GoneError as error:
            raise UnwantedError(str(error)) from error

    return send


def _secrets(work: Work, hook: WebhookRow, now: datetime) -> list[bytes]:
    """Return the secrets that sign for a webhook: for a day after a rotation the former, too."""
    key, generations = work.keys.webhooks(), [hook.generation]
    if hook.rotated_at is not None and now < hook.rotated_at + OVERLAP:
        generations.append(hook.generation - 1)
    return [secret_of(key, str(hook.id), one) for one in generations]


def abandon(work: Work, job: Job, error: str) -> None:
    """Leave things as they are: the job keeps why, and the delivery is listed as given up."""
    del work, job, error


def tidy(workshop: Workshop) -> None:
    """Leave nothing behind: sending keeps no file."""
    del workshop
